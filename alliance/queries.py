"""Reads of places that several callers share."""

from django.conf import settings

from alliance import clock
from alliance.models import Alliance, Person, Seat
from alliance.tenancy.prepared import Prepared

_BY_SLUG = Prepared(Alliance, "slug = %s")
_LIVE_SEATS = Prepared(
    Seat,
    "person_id = %s AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > %s)",
    order="created_at",
)


def alliance_at(host: str) -> Alliance | None:
    """The alliance that this host serves: a sub-domain, or a verified own domain."""
    suffix = f".{settings.PLATFORM_HOST}"
    if host.endswith(suffix):
        return next(iter(_BY_SLUG.rows(host.removesuffix(suffix))), None)
    verified = Alliance.objects.filter(domains__verified_at__isnull=False)
    return verified.filter(domains__host__iexact=host).first()


def live_seats(person: Person) -> tuple[Seat, ...]:
    """The person's seats that count now at the current alliance, the oldest first."""
    seats = _LIVE_SEATS.rows(person.pk, clock.now())
    for seat in seats:
        seat.person = person
    return tuple(seats)
