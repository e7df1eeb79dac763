"""What Stripe says, in our books: once, whatever order it comes in, and only what is ours."""

from typing import Any

import pytest

from members.models import (
    Checkout,
    Invoice,
    Membership,
    MembershipPeriod,
    Payment,
    Refund,
    StripeEvent,
)
from members.queries.memberships import today
from members.services import card_books, card_refunds, payments, stripe_events
from tests.factories import members as make
from tests.members.at_stripe import KEY, AtStripe
from tests.members.card_reading import books, named, paid, take_up_again, unsettled
from tests.members.reading import booked, figures_of
from tests.pledges.reading import row_counts
from tests.stripe_fake.objects import REFUSED

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def invoice(membership: Membership, ben) -> Invoice:
    """$120, and Ben pays the bills."""
    return make.an_invoice(membership=membership)


# --- a payment --------------------------------------------------------------------------


def test_a_visit_that_was_paid_is_a_payment_with_its_fee(at_stripe: AtStripe, invoice) -> None:
    checkout = at_stripe.paid_visit(invoice)
    assert at_stripe.bring() == [200, 200, 200]

    (intent,) = at_stripe.account.of("payment_intent")
    checkout.refresh_from_db()
    assert paid() == [(120_00, 3_78, intent["id"])]
    assert figures_of(invoice) == (120_00, 120_00, 0, 0, 0)
    assert checkout.state == "paid"
    assert MembershipPeriod.objects.get().paid_on == today()
    assert booked("payment")[0][3] == {"card": 116_22, "card_fees": 3_78, "receivable": -120_00}
    assert unsettled() == []


def test_the_same_news_ten_times_in_any_order_changes_nothing_more(
    at_stripe: AtStripe, invoice
) -> None:
    at_stripe.paid_visit(invoice, saves_card=True)
    events = at_stripe.server.take(KEY)
    at_stripe.bring(*events)
    once = books(invoice)

    for _ in range(10):
        assert at_stripe.bring(*reversed(events), *events) == [200] * 2 * len(events)
    # Even where a worker took the stored news up anew each time.
    for _ in range(10):
        assert take_up_again(at_stripe) == len(events)

    assert books(invoice) == once
    assert len(paid()) == 1
    assert StripeEvent.objects.count() == len(events)


def test_control_without_the_names_on_payments_each_would_count(
    at_stripe: AtStripe, invoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = payments.record
    keys = iter(range(1000))

    def forgetful(*, receipt: payments.Receipt, key: str, **rest: Any) -> Payment:
        plain = payments.Receipt(
            receipt.amount_minor, receipt.method, receipt.received_on, fee_minor=receipt.fee_minor
        )
        return real(receipt=plain, key=f"{key}:{next(keys)}", **rest)

    monkeypatch.setattr(payments, "record", forgetful)
    at_stripe.paid_visit(invoice)
    events = at_stripe.server.take(KEY)
    for _ in range(3):
        at_stripe.bring(*events)
        take_up_again(at_stripe)

    assert len(paid()) > 1


def test_each_piece_of_news_alone_is_enough(at_stripe: AtStripe, invoice) -> None:
    at_stripe.paid_visit(invoice)
    at_stripe.bring(named(at_stripe, "payment_intent.succeeded"))

    assert len(paid()) == 1
    assert Checkout.objects.get().state == "paid"


def test_a_worker_that_looks_for_itself_needs_no_news(at_stripe: AtStripe, invoice) -> None:
    checkout = at_stripe.paid_visit(invoice)

    assert card_books.look_at_visit(at_stripe.alliance, checkout.pk)
    assert len(paid()) == 1
    at_stripe.bring()
    assert len(paid()) == 1


def test_a_refused_card_leaves_the_visit_open_for_another(at_stripe: AtStripe, invoice) -> None:
    checkout = at_stripe.visit(invoice)
    at_stripe.account.pay(checkout.external_id, card=REFUSED)
    before = books(invoice)
    at_stripe.bring()
    assert books(invoice) == before

    at_stripe.account.pay(checkout.external_id)
    at_stripe.bring()
    assert figures_of(invoice) == (120_00, 120_00, 0, 0, 0)


@pytest.mark.parametrize(
    ("well", "state", "figures"),
    [(True, "paid", (120_00, 120_00, 0, 0, 0)), (False, "failed", (120_00, 0, 0, 120_00, 0))],
)
def test_money_that_is_on_its_way_counts_when_it_comes(
    at_stripe: AtStripe, invoice, well: bool, state: str, figures: tuple[int, ...]
) -> None:
    checkout = at_stripe.visit(invoice)
    at_stripe.account.pay(checkout.external_id, later=True)
    at_stripe.bring()
    assert (paid(), Checkout.objects.get().state) == ([], "open")

    at_stripe.account.arrive(checkout.external_id, well=well)
    at_stripe.bring()
    assert (figures_of(invoice), Checkout.objects.get().state) == (figures, state)


def test_a_visit_that_ran_out_is_over_and_money_all_the_same_counts(
    at_stripe: AtStripe, invoice
) -> None:
    first, second = at_stripe.visit(invoice), at_stripe.visit(invoice, saves_card=True)
    at_stripe.account.expire(first.external_id)
    at_stripe.bring()
    first.refresh_from_db()
    assert first.state == "expired"

    # Ended here by a mistake of ours, paid there.
    Checkout.objects.filter(pk=second.pk).update(state="expired")
    at_stripe.account.pay(second.external_id)
    at_stripe.bring()
    second.refresh_from_db()
    assert (second.state, len(paid())) == ("paid", 1)


def test_two_visits_that_are_both_paid_leave_an_excess_to_give_back(
    at_stripe: AtStripe, invoice
) -> None:
    at_stripe.paid_visit(invoice)
    at_stripe.paid_visit(invoice, saves_card=True)
    at_stripe.bring()

    assert figures_of(invoice) == (120_00, 240_00, 0, 0, 120_00)
    assert MembershipPeriod.objects.count() == 1
    second = Payment.objects.latest("id")
    payments.give_back(payment=second, amount_minor=120_00, reason="Twice.", key="twice", by=None)
    card_refunds.ask_stripe(at_stripe.alliance, Refund.objects.get().pk)
    assert figures_of(invoice) == (120_00, 120_00, 0, 0, 0)
    assert MembershipPeriod.objects.get().voided_on is None


def test_a_part_of_an_agreed_invoice_is_paid(at_stripe: AtStripe, membership, ben) -> None:
    invoice = make.an_invoice(membership=membership, parts=4)
    at_stripe.paid_visit(invoice, amount_minor=30_00)
    at_stripe.bring()

    assert figures_of(invoice) == (120_00, 30_00, 0, 90_00, 0)
    assert MembershipPeriod.objects.count() == 1


def test_a_fee_that_is_not_booked_yet_is_waited_for_a_while(at_stripe: AtStripe, invoice) -> None:
    at_stripe.paid_visit(invoice)
    intent = at_stripe.account.of("payment_intent")[0]
    charge = at_stripe.account.get(intent["latest_charge"])
    fee, charge["balance_transaction"] = charge["balance_transaction"], None
    event = named(at_stripe, "payment_intent.succeeded")
    at_stripe.bring(event)
    assert (paid(), unsettled()) == ([], [(event["type"], "The fee is not known yet.")])

    charge["balance_transaction"] = fee
    StripeEvent.objects.update(due_at=StripeEvent.objects.get().received_at)
    stripe_events.bring_due(at_stripe.alliance)
    assert paid() == [(120_00, 3_78, intent["id"])]


def test_a_fee_that_never_comes_is_left_out(at_stripe: AtStripe, invoice) -> None:
    at_stripe.paid_visit(invoice)
    intent = at_stripe.account.of("payment_intent")[0]
    at_stripe.account.get(intent["latest_charge"])["balance_transaction"] = None
    at_stripe.bring(named(at_stripe, "payment_intent.succeeded"))
    StripeEvent.objects.update(
        tries=stripe_events.PATIENT_TRIES - 1, due_at=StripeEvent.objects.get().received_at
    )
    stripe_events.bring_due(at_stripe.alliance)

    assert paid() == [(120_00, 0, intent["id"])]


# --- what is not ours, or not what we asked for --------------------------------------------


def spoil_amount(intent: dict[str, Any], invoice: Invoice) -> None:
    intent["amount"] = intent["amount_received"] = 1


def spoil_currency(intent: dict[str, Any], invoice: Invoice) -> None:
    intent["currency"] = "eur"


def name_nobodys_visit(intent: dict[str, Any], invoice: Invoice) -> None:
    intent["metadata"] = {
        **intent["metadata"], "checkout": "019a0000-0000-7000-8000-000000000000",
    }  # fmt: skip


def name_no_visit(intent: dict[str, Any], invoice: Invoice) -> None:
    intent["metadata"] = {n: v for n, v in intent["metadata"].items() if n != "checkout"}


def name_another_invoice(intent: dict[str, Any], invoice: Invoice) -> None:
    another = make.an_invoice()
    intent["metadata"] = {**intent["metadata"], "invoice": str(another.pk)}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (spoil_amount, "Another amount was paid than was asked for."),
        (spoil_currency, "A payment came in another currency than the invoice’s."),
        (name_nobodys_visit, "A payment came that nobody here asked for."),
        (name_no_visit, "A payment came that nobody here asked for."),
        (name_another_invoice, "A payment came that nobody here asked for."),
    ],
)
def test_what_was_not_asked_for_changes_nothing_and_is_laid_before_staff(
    at_stripe: AtStripe, invoice, spoil: Any, why: str
) -> None:
    at_stripe.paid_visit(invoice)
    spoil(at_stripe.account.of("payment_intent")[0], invoice)
    before = books(invoice)
    event = named(at_stripe, "payment_intent.succeeded")
    at_stripe.bring(event)

    assert books(invoice) == before
    assert list(StripeEvent.objects.values_list("last_error", "handled_at")) == [(why, None)]
    assert StripeEvent.objects.get().dead_at is not None


def name_another_alliance(metadata: dict[str, str], neighbour: Any) -> None:
    metadata["alliance"] = str(neighbour.alliance.pk)


def name_no_alliance(metadata: dict[str, str], neighbour: Any) -> None:
    del metadata["alliance"]


def name_nobodys_invoice(metadata: dict[str, str], neighbour: Any) -> None:
    metadata["invoice"] = str(neighbour.pledge.pk)


def name_nonsense(metadata: dict[str, str], neighbour: Any) -> None:
    metadata["invoice"] = "2026-0001'; --"


def name_nothing(metadata: dict[str, str], neighbour: Any) -> None:
    metadata.clear()


@pytest.mark.parametrize(
    "rename",
    [name_another_alliance, name_no_alliance, name_nobodys_invoice, name_nonsense, name_nothing],
)
def test_what_is_not_ours_is_left_alone(
    at_stripe: AtStripe, invoice, neighbour, rename: Any
) -> None:
    """A shop of the alliance's, or a second alliance, may use the same account at Stripe."""
    at_stripe.paid_visit(invoice)
    intent = at_stripe.account.of("payment_intent")[0]
    session = at_stripe.account.of("checkout.session")[0]
    for thing in (intent, session):
        thing["metadata"] = dict(thing["metadata"])
        rename(thing["metadata"], neighbour)
    at_stripe.account.refund({"payment_intent": intent["id"], "amount": "500"})
    before = books(invoice)
    theirs = row_counts(neighbour.alliance)
    at_stripe.bring()

    assert books(invoice) == before
    assert row_counts(neighbour.alliance) == theirs
    assert unsettled() == []


def test_news_about_a_thing_that_stripe_does_not_know_is_laid_before_staff(
    at_stripe: AtStripe, invoice
) -> None:
    """Signed, but naming what is not there: its own words count for nothing."""
    event = at_stripe.account.tell(
        "payment_intent.succeeded",
        {"object": "payment_intent", "id": "pi_0001forged", "amount_received": 120_00},
    )
    before = books(invoice)
    at_stripe.bring(event)

    assert books(invoice) == before
    assert unsettled() == [(event["type"], "No such object: 'pi_0001forged'")]


def test_what_an_event_says_itself_counts_for_nothing(at_stripe: AtStripe, invoice) -> None:
    checkout = at_stripe.visit(invoice)
    session = at_stripe.account.get(checkout.external_id)
    event = at_stripe.account.tell(
        "checkout.session.completed", {**session, "status": "complete", "payment_status": "paid"}
    )
    at_stripe.bring(event)

    assert (paid(), unsettled(), Checkout.objects.get().state) == ([], [], "open")
