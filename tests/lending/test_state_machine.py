"""Payments, days, bounces and promises in any order, on the real database.

After every step lines, balance and books are added up and compared.
COMMONWEAL_HYPOTHESIS=long walks 400 × 40 steps instead of 8 × 12.
"""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alliance import clock
from alliance.models import Alliance, Seat
from lending.models import Lender, Loan, LoanMoment, LoanPayment, Repayment, ScheduleLine
from lending.queries.accounts import account
from lending.services import arrears, booking, loans, offers, repayment, schedules
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.conftest import PAID_OUT
from tests.lending.reading import assert_adds_up, whole
from tests.pledges.reading import attempt

LONG = os.environ.get("COMMONWEAL_HYPOTHESIS") == "long"
WALK = settings(
    max_examples=400 if LONG else 8,
    stateful_step_count=40 if LONG else 12,
    deadline=None,
    database=None,
    derandomize=not LONG,
    suppress_health_check=list(HealthCheck),
)
BRIEF = settings(WALK, max_examples=25, phases=[Phase.generate])
AMOUNTS = st.one_of(
    st.integers(1, 100_00),
    # A month's interest, a floor, payments and their like, all of it, and more than that.
    st.sampled_from([15_96, 272_46, 408_70, 417_70, 417_71, 2_000_00, 4_904_36, 9_000_00]),
)
RANKS = [*arrears.RANK, LoanMoment.CAUGHT_UP, LoanMoment.OPENED_AGAIN]


class Running(RuleBasedStateMachine):
    """One loan from the day it was paid out; `loan` and `lena` are set by the test."""

    loan: Loan
    lena: Seat

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.forms, self.now = 0, PAID_OUT
        # What the loan was before each standing payment, while only payments were made since.
        self.before: list[tuple[LoanPayment, dict[str, object] | None]] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    @rule(days=st.sampled_from([1, 5, 27, 31, 61]))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        with clock.at(self.now):
            arrears.pass_day(loan=self.loan)
            once = whole(self.loan)
            arrears.pass_day(loan=self.loan)
            assert whole(self.loan) == once
        self.before = [(payment, None) for payment, _then in self.before]

    def pay(self, amount: int, days_ago: int = 0) -> None:
        self.forms += 1
        then = whole(self.loan)
        with clock.at(self.now):
            on = loans.today() - timedelta(days=days_ago)
            paid = repayment.Paid(amount, on, f"form-{self.forms}")
            known = set(self.loan.payments.values_list("pk", flat=True))
            if attempt(repayment.record, loan=self.loan, paid=paid, by=self.lena):
                payment = self.loan.payments.exclude(pk__in=known).get()
                assert repayment.record(loan=self.loan, paid=paid, by=self.lena) == payment
                self.before.append((payment, None if days_ago else then))

    @rule(amount=AMOUNTS)
    def pay_something(self, amount: int) -> None:
        self.pay(amount)

    @rule(amount=AMOUNTS, days_ago=st.sampled_from([1, 20, 40]))
    def pay_and_type_it_in_later(self, amount: int, days_ago: int) -> None:
        self.pay(amount, days_ago)

    @rule(more=st.sampled_from([-1, 0, 0, 1]))
    def pay_what_is_due_now(self, more: int) -> None:
        with clock.at(self.now):
            due = account(self.loan, loans.today()).due_now_minor
        self.pay(due + more)

    @precondition(lambda self: self.now > PAID_OUT)
    @rule(more=st.sampled_from([-1, 0, 1]))
    def pay_all_of_it(self, more: int) -> None:
        with clock.at(self.now):
            payoff = account(self.loan, loans.today()).payoff_minor
        self.pay(payoff + more)
        is_closed = Loan.objects.get().state == "closed"
        newest = self.before[-1][0] if self.before else None
        if newest and newest.paid_minor == payoff + more and newest.on == self.now.date():
            assert is_closed == (more >= 0)
            assert newest.returned_minor == (more if is_closed and more > 0 else 0)

    @precondition(lambda self: self.before)
    @rule()
    def take_back(self) -> None:
        payment, then = self.before.pop()
        with clock.at(self.now):
            repayment.take_back(payment=payment, reason="It bounced.", by=self.lena)
        if then is not None:
            assert whole(self.loan) == then

    @invariant()
    def it_adds_up(self) -> None:
        assert_adds_up(self.loan)

    @invariant()
    def a_payment_goes_to_lines_and_back(self) -> None:
        standing = self.loan.payments.filter(reverses=None, reversals=None)
        kept = sum(payment.paid_minor - payment.returned_minor for payment in standing)
        early = sum(
            payment.principal_minor - sum(part.principal_minor for part in payment.parts.all())
            for payment in standing
        )
        paid = sum(
            line.paid_fee_minor + line.paid_interest_minor + line.paid_principal_minor
            for line in ScheduleLine.objects.in_force()
        )
        assert kept == paid + early
        assert self.loan.amount_minor == early + sum(
            line.principal_minor for line in ScheduleLine.objects.in_force()
        )

    @invariant()
    def what_is_due_is_what_was_agreed_where_nothing_came_early(self) -> None:
        total = sum(line.due_minor for line in ScheduleLine.objects.in_force())
        agreed = self.loan.offer.truth_box.total_due_minor
        is_redrawn = ScheduleLine.objects.filter(superseded_at__isnull=False).exists()
        if self.loan.repayment == Repayment.FLEXIBLE or not is_redrawn:
            assert total == agreed
        else:
            assert total <= agreed

    @invariant()
    def state_and_lines_say_the_same(self) -> None:
        now = Loan.objects.get()
        owed = account(now, self.now.date()).owed_minor
        assert (now.state == "closed") == (owed == 0)
        assert (now.state == "in_arrears") == (now.late_since is not None)

    @invariant()
    def each_step_of_the_ladder_is_higher_than_the_last(self) -> None:
        rank = 0
        for moment in self.loan.steps.filter(moment__in=RANKS).order_by("id"):
            after = arrears.RANK.get(LoanMoment(moment.moment), 0)
            assert after > rank or after == 0
            rank = after


Walk = Callable[..., None]


@pytest.fixture
def walk(
    in_oak_street: Alliance,
    backed: PledgeDrive,
    ben: Seat,
    oak_bank: Lender,
    lena: Seat,
    monkeypatch: pytest.MonkeyPatch,
) -> Walk:
    """Walks the machine on a loan with $9 a month; an inbox has no limit here."""
    monkeypatch.setattr("alliance.services.outbox.PER_HOUR", 10_000)
    monkeypatch.setattr("alliance.services.outbox.PER_DAY", 10_000)

    def go(how: settings, kind: str = Repayment.LEVEL) -> None:
        terms = offers.Terms(
            4_800_00, make.WORKED.apr, 12, monthly_fee_minor=9_00, repayment=Repayment(kind)
        )
        loan = make.a_loan(backed, by=ben, lender=oak_bank, terms=terms, paid_out_at=PAID_OUT)
        here = type("Here", (Running,), {"loan": loan, "lena": lena})
        run_state_machine_as_test(here, settings=how)

    return go


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [Repayment.LEVEL, Repayment.FLEXIBLE])
def test_whatever_the_order(walk: Walk, kind: str) -> None:
    walk(WALK, kind)


def test_control_a_charge_of_a_replaced_line_that_stays_in_the_books_is_found(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "uncharge", lambda loan, lines, by: None)
    with pytest.raises(AssertionError):
        walk(BRIEF)


def test_control_a_balance_that_forgets_what_came_early_is_found(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedules, "replace", lambda *args, **kwargs: None)
    with pytest.raises((AssertionError, IntegrityError)):
        walk(BRIEF)
