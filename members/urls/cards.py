"""Cards: paying, keeping one, Stripe's news, the alliance's own account."""

from django.urls import URLPattern, path

from members.views import cards, own_cards, stripe

_VISIT = "pay/<str:token>/card/<uuid:checkout_id>/"
_BACK = "pay/back/<uuid:checkout_id>/<str:secret>/"
public: list[URLPattern] = [
    path("pay/<str:token>/card/", cards.pay_by_card, name="pay_by_card"),
    path(_VISIT, cards.visit, name="card_visit"),
    path(_VISIT + "thanks/", cards.thanks, name="card_thanks"),
    path(_VISIT + "unpaid/", cards.unpaid, name="card_unpaid"),
    path(_BACK, cards.back, {"is_paid": True}, name="card_back"),
    path(_BACK + "unpaid/", cards.back, {"is_paid": False}, name="card_back_unpaid"),
    path("me/card/", own_cards.keep_card, name="keep_card"),
    path("me/card/stop/", own_cards.stop_renewal, name="stop_renewal"),
    path("me/card/<uuid:checkout_id>/", own_cards.visit, name="own_card_visit"),
    path("me/card/<uuid:checkout_id>/thanks/", own_cards.thanks, name="own_card_thanks"),
    path("me/card/<uuid:checkout_id>/unsaved/", own_cards.unsaved, name="own_card_unsaved"),
    path("stripe/news/", stripe.news, name="stripe_news"),
]
staff: list[URLPattern] = [
    path("payments/stripe/", stripe.account, name="stripe"),
    path("payments/stripe/end/", stripe.end, name="stripe_end"),
    *(
        path(
            f"payments/stripe/news/<uuid:event_id>/{step}/",
            stripe.settle,
            {"step": step},
            name=f"stripe_news_{step}",
        )
        for step in ("again", "aside")
    ),
]
