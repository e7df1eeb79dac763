"""Terms of membership: when they begin and end, and what a part of one costs.

Dates only, both ends included; no Django here. A day that a month does not
have becomes the first of the next: a year from 29 February 2024 ends on 28
February 2025, and the next begins on 1 March, once and for all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

GRACE_DAYS = 30
# Where the counting of rollovers begins, for terms that are longer than a year.
EPOCH = 2000
ROLLING, FIXED = "rolling", "fixed"
WHOLE, MONTHLY, DAILY = "none", "monthly", "daily"


@dataclass(frozen=True)
class Term:
    """From the first to the last day, both included."""

    starts_on: date
    ends_on: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    def overlaps(self, other: "Term") -> bool:
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(frozen=True)
class Rule:
    """How a tier counts its terms. `rollover` is (month, day), day 1 to 28."""

    kind: str
    months: int
    rollover: tuple[int, int] = (1, 1)
    proration: str = WHOLE


def same_day_later(day: date, months: int) -> date:
    """That many months on; where that month lacks the day, the first of the next."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        year, month = divmod(index + 1, 12)
        return date(year, month + 1, 1)


def term_from(starts_on: date, rule: Rule) -> Term:
    """The term that begins on this day.

    A fixed term that begins between two rollovers ends at the next one.
    """
    if rule.kind == ROLLING:
        next_start = same_day_later(starts_on, rule.months)
    else:
        next_start = next_rollover(starts_on, rule)
    return Term(starts_on, next_start - timedelta(days=1))


def next_rollover(day: date, rule: Rule) -> date:
    """The first rollover after this day."""
    return same_day_later(last_rollover(day, rule), rule.months)


def last_rollover(day: date, rule: Rule) -> date:
    """The last rollover up to this day.

    All are counted from the same one, in the year 2000: two years' terms roll
    over in the even years for everybody, whatever day is asked about.
    """
    month, day_of_month = rule.rollover
    months = (day.year - EPOCH) * 12 + day.month - month - (day.day < day_of_month)
    return same_day_later(date(EPOCH, month, day_of_month), months // rule.months * rule.months)


def next_start(
    today: date, last_end: date | None, *, paid_on: date | None = None, grace_days: int = GRACE_DAYS
) -> date:
    """Where a paid term begins: after the old end while it can be extended, else today.

    Early or in grace it extends from the old end; after a lapse, or for the
    first time, it begins today. Whether it came in grace is said by `paid_on`,
    the day of the money, which may be written down later.
    """
    if last_end is None or (paid_on or today) > last_end + timedelta(days=grace_days):
        return today
    return last_end + timedelta(days=1)


def next_term(
    today: date, taken: Iterable[Term], rule: Rule, *, paid_on: date | None = None
) -> Term:
    """The next term to be paid for among those that stand, none of which overlap.

    It follows what runs without a gap. Where a term that was taken back left
    a gap before a later one, it fills the gap if it fits, else it goes behind.
    """
    ordered = sorted(taken, key=lambda term: term.starts_on)
    found = term_from(next_start(today, running_until(today, ordered), paid_on=paid_on), rule)
    if found.ends_on < today:
        # Money of long ago: a term that is over already would help nobody.
        found = term_from(today, rule)
    for term in ordered:
        if term.overlaps(found):
            found = term_from(term.ends_on + timedelta(days=1), rule)
    return found


def next_terms(today: date, taken: Iterable[Term], rule: Rule, count: int) -> list[Term]:
    """That many terms, each after those that stand and the ones before it."""
    standing, found = list(taken), list[Term]()
    for _n in range(count):
        found.append(next_term(today, [*standing, *found], rule))
    return found


def gaps_after(terms: Iterable[Term]) -> list[date]:
    """The ends of terms that no other follows on the next day, earliest first."""
    ordered = list(terms)
    starts = {term.starts_on for term in ordered}
    ends = {term.ends_on for term in ordered}
    return sorted(end for end in ends if end + timedelta(days=1) not in starts)


def running_until(day: date, terms: Iterable[Term]) -> date | None:
    """The end, before the first gap, of what had begun by that day; None if nothing had."""
    ordered = sorted(terms, key=lambda term: term.starts_on)
    until = max((term.ends_on for term in ordered if term.starts_on <= day), default=None)
    if until is None:
        return None
    for term in ordered:
        if term.starts_on <= until + timedelta(days=1):
            until = max(until, term.ends_on)
    return until


def price_of(term: Term, price_minor: int, rule: Rule) -> int:
    """What this term costs of a full term's price, in minor units, rounded half to even.

    A rolling term is always full. Months count from the first day of the one
    that has begun; days count out of the full term that holds them.
    """
    if rule.kind == ROLLING or rule.proration == WHOLE:
        return price_minor
    full_start = last_rollover(term.starts_on, rule)
    full = term_from(full_start, rule)
    if rule.proration == DAILY:
        share = Fraction(term.days, full.days)
    else:
        gone = 0
        while same_day_later(full_start, gone + 1) <= term.starts_on:
            gone += 1
        share = Fraction(rule.months - gone, rule.months)
    return round(share * price_minor)


def instalments(total_minor: int, count: int) -> list[int]:
    """Equal parts in minor units; the last absorbs the residue.

    Raises:
        ValueError: fewer than 1 part or more than 4, or more parts than units.
    """
    if not 1 <= count <= 4 or total_minor < count:
        raise ValueError("An invoice is paid in one to four parts, none of them empty.")
    part = total_minor // count
    return [part] * (count - 1) + [total_minor - part * (count - 1)]
