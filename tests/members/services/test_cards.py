"""Saved cards: kept with a consent, changed, given up in two presses, forgotten at Stripe."""

import pytest

from alliance.models import Consent, ConsentWithdrawal
from alliance.services import consent
from alliance.tenancy.scope import in_alliance
from members.models import CardCharge, Invoice, Membership, SavedCard
from members.payments.port import Card
from members.queries import cards as queries
from members.services import cards, checkouts, stripe_accounts
from members.services.notices import due_moment
from tests.factories import members as make
from tests.members.at_stripe import AtStripe
from tests.pledges.reading import audited, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def kept(at_stripe: AtStripe, membership: Membership, ben) -> SavedCard:
    """Ben's card, kept as he paid his first dues."""
    at_stripe.paid_visit(make.an_invoice(membership=membership), saves_card=True)
    at_stripe.bring()
    return SavedCard.objects.get()


@pytest.fixture
def renewal(membership: Membership, kept: SavedCard) -> Invoice:
    """The next term's invoice."""
    return make.an_invoice(membership=membership)


def a_card(number: int = 1) -> Card:
    return Card(f"cus_{number}", f"pm_{number}", "mastercard", "4444", 12, 2030)


def kept_now() -> list[tuple[str, bool]]:
    """Every card that was ever kept: its name at Stripe, whether it is kept."""
    rows = SavedCard.objects.order_by("id")
    return [(card.payment_method_id, card.removed_at is None) for card in rows]


def plan(renewal: Invoice, day: str = "2027-03-09") -> CardCharge:
    from datetime import date

    return cards.plan_charge(
        membership=renewal.membership,
        invoice=renewal,
        due_at=due_moment(date.fromisoformat(day), 0),
    )


# --- kept --------------------------------------------------------------------------------


def test_a_card_is_kept_with_its_consent(kept: SavedCard, membership) -> None:
    (agreed,) = Consent.objects.filter(purpose=queries.AUTO_RENEW)

    assert (kept.membership_id, kept.consent_id, kept.brand, kept.last4) == (
        membership.pk, agreed.pk, "Visa", "4242",
    )  # fmt: skip
    assert (kept.expires_month, kept.expires_year) == (8, 2031)
    assert cards.will_charge(membership) == kept
    assert audited("card.kept") == [("card.kept", None, membership.pk, {"last4": "4242"})]


def test_unticked_nothing_is_kept(at_stripe: AtStripe, membership, ben) -> None:
    at_stripe.paid_visit(make.an_invoice(membership=membership))
    at_stripe.bring()

    assert (kept_now(), cards.will_charge(membership)) == ([], None)
    assert Consent.objects.filter(purpose=queries.AUTO_RENEW).count() == 0


def test_another_card_takes_the_place_and_the_first_is_forgotten_there(
    at_stripe: AtStripe, membership, kept: SavedCard, ben
) -> None:
    checkout = checkouts.start_saving(membership=membership, email="ben@example.org", by=ben)
    checkouts.open_at_stripe(at_stripe.alliance, checkout.pk)
    checkout.refresh_from_db()
    at_stripe.account.pay(checkout.external_id)
    at_stripe.bring()
    first, second = SavedCard.objects.order_by("id")
    assert cards.forget_removed(at_stripe.alliance) == 1

    assert cards.will_charge(membership) == second
    assert kept_now() == [("", False), (second.payment_method_id, True)]
    assert at_stripe.account.get(first.payment_method_id)["customer"] is None
    assert at_stripe.account.get(second.payment_method_id)["customer"] == second.customer_id


def test_the_same_card_told_twice_is_one(membership, kept: SavedCard) -> None:
    card = Card(kept.customer_id, kept.payment_method_id, "Visa", "4242", 8, 2031)

    assert cards.keep(membership=membership, card=card) == kept
    assert len(kept_now()) == 1


def test_a_card_to_which_nobody_agreed_is_not_kept(membership) -> None:
    assert cards.keep(membership=membership, card=a_card()) is None
    assert kept_now() == []


def test_a_consent_withdrawn_meanwhile_leaves_the_card_to_be_forgotten(
    at_stripe: AtStripe, membership, ben
) -> None:
    checkout = at_stripe.paid_visit(make.an_invoice(membership=membership), saves_card=True)
    assert cards.stop_renewal(membership=membership, by=ben)
    at_stripe.bring()
    checkout.refresh_from_db()
    (card,) = SavedCard.objects.all()
    assert (checkout.state, cards.will_charge(membership)) == ("paid", None)
    assert card.removed_at is not None

    cards.forget_removed(at_stripe.alliance)
    assert at_stripe.account.get(card.payment_method_id)["customer"] is None


def test_old_news_does_not_bring_a_card_back(
    at_stripe: AtStripe, membership, kept: SavedCard, ben
) -> None:
    cards.stop_renewal(membership=membership, by=ben)
    at_stripe.bring(*at_stripe.account.events)
    before = kept_now()
    cards.agree(membership=membership, email="ben@example.org")
    at_stripe.bring(*at_stripe.account.events)

    assert kept_now() == before
    assert cards.will_charge(membership) is None


# --- charges that are planned ----------------------------------------------------------------


def test_a_charge_is_planned_once(renewal: Invoice) -> None:
    assert not cards.is_planned(renewal)
    first, second = plan(renewal), plan(renewal)

    assert (first.pk, first.state, first.tries) == (second.pk, "due", 0)
    # Nine in the morning in Los Angeles, two days after the clocks went forward.
    assert first.due_at.isoformat() == "2027-03-09T09:00:00-08:00"
    assert cards.is_planned(renewal)


@pytest.mark.parametrize("state", ["paid", "failed"])
def test_a_charge_that_is_over_is_not_revived(renewal: Invoice, state: str) -> None:
    plan(renewal)
    CardCharge.objects.update(state=state)

    assert plan(renewal).state == state
    assert not cards.is_planned(renewal)


def test_a_charge_that_was_stopped_is_revived_with_a_key_of_its_own(renewal: Invoice) -> None:
    plan(renewal)
    CardCharge.objects.update(state="stopped", tries=2)
    revived = plan(renewal, "2027-04-01")

    assert (revived.state, revived.tries) == ("due", 2)
    assert revived.due_at.date().isoformat() == "2027-04-01"


# --- given up ----------------------------------------------------------------------------------


def test_stopping_withdraws_the_consent_the_card_and_the_charge(
    membership, kept: SavedCard, renewal: Invoice, ben
) -> None:
    plan(renewal)
    cards.agree(membership=membership, email="cleo@example.org")
    assert cards.stop_renewal(membership=membership, by=ben)

    assert (cards.will_charge(membership), queries.live_consent(membership)) == (None, None)
    assert ConsentWithdrawal.objects.count() == 2
    assert list(CardCharge.objects.values_list("state", flat=True)) == ["stopped"]
    assert audited("card.stopped") == [("card.stopped", ben.pk, membership.pk, {"last4": "4242"})]


def test_stopping_again_changes_nothing(membership, kept: SavedCard, ben) -> None:
    cards.stop_renewal(membership=membership, by=ben)
    before = row_counts(membership.alliance)

    assert not cards.stop_renewal(membership=membership, by=ben)
    assert row_counts(membership.alliance) == before


def test_stopping_one_membership_leaves_the_others(
    at_stripe: AtStripe, membership, kept: SavedCard, ben, neighbour
) -> None:
    another = make.a_membership()
    cards.agree(membership=another, email="ben@example.org")
    cards.keep(membership=another, card=a_card(2))
    with in_alliance(neighbour.alliance):
        theirs = make.a_membership()
        cards.agree(membership=theirs, email="ben@example.org")
        cards.keep(membership=theirs, card=a_card(3))
    cards.stop_renewal(membership=membership, by=ben)

    assert cards.will_charge(another) is not None
    with in_alliance(neighbour.alliance):
        assert kept_now() == [("pm_3", True)]


def test_a_consent_withdrawn_elsewhere_is_enough(membership, kept: SavedCard) -> None:
    consent.withdraw(email="ben@example.org", purpose=queries.AUTO_RENEW, subject_id=membership.pk)

    assert cards.will_charge(membership) is None


def test_without_a_connection_nothing_will_be_charged(membership, kept: SavedCard, ada) -> None:
    stripe_accounts.end(by=ada)

    assert cards.will_charge(membership) is None
    assert kept_now() == [(kept.payment_method_id, True)]


@pytest.mark.parametrize("trouble", ["refuse", "500"])
def test_a_card_that_stripe_did_not_forget_is_tried_again(
    at_stripe: AtStripe, membership, kept: SavedCard, ben, trouble: str
) -> None:
    cards.stop_renewal(membership=membership, by=ben)
    at_stripe.server.trouble = [trouble]
    assert cards.forget_removed(at_stripe.alliance) == 0
    assert [card.pk for card in cards.to_forget()] == [kept.pk]

    assert cards.forget_removed(at_stripe.alliance) == 1
    assert list(cards.to_forget()) == []
