"""The staff's side of the directory."""

from django.urls import URLPattern, path

from directory.urls.own import PAGES
from directory.views import (
    staff as views,
)
from directory.views import (
    staff_corrections,
    staff_ownership,
    staff_referrals,
    staff_settings,
)
from directory.views.keepers import at_desk

staff: list[URLPattern] = [
    path("listings/", views.listings, name="listings"),
    path("listings/<slug:slug>/", views.listing, name="listing"),
    *(
        path(f"listings/<slug:slug>/{end}", at_desk(view), name=f"listing_{name}")
        for end, view, name in PAGES
    ),
    path("ownership/", staff_ownership.ownership, name="ownership"),
    path("ownership/<uuid:claim_id>/confirmation/", staff_ownership.confirm, name="confirm"),
    path("ownership/<uuid:claim_id>/revocation/", staff_ownership.revoke, name="revoke"),
    path("ownership/appeals/<uuid:appeal_id>/", staff_ownership.appeal, name="appeal"),
    path("corrections/", staff_corrections.corrections, name="corrections"),
    path("corrections/<uuid:correction_id>/", staff_corrections.correction, name="correction"),
    path("referrals/", staff_referrals.referrals, name="referrals"),
    path("referrals/new/", staff_referrals.new_referral, name="new_referral"),
    path("directory/", staff_settings.directory, name="settings"),
    path("directory/sponsors/", staff_settings.sponsors, name="sponsors"),
    path(
        "directory/sponsors/<uuid:sponsorship_id>/end/",
        staff_settings.end_sponsorship,
        name="end_sponsorship",
    ),
]
