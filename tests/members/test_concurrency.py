"""Everybody at the same desk: numbers without a gap, money once, and nobody waits for ever.

Each guard has a control that takes it away and shows what would happen.
"""

import os
import random
import time
from functools import partial
from threading import Barrier, Event

import pytest
from django.db import OperationalError

from alliance.errors import DomainError
from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from ledger.queries import check_chain
from members.models import (
    CreditNote,
    DocumentKind,
    DocumentSeries,
    Invoice,
    Membership,
    MembershipPeriod,
    Method,
    Payment,
    Refund,
)
from members.queries.memberships import today
from members.services import invoices, memberships, payments
from members.services.numbers import next_number
from tests.factories import members as make
from tests.members import adding_up
from tests.members.reading import figures_of
from tests.pledges.at_once import at_once, broker_instead_of_eager, waiting_for_locks, without_guard
from tests.side_by_side import at_once as side_by_side

pytestmark = pytest.mark.django_db(transaction=True)

REPEATS = int(os.environ.get("COMMONWEAL_REPEATS", "2"))
OWNER = os.environ["OWNER_DATABASE_URL"]


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


@pytest.fixture
def many(oak_street, neighbour) -> list[Membership]:
    """Fifty memberships of one tier."""
    with in_alliance(oak_street):
        tier = make.a_tier()
        return [make.a_membership(tier=tier) for _n in range(50)]


@pytest.fixture
def invoice(oak_street, neighbour) -> Invoice:
    """$120 to be paid."""
    with in_alliance(oak_street):
        return make.an_invoice()


def kinds(answers) -> dict[str, int]:
    """How many answers of each kind: refusals by their own name, everything else by its type."""
    found: dict[str, int] = {}
    for answer in answers:
        name = "refused" if isinstance(answer, DomainError) else type(answer).__name__
        found[name] = found.get(name, 0) + 1
    return found


def sequences() -> list[int]:
    return sorted(Invoice.objects.values_list("sequence", flat=True))


# --- numbers --------------------------------------------------------------------------


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_fifty_invoices_at_once_have_fifty_numbers_in_a_row(oak_street, many, repeat):
    acts = [partial(invoices.issue_dues, membership=m, key=f"k-{m.pk}", by=None) for m in many]
    assert kinds(at_once(oak_street, acts)) == {"Invoice": 50}
    with in_alliance(oak_street):
        assert sequences() == list(range(1, 51))
        assert check_chain().is_whole
        adding_up.check()


class Broken(Exception):
    """Something that fails after the number was given."""


def issue_and_fail(membership: Membership) -> None:
    invoices.issue_dues(membership=membership, key=f"k-{membership.pk}", by=None)
    raise Broken


def test_invoices_that_fail_leave_no_gap(oak_street, many):
    acts = [
        partial(issue_and_fail, m)
        if n % 3 == 0
        else partial(invoices.issue_dues, membership=m, key=f"k-{m.pk}", by=None)
        for n, m in enumerate(many)
    ]
    assert kinds(at_once(oak_street, acts)) == {"Invoice": 33, "Broken": 17}
    with in_alliance(oak_street):
        assert sequences() == list(range(1, 34))
        assert DocumentSeries.objects.get(kind="invoice").last == 33
        adding_up.check()


def test_a_number_that_a_failed_savepoint_took_is_given_to_the_next(oak_street, many):
    """Two requests with one cause: the second one's number goes back."""
    acts = [partial(invoices.issue_dues, membership=many[0], key="same", by=None)] * 20
    answers = at_once(oak_street, acts)
    assert kinds(answers) == {"Invoice": 20}
    assert len({answer.pk for answer in answers}) == 1
    with in_alliance(oak_street):
        assert make.an_invoice(membership=many[1]).sequence == 2
        adding_up.check()


def careless_number(everybody_has_looked: Barrier, kind: DocumentKind, *, year: int) -> int:
    """Looks for the greatest and adds one, as people do."""
    last = Invoice.objects.filter(year=year).order_by("-sequence").first()
    everybody_has_looked.wait(timeout=60)
    return (last.sequence if last else 0) + 1


def careless_issues(oak_street, many, monkeypatch) -> dict[str, int]:
    number = partial(careless_number, Barrier(10))
    monkeypatch.setattr(invoices, "next_number", number)
    acts = [partial(invoices.issue_dues, membership=m, key=f"k-{m.pk}", by=None) for m in many[:10]]
    return kinds(at_once(oak_street, acts))


def test_control_the_greatest_plus_one_would_be_given_ten_times(oak_street, many, monkeypatch):
    with without_guard(OWNER, table="members_invoice", name="invoice_number_once"):
        assert careless_issues(oak_street, many, monkeypatch) == {"Invoice": 10}
        with in_alliance(oak_street):
            assert sequences() == [1] * 10


def test_control_the_constraint_alone_would_turn_nine_away(oak_street, many, monkeypatch):
    found = careless_issues(oak_street, many, monkeypatch)
    assert found == {"Invoice": 1, "IntegrityError": 9}


def test_each_kind_of_paper_and_each_year_counts_by_itself(oak_street, neighbour):
    def one(kind: DocumentKind, year: int) -> int:
        return next_number(kind, year=year)

    asked = [(kind, year) for kind in DocumentKind for year in (2026, 2027)] * 10
    answers = at_once(oak_street, [partial(one, *pair) for pair in asked])
    for pair in set(asked):
        of_pair = [n for n, other in zip(answers, asked, strict=True) if other == pair]
        assert sorted(of_pair) == list(range(1, 11))


# --- money once -------------------------------------------------------------------------


def pay(invoice: Invoice, key: str, **fields) -> Payment:
    receipt = payments.Receipt(
        **{"amount_minor": 120_00, "method": Method.CHEQUE, "received_on": today()} | fields
    )
    return payments.record(invoice=invoice, receipt=receipt, key=key, by=None)


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_two_treasurers_at_once_take_the_money_once(oak_street, invoice, repeat):
    answers = at_once(oak_street, [partial(pay, invoice, f"desk-{n}") for n in range(2)])
    assert kinds(answers) == {"Payment": 1, "refused": 1}
    refused = next(answer for answer in answers if isinstance(answer, DomainError))
    assert refused.message == "Nothing is due on this invoice any more."
    with in_alliance(oak_street):
        assert figures_of(invoice) == (120_00, 120_00, 0, 0, 0)
        assert MembershipPeriod.objects.count() == 1
        adding_up.check()


def test_twenty_of_them_take_no_more_than_is_due(oak_street, invoice):
    acts = [partial(pay, invoice, f"desk-{n}", amount_minor=50_00) for n in range(20)]
    assert kinds(at_once(oak_street, acts)) == {"Payment": 2, "refused": 18}
    with in_alliance(oak_street):
        assert figures_of(invoice)[1] == 100_00


def test_control_without_the_lock_both_would(oak_street, invoice, monkeypatch):
    both_have_looked = Barrier(2)

    def careless(invoice: Invoice) -> Invoice:
        found = Invoice.objects.get(pk=invoice.pk)
        both_have_looked.wait(timeout=60)
        return found

    monkeypatch.setattr(invoices, "locked", careless)
    answers = at_once(oak_street, [partial(pay, invoice, f"desk-{n}") for n in range(2)])
    assert kinds(answers) == {"Payment": 2}
    with in_alliance(oak_street):
        assert figures_of(invoice) == (120_00, 240_00, 0, 0, 120_00)


@pytest.mark.parametrize("of", ["the form", "the processor"])
def test_one_payment_told_twenty_times_at_once_counts_once(oak_street, invoice, of):
    if of == "the form":
        acts = [partial(pay, invoice, "form")] * 20
    else:
        card = {"method": Method.CARD, "external_id": "pi_1"}
        acts = [partial(pay, invoice, f"event-{n}", **card) for n in range(20)]
    answers = at_once(oak_street, acts)
    assert kinds(answers) == {"Payment": 20}
    assert len({answer.pk for answer in answers}) == 1
    with in_alliance(oak_street):
        assert (Payment.objects.count(), figures_of(invoice)[1]) == (1, 120_00)
        assert MembershipPeriod.objects.count() == 1
        adding_up.check()


def test_credits_at_once_take_back_no_more_than_the_invoice(oak_street, invoice):
    def credit(key: str) -> CreditNote:
        return invoices.credit_invoice(
            invoice=invoice, amount_minor=50_00, reason="As agreed.", key=key, by=None
        )

    acts = [partial(credit, f"credit-{n // 2}") for n in range(20)]
    answers = at_once(oak_street, acts)
    assert set(kinds(answers)) == {"CreditNote", "refused"}
    assert len({answer.pk for answer in answers if isinstance(answer, CreditNote)}) == 2
    with in_alliance(oak_street):
        assert figures_of(invoice)[2] == 100_00
        adding_up.check()


def test_refunds_at_once_give_back_no_more_than_came(oak_street, invoice):
    with in_alliance(oak_street):
        payment = make.a_payment(invoice=invoice)

    def back(key: str) -> Refund:
        return payments.give_back(
            payment=payment, amount_minor=50_00, reason="As agreed.", key=key, by=None
        )

    answers = at_once(oak_street, [partial(back, f"back-{n}") for n in range(20)])
    assert kinds(answers) == {"Refund": 2, "refused": 18}
    with in_alliance(oak_street):
        assert figures_of(invoice) == (120_00, 20_00, 100_00, 0, 0)
        adding_up.check()


# --- nobody waits for ever ----------------------------------------------------------------


def issue_while_somebody_pays(oak_street, invoice: Invoice) -> list[object]:
    """One has issued and holds the ledger; the other has the membership and waits for it.

    The first one's commit then looks at the membership again, for the key
    from its invoice: it must not wait for the second.
    """
    is_issued = Event()

    def issue() -> str:
        with in_alliance(oak_street):
            make.an_invoice(membership=invoice.membership)
            is_issued.set()
            until = time.monotonic() + 60
            while waiting_for_locks() < 1:
                assert time.monotonic() < until
        return "issued"

    def settle() -> str:
        assert is_issued.wait(timeout=60)
        with in_alliance(oak_street):
            pay(invoice, "desk")
        return "paid"

    return side_by_side(issue, settle)


def test_who_issues_does_not_wait_for_who_pays(oak_street, invoice):
    assert issue_while_somebody_pays(oak_street, invoice) == ["issued", "paid"]


def test_control_with_a_stronger_lock_they_would_wait_for_each_other(
    oak_street, invoice, monkeypatch
):
    def stronger(membership: Membership) -> Membership:
        rows = Membership.objects.select_for_update(of=("self",))
        return rows.select_related("tier", "business").get(pk=membership.pk)

    monkeypatch.setattr(memberships, "locked", stronger)
    answers = issue_while_somebody_pays(oak_street, invoice)
    assert any(isinstance(answer, OperationalError) for answer in answers)
    assert "deadlock detected" in str(answers)


def anything(oak_street, seed: int) -> object:
    """One act on one of the memberships, by chance."""
    chance = random.Random(seed)
    act = chance.choice(["issue", "pay", "pay", "credit", "back", "renew", "cancel", "hold"])
    rows = {"pay": Invoice, "credit": Invoice, "back": Payment}.get(act, Membership)
    row = chance.choice(list(rows.objects.order_by("id")) or [None])
    if row is None:
        return None
    if act == "issue":
        return make.an_invoice(membership=row, parts=chance.choice([1, 4]), key=f"i-{seed}")
    if act == "renew":
        return invoices.renew(membership=row, ends_on=today(), by=None)
    if act == "pay":
        amount = chance.choice([row.due_minor or 1, 30_00])
        return pay(row, f"p-{seed}", amount_minor=amount, method=chance.choice(list(Method)))
    ask = {"key": f"k-{seed}", "reason": "As agreed.", "by": None}
    if act == "credit":
        amount = chance.choice([row.total_minor, 10_00])
        return invoices.credit_invoice(invoice=row, amount_minor=amount, **ask)
    if act == "back":
        return payments.give_back(payment=row, amount_minor=row.refundable_minor, **ask)
    return getattr(memberships, act)(membership=row, reason="Asked for.", by=None)


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_all_of_it_at_once_in_any_order_and_nobody_waits_for_ever(oak_street, neighbour, repeat):
    with in_alliance(oak_street):
        tier = make.a_tier()
        for _n in range(3):
            make.a_member(tier=tier)
    acts = [partial(anything, oak_street, repeat * 1_000 + n) for n in range(160)]
    answers = at_once(oak_street, acts, connections=16)
    known = {
        "Invoice", "Payment", "CreditNote", "Refund", "Cancellation", "Hold", "refused", "NoneType",
    }  # fmt: skip
    strange = [answer for answer in answers if kinds([answer]).keys() - known]
    assert strange == []
    with in_alliance(oak_street):
        assert check_chain().is_whole
        adding_up.check()
        assert OutboxMessage.objects.values("key").distinct().count() == (
            OutboxMessage.objects.count()
        )
