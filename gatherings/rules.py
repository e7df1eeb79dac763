"""Who may do what with gatherings."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from alliance.access import STAFF, Action, seat_for
from alliance.models import Role, Seat
from gatherings.models import Audience, Gathering
from members.queries import businesses as members

_KEEPERS = frozenset({Role.OWNER, Role.COMMUNITY, Role.CAMPAIGNS})

SEE_GATHERINGS = Action("gatherings.see", _("See events and who comes"), STAFF)
MANAGE_GATHERINGS = Action(
    "gatherings.manage", _("Write, publish, change and cancel events"), _KEEPERS
)
# Staff at any event, representatives at those that their business hosts.
KEEP_DOOR = Action(
    "gatherings.keep_door",
    _("See who comes, and record who came"),
    frozenset({*_KEEPERS, Role.VOLUNTEER, Role.MEMBER}),
)
EXPORT_GATHERINGS = Action(
    "gatherings.export",
    _("Export who came"),
    frozenset({Role.OWNER, Role.COMMUNITY, Role.AUDITOR}),
)
ACTIONS = (SEE_GATHERINGS, MANAGE_GATHERINGS, KEEP_DOOR, EXPORT_GATHERINGS)


def door_seat(seats: Iterable[Seat], gathering: Gathering) -> Seat | None:
    """The seat that keeps this gathering's door: staff's, or a host's; None for others.

    A closed gathering's owner keeps its door elsewhere.
    """
    if gathering.is_closed:
        return None
    held = tuple(seats)
    staff = [seat for seat in held if seat.role != Role.MEMBER]
    if found := seat_for(staff, KEEP_DOOR):
        return found
    business = gathering.business
    if business is None:
        return None
    return next((seat for seat in held if members.speaks_for(seat, business)), None)


def may_see(seats: Iterable[Seat], gathering: Gathering) -> bool:
    """Whether these seats may read a draft: staff, and its host's people."""
    if gathering.is_closed:
        return False
    held = tuple(seats)
    if seat_for(held, SEE_GATHERINGS):
        return True
    business = gathering.business
    return business is not None and any(members.speaks_for(seat, business) for seat in held)


def may_read(seats: Iterable[Seat], gathering: Gathering) -> bool:
    """Whether these seats may open its page: everybody, members, or, for a draft, its keepers.

    A closed gathering has no page in this room; a hidden one has none either: its
    writers find it among their own events.
    """
    if gathering.is_closed:
        return False
    held = tuple(seats)
    if gathering.is_hidden:
        return False
    if gathering.is_draft:
        return may_see(held, gathering)
    return gathering.audience == Audience.PUBLIC or bool(held)
