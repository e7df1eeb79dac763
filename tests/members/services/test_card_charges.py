"""Renewals taken from saved cards: once, on their day, tried again after 1, 3 and 7 days."""

from datetime import date, timedelta

import pytest

from alliance import clock
from members.models import CardCharge, Invoice, Membership, Payment, SavedCard, StripeEvent
from members.queries.memberships import last_end
from members.services import card_charges, cards, invoices, memberships, stripe_accounts
from members.services.notices import due_moment
from members.tasks import cards as tasks
from tests.factories import members as make
from tests.members.at_stripe import AtStripe, on_both
from tests.members.reading import figures_of, mails, terms_of
from tests.pledges.reading import row_counts
from tests.stripe_fake import StandIn

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

LAST_DAY = "2027-03-09"


@pytest.fixture
def kept(at_stripe: AtStripe, membership: Membership, ben) -> SavedCard:
    """Ben's card, kept as he paid his first dues on 10 March 2026."""
    with on_both("2026-03-10"):
        at_stripe.paid_visit(make.an_invoice(membership=membership), saves_card=True)
        at_stripe.bring()
    return SavedCard.objects.get()


@pytest.fixture
def charge(membership: Membership, kept: SavedCard) -> CardCharge:
    """The next term's dues, to be taken on 9 March 2027."""
    with on_both("2027-02-07"):
        renewal = invoices.renew(
            membership=membership, ends_on=date.fromisoformat(LAST_DAY), by=None
        )
        return cards.plan_charge(
            membership=membership,
            invoice=renewal,
            due_at=due_moment(date.fromisoformat(LAST_DAY), 0),
        )


def take(at_stripe: AtStripe, day: str, hour: int = 12) -> int:
    with on_both(day, hour):
        return card_charges.take_due(at_stripe.alliance)


def state(charge: CardCharge) -> tuple[str, int, str]:
    """The charge as it is stored: state, tries, what was said against it."""
    charge.refresh_from_db()
    return charge.state, charge.tries, charge.last_error


def letters() -> list[str]:
    return [key for template, _, key in mails() if template.endswith("card_failed")]


def taken(at_stripe: AtStripe) -> list[tuple[int, str]]:
    """What Stripe took or tried to take, oldest first; the first dues left out."""
    intents = list(reversed(at_stripe.account.of("payment_intent")))[1:]
    return [(intent["amount_received"], intent["status"]) for intent in intents]


def test_nothing_is_taken_before_nine_on_the_day(at_stripe: AtStripe, charge) -> None:
    assert take(at_stripe, LAST_DAY, 8) == 0
    assert (state(charge), taken(at_stripe)) == (("due", 0, ""), [])


def test_on_the_day_it_is_taken_and_the_term_follows(
    at_stripe: AtStripe, charge, membership
) -> None:
    assert take(at_stripe, LAST_DAY, 9) == 1

    payment = Payment.objects.latest("id")
    assert state(charge) == ("paid", 0, "")
    assert (payment.amount_minor, payment.fee_minor, payment.reference) == (
        120_00, 3_78, "Visa …4242",
    )  # fmt: skip
    assert figures_of(charge.invoice) == (120_00, 120_00, 0, 0, 0)
    assert [term[:2] for term in terms_of(membership)] == [
        ("2026-03-10", "2027-03-09"),
        ("2027-03-10", "2028-03-09"),
    ]
    assert letters() == []


def test_the_news_of_it_adds_nothing(at_stripe: AtStripe, charge) -> None:
    take(at_stripe, LAST_DAY)
    before = row_counts(at_stripe.alliance)
    del before["StripeEvent"]
    at_stripe.bring()
    after = row_counts(at_stripe.alliance)
    del after["StripeEvent"]

    assert after == before
    assert StripeEvent.objects.filter(handled_at=None).count() == 0


def test_taken_once_however_often_it_is_tried(at_stripe: AtStripe, charge) -> None:
    assert [take(at_stripe, LAST_DAY) for _ in range(3)] == [1, 0, 0]
    assert taken(at_stripe) == [(120_00, "succeeded")]


# --- refused -----------------------------------------------------------------------------------


def test_a_refused_card_is_tried_after_one_three_and_seven_days_then_given_up(
    at_stripe: AtStripe, charge, kept: SavedCard
) -> None:
    at_stripe.account.refused.add(kept.payment_method_id)
    days = {}
    for offset in range(12):
        day = date.fromisoformat(LAST_DAY) + timedelta(days=offset)
        take(at_stripe, day.isoformat())
        days[offset] = state(charge)[:2]

    assert [offset for offset in days if offset == 0 or days[offset] != days[offset - 1]] == [
        0, 1, 3, 7,
    ]  # fmt: skip
    assert state(charge) == ("failed", 4, "Your card was declined.")
    assert letters() == [f"card-failed:{charge.pk}:{n}" for n in (1, 2, 3, 4)]
    assert len(taken(at_stripe)) == 4
    assert figures_of(charge.invoice) == (120_00, 0, 0, 120_00, 0)


def test_each_letter_says_when_it_is_tried_again_and_the_last_that_it_is_not(
    at_stripe: AtStripe, charge, kept: SavedCard
) -> None:
    from alliance.models import OutboxMessage

    at_stripe.account.refused.add(kept.payment_method_id)
    for day in ("2027-03-09", "2027-03-10", "2027-03-12", "2027-03-16"):
        take(at_stripe, day)
    written = OutboxMessage.objects.filter(template__endswith="card_failed").order_by("id")

    assert [m.context["next_on"] for m in written] == [
        "10 March 2027", "12 March 2027", "16 March 2027", "",
    ]  # fmt: skip
    assert {(m.to, m.context["due"], m.context["card"]) for m in written} == {
        ("ben@example.org", "$120", "Visa …4242")
    }
    assert all("/pay/" in m.context["url"] for m in written)


def test_the_letter_reads_well(at_stripe: AtStripe, charge, kept: SavedCard) -> None:
    from django.core import mail

    from alliance.services import outbox

    at_stripe.account.refused.add(kept.payment_method_id)
    outbox.deliver(at_stripe.alliance)
    mail.outbox.clear()
    for day in ("2027-03-09", "2027-03-10", "2027-03-12", "2027-03-16"):
        take(at_stripe, day)
        with on_both(day):
            outbox.deliver(at_stripe.alliance)
    first, last = str(mail.outbox[0].body), str(mail.outbox[-1].body)

    assert len(mail.outbox) == 4
    assert mail.outbox[0].subject == (
        f"The renewal of {charge.invoice.bill_to} could not be taken from your card"
    )
    assert "We wanted to take $120 for invoice 2027-0001" in first
    assert "from the card Visa …4242" in first
    assert "We try again on 10 March 2027." in first
    assert "We do not try again." in last
    assert "/pay/" in first


def test_a_card_that_is_good_again_is_taken_at_the_next_try(
    at_stripe: AtStripe, charge, kept: SavedCard
) -> None:
    at_stripe.account.refused.add(kept.payment_method_id)
    take(at_stripe, "2027-03-09")
    at_stripe.account.refused.clear()
    assert take(at_stripe, "2027-03-10") == 1

    assert state(charge) == ("paid", 1, "")
    assert figures_of(charge.invoice) == (120_00, 120_00, 0, 0, 0)


def test_a_worker_that_was_away_for_days_still_leaves_days_between_tries(
    at_stripe: AtStripe, charge, kept: SavedCard
) -> None:
    at_stripe.account.refused.add(kept.payment_method_id)
    take(at_stripe, "2027-03-20")
    charge.refresh_from_db()

    assert charge.due_at.isoformat() == "2027-03-21T16:00:00+00:00"


# --- no answer ----------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [["refuse"], ["ok", "refuse"], ["ok", "lose"], ["ok", "500"]])
def test_without_an_answer_no_try_is_counted_and_nothing_is_taken_twice(
    at_stripe: AtStripe, charge, trouble: list[str]
) -> None:
    at_stripe.server.trouble = trouble
    assert take(at_stripe, LAST_DAY, 9) == 0
    assert (state(charge), letters()) == (("due", 0, ""), [])

    # Leased: nobody else takes it up at once.
    at_stripe.server.trouble = []
    assert take(at_stripe, LAST_DAY, 9) == 0
    assert take(at_stripe, LAST_DAY, 10) == 1
    assert taken(at_stripe) == [(120_00, "succeeded")]


def test_a_payment_whose_answer_was_lost_is_found_after_stripe_forgot_the_key(
    at_stripe: AtStripe, charge
) -> None:
    at_stripe.server.trouble = ["ok", "lose"]
    take(at_stripe, LAST_DAY)
    at_stripe.account.answers.clear()

    assert take(at_stripe, "2027-03-11") == 1
    assert taken(at_stripe) == [(120_00, "succeeded")]


def test_control_without_looking_and_without_the_key_it_would_be_taken_twice(
    at_stripe: AtStripe, charge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_charges, "_taken_before", lambda *args: None)
    at_stripe.server.trouble = ["lose"]
    take(at_stripe, LAST_DAY)
    at_stripe.account.answers.clear()
    take(at_stripe, "2027-03-11")

    assert taken(at_stripe) == [(120_00, "succeeded"), (120_00, "succeeded")]


@pytest.mark.parametrize("guard", ["the look", "the key"])
def test_either_guard_alone_is_enough(
    at_stripe: AtStripe, charge, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    at_stripe.server.trouble = ["lose"] if guard == "the key" else ["ok", "lose"]
    if guard == "the key":
        monkeypatch.setattr(card_charges, "_taken_before", lambda *args: None)
    take(at_stripe, LAST_DAY)
    if guard == "the look":
        at_stripe.account.answers.clear()
    take(at_stripe, "2027-03-11")

    assert taken(at_stripe) == [(120_00, "succeeded")]


def test_a_worker_that_died_on_stripes_answer_is_followed_by_one_that_books_it(
    at_stripe: AtStripe, charge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(card_charges.card_books, "bring_in", die)
        with pytest.raises(KeyboardInterrupt):
            take(at_stripe, LAST_DAY)
    assert (state(charge), figures_of(charge.invoice)[1]) == (("due", 0, ""), 0)

    assert take(at_stripe, "2027-03-10") == 1
    assert taken(at_stripe) == [(120_00, "succeeded")]
    assert figures_of(charge.invoice) == (120_00, 120_00, 0, 0, 0)


# --- nothing to take ------------------------------------------------------------------------------


def test_what_was_paid_by_hand_is_not_taken(at_stripe: AtStripe, charge) -> None:
    with on_both("2027-03-01"):
        make.a_payment(invoice=charge.invoice)
    take(at_stripe, LAST_DAY)

    assert (state(charge), taken(at_stripe)) == (("stopped", 0, ""), [])


def test_what_was_paid_in_part_is_taken_for_the_rest(at_stripe: AtStripe, charge) -> None:
    with on_both("2027-03-01"):
        make.a_payment(invoice=charge.invoice, amount_minor=100_00)
    take(at_stripe, LAST_DAY)

    assert taken(at_stripe) == [(20_00, "succeeded")]
    assert figures_of(charge.invoice) == (120_00, 120_00, 0, 0, 0)


@pytest.mark.parametrize("end", ["stopped", "cancelled", "held", "removed"])
def test_who_stopped_or_left_is_not_charged(
    at_stripe: AtStripe, charge, membership, ben, end: str
) -> None:
    with on_both("2027-03-01"):
        if end == "stopped":
            cards.stop_renewal(membership=membership, by=ben)
        elif end == "cancelled":
            memberships.cancel(membership=membership, by=ben)
        elif end == "held":
            memberships.hold(membership=membership, reason="Under review.", by=None)
        else:
            SavedCard.objects.update(removed_at=clock.now())
    take(at_stripe, LAST_DAY)

    assert (state(charge), taken(at_stripe)) == (("stopped", 0, ""), [])


def test_without_a_connection_it_rests(at_stripe: AtStripe, charge, ada) -> None:
    stripe_accounts.end(by=ada)
    take(at_stripe, LAST_DAY)

    assert (state(charge), taken(at_stripe), letters()) == (("stopped", 0, ""), [], [])


def test_keys_that_cannot_be_read_count_as_a_try(at_stripe: AtStripe, charge, settings) -> None:
    settings.SECRET_KEY = "another"
    take(at_stripe, LAST_DAY)

    assert (state(charge), taken(at_stripe)) == (("due", 1, "not connected"), [])


def test_a_card_of_another_account_is_refused_and_the_member_is_told(
    at_stripe: AtStripe, charge, ada
) -> None:
    stripe_accounts.connect(
        secret_key="rk_test_elsewhere", webhook_secret="whsec_elsewhere", by=ada
    )
    take(at_stripe, LAST_DAY)

    assert state(charge)[:2] == ("due", 1)
    assert state(charge)[2].startswith("No such object")
    assert letters() == [f"card-failed:{charge.pk}:1"]


# --- many, and the sweep -------------------------------------------------------------------


def test_one_that_is_refused_does_not_hold_back_the_others(
    at_stripe: AtStripe, charge, kept: SavedCard, stripe_server: StandIn
) -> None:
    """Fixed years end for everybody on one day."""
    others = []
    with on_both("2026-04-01"):
        for _ in range(3):
            member = make.a_membership(tier=charge.membership.tier)
            invoice = make.an_invoice(membership=member)
            Invoice.objects.filter(pk=invoice.pk).update(bill_email="x@example.org")
            invoice.refresh_from_db()
            at_stripe.paid_visit(invoice, saves_card=True)
            others.append(member)
        at_stripe.bring()
    with on_both("2027-02-07"):
        for member in others:
            ends_on = last_end(member)
            assert ends_on is not None
            renewal = invoices.renew(membership=member, ends_on=ends_on, by=None)
            cards.plan_charge(
                membership=member,
                invoice=renewal,
                due_at=due_moment(date.fromisoformat(LAST_DAY), 0),
            )
    at_stripe.account.refused.add(kept.payment_method_id)

    assert take(at_stripe, LAST_DAY) == 3
    assert sorted(CardCharge.objects.values_list("state", flat=True)) == [
        "due", "paid", "paid", "paid",
    ]  # fmt: skip


def test_the_sweep_wakes_the_alliances_that_have_something_due(
    at_stripe: AtStripe, charge, neighbour, ben, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(tasks.wake, "now", lambda task, **given: woken.append((task, given)))
    with on_both("2027-03-08"):
        tasks.charge_cards()
    assert woken == []

    with on_both(LAST_DAY):
        tasks.charge_cards()
        cards.stop_renewal(membership=charge.membership, by=ben)
        tasks.charge_cards()
    ours = {"alliance_id": str(at_stripe.alliance.pk)}
    assert woken == [("members.take_charges", ours), ("members.forget_cards", ours)]
