"""What the reports should say, told slowly: half a day after the other, a row at a time.

Shares nothing with the queries, and nothing with `members.status`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from members.status import History, Paid, Since

GRACE = timedelta(days=30)
DAY = timedelta(days=1)


def known(history: History, day: date) -> History:
    """What was written of it by the end of that day: a report of that day rests on nothing else."""

    def by_then(end: date | None) -> date | None:
        return end if end is not None and end <= day else None

    def rows(found: tuple[Since, ...]) -> tuple[Since, ...]:
        return tuple(Since(r.from_on, by_then(r.until)) for r in found if r.from_on <= day)

    terms = (term for term in history.periods if term.paid_on <= day)
    return replace(
        history,
        periods=tuple(replace(term, voided_on=by_then(term.voided_on)) for term in terms),
        holds=rows(history.holds),
        cancellations=rows(history.cancellations),
    )


def stands(term: Paid, day: date) -> bool:
    """Whether a term makes somebody active at the end of that day."""
    has_begun = term.starts_on <= day and term.paid_on <= day
    is_over = day > term.ends_on + GRACE or (term.voided_on is not None and term.voided_on <= day)
    return has_begun and not is_over


def breaks(history: History, day: date) -> list[str]:
    """What cuts a membership off at the end of that day."""
    return [
        name
        for name, rows in (("ended", history.cancellations), ("suspended", history.holds))
        if any(is_so(row, day) for row in rows)
    ]


def is_so(row: Since, day: date) -> bool:
    return row.from_on <= day and (row.until is None or row.until > day)


def is_active(history: History, day: date) -> bool:
    """At the end of the day."""
    return not breaks(history, day) and any(stands(term, day) for term in history.periods)


def is_active_at_dawn(history: History, day: date) -> bool:
    """What yesterday left, less the grace that ran out at midnight."""
    before = day - DAY
    if breaks(history, before):
        return False
    return any(stands(term, before) and day <= term.ends_on + GRACE for term in history.periods)


def moves_of(history: History, until: date) -> list[tuple[date, str]]:
    """Every move up to that day, oldest first; those of dawn before those of noon."""
    found: list[tuple[date, str]] = []
    has_been = False
    for day in turns(history, until):
        dusk, dawn, now = (
            is_active(history, day - DAY),
            is_active_at_dawn(history, day),
            is_active(history, day),
        )
        if dusk and not dawn:
            found.append((day, "lapsed"))
        if dawn and not now:
            found.append((day, why_left(history, day)))
        if now and not dawn:
            found.append((day, why_came(history, day, has_been=has_been)))
        has_been = has_been or now
    return found


def why_left(history: History, day: date) -> str:
    if any(row.from_on == day for row in history.cancellations):
        return "ended"
    return "suspended" if any(row.from_on == day for row in history.holds) else "credited"


def why_came(history: History, day: date, *, has_been: bool) -> str:
    """`history` is of terms from another system, so a first one is brought, unless it is new."""
    if has_been:
        return "released" if any(row.until == day for row in history.holds) else "returned"
    begins = any(max(term.starts_on, term.paid_on) == day for term in history.periods)
    return "brought" if begins and history.joined_on < day else "joined"


def turns(history: History, until: date) -> list[date]:
    """The days on which anything can change."""
    days: set[date] = set()
    for term in history.periods:
        days |= {term.starts_on, term.paid_on, term.ends_on + GRACE + DAY}
        days |= {term.voided_on} if term.voided_on else set()
    for row in (*history.holds, *history.cancellations):
        days |= {row.from_on} | ({row.until} if row.until else set())
    return sorted(day for day in days if day <= until)


def was_paid(term: Paid, until: date) -> bool:
    """Whether it counted at the end of the day on which it was entered."""
    return term.paid_on <= until and (term.voided_on is None or term.voided_on > term.paid_on)


def fates_of(history: History, since: date, until: date) -> Counter[str]:
    """The terms that ended on these days, by what became of them; each sold by itself."""
    found: Counter[str] = Counter()
    terms = [term for term in history.periods if was_paid(term, until)]
    for term in terms:
        is_due = since <= term.ends_on <= until and term.paid_on <= term.ends_on
        if not is_due or (term.voided_on and term.voided_on <= term.ends_on):
            continue
        later = [other for other in terms if follows(term, other)]
        if any(
            is_kept(other, min(max(term.ends_on + GRACE, other.paid_on), until)) for other in later
        ):
            found["renewed"] += 1
        else:
            found["open" if until <= term.ends_on + GRACE else "lost"] += 1
    return found


def renewals_of(history: History, since: date, until: date) -> int:
    """Terms paid for on these days that follow another one."""
    terms = [term for term in history.periods if was_paid(term, until)]
    return sum(
        any(
            follows(before, term) and before.paid_on <= term.paid_on
            for before in terms
            if is_kept(before, term.paid_on)
        )
        for term in terms
        if since <= term.paid_on <= until
    )


def follows(term: Paid, other: Paid) -> bool:
    return term.ends_on < other.starts_on <= term.ends_on + GRACE


def is_kept(term: Paid, day: date) -> bool:
    """Whether no credit note has taken it back by the end of that day."""
    return term.voided_on is None or term.voided_on > day


def together(counters: Iterable[Counter[str]]) -> Counter[str]:
    return sum(counters, Counter())
