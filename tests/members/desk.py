"""Members and treasurers as a machine that walks in any order; see test_state_machine."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from alliance import clock
from alliance.models import Alliance
from ledger.queries import check_chain
from members.models import (
    Invoice,
    Membership,
    Method,
    Payment,
    PeriodSource,
    Refund,
    Tier,
)
from members.queries.memberships import history_of, standing_terms
from members.services import invoices, memberships, payments
from members.status import status_on
from members.terms import gaps_after
from tests.factories import members as make
from tests.members import adding_up
from tests.pledges.reading import attempt

START = datetime(2026, 3, 10).date()
WHICH = st.integers(0, 30)
SHARES = st.sampled_from([1, 25, 50, 99, 100, 100, 100, 100, 120])
A_DAY = timedelta(days=1)
IN_GRACE = timedelta(days=30)


class Desk(RuleBasedStateMachine):
    """Three memberships; `alliance` and `tiers` are set by the test."""

    alliance: Alliance
    tiers: list[Tier]

    def __init__(self) -> None:
        super().__init__()
        self.run: Any = transaction.atomic()
        self.run.__enter__()
        self.day, self.keys = START, 0
        self.seen: dict[tuple[object, object], str] = {}
        self.settled: set[object] = set()
        with self.now():
            for tier in self.tiers:
                # All have paid once: most of what may happen, happens later.
                make.a_member(tier=tier)

    def teardown(self) -> None:
        try:
            with self.now():
                self.close_the_day()
                assert check_chain().is_whole
                connection.check_constraints()
        finally:
            if self.run is not None:
                transaction.set_rollback(True)
                self.run.__exit__(None, None, None)
                self.run = None

    def now(self, hour: int = 12):
        noon = datetime.combine(self.day, time(hour), tzinfo=self.alliance.zone)
        return clock.at(noon.astimezone(UTC))

    def key(self) -> str:
        self.keys += 1
        return f"step-{self.keys}"

    def one(self, model, which, **fields):
        rows = list(model.objects.filter(**fields).order_by("id"))
        return rows[which % len(rows)] if rows else None

    # --- what people do -------------------------------------------------------

    @rule(days=st.sampled_from([1, 1, 29, 30, 31, 44, 90, 200, 335, 364, 365]))
    def days_go_by(self, days):
        self.close_the_day()
        self.day += timedelta(days=days)

    def close_the_day(self):
        """Every day that is over is told again as it was told at its end."""
        members = Membership.objects.prefetch_related("periods", "holds", "cancellations")
        histories = {membership.pk: history_of(membership) for membership in members}
        for pk, history in histories.items():
            self.seen[pk, self.day] = status_on(self.day, history)
        for (pk, day), status in self.seen.items():
            assert status_on(day, histories[pk]) == status

    @rule(which=WHICH, terms=st.integers(1, 3), parts=st.sampled_from([1, 1, 1, 2, 4]))
    def issue(self, which, terms, parts):
        membership = self.one(Membership, which)
        with self.now():
            more = {"terms": terms, "parts": parts, "is_quiet": True}
            attempt(invoices.issue_dues, membership=membership, key=self.key(), by=None, **more)

    @rule(which=WHICH)
    def renew(self, which):
        membership = self.one(Membership, which)
        end = max((term.ends_on for term in standing_terms(membership)), default=None)
        if end:
            with self.now():
                first, second = (
                    invoices.renew(membership=membership, ends_on=end, by=None) for _n in "12"
                )
            assert first == second

    @rule(which=WHICH, share=SHARES, ago=st.sampled_from([0, 0, 0, 1, 20, 40, 400]),
          method=st.sampled_from([Method.CHEQUE, Method.CARD, Method.IN_KIND]))  # fmt: skip
    def pay(self, which, share, ago, method):
        invoice = self.one(Invoice, which)
        if invoice is None:
            return
        before = self.standing_of(invoice.membership_id)
        receipt = payments.Receipt(
            amount_minor=(invoice.due_minor or invoice.total_minor) * share // 100,
            method=method,
            received_on=self.day - timedelta(days=ago),
            fee_minor=0 if method != Method.CARD else min(30, invoice.due_minor // 100),
            external_id=self.key() if method == Method.CARD else "",
        )
        ask = {"invoice": invoice, "receipt": receipt, "by": None, "key": self.key()}
        with self.now():
            if attempt(payments.record, **ask):
                count = Payment.objects.count()
                for _n in range(9):
                    payments.record(**ask)
                assert Payment.objects.count() == count
        self.new_terms_begin_where_they_should(invoice.membership_id, before, is_today=not ago)

    def standing_of(self, pk):
        return standing_terms(Membership(pk=pk))

    def new_terms_begin_where_they_should(self, pk, before, *, is_today):
        """Early or in grace from the old end, else today; told again, and simply, for the
        usual case: one run of terms that all begin behind each other, paid today."""
        found = [term for term in self.standing_of(pk) if term not in before]
        if not found or len(gaps_after(before)) > 1 or not is_today:
            return
        end = max((term.ends_on for term in before), default=None)
        is_lapsed = end is None or self.day > end + IN_GRACE
        assert found[0].starts_on == (self.day if is_lapsed else end + A_DAY)

    @rule(which=WHICH, share=SHARES)
    def credit(self, which, share):
        if invoice := self.one(Invoice, which):
            left = invoice.total_minor - invoice.credited_minor
            with self.now():
                attempt(
                    invoices.credit_invoice,
                    invoice=invoice,
                    amount_minor=left * share // 100,
                    reason="As agreed.",
                    key=self.key(),
                    by=None,
                )

    @rule(which=WHICH, share=SHARES)
    def give_back(self, which, share):
        if payment := self.one(Payment, which):
            ask = {"payment": payment, "reason": "As agreed.", "key": self.key(), "by": None}
            with self.now():
                amount = payment.refundable_minor * share // 100
                if attempt(payments.give_back, **ask, amount_minor=amount):
                    payments.give_back(**ask, amount_minor=amount)

    @rule(which=WHICH, is_good=st.booleans(), times=st.integers(1, 3))
    def the_processor_answers(self, which, is_good, times):
        if refund := self.one(Refund, which, payment__method=Method.CARD):
            with self.now():
                for _n in range(times):
                    if is_good:
                        payments.refund_done(refund=refund, by=None)
                    else:
                        payments.refund_failed(refund=refund, error="declined")

    @rule(which=WHICH, act=st.sampled_from(["hold", "release", "cancel", "revoke_cancellation"]))
    def hold_and_end(self, which, act):
        ask = {"membership": self.one(Membership, which), "by": None}
        if act in ("hold", "cancel"):
            ask["reason"] = "Asked for."
        with self.now():
            attempt(getattr(memberships, act), **ask)

    @rule(which=WHICH, ahead=st.sampled_from([0, 10, 400]), days=st.sampled_from([1, 30, 365]))
    def give(self, which, ahead, days):
        starts_on = self.day + timedelta(days=ahead)
        with self.now():
            attempt(
                memberships.give_term,
                membership=self.one(Membership, which),
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=days - 1),
                source=PeriodSource.GIVEN,
                by=None,
            )

    @rule(which=WHICH, tier=st.integers(0, 2))
    def change_tier(self, which, tier):
        membership = self.one(Membership, which)
        with self.now():
            memberships.change_tier(membership=membership, tier=self.tiers[tier], by=None)

    # --- what is true after each ----------------------------------------------

    @invariant()
    def everything_adds_up(self):
        with self.now():
            adding_up.check(settled=self.settled)
