"""All figures of the reports' first page: a day, a range of days, its months, five years."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from ledger.models import EntryKind
from members.queries.reports.money import Money, money_between
from members.queries.reports.moves import LEFT, Move, Moves, moves_until
from members.queries.reports.states import State, last_snapshot, state_on
from members.queries.reports.terms import Cohort, Terms, terms_between

YEARS = 5


@dataclass(frozen=True)
class Span:
    """Some days in a row and what happened on them; None is unknown."""

    first: date
    last: date
    before: int | None
    active: int | None
    moves: Counter[Move] | None
    cohort: Cohort | None
    renewals: int | None
    attrition: float | None
    money: Counter[EntryKind] | None

    @property
    def left(self) -> int | None:
        """Who ceased to be active, for whatever reason."""
        return None if self.moves is None else sum(self.moves[move] for move in LEFT)


@dataclass(frozen=True)
class Overview:
    """The figures up to `last`; `months` and `years` end there, the oldest first."""

    whole: Span
    state: State
    months: Sequence[Span]
    years: Sequence[Span]
    year_lines: Sequence[tuple[int, Sequence[int | None]]]
    known_from: date | None
    books_from: date | None
    last_snapshot: date | None


def overview(first: date, last: date) -> Overview:
    """The first page of the reports, in six queries however long the alliance has been there."""
    oldest = date(last.year - YEARS + 1, 1, 1)
    since = min(first, oldest)
    facts = _Facts(moves_until(last), terms_between(since, last), money_between(since, last), last)
    years = [date(last.year - back, 1, 1) for back in reversed(range(YEARS))]
    return Overview(
        whole=facts.span(first, last),
        state=state_on(last),
        months=[facts.span(*month) for month in months_between(first, last)],
        years=[facts.span(year, min(date(year.year, 12, 31), last)) for year in years],
        year_lines=[(year.year, facts.month_ends(year.year)) for year in reversed(years)],
        known_from=facts.moves.known_from,
        books_from=facts.money.known_from,
        last_snapshot=last_snapshot(),
    )


def months_between(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The calendar months of these days; the first and the last may be cut."""
    begins = first
    while begins <= last:
        following = begins.replace(day=1) + relativedelta(months=1)
        yield begins, min(following - timedelta(days=1), last)
        begins = following


@dataclass(frozen=True)
class _Facts:
    moves: Moves
    terms: Terms
    money: Money
    last: date

    def span(self, first: date, last: date) -> Span:
        moves = self.moves.between(first, last)
        is_known = moves is not None
        return Span(
            first=first,
            last=last,
            before=self.moves.active_on(first - timedelta(days=1)),
            active=self.moves.active_on(last),
            moves=moves,
            cohort=self.terms.cohort(first, last) if is_known else None,
            renewals=self.terms.renewals_between(first, last) if is_known else None,
            attrition=self.moves.attrition(first, last),
            money=self.money.between(first, last),
        )

    def month_ends(self, year: int) -> list[int | None]:
        """Who was active at each month's end; None before the first record and after today."""
        ends = [date(year, 1, 1) + relativedelta(months=n, days=-1) for n in range(1, 13)]
        return [
            self.moves.active_on(min(end, self.last)) if end.replace(day=1) <= self.last else None
            for end in ends
        ]
