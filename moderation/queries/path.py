"""The path on which members become stewards: sixty days, five times helpful, no upheld flag."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Min

from alliance import clock
from alliance.models import Person, Role, Seat
from moderation.models import CaseAuthor, Sanction, Stewardship
from moderation.rules import PATH_DAYS, PATH_HELPED

HelpCounter = Callable[[], Mapping[UUID, int]]
_counters: list[HelpCounter] = []


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be invited: days since they joined, how often they helped."""

    person: Person
    days: int
    helped: int


def register_help_counter(counter: HelpCounter) -> None:
    """Adds who helped how often: person id → "helped me" marks from others, in this alliance."""
    if counter not in _counters:
        _counters.append(counter)


def candidates() -> list[Candidate]:
    """Who could be invited, most helpful first; those who are stewards or asked stay away."""
    helped = {pk: times for pk, times in _helped().items() if times >= PATH_HELPED}
    since = _members_since(helped)
    # One after the other by key, so that two with the same marks keep their places.
    fitting = set(since) - with_upheld_flag(since) - _busy(since) - _silenced(since)
    people = Person.objects.filter(pk__in=fitting, is_active=True).order_by("name", "pk")
    found = [Candidate(each, since[each.pk], helped[each.pk]) for each in people]
    return sorted(found, key=lambda one: -one.helped)


def is_on_path(person: Person) -> bool:
    """Whether this person has walked the path, steward already or not."""
    if _helped().get(person.pk, 0) < PATH_HELPED or not _members_since([person.pk]):
        return False
    return not with_upheld_flag([person.pk]) and not _silenced([person.pk])


def with_upheld_flag(people: Iterable[UUID]) -> set[UUID]:
    """Those of them about whose words a flag was upheld."""
    upheld = CaseAuthor.objects.filter(person__in=list(people), case__flags__upheld=True)
    return set(upheld.order_by().values_list("person_id", flat=True))


def _helped() -> Counter[UUID]:
    total: Counter[UUID] = Counter()
    for counter in _counters:
        total.update(counter())
    return total


def _members_since(people: Iterable[UUID]) -> dict[UUID, int]:
    """Days since each one's first live member's seat, of those who have had it long enough."""
    now = clock.now()
    seats = Seat.objects.live().filter(
        person__in=list(people),
        role=Role.MEMBER,
        created_at__lte=now - timedelta(days=PATH_DAYS),
    )
    firsts = seats.order_by().values("person_id").annotate(first=Min("created_at"))
    return {row["person_id"]: (now - row["first"]).days for row in firsts}


def _busy(people: Iterable[UUID]) -> set[UUID]:
    asked = Stewardship.objects.invited() | Stewardship.objects.live()
    return set(asked.filter(person__in=list(people)).order_by().values_list("person_id", flat=True))


def _silenced(people: Iterable[UUID]) -> set[UUID]:
    live = Sanction.objects.live().filter(person__in=list(people))
    return set(live.order_by().values_list("person_id", flat=True))
