"""A member's own card: seen, changed, given up in two presses, and nobody else's."""

import pytest

from alliance.models import Consent
from alliance.tenancy.scope import in_alliance
from members.models import (
    CardCharge,
    Checkout,
    Membership,
    Representative,
    RepresentativeKind,
    SavedCard,
)
from members.queries import cards as queries
from members.services import cards, checkouts, stripe_accounts
from tests.factories import members as make
from tests.members.at_stripe import AtStripe
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def me(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


@pytest.fixture
def membership(oak_street, bakery) -> Membership:
    """The bakery's: $120 a year."""
    with in_alliance(oak_street):
        return make.a_membership(business=bakery, tier=make.a_tier(name="Corner shop"))


@pytest.fixture
def kept(at_stripe: AtStripe, oak_street, membership, ben) -> SavedCard:
    """Ben's card."""
    with in_alliance(oak_street):
        at_stripe.paid_visit(make.an_invoice(membership=membership), saves_card=True)
        at_stripe.bring()
        return SavedCard.objects.get()


def test_my_page_shows_the_card_and_what_was_agreed_to(me, kept: SavedCard, oak_street) -> None:
    page = words(me.get("/me/"))
    with in_alliance(oak_street):
        agreed = kept.consent.wording

    assert "Visa •••• 4242" in page
    assert "08/2031" in page
    assert agreed in page


def test_a_volunteer_of_the_business_has_nothing_to_do_with_its_card(me, kept, oak_street) -> None:
    with in_alliance(oak_street):
        Representative.objects.update(kind=RepresentativeKind.VOLUNTEER)

    assert "4242" not in words(me.get("/me/"))
    ways = ("/me/card/", "/me/card/stop/")
    assert [me.post(way).status_code for way in ways] == [404, 404]
    with in_alliance(oak_street):
        assert SavedCard.objects.get() == kept


def test_without_a_card_my_page_says_how_to_have_one(me, at_stripe, membership) -> None:
    assert "Your dues are taken from a card instead" not in words(me.get("/me/"))
    assert "Renew by card" in words(me.get("/me/"))


def test_without_a_connection_my_page_says_nothing_of_cards(me, membership) -> None:
    assert "Renewing by card" not in words(me.get("/me/"))


def test_a_card_whose_connection_ended_says_that_it_rests(me, kept, oak_street, ada) -> None:
    with in_alliance(oak_street):
        stripe_accounts.end(by=ada)
    page = words(me.get("/me/"))

    assert "Cards are not connected at present: nothing is taken" in page
    assert "Stop automatic renewal" in page


def test_two_presses_stop_it(me, kept, oak_street, membership) -> None:
    first = me.get("/me/card/stop/")
    assert "Nothing is taken from Visa •••• 4242 any more" in words(first)
    with in_alliance(oak_street):
        assert cards.will_charge(membership) is not None

    second = me.post("/me/card/stop/", follow=True)
    assert "Stopped. Nothing is taken from your card any more." in words(second)
    with in_alliance(oak_street):
        assert cards.will_charge(membership) is None
    # A third changes nothing.
    assert me.get("/me/card/stop/")["Location"] == "/me/"
    assert me.post("/me/card/stop/").status_code == 302


def test_a_card_is_kept_after_the_box_was_ticked(
    me, at_stripe: AtStripe, membership, oak_street
) -> None:
    unticked = me.post("/me/card/")
    assert unticked.status_code == 422
    assert problems(unticked) == [
        ("id_agrees", "Tick the box if you agree: without it no card is kept.")
    ]

    begun = me.post("/me/card/", {"agrees": "on"})
    with in_alliance(oak_street):
        checkout = Checkout.objects.get()
        (agreed,) = Consent.objects.filter(purpose=queries.AUTO_RENEW)
    assert begun["Location"] == f"/me/card/{checkout.pk}/"
    assert agreed.email == "ben@example.org"
    assert "A moment, please" in words(me.get(begun["Location"]))
    checkouts.open_at_stripe(oak_street, checkout.pk)
    assert me.get(begun["Location"])["Refresh"].startswith("0; url=http")

    session = at_stripe.account.pay(at_stripe.account.of("checkout.session")[0]["id"])
    with in_alliance(oak_street):
        at_stripe.bring()
    page = me.get(session["success_url"], follow=True)
    assert "Your card is kept for renewals." in words(page)
    assert "Visa •••• 4242" in words(me.get("/me/"))


def test_back_without_a_card_nothing_has_changed(
    me, at_stripe: AtStripe, membership, oak_street
) -> None:
    me.post("/me/card/", {"agrees": "on"})
    with in_alliance(oak_street):
        checkout = Checkout.objects.get()
    checkouts.open_at_stripe(oak_street, checkout.pk)
    session = at_stripe.account.of("checkout.session")[0]
    page = me.get(session["cancel_url"], follow=True)

    assert "You came back without giving a card. Nothing has changed." in words(page)


def test_the_words_are_those_that_are_stored(me, at_stripe, membership, oak_street) -> None:
    shown = words(me.get("/me/card/"))
    me.post("/me/card/", {"agrees": "on"})
    with in_alliance(oak_street):
        assert Consent.objects.get(purpose=queries.AUTO_RENEW).wording in shown


def test_without_a_connection_the_page_says_so(me, membership) -> None:
    page = me.get("/me/card/")

    assert "Cards are not connected." in words(page)
    assert "<form" not in text(page).split("<main")[1]
    assert me.post("/me/card/", {"agrees": "on"}).status_code == 422


def test_others_and_staff_have_no_such_pages(
    visit, oak_street, ada, cleo, neighbour, kept, membership, at_stripe: AtStripe, ben
) -> None:
    with in_alliance(oak_street):
        checkout = checkouts.start_saving(membership=membership, email="ben@example.org", by=ben)
        stranger = make.a_business()
    addresses = (
        "/me/card/",
        "/me/card/stop/",
        f"/me/card/{checkout.pk}/",
        f"/me/card/{checkout.pk}/thanks/",
        f"/me/card/{checkout.pk}/unsaved/",
        f"/me/card/?business={stranger.slug}",
    )
    for who in (ada, cleo, neighbour.dan):
        browser = visit(oak_street, who)
        assert [browser.get(a).status_code for a in addresses] == [404] * 6
        assert browser.post("/me/card/stop/").status_code == 404
    assert visit(oak_street, ben).get(addresses[-1]).status_code == 404
    with in_alliance(oak_street):
        assert cards.will_charge(membership) is not None


def test_a_business_without_a_membership_has_no_card(me, at_stripe, bakery) -> None:
    assert me.get("/me/card/").status_code == 404


def test_staff_see_whether_a_card_renews_and_what_went_wrong(
    visit, oak_street, ada, kept, membership
) -> None:
    address = "/staff/members/bens-bakery/"
    desk = visit(oak_street, ada)
    assert "Visa •••• 4242, agreed to on" in words(desk.get(address))

    with in_alliance(oak_street):
        renewal = make.an_invoice(membership=membership)
        cards.plan_charge(membership=membership, invoice=renewal, due_at=kept.saved_at)
        CardCharge.objects.update(state="failed", tries=4, last_error="Your card was declined.")
    page = words(desk.get(address))
    assert f"Invoice {renewal.number} could not be taken; it was tried 4 times." in page
    assert "Stripe said: Your card was declined." in page


def test_the_panel_costs_a_few_queries(me, kept, oak_street) -> None:
    with_card = queries_of(lambda: me.get("/me/"))
    with in_alliance(oak_street):
        SavedCard.objects.update(removed_at=kept.saved_at)

    assert with_card - queries_of(lambda: me.get("/me/")) <= 1
    # One of them asks whether the visitor may see the business's money.
    assert queries_of(lambda: me.get("/me/card/")) <= 15
