"""Addresses of the pledges' room: the public's, the card's, the business's, the staff's."""

from django.urls import include, path

from pledges.views import business, card, public, staff, till

public_urls = (
    [
        path("pledge/", public.drives, name="drives"),
        path("pledge/sent/", public.sent, name="sent"),
        path("pledge/lost-card/", public.lost_card, name="lost_card"),
        path("pledge/confirm/<str:token>/", public.confirm, name="confirm"),
        path("pledge/change/<str:token>/", public.change, name="change"),
        path("pledge/card/<str:secret>/", card.card, name="card"),
        path("pledge/card/<str:secret>/qr.svg", card.card_qr, name="card_qr"),
        path("pledge/card/<str:secret>/amount/", card.change_amount, name="change_amount"),
        path("pledge/card/<str:secret>/withdrawal/", card.withdrawal, name="withdrawal"),
        path(
            "pledge/card/<str:secret>/purchases/<uuid:redemption_id>/question/",
            card.dispute,
            name="dispute",
        ),
        path("pledge/<slug:slug>/", public.drive, name="drive"),
        path("me/till/", till.till, name="till"),
        path("me/till/<uuid:pledge_id>/", till.purchase, name="till_purchase"),
        path("me/till/purchases/<uuid:redemption_id>/undo/", till.undo, name="till_undo"),
        path("me/drive/", business.own_drives, name="own_drives"),
        path("me/drive/new/<slug:business_slug>/", business.write, name="write"),
        path("me/drive/<slug:slug>/", business.own_drive, name="own_drive"),
        path("me/drive/<slug:slug>/edit/", business.edit, name="edit"),
        path("me/drive/<slug:slug>/submission/", business.submission, name="submission"),
    ],
    "pledges",
)
staff_urls = (
    [
        path("drives/", staff.drives, name="drives"),
        path("drives/<slug:slug>/", staff.drive, name="drive"),
        path("purchases/", staff.purchases, name="purchases"),
        path("drives/<slug:slug>/export/", staff.export, name="export"),
        *(
            path(f"drives/<slug:slug>/{step}/", staff.move, {"step": step}, name=step)
            for step in ("approval", "return", "serving", "end")
        ),
        path("pledges/<uuid:pledge_id>/void/", staff.void, name="void"),
        path("disputes/", staff.disputes, name="disputes"),
        path("disputes/<uuid:redemption_id>/", staff.dispute, name="dispute"),
    ],
    "pledges_staff",
)

urlpatterns = [path("", include(public_urls)), path("staff/", include(staff_urls))]
