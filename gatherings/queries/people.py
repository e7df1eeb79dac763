"""Who comes to a date, who came, and where a person is expected."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from alliance import clock
from alliance.addresses import normalise_email
from alliance.models import Person
from gatherings import audiences
from gatherings.models import Gathering, Occurrence, Rsvp, RsvpState
from gatherings.queries.dates import REMEMBERED, mark

MOST_SHOWN = 60
CAME = Q(attended_at__isnull=False)


@dataclass(frozen=True)
class Figures:
    """What a date came to: answered = coming + waiting + withdrawn, each confirmed once.

    `came` counts all who were there, `walked_in` those of them who had no place.
    """

    answered: int
    coming: int
    waiting: int
    withdrawn: int
    came: int
    walked_in: int

    @property
    def stayed_away(self) -> int:
        """Who had a place and did not come."""
        return self.coming - (self.came - self.walked_in)


def figures(occurrence: Occurrence) -> Figures:
    """A date's figures in one query."""
    asked = Q(is_walk_in=False, confirmed_at__isnull=False)
    sums = occurrence.rsvps.order_by().aggregate(
        answered=Count("pk", filter=asked),
        coming=Count("pk", filter=asked & Q(state=RsvpState.COMING)),
        waiting=Count("pk", filter=asked & Q(state=RsvpState.WAITING)),
        withdrawn=Count("pk", filter=asked & Q(state=RsvpState.WITHDRAWN)),
        came=Count("pk", filter=CAME),
        walked_in=Count("pk", filter=CAME & Q(is_walk_in=True)),
    )
    return Figures(**sums)


def roster(occurrence: Occurrence) -> list[Rsvp]:
    """Who is expected or was there, by name."""
    return list(Rsvp.objects.coming().filter(occurrence=occurrence).order_by("name", "id"))


def waiting_list(occurrence: Occurrence) -> list[Rsvp]:
    """Who waits, the first in front."""
    return list(Rsvp.objects.waiting().filter(occurrence=occurrence))


def answer_of(person: Person, occurrence: Occurrence) -> Rsvp | None:
    """What a signed-in person answered to a date."""
    found = Rsvp.objects.filter(
        occurrence=occurrence, email_normalised=normalise_email(person.email)
    ).first()
    if found is not None:
        found.occurrence = occurrence
    return found


def answers_of(person: Person) -> Any:
    """A person's answers in this alliance, each with its date."""
    own = Rsvp.objects.filter(
        audiences.standing_answers(), email_normalised=normalise_email(person.email)
    )
    return own.select_related("occurrence__gathering__business")


def ahead_of(person: Person) -> list[Rsvp]:
    """Where a person is expected, or waits to be, the soonest first."""
    found = answers_of(person).live().filter(occurrence__ends_at__gt=clock.now())
    return list(found.order_by("occurrence__starts_at", "id")[:MOST_SHOWN])


def behind_of(person: Person) -> list[Rsvp]:
    """Where a person was, or had a place, the latest first."""
    found = answers_of(person).coming().filter(occurrence__ends_at__lte=clock.now())
    return list(found.order_by("-occurrence__starts_at", "id")[:MOST_SHOWN])


def calendar_of(person: Person) -> list[Occurrence]:
    """The dates that a person's own calendar shows."""
    coming = answers_of(person).coming().filter(occurrence__ends_at__gt=clock.now() - REMEMBERED)
    return [rsvp.occurrence for rsvp in coming.order_by("occurrence__starts_at", "id")]


def calendar_mark(person: Person, secret: str) -> str:
    """Changes whenever the person's calendar does."""
    sums = (
        Rsvp.objects.filter(
            audiences.standing_answers(), email_normalised=normalise_email(person.email)
        )
        .order_by()
        .aggregate(
            count=Count("pk"),
            answered=Max("changed_at"),
            changed=Max("occurrence__gathering__changed_at"),
        )
    )
    return mark(secret, sums["count"], sums["answered"], sums["changed"])


def uncounted() -> QuerySet[Occurrence]:
    """Dates that are over, had people, and of which nobody said who came."""
    return (
        Occurrence.objects.published()
        .open()
        .standing()
        .past()
        .filter(counted_at__isnull=True, taken__gt=0)
    )


def times_attended(seats: QuerySet[Any], start: datetime, end: datetime) -> int | None:
    """To how many dates that began in this span any of these seats came; None where nobody
    noted at any door who came."""
    counted = Occurrence.objects.filter(starts_at__gte=start, starts_at__lt=end)
    if not counted.filter(counted_at__isnull=False).exists():
        return None
    came = Rsvp.objects.filter(
        CAME, seat__in=seats, occurrence__starts_at__gte=start, occurrence__starts_at__lt=end
    )
    return came.order_by().values("occurrence").distinct().count()


@dataclass(frozen=True)
class DateCounts:
    """How many wait for a date, and how many came to it."""

    waiting: int = 0
    came: int = 0


def counts_by_date(gathering: Gathering) -> dict[UUID, DateCounts]:
    """The counts of each of a gathering's dates, in one query."""
    rows = (
        Rsvp.objects.filter(occurrence__gathering=gathering)
        .order_by()
        .values_list("occurrence")
        .annotate(
            waiting=Count("pk", filter=Q(state=RsvpState.WAITING)),
            came=Count("pk", filter=CAME),
        )
    )
    return {pk: DateCounts(waiting, came) for pk, waiting, came in rows}


def listeners(gathering: Gathering) -> int:
    """How many people come to dates ahead, or wait to: who is told when it is called off."""
    live = Rsvp.objects.live().filter(
        occurrence__gathering=gathering,
        occurrence__cancelled_at__isnull=True,
        occurrence__starts_at__gt=clock.now(),
    )
    return int(live.count())
