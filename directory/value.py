"""What the directory brought a member, for its yearly value statement."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from directory.models import CountKind, DailyCount, Outcome, Referral
from members.value import Figure


def counted(kind: CountKind) -> Callable[[UUID, date, date], int | None]:
    """How often that was done in these days; None where the alliance counted nothing by then."""

    def count(business_id: UUID, start: date, end: date) -> int | None:
        rows = DailyCount.objects.filter(business=business_id, kind=kind, day__range=(start, end))
        found: int | None = rows.aggregate(sum=Sum("count"))["sum"]
        if found is None and DailyCount.objects.filter(day__lte=end).exists():
            return 0
        return found

    return count


def referred(business_id: UUID, start: date, end: date) -> int | None:
    """Customers whom the desk sent; None where it never sent anybody to anybody by then."""
    found = _referrals(start, end).filter(business=business_id).count()
    return found or (0 if _referrals(date.min, end).exists() else None)


def won(business_id: UUID, start: date, end: date) -> int | None:
    """Those of them who became customers; None where this business has not said of any."""
    ours = _referrals(start, end).filter(business=business_id).exclude(outcome="")
    return ours.filter(outcome=Outcome.WON).count() if ours.exists() else None


def _referrals(start: date, end: date) -> QuerySet[Referral]:
    zone = current_alliance().zone
    after = datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone)
    rows = Referral.objects.filter(given_at__lt=after)
    if start == date.min:
        return rows
    return rows.filter(given_at__gte=datetime.combine(start, time.min, tzinfo=zone))


FIGURES = (
    Figure("directory.views", _("Looks at your listing"), counted(CountKind.VIEW), 30),
    Figure("directory.website", _("Visits to your website"), counted(CountKind.WEBSITE), 31),
    Figure("directory.calls", _("Calls from your listing"), counted(CountKind.CALL), 32),
    Figure(
        "directory.directions", _("Asked for the way to you"), counted(CountKind.DIRECTIONS), 33
    ),
    Figure("directory.mail", _("Wrote to you from your listing"), counted(CountKind.EMAIL), 34),
    Figure("directory.referred", _("Customers sent to you"), referred, 35),
    Figure("directory.won", _("Of them, became customers"), won, 36),
)
