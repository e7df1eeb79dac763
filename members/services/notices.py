"""Which letters about a term's end are due, and which no longer are."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from alliance import clock
from alliance.tenancy.scope import current_alliance
from members.models import OFFSETS, Membership, RenewalNotice
from members.queries.memberships import standing_terms, today
from members.terms import gaps_after

# In the alliance's zone: when letters are read, and never in the hour that
# a change to summer time leaves out.
HOUR = time(9)


def follow(*, membership: Membership) -> None:
    """Makes the letters fit the terms that stand: due before each gap, and about nothing else."""
    ends = gaps_after(standing_terms(membership))
    waiting = _waiting(membership).exclude(ends_on__in=ends)
    waiting.update(stopped_at=clock.now())
    recently = today() - timedelta(days=max(OFFSETS))
    for end in ends:
        if end >= recently:
            plan(membership=membership, ends_on=end)


def plan(*, membership: Membership, ends_on: date) -> None:
    """Makes the letters of one term's end due; those whose day has gone by are left out."""
    now = clock.now()
    rows = [
        RenewalNotice(membership=membership, ends_on=ends_on, offset_days=offset, due_at=moment)
        for offset in OFFSETS
        if (moment := due_moment(ends_on, offset)) > now
    ]
    RenewalNotice.objects.filter(
        membership=membership, ends_on=ends_on, sent_at__isnull=True, due_at__gt=now
    ).update(stopped_at=None)
    RenewalNotice.objects.bulk_create(rows, ignore_conflicts=True)


def stop(*, membership: Membership, ends_on: date | None = None) -> int:
    """Stops what is not yet sent: all of it, or of one end; how many."""
    waiting = _waiting(membership)
    if ends_on is not None:
        waiting = waiting.filter(ends_on=ends_on)
    return waiting.update(stopped_at=clock.now())


def due_moment(ends_on: date, offset_days: int) -> datetime:
    """Nine o'clock in the alliance's zone, that many days from the term's last day."""
    day = ends_on + timedelta(days=offset_days)
    return datetime.combine(day, HOUR, tzinfo=current_alliance().zone)


def _waiting(membership: Membership) -> QuerySet[RenewalNotice]:
    return RenewalNotice.objects.filter(
        membership=membership, sent_at__isnull=True, stopped_at__isnull=True
    )
