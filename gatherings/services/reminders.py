"""Reminders: a day and two hours before, once each, to those who come."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances, in_alliance
from gatherings import audiences
from gatherings.models import GatheringState, Reminder, ReminderKind, Rsvp, RsvpState
from gatherings.services import letters

BATCH = 200
# How long before it begins.
AHEAD = {ReminderKind.DAY: timedelta(days=1), ReminderKind.HOURS: timedelta(hours=2)}
# Whoever answered, or was told of a move, so shortly before needs no reminder of it.
FRESH = timedelta(hours=1)


def due(kind: ReminderKind) -> QuerySet[Rsvp]:
    """Answers that a reminder is due for and was not written; in the scope that is open.

    The day's reminder is not sent any more once that of the two hours is due.
    """
    now, ahead = clock.now(), AHEAD[kind]
    written = Reminder.objects.filter(
        rsvp=OuterRef("pk"), kind=kind, starts_at=OuterRef("occurrence__starts_at")
    )
    least = AHEAD[ReminderKind.HOURS] if kind == ReminderKind.DAY else timedelta(0)
    settled = F("occurrence__starts_at") - (ahead + FRESH)
    return Rsvp.objects.filter(
        Q(occurrence__moved_at__isnull=True) | Q(occurrence__moved_at__lte=settled),
        ~Exists(written),
        audiences.standing_answers(),
        ~Q(email=""),
        state=RsvpState.COMING,
        confirmed_at__lte=settled,
        occurrence__cancelled_at__isnull=True,
        occurrence__gathering__state=GatheringState.PUBLISHED,
        occurrence__starts_at__gt=now + least,
        occurrence__starts_at__lte=now + ahead,
    )


def alliances_with_due() -> Sequence[UUID]:
    """Which alliances have reminders to write."""
    with across_alliances(reason="Find alliances with reminders of gatherings due."):
        found = {
            owner
            for kind in AHEAD
            for owner in due(kind).order_by().values_list("alliance_id", flat=True).distinct()
        }
    return sorted(found)


def send_due(alliance: Alliance) -> int:
    """Writes what is due in one alliance, each in a transaction of its own; how many."""
    with in_alliance(alliance):
        waiting = [
            (kind, pk)
            for kind in AHEAD
            for pk in due(kind).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ]
    sent = 0
    for kind, pk in waiting:
        with in_alliance(alliance):
            sent += _remind(pk, kind)
    return sent


def _remind(pk: UUID, kind: ReminderKind) -> bool:
    # Held, and asked again: whoever has just withdrawn hears nothing.
    rsvp = (
        due(kind)
        .filter(pk=pk)
        .select_for_update(of=("self",))
        .select_related("occurrence__gathering__business")
        .first()
    )
    if rsvp is None:
        return False
    try:
        with transaction.atomic():
            Reminder.objects.create(rsvp=rsvp, kind=kind, starts_at=rsvp.occurrence.starts_at)
    except IntegrityError:
        # Another sweep at the same moment wrote it.
        return False
    letters.remind(rsvp, kind)
    return True
