"""Nobody comes in unless a view says who."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from alliance.access import Action, seat_for
from alliance.models import AllianceKey


class NobodyUnlessSaid(BasePermission):
    """The default: a view that forgot to say is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class AnyoneMayRead(BasePermission):
    """Public figures."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.method in ("GET", "HEAD", "OPTIONS")


def seat_or_key(action: Action, scope: str) -> type[BasePermission]:
    """Whoever holds a seat that may do this, or a key that carries the scope."""

    class SeatOrKey(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            if isinstance(request.auth, AllianceKey):
                return scope in request.auth.scopes
            return seat_for(request._request.seats, action) is not None  # type: ignore[attr-defined]

    return SeatOrKey
