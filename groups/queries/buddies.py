"""Who keeps a new member company, as the members' welcome says."""

from collections.abc import Iterable
from uuid import UUID

from groups.models import GroupMember
from members.models import Buddy, Representative
from members.queries.welcome import live_buddies


def buddy_of(member: GroupMember) -> Buddy | None:
    """The buddy of this member's business; None where nobody is."""
    own = Representative.objects.live().filter(seat__person=member.seat.person_id)
    found = live_buddies().filter(membership__business__in=own.values("business"))
    buddy: Buddy | None = (
        found.exclude(seat__person=member.seat.person_id)
        .select_related("seat__person")
        .order_by("-assigned_at")
        .first()
    )
    return buddy


def businesses_by_seat(seats: Iterable[UUID]) -> dict[UUID, str]:
    """The name of the business that each of these seats speaks for, the first where several."""
    rows = (
        Representative.objects.live()
        .filter(seat__in=list(seats))
        .order_by("-created_at")
        .values_list("seat_id", "business__trade_name")
    )
    return dict(rows)
