"""Addresses of the room: everybody's, a person's own, those of who looks after it."""

from django.urls import include, path

from moderation.views import cases, flags, own, public, staff

_CHARTER = "moderation/stewardships/<uuid:stewardship_id>/"
_CASE = "moderation/cases/<uuid:case_id>/"

public_urls = (
    [
        path("moderation/", public.overview, name="overview"),
        path("moderation/agreements/", public.agreements, name="agreements"),
        path("moderation/agreements/acceptance/", public.accept_agreements, name="acceptance"),
        path(
            "moderation/agreements/versions/<uuid:version_id>/",
            public.agreement_version,
            name="agreement_version",
        ),
        path("moderation/flag/<str:key>/<uuid:pk>/", flags.flag, name="flag"),
        path("moderation/mine/", own.mine, name="mine"),
        path("moderation/invitations/", own.invitations, name="invitations"),
        path("moderation/mine/<uuid:case_id>/", own.own_case, name="own_case"),
        path("moderation/blocks/", flags.own_blocks, name="blocks"),
        path("moderation/blocks/<uuid:person_id>/", flags.block, name="block"),
        path("moderation/blocks/<uuid:person_id>/end/", flags.unblock, name="unblock"),
        path("moderation/mutes/<uuid:person_id>/", flags.mute, name="mute"),
        path("moderation/mutes/<uuid:person_id>/end/", flags.unmute, name="unmute"),
        path(_CHARTER, own.stewardship, name="stewardship"),
        *(
            path(f"{_CHARTER}{step}/", own.answer, {"step": step}, name=f"stewardship_{step}")
            for step in ("acceptance", "refusal", "end")
        ),
    ],
    "moderation",
)
staff_urls = (
    [
        path("moderation/", cases.cases, name="cases"),
        path("moderation/open/<str:key>/<uuid:pk>/", cases.open_case, name="open_case"),
        path(_CASE, cases.case, name="case"),
        *(
            path(f"{_CASE}{step}/", cases.turn, {"step": step}, name=f"case_{step}")
            for step in ("hide", "show")
        ),
        path("moderation/agreements/", staff.agreements, name="agreements"),
        path("moderation/stewards/", staff.stewards, name="stewards"),
        path("moderation/stewards/new/", staff.invite, name="invite"),
        path("moderation/stewards/<uuid:stewardship_id>/end/", staff.end, name="end"),
        path("moderation/notes/<uuid:person_id>/", staff.notes, name="notes"),
        path("moderation/log/", staff.own_log, name="log"),
    ],
    "moderation_staff",
)

urlpatterns = [path("", include(public_urls)), path("staff/", include(staff_urls))]
