"""A member's own listing, and the photographs of all."""

from django.urls import URLPattern, path

from directory.views import keeping, own, own_ownership, own_photos, own_referrals
from directory.views.keepers import KeptView
from directory.views.keepers import own as of_member

# A listing's pages: the end of the address, the view, the name. The desk has the same ones.
PAGES: tuple[tuple[str, KeptView, str], ...] = (
    ("edit/", keeping.edit, "edit"),
    ("preview/", keeping.preview, "preview"),
    ("publication/", keeping.publish, "publication"),
    ("discard/", keeping.discard, "discard"),
    ("versions/<uuid:version_id>/", keeping.go_back, "version"),
    ("pause/", keeping.pause, "pause"),
    ("resumption/", keeping.resume, "resumption"),
    ("photographs/", own_photos.photographs, "photographs"),
    ("photographs/<uuid:photo_id>/", own_photos.photograph, "photograph"),
)
public: list[URLPattern] = [
    *(
        path(
            f"directory/photographs/<uuid:photo_id>/{size}.webp",
            own_photos.photo,
            {"size": size},
            name="photograph",
        )
        for size in own_photos.SIZES
    ),
    path("me/listing/", of_member(own.listing), name="own_listing"),
    *(
        path(f"me/listing/{end}", of_member(view), name=f"own_listing_{name}")
        for end, view, name in PAGES
    ),
    path("me/listing/ownership/", own_ownership.ownership, name="own_ownership"),
    path("me/listing/ownership/appeal/", own_ownership.appeal, name="own_appeal"),
    path("me/confirmations/", own_ownership.confirmations, name="confirmations"),
    path("me/confirmations/<uuid:claim_id>/", own_ownership.confirm, name="confirm"),
    path("me/referrals/", own_referrals.referrals, name="own_referrals"),
    path("me/referrals/<uuid:referral_id>/", own_referrals.referral, name="own_referral"),
]
