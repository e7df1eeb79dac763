"""Who looks after one group: its stewards, and the staff of the alliance.

What is said in a circle is its members' own: staff may change a circle's words
before it opens, and archive it; they do not come in.
"""

from collections.abc import Iterable

from alliance.access import STEWARDS, Action
from alliance.models import Seat
from groups.models import Group
from groups.queries import stewards
from groups.rules import LOOK_AFTER
from moderation.queries import powers


def seat_with(seats: Iterable[Seat], action: Action, group: Group) -> Seat | None:
    """The seat with which this person may do this in the group; None: they may not."""
    held = tuple(seats)
    if group.is_circle and group.opened_at:
        own = [seat for seat in held if seat.role in STEWARDS & action.roles]
        held = tuple(seat for seat in own if group.space_id in stewards.spaces_of([seat]))
    return powers.seat_with(held, action, group.space)


def keeper(seats: Iterable[Seat], group: Group) -> Seat | None:
    """The seat with which this person lets people in and changes the group's words."""
    return seat_with(seats, LOOK_AFTER, group)
