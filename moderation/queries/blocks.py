"""Who wants to have nothing to do with whom."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from alliance.models import Person
from moderation.models import Block


def blocked_either_way(person: Person) -> set[UUID]:
    """The ids of those whom this person has blocked, and of those who have blocked them."""
    live = Block.objects.live().filter(Q(blocker=person) | Q(blocked=person))
    pairs = live.order_by().values_list("blocker_id", "blocked_id")
    return {pk for pair in pairs for pk in pair} - {person.pk}


def apart_of_each(people: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """`blocked_either_way` of many people in one query, by their ids."""
    live = Block.objects.live().filter(Q(blocker__in=people) | Q(blocked__in=people))
    found: dict[UUID, set[UUID]] = {person: set() for person in people}
    for pair in live.order_by().values_list("blocker_id", "blocked_id"):
        for one, other in (pair, pair[::-1]):
            if one in found:
                found[one].add(other)
    return found


def blocked_by(person: Person) -> list[Block]:
    """Whom this person has blocked, the latest first, with the people."""
    live = Block.objects.live().filter(blocker=person)
    return list(live.select_related("blocked").order_by("-at", "-id"))
