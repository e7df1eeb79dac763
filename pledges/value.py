"""What pledges brought a member, for its yearly value statement."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from members.value import Figure, Unit
from pledges.models import Pledge, PledgeState, Redemption
from pledges.queries import HONOURED


def pledgers(business_id: UUID, start: date, end: date) -> int | None:
    """Customers who confirmed a pledge in these days, each once."""
    return _pledges(business_id, start, end).values("email_normalised").distinct().count()


def promised_minor(business_id: UUID, start: date, end: date) -> int | None:
    """What they promised to spend, as it stands now."""
    return _pledges(business_id, start, end).aggregate(sum=Sum("amount_minor"))["sum"] or 0


def honoured_minor(business_id: UUID, start: date, end: date) -> int | None:
    """Purchases of these days that were counted against a pledge and confirmed."""
    first, after = _instants(start, end)
    bought = Redemption.objects.filter(
        HONOURED, drive__business=business_id, claimed_at__gte=first, claimed_at__lt=after
    )
    return bought.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _pledges(business_id: UUID, start: date, end: date) -> QuerySet[Pledge]:
    first, after = _instants(start, end)
    confirmed = Pledge.objects.filter(
        drive__business=business_id,
        confirmed_at__gte=first,
        confirmed_at__lt=after,
        passed_on_at__isnull=True,
    )
    return confirmed.exclude(state=PledgeState.VOID)


def _instants(start: date, end: date) -> tuple[datetime, datetime]:
    """The first instant of these days in the alliance's zone, and the first after them."""
    zone = current_alliance().zone
    first = datetime.combine(start, time.min, tzinfo=zone)
    return first, datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone)


FIGURES = (
    Figure("pledges.people", _("Customers who pledged to you"), pledgers, 20),
    Figure("pledges.promised", _("What they promised to spend"), promised_minor, 21, Unit.MONEY),
    Figure("pledges.honoured", _("What pledgers have bought"), honoured_minor, 22, Unit.MONEY),
)
