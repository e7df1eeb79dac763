"""A look at every membership each night: what was known then, for reports and as a witness."""

from datetime import date, timedelta

from alliance.models import Alliance
from alliance.tenancy.scope import in_alliance
from members.models import StatusSnapshot
from members.queries.memberships import today
from members.queries.reports import states


def take_last_night(alliance: Alliance) -> int:
    """Keeps the statuses of the alliance's last whole day, once; how many rows were added."""
    with in_alliance(alliance):
        return take(today() - timedelta(days=1))


def take(day: date) -> int:
    """Keeps the statuses of a day; a day that is kept already stays as it is."""
    if StatusSnapshot.objects.filter(day=day).exists():
        return 0
    found = states.on_day(day).order_by().values_list("pk", "tier_on", "status")
    rows = [
        StatusSnapshot(day=day, membership_id=membership, tier_id=tier, status=status)
        for membership, tier, status in found
    ]
    # Two workers in one hour: the second adds nothing.
    StatusSnapshot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    return len(rows)
