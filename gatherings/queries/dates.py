"""Which dates a page or a calendar shows."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Count, Max, Q, QuerySet

from alliance import clock
from alliance.models import Seat
from gatherings import audiences
from gatherings.models import Audience, Gathering, Occurrence
from gatherings.recurrence import days

# A calendar still shows what was a year ago.
REMEMBERED = timedelta(days=366)
# Of one gathering's page: more stand on the list of events.
MOST_SHOWN = 60


def listed(seats: Iterable[Seat]) -> QuerySet[Occurrence]:
    """The dates that these seats may see among the events: public ones, for members all.

    A closed gathering's dates stand there for those who belong to it.
    """
    held = tuple(seats)
    found = Occurrence.objects.public()
    if held:
        closed = Q(gathering__audience=Audience.CLOSED)
        theirs = audiences.seen_by(held, path="gathering")
        found = Occurrence.objects.published().filter(~closed | theirs)
    return found.select_related("gathering__business")


def searched(
    dates: QuerySet[Occurrence], *, kind: str = "", words: str = ""
) -> QuerySet[Occurrence]:
    """Those of one kind, with these words in their title."""
    if kind:
        dates = dates.filter(gathering__kind=kind)
    if words:
        dates = dates.filter(Q(gathering__title__icontains=words) | Q(title__icontains=words))
    return dates


def by_month(dates: Iterable[Occurrence]) -> list[tuple[date, list[Occurrence]]]:
    """Dates in order, parted by the month of their own wall clock."""
    return [(month, list(rows)) for month, rows in groupby(dates, key=lambda each: each.month)]


def next_public(count: int) -> list[Occurrence]:
    """The next public date of so many gatherings, the soonest first, in one query."""
    nearest = Occurrence.objects.public().ahead().standing()
    first_each = nearest.order_by("gathering_id", "starts_at", "id").distinct("gathering_id")
    found = Occurrence.objects.filter(pk__in=first_each.values("pk"))
    return list(found.select_related("gathering__business").order_by("starts_at", "id")[:count])


def dates_of(gathering: Gathering) -> tuple[Sequence[Occurrence], Sequence[Occurrence]]:
    """A gathering's dates: those ahead, soonest first, and those behind, latest first."""
    dates = list(gathering.occurrences.order_by("starts_at", "id"))
    for occurrence in dates:
        occurrence.gathering = gathering
    ahead = [each for each in dates if not each.is_over]
    behind = [each for each in reversed(dates) if each.is_over]
    return ahead[:MOST_SHOWN], behind[:MOST_SHOWN]


def in_calendar(gatherings: QuerySet[Gathering]) -> list[Occurrence]:
    """All dates of any set of gatherings that a calendar shows, with what it says of them."""
    recent = Occurrence.objects.filter(ends_at__gt=clock.now() - REMEMBERED)
    kept = gatherings.filter(pk__in=recent.values("gathering")).order_by()
    dates = Occurrence.objects.filter(gathering__in=kept.values("pk"))
    return list(dates.select_related("gathering__business"))


def calendar_mark(gatherings: QuerySet[Gathering]) -> str:
    """Changes whenever one of these gatherings, or one of its dates, does."""
    sums = gatherings.order_by().aggregate(count=Count("pk"), newest=Max("changed_at"))
    return mark(sums["count"], sums["newest"])


def mark(*parts: object) -> str:
    """An ETag of what these say."""
    text = "|".join(map(str, parts))
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def beside_rule(gathering: Gathering, ahead: Iterable[Occurrence]) -> list[Occurrence]:
    """Dates to come that the rule does not name any more, and that stay since people answered."""
    if gathering.rule is None:
        return []
    named = set(days(gathering.rule, gathering.starts_on))
    return [each for each in ahead if each.original_day not in named and not each.is_cancelled]
