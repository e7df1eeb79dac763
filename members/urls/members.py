"""A member's own pages, and the staff's list of members, tiers, settings."""

from django.urls import URLPattern, path

from members.views import me, seats, settings, staff_members, standing, tiers

public: list[URLPattern] = [
    path("me/", me.me, name="me"),
    path("me/business/", me.business, name="own_business"),
    path("me/seats/", seats.seats, name="seats"),
    path("me/seats/new/", seats.invite, name="invite"),
    path("me/seats/<uuid:representative_id>/", seats.seat, name="seat"),
    path("me/seats/<uuid:representative_id>/end/", seats.end, name="end_seat"),
    path("me/seats/<uuid:representative_id>/again/", seats.give_again, name="give_again"),
]
_MEMBER = "members/<slug:business_slug>/"
_PERSON = _MEMBER + "people/<uuid:representative_id>/"
staff: list[URLPattern] = [
    path("members/", staff_members.members, name="members"),
    path("members/new/", staff_members.new_member, name="new_member"),
    path(_MEMBER, staff_members.member, name="member"),
    path(_MEMBER + "details/", staff_members.edit_member, name="edit_member"),
    path(_MEMBER + "opening/", standing.open_membership, name="open_membership"),
    path(_MEMBER + "tier/", standing.price, name="price"),
    path(_MEMBER + "hold/", standing.hold, name="hold"),
    path(_MEMBER + "release/", standing.release, name="release"),
    path(_MEMBER + "cancellation/", standing.cancel, name="cancel"),
    path(_MEMBER + "return/", standing.take_back, name="take_back"),
    path(_MEMBER + "term/", standing.give_term, name="give_term"),
    path(_MEMBER + "people/new/", seats.staff_invite, name="invite"),
    path(_PERSON, seats.staff_seat, name="seat"),
    path(_PERSON + "end/", seats.staff_end, name="end_seat"),
    path(_PERSON + "again/", seats.staff_give_again, name="give_again"),
    path("tiers/", tiers.tiers, name="tiers"),
    path("tiers/new/", tiers.new_tier, name="new_tier"),
    path("tiers/<uuid:tier_id>/", tiers.tier, name="tier"),
    *(
        path(f"tiers/<uuid:tier_id>/{step}/", tiers.move, {"step": step}, name=f"tier_{step}")
        for step in ("retirement", "return", "deletion")
    ),
    path("dues/", settings.dues_settings, name="dues_settings"),
    path("dues/lobbying/", settings.lobbying_share, name="lobbying_share"),
]
