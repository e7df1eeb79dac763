"""Which groups somebody may read, and with which of their seats they are there.

Open groups: every member of the alliance, and its staff. On request: those who
are inside, and those who look after the community. Circles: those who are
inside and the circle's own stewards; nobody else, staff neither. An archived
group is read as before; a draft by those who make it.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from alliance.access import STAFF, seat_for
from alliance.models import Role, Seat
from groups.models import INSIDE, Group, GroupKind, GroupMember
from groups.queries import stewards
from groups.rules import MANAGE_GROUPS, TAKE_PART


def seat_in(seats: Iterable[Seat]) -> Seat | None:
    """The seat with which a person takes part: the member's, else the first of the staff's."""
    held = tuple(seats)
    member = next((seat for seat in held if seat.role == Role.MEMBER), None)
    staff = sorted((seat for seat in held if seat.role in STAFF), key=lambda seat: seat.pk)
    return member or next(iter(staff), None)


def member_of(group: Group, seats: Iterable[Seat]) -> GroupMember | None:
    """The person's live row in this group, in whatever state; None where there is none."""
    people = people_behind(seats)
    if not people:
        return None
    found = GroupMember.objects.live().filter(group=group, seat__person__in=people)
    row: GroupMember | None = found.select_related("seat__person").first()
    return row


def people_behind(seats: Iterable[Seat]) -> set[UUID]:
    """Whose seats these are: a person is one member, whichever seat they came with."""
    return {seat.person_id for seat in seats}


def readable_groups(seats: Iterable[Seat]) -> QuerySet[Group]:
    """The groups whose topics these seats may read; two queries at most when it is run."""
    held = tuple(seats)
    if seat_for(held, TAKE_PART) is None:
        return Group.objects.none()
    inside = GroupMember.objects.filter(
        group=OuterRef("pk"), seat__person__in=people_behind(held), state__in=INSIDE
    )
    begun = Q(opened_at__isnull=False)
    allowed = Q(Exists(inside)) & begun
    if seat_in(held) is not None:
        allowed |= begun & Q(kind=GroupKind.OPEN)
    if seat_for(held, MANAGE_GROUPS):
        allowed |= ~Q(kind=GroupKind.CIRCLE)
    if spaces := stewards.spaces_of(held):
        allowed |= Q(space__in=spaces)
    return Group.objects.filter(allowed)


def places_read_by(people: Iterable[UUID]) -> QuerySet[GroupMember]:
    """Where these people read because they are inside, with a seat that counts now.

    For many people at once; each of these groups is one of their `readable_groups`,
    which knows besides what stewards and keepers read without being inside.
    """
    seats = Seat.objects.live().filter(person__in=list(people), role__in=TAKE_PART.roles)
    # By their ids: a join makes the database look at each member of each group.
    held = list(seats.values_list("pk", flat=True))
    rows: QuerySet[GroupMember] = GroupMember.objects.inside().filter(
        seat__in=held, group__opened_at__isnull=False
    )
    return rows


def may_read(group: Group, seats: Iterable[Seat]) -> bool:
    """Whether these seats may read this group's topics."""
    return readable_groups(seats).filter(pk=group.pk).exists()


def listed_groups(seats: Iterable[Seat]) -> QuerySet[Group]:
    """The groups that the directory of groups names to these seats: all but others' circles."""
    held = tuple(seats)
    if seat_for(held, TAKE_PART) is None:
        return Group.objects.none()
    own = GroupMember.objects.live().filter(
        group=OuterRef("pk"), seat__person__in=people_behind(held)
    )
    named = ~Q(kind=GroupKind.CIRCLE) | Q(Exists(own))
    if spaces := stewards.spaces_of(held):
        named |= Q(space__in=spaces)
    return Group.objects.begun().filter(named)
