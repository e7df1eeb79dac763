"""Who comes to the resources that no key opens, and with which seat they write."""

from typing import Any

from rest_framework.exceptions import PermissionDenied, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from alliance import limits
from alliance.access import seat_for
from alliance.models import AllianceKey, Seat
from groups.queries import access
from groups.rules import TAKE_PART


class TakesPart(BasePermission):
    """Whoever is signed in with a seat that takes part in groups."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, AllianceKey):
            return False
        return seat_for(seats_of(request), TAKE_PART) is not None


def seats_of(request: Request) -> tuple[Seat, ...]:
    """The seats of whoever asks, in this alliance."""
    return tuple(request._request.seats)  # type: ignore[attr-defined]


def writer(request: Request) -> Seat:
    """The person's own seat; a key reads, and writes nothing.

    Raises:
        PermissionDenied: a key, or somebody who takes part with no seat of their own.
    """
    seat = None if isinstance(request.auth, AllianceKey) else access.seat_in(seats_of(request))
    if seat is None:
        raise PermissionDenied
    return seat


def count(request: Request, *, group: str, rate: str) -> None:
    """Counts one attempt of this person together with those on the page of the same `group`.

    Raises:
        Throttled: it was one too many.
    """
    if wait := limits.over(request._request, group=group, rate=rate, by="person"):
        raise Throttled(wait)
