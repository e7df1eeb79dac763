"""Places on one date: taken, given back, handed to whoever waits longest.

Whoever takes or frees a place holds the date's row; the CHECK on it stands
behind (`taken` never exceeds `capacity`).
"""

from alliance import clock
from gatherings.models import Gathering, Occurrence, Rsvp, RsvpState


def locked_gathering(gathering: Gathering) -> Gathering:
    """The row as it stands now, held until the transaction ends; before any of its dates."""
    return (
        Gathering.objects.select_for_update(of=("self",))
        .select_related("business")
        .get(pk=gathering.pk)
    )


def touch(gathering: Gathering) -> None:
    """A calendar that has seen it must look again; the caller holds it."""
    gathering.sequence += 1
    gathering.changed_at = clock.now()
    gathering.save(update_fields=["sequence", "changed_at"])


def locked(occurrence: Occurrence) -> Occurrence:
    """The date as it stands now, held until the transaction ends; before any of its answers."""
    return (
        Occurrence.objects.select_for_update(of=("self",))
        .select_related("gathering__business")
        .get(pk=occurrence.pk)
    )


def locked_ahead(gathering: Gathering) -> list[Occurrence]:
    """All dates that have not begun, held, always in the same order."""
    found = Occurrence.objects.select_for_update(of=("self",)).filter(
        gathering=gathering, starts_at__gt=clock.now()
    )
    dates = list(found.order_by("pk"))
    for occurrence in dates:
        occurrence.gathering = gathering
    return dates


def take_or_wait(rsvp: Rsvp, occurrence: Occurrence) -> None:
    """Gives a confirmed answer a place, or the last one on the waiting list.

    The caller holds the date and saves the answer.
    """
    now = clock.now()
    rsvp.confirmed_at = now
    rsvp.withdrawn_at = None
    # Nobody overtakes those who wait, even where a place has just become free.
    if occurrence.is_full or Rsvp.objects.waiting().filter(occurrence=occurrence).exists():
        rsvp.state, rsvp.waiting_since = RsvpState.WAITING, now
        return
    rsvp.state, rsvp.waiting_since = RsvpState.COMING, None
    occurrence.taken += 1
    occurrence.save(update_fields=["taken"])


def give_back(occurrence: Occurrence) -> None:
    """One place fewer is taken; the caller holds the date."""
    occurrence.taken -= 1
    occurrence.save(update_fields=["taken"])


def move_up(occurrence: Occurrence) -> list[Rsvp]:
    """Gives free places to those who wait, the longest first; who has one now.

    The caller holds the date.
    """
    if not occurrence.is_open:
        return []
    waiting = Rsvp.objects.waiting().filter(occurrence=occurrence).select_for_update()
    room = occurrence.left
    moved = list(waiting if room is None else waiting[:room])
    for rsvp in moved:
        rsvp.state, rsvp.waiting_since = RsvpState.COMING, None
        rsvp.version, rsvp.changed_at = rsvp.version + 1, clock.now()
        rsvp.save(update_fields=["state", "waiting_since", "version", "changed_at"])
        rsvp.occurrence = occurrence
    if moved:
        occurrence.taken += len(moved)
        occurrence.save(update_fields=["taken"])
    return moved


def place_in_queue(rsvp: Rsvp) -> int:
    """1 for the first who waits; 0 for somebody who does not."""
    if rsvp.state != RsvpState.WAITING:
        return 0
    queue = Rsvp.objects.waiting().filter(occurrence=rsvp.occurrence_id)
    return list(queue.values_list("pk", flat=True)).index(rsvp.pk) + 1
