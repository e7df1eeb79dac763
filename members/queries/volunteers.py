"""Who gave how much time, and how much of it went to policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet, Sum

from alliance.models import Seat
from members.models import VolunteerHours, VolunteerShift


@dataclass(frozen=True)
class Giver:
    """One person's confirmed time in a year, in minutes."""

    seat: Seat
    minutes: int
    policy_minutes: int
    last_on: date
    is_to_thank: bool


def counted(year: int | None = None) -> QuerySet[VolunteerHours]:
    """Confirmed hours that were not taken out, of one year where given."""
    rows = VolunteerHours.objects.filter(confirmed_at__isnull=False, removed_at__isnull=True)
    return rows if year is None else rows.filter(on__year=year)


def to_confirm() -> QuerySet[VolunteerHours]:
    """Hours that wait for staff."""
    return VolunteerHours.objects.filter(confirmed_at__isnull=True, removed_at__isnull=True)


def givers(year: int) -> Sequence[Giver]:
    """Who gave time that year, most first."""
    sums = (
        counted(year)
        .order_by()
        .values("seat")
        .annotate(
            given=Sum("minutes"),
            policy=Sum("minutes", filter=Q(is_policy=True)),
            last_on=Max("on"),
            to_thank=Count("pk", filter=Q(thanked_at__isnull=True)),
        )
        .order_by("-given", "seat")[:200]
    )
    rows = list(sums)
    seats = Seat.objects.select_related("person").in_bulk([row["seat"] for row in rows])
    return [
        Giver(
            seat=seats[row["seat"]],
            minutes=row["given"],
            policy_minutes=row["policy"] or 0,
            last_on=row["last_on"],
            is_to_thank=bool(row["to_thank"]),
        )
        for row in rows
    ]


def minutes_of(seat: Seat, year: int) -> int:
    """What one person's confirmed time came to."""
    return counted(year).filter(seat=seat).aggregate(sum=Sum("minutes"))["sum"] or 0


def shifts_ahead() -> QuerySet[VolunteerShift]:
    """Shifts to come with how many places are taken."""
    taken = Count("signups", filter=Q(signups__left_at__isnull=True))
    return VolunteerShift.objects.ahead().annotate(taken=taken).order_by("starts_at", "id")
