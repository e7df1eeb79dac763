"""250 members over 400 days, through the services that serve them, each act on its day.

Nothing is called on days on which nothing happens: acts wait in a queue, and
each plans those that follow. Beside each act its diary notes what it means.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from alliance import clock
from alliance.tenancy.scope import current_alliance
from members.models import Invoice, Membership, Method, Payment, Proration, TermKind, Tier
from members.services import invoices, memberships, payments, tiers
from tests.factories import members as make
from tests.members.diary import Away, Bill, Diary, Kind

START, DAYS, MEMBERS = date(2025, 2, 3), 400, 250
CORNER = Kind("Corner", 120_00, 12)
STREET = Kind("Street", 180_00, 12, is_fixed=True)
SQUARE = Kind("Square", 301_00, 6)
# How a member is, and how many of a hundred are so.
MANNERS = {
    "early": 24,
    "late": 16,
    "lapses": 10,
    "returns": 12,
    "parts": 8,
    "halves": 7,
    "credited": 6,
    "refunded": 6,
    "rests": 5,
    "leaves": 6,
}


@dataclass
class Member:
    membership: Membership
    diary: Diary
    manner: str
    renewed: set[date] = field(default_factory=set)


@dataclass
class Paper:
    """An invoice and its line in the diary."""

    invoice: Invoice
    bill: Bill


class Simulation:
    """`Simulation(seed).run()`; then `members`, `done` and the database tell the same story."""

    def __init__(self, seed: int, *, members: int = MEMBERS, days: int = DAYS) -> None:
        self.chance = random.Random(seed)
        self.last = START + timedelta(days=days - 1)
        self.members: list[Member] = []
        self.done: Counter[str] = Counter()
        self.day = START
        self._queue: list[tuple[date, int, Callable[..., None], tuple[Any, ...]]] = []
        self._turn, self._number = count(), count(1)
        with self._clock(START):
            self.tiers = {kind: a_tier(kind) for kind in (CORNER, STREET, SQUARE)}
        for _n in range(members):
            # Half of them at once, as when an alliance begins.
            early = self.chance.random() < 0.5
            self.on(self._in(0, 20) if early else self._in(0, 300), self.join)

    def run(self) -> None:
        while self._queue and self._queue[0][0] <= self.last:
            self.day, _turn, act, arguments = heapq.heappop(self._queue)
            with self._clock(self.day):
                act(*arguments)
            self.done[act.__name__] += 1

    def on(self, day: date, act: Callable[..., None], *arguments: Any) -> None:
        heapq.heappush(self._queue, (max(day, self.day), next(self._turn), act, arguments))

    def join(self) -> None:
        kind = self.chance.choice([CORNER, CORNER, STREET, STREET, SQUARE])
        manner = self.chance.choices(list(MANNERS), list(MANNERS.values()))[0]
        membership = memberships.open_membership(
            business=make.a_business(), tier=self.tiers[kind], by=None
        )
        member = Member(membership, Diary(kind, self.day, self.day), manner)
        self.members.append(member)
        parts = 3 if manner == "parts" else 1
        # Some pay two terms at once.
        terms = 2 if self.chance.random() < 0.06 else 1
        self.ask(member, None, parts, terms)

    def ask(self, member: Member, ends_on: date | None, parts: int = 1, terms: int = 1) -> None:
        """Sends an invoice; of a renewal one that replaces nothing and repeats nothing."""
        number, membership = next(self._number), member.membership
        if ends_on:
            invoice = invoices.renew(membership=membership, ends_on=ends_on, by=None)
        else:
            invoice = invoices.issue_dues(
                membership=membership, key=f"sim-{number}", by=None, parts=parts, terms=terms
            )
        bill = member.diary.bill(
            self.day, number=number, terms=terms, parts=parts, renews=bool(ends_on)
        )
        self._plan_payment(member, Paper(invoice, bill), ends_on)

    def pay(self, member: Member, paper: Paper, amount: int, after: int = 0) -> None:
        """Enters money that came so many days before."""
        bill, method = paper.bill, self.chance.choice(list(Method))
        amount = min(amount, bill.due)
        if not amount:
            return
        fee = amount * 3 // 100 if method == Method.CARD else 0
        received = self.day - timedelta(days=after)
        number = next(self._number)
        receipt = payments.Receipt(
            amount_minor=amount,
            method=method,
            received_on=received,
            fee_minor=fee,
            external_id=f"pi_{number}" if method == Method.CARD else "",
        )
        payments.record(invoice=paper.invoice, receipt=receipt, key=f"sim-{number}", by=None)
        counts = member.diary.pay(bill, amount, day=self.day, received=received, fee=fee)
        if counts:
            self._plan_term(member, paper)

    def credit(self, member: Member, paper: Paper, amount: int) -> None:
        amount = min(amount, paper.bill.due)
        if not amount:
            return
        key = f"sim-{next(self._number)}"
        invoices.credit_invoice(
            invoice=paper.invoice, amount_minor=amount, reason="A rebate.", key=key, by=None
        )
        if member.diary.credit(paper.bill, amount, self.day):
            self._plan_term(member, paper)

    def give_back(self, member: Member, paper: Paper, share: float) -> None:
        """A part of the first payment or all of it, where it came by hand."""
        by_hand = Payment.objects.filter(invoice=paper.invoice).exclude(method=Method.CARD)
        payment = by_hand.order_by("id").first()
        if payment is None:
            return
        amount = max(1, round(payment.refundable_minor * share))
        key = f"sim-{next(self._number)}"
        payments.give_back(payment=payment, amount_minor=amount, reason="Sold.", key=key, by=None)
        member.diary.give_back(paper.bill, amount, self.day)
        is_gone = all(term.voided for term in member.diary.terms)
        if is_gone and self.chance.random() < 0.5:
            self.on(self._in(0, 60), self.ask, member, None)

    def rest(self, member: Member) -> None:
        if member.diary.status(self.day) not in ("new", "current", "renewing"):
            return
        memberships.hold(membership=member.membership, reason="A dispute.", by=None)
        member.diary.away.append(Away("suspended", self.day))
        self.on(self._in(1, 60), self.wake, member)

    def wake(self, member: Member) -> None:
        memberships.release(membership=member.membership, by=None)
        member.diary.away[-1].until = self.day

    def leave(self, member: Member) -> None:
        memberships.cancel(membership=member.membership, by=None)
        member.diary.leave(self.day)
        if self.chance.random() < 0.5:
            self.on(self._in(5, 120), self.ask, member, None)

    def _plan_payment(self, member: Member, paper: Paper, ends_on: date | None) -> None:
        """When, how and whether an invoice is paid."""
        total, manner = paper.bill.total, member.manner
        if ends_on is None:
            day = self._in(0, 12)
        elif manner == "lapses":
            return
        elif manner == "returns":
            day = ends_on + timedelta(days=self.chance.randint(31, 90))
        elif manner == "late":
            day = ends_on + timedelta(days=self.chance.choice([1, 10, 29, 30, 31]))
        else:
            day = ends_on - timedelta(days=self.chance.randint(0, 29))
        if manner == "parts" and paper.bill.first_part < total:
            kept = self.chance.randint(1, 3)
            for n in range(kept):
                last = n == 2
                amount = total if last else paper.bill.first_part
                self.on(day + timedelta(days=31 * n), self.pay, member, paper, amount)
        elif manner == "halves":
            self.on(day, self.pay, member, paper, total // 2)
            self.on(
                day + timedelta(days=self.chance.randint(1, 25)), self.pay, member, paper, total
            )
        elif manner == "credited":
            self.on(day, self.credit, member, paper, 15_00)
            self.on(day, self.pay, member, paper, total)
        else:
            after = self.chance.choice([0, 0, 0, 1, 3])
            self.on(day + timedelta(days=after), self.pay, member, paper, total, after)

    def _plan_term(self, member: Member, paper: Paper) -> None:
        """What follows from a term that counts: its renewal, and what else befalls it."""
        end = max(t.end for t in member.diary.terms if t.sale == paper.bill.number)
        self.on(end - timedelta(days=30), self._renew, member, end)
        if member.manner == "refunded":
            share = self.chance.choice([1, 1, 0.25])
            self.on(self._in(5, 90), self.give_back, member, paper, share)
        elif member.manner == "rests":
            self.on(self._in(10, 120), self.rest, member)
        elif member.manner == "leaves" and len(member.diary.terms) == 1:
            self.on(self._in(20, 300), self.leave, member)

    def _renew(self, member: Member, end: date) -> None:
        """As the first letter does: not where the term is gone or the member has left."""
        diary = member.diary
        last = max((t.end for t in diary.terms if t.voided is None), default=None)
        is_away = diary.status(self.day) in ("cancelled", "suspended")
        if last == end and end not in member.renewed and not is_away:
            member.renewed.add(end)
            self.ask(member, end)

    def _in(self, least: int, most: int) -> date:
        return self.day + timedelta(days=self.chance.randint(least, most))

    def _clock(self, day: date) -> Any:
        moment = datetime.combine(day, time(12), tzinfo=current_alliance().zone)
        return clock.at(moment)


def a_tier(kind: Kind) -> Tier:
    return tiers.add_tier(
        name=kind.name,
        price_minor=kind.price,
        by=None,
        term_kind=TermKind.FIXED if kind.is_fixed else TermKind.ROLLING,
        term_months=kind.months,
        proration=Proration.MONTHLY if kind.is_fixed else Proration.NONE,
    )
