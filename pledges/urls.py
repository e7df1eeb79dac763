"""Addresses of the pledges' room: the public's, the card's, the business's, the staff's."""

from django.urls import include, path

from pledges.prints import Print
from pledges.views import (
    business,
    card,
    card_purchases,
    honour,
    letters,
    passing,
    points_of_sale,
    policy,
    prints,
    public,
    staff,
    staff_purchases,
    till,
    till_code,
    to_confirm,
)

public_urls = (
    [
        path("pledge/", public.drives, name="drives"),
        path("pledge/sent/", public.sent, name="sent"),
        path("pledge/lost-card/", public.lost_card, name="lost_card"),
        path("pledge/private/<str:secret>/", public.private, name="private"),
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
        path("pledge/card/<str:secret>/pass-on/", passing.pass_on, name="pass_on"),
        path(
            "pledge/card/<str:secret>/pass-on/withdrawal/",
            passing.take_back,
            name="pass_on_withdrawal",
        ),
        path("pledge/letters/<str:token>/", letters.stop_letters, name="stop_letters"),
        path("pledge/passed/<str:token>/", passing.passed, name="passed"),
        path("pledge/card/<str:secret>/till/", card_purchases.at_till, name="at_till"),
        path("pledge/card/<str:secret>/receipt/", card_purchases.receipt, name="receipt"),
        *(
            path(f"pledge/card/<str:secret>/purchases/<uuid:redemption_id>/{end}/", view, name=name)
            for end, view, name in (
                ("yes", card_purchases.yes, "yes"),
                ("take-back", card_purchases.take_back, "take_back"),
                ("photo", card_purchases.photo, "receipt_photo"),
            )
        ),
        path("pledge/till/<slug:business_slug>/", till_code.shop, name="shop"),
        path("pledge/pos/<uuid:point_of_sale_id>/", points_of_sale.news, name="point_of_sale_news"),
        path("pledge/<slug:slug>/", public.drive, name="drive"),
        *(
            path(f"pledge/<slug:slug>/{kind}.pdf", prints.paper, {"kind": kind}, name=kind)
            for kind in Print
        ),
        path("pledge/<slug:slug>/card.png", prints.card, name="drive_card"),
        path("pledge/<slug:slug>/widget/", prints.widget, name="widget"),
        path("me/drive/<slug:slug>/print/", prints.own_prints, name="own_prints"),
        path("honour/", honour.honour, name="honour"),
        path("honour/record.csv", honour.honour_csv, name="honour_csv"),
        path("me/till/", till.till, name="till"),
        path("me/till/entries/", till.entry, name="till_entry"),
        path("me/till/people/", till.people, name="till_people"),
        path("me/till/code/", till_code.code, name="till_code"),
        path("me/till/to-confirm/", to_confirm.to_confirm, name="to_confirm"),
        *(
            path(f"me/till/purchases/<uuid:redemption_id>/{end}/", view, name=name)
            for end, view, name in (
                ("confirmation", to_confirm.confirm, "till_confirm"),
                ("answer", to_confirm.answer, "till_answer"),
                ("photo", to_confirm.photo, "till_photo"),
            )
        ),
        path("me/till/points-of-sale/", points_of_sale.points_of_sale, name="points_of_sale"),
        path(
            "me/till/points-of-sale/<uuid:point_of_sale_id>/revocation/",
            points_of_sale.revoke,
            name="revoke_point_of_sale",
        ),
        path("me/till/<uuid:pledge_id>/", till.purchase, name="till_purchase"),
        path("me/till/purchases/<uuid:redemption_id>/undo/", till.undo, name="till_undo"),
        path("me/drive/", business.own_drives, name="own_drives"),
        path("me/drive/new/<slug:business_slug>/", business.write, name="write"),
        path("me/drive/<slug:slug>/", business.own_drive, name="own_drive"),
        path("me/drive/<slug:slug>/link.svg", business.private_qr, name="private_qr"),
        path("me/drive/<slug:slug>/letter/", letters.letter, name="letter"),
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
        path("purchases/<uuid:redemption_id>/reversal/", staff_purchases.reversal, name="reversal"),
        path("purchases/<uuid:redemption_id>/photo/", staff_purchases.photo, name="photo"),
        path("velocity/", staff_purchases.velocity, name="velocity"),
        path("velocity/<uuid:flag_id>/", staff_purchases.clear, name="velocity_flag"),
        path("drives/<slug:slug>/export/", staff.export, name="export"),
        *(
            path(f"drives/<slug:slug>/{step}/", staff.move, {"step": step}, name=step)
            for step in ("approval", "return", "serving", "end")
        ),
        path("pledges/<uuid:pledge_id>/void/", staff.void, name="void"),
        path("pledge-policy/", policy.pledge_policy, name="policy"),
        path("disputes/", staff.disputes, name="disputes"),
        path("disputes/<uuid:redemption_id>/", staff.dispute, name="dispute"),
    ],
    "pledges_staff",
)

urlpatterns = [path("", include(public_urls)), path("staff/", include(staff_urls))]
