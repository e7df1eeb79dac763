"""Who wants to have nothing to do with whom, and who would rather not read whom."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, Value

from alliance.models import Person
from moderation.models import Block, PersonalMute


class Apart(NamedTuple):
    """Somebody whose words a reader finds folded, by the reader's own block or mute."""

    person_id: UUID
    is_muted: bool


def blocked_either_way(person: Person) -> set[UUID]:
    """The ids of those whom this person has blocked, and of those who have blocked them."""
    live = Block.objects.live().filter(Q(blocker=person) | Q(blocked=person))
    pairs = live.order_by().values_list("blocker_id", "blocked_id")
    return {pk for pair in pairs for pk in pair} - {person.pk}


def apart_from(person: Person) -> frozenset[Apart]:
    """Whose words this person finds folded, once each; whom they block and mute is blocked.

    Not who has blocked them: a folded post would tell it. One query.
    """
    blocked = Block.objects.live().filter(blocker=person).order_by()
    muted = PersonalMute.objects.live().filter(muter=person).order_by()
    rows = blocked.values_list("blocked_id", Value(False)).union(
        muted.values_list("muted_id", Value(True)), all=True
    )
    found: dict[UUID, bool] = {}
    for whom, is_muted in rows:
        found[whom] = found.get(whom, True) and is_muted
    return frozenset(Apart(*pair) for pair in found.items())


def unwanted_by(person: Person) -> set[UUID]:
    """Of whose words this person gets no letter: blocked of either side, or muted by them."""
    muted = PersonalMute.objects.live().filter(muter=person).order_by()
    return blocked_either_way(person) | set(muted.values_list("muted_id", flat=True))


def not_told_of(author: Person) -> set[UUID]:
    """Who gets no letter of this author's words: the same, from the other end."""
    muters = PersonalMute.objects.live().filter(muted=author).order_by()
    return blocked_either_way(author) | set(muters.values_list("muter_id", flat=True))


def unwanted_by_each(people: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """`unwanted_by` of many people in two queries, by their ids."""
    live = Block.objects.live().filter(Q(blocker__in=people) | Q(blocked__in=people))
    found: dict[UUID, set[UUID]] = {person: set() for person in people}
    for pair in live.order_by().values_list("blocker_id", "blocked_id"):
        for one, other in (pair, pair[::-1]):
            if one in found:
                found[one].add(other)
    mutes = PersonalMute.objects.live().filter(muter__in=people).order_by()
    for muter, muted in mutes.values_list("muter_id", "muted_id"):
        found[muter].add(muted)
    return found


def blocked_by(person: Person) -> list[Block]:
    """Whom this person has blocked, the latest first, with the people."""
    live = Block.objects.live().filter(blocker=person)
    return list(live.select_related("blocked").order_by("-at", "-id"))


def muted_by(person: Person) -> list[PersonalMute]:
    """Whom this person has muted, the latest first, with the people."""
    live = PersonalMute.objects.live().filter(muter=person)
    return list(live.select_related("muted").order_by("-at", "-id"))
