"""Paying by card: from the invoice to Stripe's page and back, without scripts and without login."""

from datetime import timedelta

import pytest
from django.urls import reverse

from alliance import clock
from alliance.models import Consent
from alliance.tenancy.scope import in_alliance
from members.models import Checkout, Invoice
from members.queries import cards as queries
from members.services import checkouts, pay_links, stripe_accounts
from tests.factories import members as make
from tests.members.at_stripe import AtStripe
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import active_parts, problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def invoice(oak_street, bakery, ben) -> Invoice:
    """$120 of dues, and Ben pays the bills."""
    with in_alliance(oak_street):
        return make.an_invoice(membership=make.a_membership(business=bakery))


@pytest.fixture
def link(oak_street, invoice) -> str:
    """/pay/…/ of that invoice."""
    with in_alliance(oak_street):
        return f"/pay/{pay_links.token(invoice)}/"


@pytest.fixture
def payer(visit, oak_street):
    """Somebody with the paper in hand."""
    return visit(oak_street)


def the_checkout(oak_street) -> Checkout:
    with in_alliance(oak_street):
        return Checkout.objects.get()


# --- the offer --------------------------------------------------------------------------


def test_the_invoice_offers_a_card_with_a_box_that_is_not_ticked(
    at_stripe: AtStripe, payer, link, invoice
) -> None:
    page = payer.get(link)

    assert "Pay $120 by card" in words(page)
    assert "I agree that Oak Street Alliance keeps this card with Stripe" in words(page)
    (box,) = [line for line in text(page).split("<") if 'name="keeps_card"' in line]
    assert "checked" not in box
    assert active_parts(page) == []


def test_without_a_connection_it_says_nothing_of_cards(payer, link) -> None:
    page = payer.get(link)

    assert page.status_code == 200
    assert "by card" not in words(page)


def test_what_is_paid_offers_no_card(at_stripe: AtStripe, payer, link, invoice, oak_street) -> None:
    with in_alliance(oak_street):
        make.a_payment(invoice=invoice)

    assert "by card" not in words(payer.get(link))


def test_with_instalments_one_chooses(at_stripe: AtStripe, payer, oak_street, bakery, ben) -> None:
    with in_alliance(oak_street):
        membership = make.a_membership(business=bakery)
        parts = make.an_invoice(membership=membership, parts=4)
        address = f"/pay/{pay_links.token(parts)}/"
    page = payer.get(address)
    assert "$30, part 1" in words(page)
    assert "$120, all that is due" in words(page)

    payer.post(f"{address}card/", {"pays": "3000"})
    assert the_checkout(oak_street).amount_minor == 30_00


def test_where_nobody_could_be_reminded_no_box_is_shown(
    at_stripe: AtStripe, payer, link, invoice, oak_street
) -> None:
    with in_alliance(oak_street):
        Invoice.objects.filter(pk=invoice.pk).update(bill_email="")

    page = payer.get(link)
    assert "Pay $120 by card" in words(page)
    assert "keeps_card" not in text(page)


# --- on the way --------------------------------------------------------------------------


def test_from_the_invoice_to_stripe_and_back(
    at_stripe: AtStripe, payer, link, invoice, oak_street
) -> None:
    begun = payer.post(f"{link}card/", {"pays": "12000", "keeps_card": "on"})
    checkout = the_checkout(oak_street)
    address = f"{link}card/{checkout.pk}/"
    assert (begun.status_code, begun["Location"]) == (302, address)

    waits = payer.get(address)
    assert (waits["Refresh"], "A moment, please" in words(waits)) == ("2", True)
    assert active_parts(waits) == []

    checkouts.open_at_stripe(oak_street, checkout.pk)
    checkout = the_checkout(oak_street)
    leads_on = payer.get(address)
    # A page and not a redirect: the policy holds a form's redirects to our own site.
    assert (leads_on.status_code, leads_on["Refresh"]) == (200, f"0; url={checkout.url}")
    assert f'href="{checkout.url}"' in text(leads_on)

    session = at_stripe.account.pay(checkout.external_id)
    back = payer.get(session["success_url"])
    thanks = f"{back['Location']}"
    assert (back.status_code, thanks.endswith(f"/card/{checkout.pk}/thanks/")) == (302, True)
    confirms = payer.get(thanks)
    assert "Being confirmed" in words(confirms)
    assert confirms["Refresh"] == f"2; url={thanks}?look=1"

    at_stripe.bring()
    page = payer.get(f"{thanks}?look=1")
    assert "We have received $120 for invoice 2026-0001." in words(page)
    assert "Your card is kept for renewals." in words(page)
    assert "Refresh" not in page
    assert payer.get(address)["Location"].endswith("/thanks/")
    with in_alliance(oak_street):
        assert Consent.objects.filter(purpose=queries.AUTO_RENEW).count() == 1


def test_back_without_paying(at_stripe: AtStripe, payer, link, invoice, oak_street) -> None:
    with in_alliance(oak_street):
        checkout = at_stripe.visit(invoice)
    session = at_stripe.account.get(checkout.external_id)
    page = payer.get(session["cancel_url"], follow=True)

    assert "You came back without paying. $120 is due on invoice 2026-0001." in words(page)
    assert "Go to Stripe again" in words(page)


def test_after_a_while_the_page_that_waits_offers_a_way_back(
    at_stripe: AtStripe, payer, link, invoice, oak_street
) -> None:
    payer.post(f"{link}card/", {"pays": "12000"})
    checkout = the_checkout(oak_street)
    address = f"{link}card/{checkout.pk}/"
    assert "It takes longer than it should." not in words(payer.get(address))

    with in_alliance(oak_street):
        Checkout.objects.update(created_at=clock.now() - timedelta(seconds=31))
    page = payer.get(address)
    assert "It takes longer than it should. Nothing has been taken" in words(page)
    assert f'href="{link}"' in text(page)
    assert page["Refresh"] == "2"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("failed", "Cards cannot be used just now. Nothing was taken."),
        ("expired", "This visit was open for too long and has ended."),
    ],
)
def test_a_visit_that_came_to_nothing_says_so(
    at_stripe: AtStripe, payer, link, invoice, oak_street, state, said
) -> None:
    payer.post(f"{link}card/", {"pays": "12000"})
    with in_alliance(oak_street):
        Checkout.objects.update(state=state)
    page = payer.get(f"{link}card/{the_checkout(oak_street).pk}/")

    assert said in words(page)
    assert "Refresh" not in page


def test_the_page_after_looks_again_for_a_while_only(
    at_stripe: AtStripe, payer, link, invoice, oak_street
) -> None:
    with in_alliance(oak_street):
        checkout = at_stripe.paid_visit(invoice)
    thanks = f"{link}card/{checkout.pk}/thanks/"
    seen = [payer.get(f"{thanks}?look={look}") for look in ("19", "20", "x", "-1", "9999")]

    assert [page.get("Refresh") for page in seen] == [
        f"2; url={thanks}?look=20",
        None,
        f"2; url={thanks}?look=1",
        f"2; url={thanks}?look=1",
        f"2; url={thanks}?look=1",
    ]
    assert "It takes longer than usual." in words(seen[1])


def test_the_page_after_asks_stripe_itself(
    at_stripe: AtStripe, payer, link, invoice, oak_street, django_capture_on_commit_callbacks
) -> None:
    """News may be late; on one's own machine it does not come at all."""
    with in_alliance(oak_street):
        checkout = at_stripe.paid_visit(invoice)
    with django_capture_on_commit_callbacks(execute=True):
        payer.get(f"{link}card/{checkout.pk}/thanks/")

    assert the_checkout(oak_street).state == "paid"


def test_two_who_paid_are_told_that_one_is_given_back(
    at_stripe: AtStripe, payer, link, invoice, oak_street
) -> None:
    with in_alliance(oak_street):
        at_stripe.paid_visit(invoice)
        second = at_stripe.paid_visit(invoice, saves_card=True)
        at_stripe.bring()

    assert "$120 more came in than was due. We give it back to you." in words(
        payer.get(f"{link}card/{second.pk}/thanks/")
    )


# --- what does not fit --------------------------------------------------------------------


@pytest.mark.parametrize("pays", ["", "1", "abc", "12000.00", "-12000", "999999999999999999"])
def test_another_amount_is_said_where_it_was_chosen(
    at_stripe: AtStripe, payer, link, invoice, oak_street, pays
) -> None:
    page = payer.post(f"{link}card/", {"pays": pays})

    assert page.status_code == 422
    assert problems(page) == [("", "What is due has changed meanwhile. Please look again.")]
    with in_alliance(oak_street):
        assert Checkout.objects.count() == 0


def test_what_was_paid_meanwhile_leads_back_to_the_invoice(
    at_stripe: AtStripe, payer, link, invoice, oak_street
) -> None:
    with in_alliance(oak_street):
        make.a_payment(invoice=invoice)
    response = payer.post(f"{link}card/", {"pays": "12000"})

    assert (response.status_code, response["Location"]) == (302, link)


def test_a_link_that_is_forged_opens_nothing(
    at_stripe: AtStripe, payer, link, invoice, oak_street
) -> None:
    with in_alliance(oak_street):
        checkout = at_stripe.visit(invoice)
    forged = link[:-3] + "xx/"
    seen = [
        payer.post(f"{forged}card/", {"pays": "12000"}),
        *(payer.get(f"{forged}card/{checkout.pk}/{end}") for end in ("", "thanks/", "unpaid/")),
    ]

    assert [page.status_code for page in seen] == [410] * 4


def test_anothers_visit_is_not_ones_own(
    at_stripe: AtStripe, payer, link, oak_street, neighbour
) -> None:
    with in_alliance(oak_street):
        another = at_stripe.visit(make.an_invoice())
    seen = [payer.get(f"{link}card/{another.pk}/{end}") for end in ("", "thanks/", "unpaid/")]

    assert [page.status_code for page in seen] == [404] * 3


def test_the_way_back_wants_its_secret(
    at_stripe: AtStripe, payer, invoice, oak_street, mill_lane
) -> None:
    with in_alliance(oak_street):
        checkout = at_stripe.visit(invoice)
        secret = checkouts.return_secret(checkout.pk)
    with in_alliance(mill_lane):
        theirs = checkouts.return_secret(checkout.pk)

    def back(secret: str) -> int:
        return payer.get(reverse("members:card_back", args=[checkout.pk, secret])).status_code

    assert [back(s) for s in (secret, theirs, "x", secret.swapcase())] == [302, 404, 404, 404]


def test_ending_the_connection_ends_the_offer_but_not_the_visit(
    at_stripe: AtStripe, payer, link, invoice, oak_street, ada
) -> None:
    with in_alliance(oak_street):
        checkout = at_stripe.visit(invoice)
        stripe_accounts.end(by=ada)

    assert payer.post(f"{link}card/", {"pays": "12000"})["Location"] == link
    assert payer.get(f"{link}card/{checkout.pk}/").status_code == 200


def test_pages_cost_few_queries(at_stripe: AtStripe, payer, link, invoice, oak_street) -> None:
    with in_alliance(oak_street):
        checkout = at_stripe.paid_visit(invoice)
        at_stripe.bring()
    address = f"{link}card/{checkout.pk}/"

    assert max(queries_of(lambda a=a: payer.get(a)) for a in (address, f"{address}thanks/")) <= 10
