"""What happened to a member of the simulation, in plain words and plain sums.

Written beside the product and not with it: no query, no service and no rule
of the product is used here. What both say must be the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY, GRACE = timedelta(days=1), timedelta(days=30)


@dataclass(frozen=True)
class Kind:
    """A tier: its price for a full term in cents, and how long that is."""

    name: str
    price: int
    months: int
    is_fixed: bool = False

    def end_of(self, start: date) -> date:
        if self.is_fixed:
            return date(start.year, 12, 31)
        month = start.month - 1 + self.months
        year, month = start.year + month // 12, month % 12 + 1
        try:
            return date(year, month, start.day) - DAY
        except ValueError:
            return date(year, month + 1, 1) - DAY

    def price_of(self, start: date) -> int:
        """Of a fixed year only the months that are left, the one begun included."""
        return self.price * (13 - start.month) // 12 if self.is_fixed else self.price


@dataclass
class Term:
    start: date
    end: date
    counts_from: date
    sale: int
    voided: date | None = None

    def is_good(self, day: date) -> bool:
        return self.counts_from <= day and (self.voided is None or self.voided > day)


@dataclass
class Bill:
    number: int
    total: int
    terms: int
    first_part: int
    renews: bool
    paid: int = 0
    credited: int = 0
    is_counted: bool = False

    @property
    def due(self) -> int:
        return self.total - self.paid - self.credited


@dataclass
class Away:
    """Suspended or cancelled from a day on, up to the day before another."""

    kind: str
    since: date
    until: date | None = None


@dataclass
class Diary:
    kind: Kind
    opened: date
    joined: date
    terms: list[Term] = field(default_factory=list)
    bills: list[Bill] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    # What moved: day of the books, what it was, cents, the processor's part of it.
    money: list[tuple[date, str, int, int]] = field(default_factory=list)

    def bill(self, day: date, *, number: int, terms: int, parts: int, renews: bool) -> Bill:
        total, start = 0, self.next_start(day, day)
        for _n in range(terms):
            total += self.kind.price_of(start)
            start = self.kind.end_of(start) + DAY
        made = Bill(number, total, terms, total // parts if parts > 1 else total, renews)
        self.bills.append(made)
        self.money.append((day, "invoice", total, 0))
        return made

    def pay(self, bill: Bill, amount: int, *, day: date, received: date, fee: int = 0) -> bool:
        """Whether its terms count from now on."""
        bill.paid += amount
        self.money.append((received, "payment", amount, fee))
        return self._count(bill, day, received)

    def credit(self, bill: Bill, amount: int, day: date) -> bool:
        bill.credited += amount
        self.money.append((day, "credit_note", amount, 0))
        if bill.credited < bill.total:
            return self._count(bill, day, day)
        for term in self.terms:
            if term.sale == bill.number and term.voided is None:
                term.voided = day
        return False

    def give_back(self, bill: Bill, amount: int, day: date) -> None:
        """What is given back is credited first."""
        self.credit(bill, amount, day)
        bill.paid -= amount
        self.money.append((day, "refund", amount, 0))

    def leave(self, day: date) -> None:
        """Cancelled; a renewal into which nothing was paid is asked for no more."""
        self.away.append(Away("cancelled", day))
        for bill in self.bills:
            if bill.renews and not bill.paid and not bill.credited:
                self.credit(bill, bill.total, day)

    def next_start(self, day: date, received: date) -> date:
        last = max((term.end for term in self.terms if term.voided is None), default=None)
        return day if last is None or received > last + GRACE else last + DAY

    def _count(self, bill: Bill, day: date, received: date) -> bool:
        if bill.is_counted or (bill.due > 0 and bill.paid + bill.credited < bill.first_part):
            return False
        if bill.due > 0 and bill.first_part == bill.total:
            return False
        for _n in range(bill.terms):
            start = self.next_start(day, received)
            if not self.terms and start > self.opened:
                self.joined = start
            self.terms.append(Term(start, self.kind.end_of(start), day, bill.number))
        bill.is_counted = True
        for away in self.away:
            if away.kind == "cancelled" and away.until is None:
                away.until = day
        return True

    def status(self, day: date) -> str:
        for kind in ("cancelled", "suspended"):
            rows = (away for away in self.away if away.kind == kind and away.since <= day)
            if any(row.until is None or day < row.until for row in rows):
                return kind
        good = [term for term in self.terms if term.is_good(day)]
        until = max((term.end for term in good if term.start <= day), default=None)
        if until is None:
            had_one = any(max(t.start, t.counts_from) <= day for t in self.terms)
            return "lapsed" if had_one else "pending"
        while later := [t.end for t in good if t.start <= until + DAY and t.end > until]:
            until = max(later)
        if day <= until:
            if day < self.joined + timedelta(days=90):
                return "new"
            return "renewing" if until - day <= timedelta(days=45) else "current"
        return "grace" if day <= until + GRACE else "lapsed"


def cohort(diaries: Iterable[Diary], first: date, last: date, as_of: date) -> tuple[int, int, int]:
    """Terms that ended on these days: renewed, still in grace, not renewed."""
    renewed = in_grace = lost = 0
    for diary in diaries:
        for term in ended(diary, first, last, as_of):
            if is_renewed(diary, term, as_of):
                renewed += 1
            elif as_of <= term.end + GRACE:
                in_grace += 1
            else:
                lost += 1
    return renewed, in_grace, lost


def ended(diary: Diary, first: date, last: date, as_of: date) -> Iterator[Term]:
    """Who paid two terms at once is asked after the second."""
    for term in diary.terms:
        ran_out = first <= term.end <= last and term.is_good(term.end)
        is_paid_on = any(t.sale == term.sale and t.start > term.end for t in diary.terms)
        if ran_out and term.counts_from <= as_of and not is_paid_on:
            yield term


def is_renewed(diary: Diary, term: Term, as_of: date) -> bool:
    return any(
        term.end < other.start <= term.end + GRACE
        and other.counts_from <= as_of
        and other.is_good(min(as_of, max(term.end + GRACE, other.counts_from)))
        for other in diary.terms
    )
