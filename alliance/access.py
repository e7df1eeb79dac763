"""Who may come: decorators that every view carries, and the permission matrix.

An anonymous visitor of a protected page is asked to sign in; a person without
the right seat learns nothing: 404, as for a page that does not exist.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from alliance.models import Role, Seat

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Action:
    """Something that a seat may be allowed to do; `name` is "<room>.<verb>"."""

    name: str
    label: Any
    roles: frozenset[str]


MATRIX: dict[str, Action] = {}
# Members who look after what others write, for a year at a time.
STEWARDS = frozenset({Role.CUSTODIAN, Role.FACILITATOR, Role.ADVISOR})
STAFF = frozenset(set(Role.values) - {Role.MEMBER, Role.EVALUATOR, Role.LENDER} - STEWARDS)


def register(*actions: Action) -> None:
    """Adds a room's actions to the matrix, once each; called in `AppConfig.ready`."""
    for action in actions:
        if MATRIX.setdefault(action.name, action) != action:
            raise ValueError(f"Two different actions are called {action.name}.")


SEE_DESK = Action("staff.see_desk", _("See the staff desk"), STAFF)
MANAGE_KEYS = Action("staff.manage_keys", _("Make and revoke API keys"), frozenset({Role.OWNER}))
SEE_AUDIT = Action(
    "staff.see_audit", _("Read the audit log"), frozenset({Role.OWNER, Role.AUDITOR})
)
MANAGE_SEATS = Action("staff.manage_seats", _("Give and end seats"), frozenset({Role.OWNER}))
CHANGE_ALLIANCE = Action(
    "staff.change_alliance", _("Change the alliance's words and colour"), frozenset({Role.OWNER})
)
MEND_OUTBOX = Action("staff.mend_outbox", _("Send failed mail again"), frozenset({Role.OWNER}))
register(SEE_DESK, MANAGE_KEYS, MANAGE_SEATS, SEE_AUDIT, MEND_OUTBOX, CHANGE_ALLIANCE)


def seat_for(seats: Iterable[Seat], action: Action) -> Seat | None:
    """The first of a person's seats that may do this; it becomes `by`."""
    roles = MATRIX[action.name].roles
    return next((seat for seat in seats if seat.role in roles), None)


def public_page(view: View) -> View:
    """Anyone may come."""
    return _marked(view, "public")


def person_page(view: View) -> View:
    """Whoever is signed in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return _marked(guarded, "person")


def seat_page(action: Action) -> Callable[[View], View]:
    """Whoever holds a seat that may do this; `request.seat` is that seat."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            seat = seat_for(request.seats, action)  # type: ignore[attr-defined]
            if seat is None:
                raise Http404
            request.seat = seat  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return _marked(guarded, action.name)

    return decorate


def _marked(view: View, access: str) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view
