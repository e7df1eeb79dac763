"""The tables and charts of the reports: every number with the address of its list."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from babel.numbers import format_percent
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from alliance import charts
from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from ledger.models import EntryKind
from members.models import Status, Tier
from members.queries.reports.lists import MONEY, Question, What
from members.queries.reports.moves import CAME, LEFT, Move
from members.queries.reports.overview import Overview, Span

PLACES_SHOWN = 60
# Places beyond these are folded away.
PLACES_AT_ONCE = 12


@dataclass(frozen=True)
class Cell:
    """A number in words; with an address where there is a list behind it."""

    words: str
    url: str = ""
    is_unknown: bool = False


@dataclass(frozen=True)
class Row:
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """A table as the template draws it; `foot` sums the rows up, `more` of them are folded."""

    key: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Row]
    foot: Row | None = None
    drawing: Any = field(default=None)
    more: Sequence[Row] = ()


def unknown() -> Cell:
    """Before the first record nothing is known, which is not zero."""
    return Cell(_("unknown"), is_unknown=True)


def count(number: int | None, what: What, first: date, last: date, **part: Any) -> Cell:
    """A number of memberships with its list."""
    if number is None:
        return unknown()
    return Cell(f"{number:,}", list_url(what, first, last, **part) if number else "")


def share(part: float | None) -> Cell:
    """A share in per cent; of nothing it is a dash."""
    if part is None:
        return Cell("–")
    return Cell(format_percent(part, "#,##0.#%", locale=to_locale(get_language() or "en")))


def list_url(what: What, first: date, last: date, **part: Any) -> str:
    """Where the list behind a number stands."""
    words = Question(what, first, last, **part).words
    return f"{reverse('members_staff:report_list')}?{urlencode(words)}"


def reports_url(first: date, last: date) -> str:
    """The first page, for these days; of a single day, for the year before it."""
    days = {"until": last.isoformat()} | ({"since": first.isoformat()} if first != last else {})
    return f"{reverse('members_staff:reports')}?{urlencode(days)}"


def of_day(found: Overview, tiers: dict[UUID, Tier]) -> list[Table]:
    """By status, by tier, by place, at the end of the last day."""
    state, day = found.state, found.whole.last
    statuses = [
        Row(
            str(status.label).capitalize(),
            [count(state.by_status[status], What.STATUS, day, day, status=status)],
        )
        for status in Status
    ]
    by_tier = [
        Row(tier.name, [count(state.by_tier[pk], What.ACTIVE, day, day, tier=pk)])
        for pk, tier in tiers.items()
        if state.by_tier[pk] or tier.retired_at is None
    ]
    active = Row(_("Active in all"), [count(state.active, What.ACTIVE, day, day)])
    members = _("Members")
    return [
        Table("by-status", _("By status"), [_("Status"), members], statuses, active),
        Table("by-tier", _("Active by tier"), [_("Tier"), members], by_tier, active),
        _by_place(found, [_("Region"), members], active),
    ]


def movement(found: Overview) -> Table:
    """How the number of active members became what it is, line by line."""
    span = found.whole
    moves = span.moves
    rows = [
        Row(
            str(move.label),
            [count(None if moves is None else moves[move], What(move.value), *_days(span))],
        )
        for move in (*CAME, *LEFT)
    ]
    before = Row(
        _("Active before %(day)s") % {"day": in_words(span.first)},
        [Cell(f"{span.before:,}") if span.before is not None else unknown()],
    )
    after = Row(
        _("Active at the end of %(day)s") % {"day": in_words(span.last)},
        [count(span.active, What.ACTIVE, span.last, span.last)],
    )
    head = [_("What happened"), _("Members")]
    return Table("movement", _("From the first day to the last"), head, [before, *rows], after)


def months(found: Overview) -> Table:
    """Who came, stayed and went, month by month."""
    head = [
        _("Month"),
        _("Joined"),
        _("Reinstated"),
        _("Renewals"),
        _("Lapsed"),
        _("All who left"),
        _("Attrition"),
        _("Active at the end"),
    ]
    bars = _bars(found, lambda span: None if span.moves is None else span.moves[Move.JOINED])
    return _monthly("months", _("Month by month"), head, found, _coming_and_going, bars)


def cohorts(found: Overview) -> Table:
    """Retention by the month in which the terms ended."""
    head = [
        _("Terms that ended in"),
        _("Due"),
        _("Renewed"),
        _("Still in grace"),
        _("Not renewed"),
        _("Retention"),
    ]
    bars = _bars(found, lambda span: span.cohort.retention if span.cohort else None)
    cells = _retention(found.whole.last)
    return _monthly("cohorts", _("Retention by cohort"), head, found, cells, bars)


def money(found: Overview) -> Table:
    """Dues by the day on which the books have them."""
    head = [_("Month"), _("Invoiced"), _("Credited"), _("Received"), _("Refunded")]
    received = EntryKind.PAYMENT
    bars = _bars(found, lambda span: None if span.money is None else span.money[received])
    return _monthly("money", _("Dues by month"), head, found, _sums, bars)


def years(found: Overview) -> Table:
    """Five years side by side."""
    retention = _retention(found.whole.last)
    lines: list[tuple[str, Callable[[Span], Cell]]] = [
        (_("Active at the end"), lambda span: _coming_and_going(span)[6]),
        (_("Joined"), lambda span: _coming_and_going(span)[0]),
        (_("Reinstated"), lambda span: _coming_and_going(span)[1]),
        (_("Renewals"), lambda span: _coming_and_going(span)[2]),
        (_("Lapsed"), lambda span: _coming_and_going(span)[3]),
        (_("All who left"), lambda span: _coming_and_going(span)[4]),
        (_("Attrition"), lambda span: _coming_and_going(span)[5]),
        (_("Terms due"), lambda span: retention(span)[0]),
        (_("Retention"), lambda span: retention(span)[4]),
        (_("Dues invoiced"), lambda span: _sums(span)[0]),
        (_("Dues received"), lambda span: _sums(span)[2]),
    ]
    rows = [Row(name, [cell(span) for span in found.years]) for name, cell in lines]
    names = [str(span.first.year) for span in found.years]
    months_short = [date_format(date(2000, month, 1), "M") for month in range(1, 13)]
    drawing = charts.lines(
        [(str(year), ends) for year, ends in found.year_lines if any(ends)], months_short
    )
    return Table(
        "years", _("Five years side by side"), [_("In the year"), *names], rows, drawing=drawing
    )


def in_words(day: date) -> str:
    """22 Nov 2026."""
    return date_format(day, "j M Y")


def _days(span: Span) -> tuple[date, date]:
    return span.first, span.last


def _coming_and_going(span: Span) -> list[Cell]:
    moves, days = span.moves, _days(span)
    if moves is None:
        return [unknown()] * 7
    return [
        count(moves[Move.JOINED], What.JOINED, *days),
        count(moves[Move.RETURNED], What.RETURNED, *days),
        count(span.renewals, What.RENEWALS, *days),
        count(moves[Move.LAPSED], What.LAPSED, *days),
        count(span.left, What.LEFT, *days),
        unknown() if span.before is None else share(span.attrition),
        count(span.active, What.ACTIVE, span.last, span.last),
    ]


def _retention(as_of: date) -> Callable[[Span], list[Cell]]:
    def cells(span: Span) -> list[Cell]:
        cohort, days = span.cohort, _days(span)
        if cohort is None:
            return [unknown()] * 5
        return [
            count(cohort.due, What.DUE, *days, as_of=as_of),
            count(cohort.renewed, What.RENEWED, *days, as_of=as_of),
            count(cohort.open, What.OPEN, *days, as_of=as_of),
            count(cohort.lost, What.LOST, *days, as_of=as_of),
            share(cohort.retention),
        ]

    return cells


def _sums(span: Span) -> list[Cell]:
    if span.money is None:
        return [unknown()] * len(MONEY)
    currency, days = current_alliance().currency, _days(span)
    sums = [(what, span.money[kind]) for what, kind in MONEY.items()]
    return [
        Cell(format_money(sum_, currency), list_url(what, *days) if sum_ else "")
        for what, sum_ in sums
    ]


def _monthly(
    key: str,
    caption: str,
    head: Sequence[str],
    found: Overview,
    cells: Callable[[Span], list[Cell]],
    drawing: charts.Bars,
) -> Table:
    rows = [Row(date_format(span.first, "F Y"), cells(span)) for span in found.months]
    return Table(key, caption, head, rows, Row(_("Together"), cells(found.whole)), drawing)


def _bars(found: Overview, size: Callable[[Span], float | None]) -> charts.Bars:
    is_long = len(found.months) > charts.MOST_LABELS
    return charts.bars(
        [
            charts.Value(
                short=date_format(span.first, "M y" if is_long else "M"),
                name=date_format(span.first, "F Y"),
                size=size(span),
            )
            for span in found.months
        ]
    )


def _by_place(found: Overview, head: list[str], active: Row) -> Table:
    places = _places(found)
    first, more = places[:PLACES_AT_ONCE], places[PLACES_AT_ONCE:]
    return Table("by-place", _("Active by region"), head, first, active, more=more)


def _places(found: Overview) -> list[Row]:
    """The largest first; behind the sixtieth, all others in one row."""
    day = found.whole.last
    ordered = sorted(found.state.by_place.items(), key=lambda item: (-item[1], *astuple(item[0])))
    rows = []
    for place, number in ordered[:PLACES_SHOWN]:
        name = ", ".join(part for part in (place.neighbourhood, place.city) if part)
        part = {"city": place.city, "neighbourhood": place.neighbourhood}
        rows.append(Row(name or _("No address"), [count(number, What.ACTIVE, day, day, **part)]))
    if rest := sum(number for _place, number in ordered[PLACES_SHOWN:]):
        rows.append(Row(_("All other places"), [count(rest, What.ACTIVE, day, day)]))
    return rows
