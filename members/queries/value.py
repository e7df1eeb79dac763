"""What this room counts for the value statement."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from members.models import Membership, Representative, Resource, VolunteerHours
from members.value import Figure, Unit


def years_with_us(business_id: UUID, start: date, end: date) -> int | None:
    """Whole years since joining, on the last day; None where it never joined."""
    joined = Membership.objects.filter(business=business_id).values_list("joined_on", flat=True)
    since = joined.first()
    if since is None:
        return None
    return max(0, end.year - since.year - ((end.month, end.day) < (since.month, since.day)))


def minutes_given(business_id: UUID, start: date, end: date) -> int | None:
    """Confirmed hours of the people who spoke for it at any time in these days."""
    first, after = _bounds(start, end)
    people = Representative.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=first),
        business=business_id,
        created_at__lt=after,
    ).values("seat__person")
    hours = VolunteerHours.objects.filter(
        seat__person__in=people,
        on__range=(start, end),
        confirmed_at__isnull=False,
        removed_at__isnull=True,
    )
    return hours.aggregate(sum=Sum("minutes"))["sum"] or 0


def resources_added(business_id: UUID, start: date, end: date) -> int | None:
    """What the library gained for its members, less what was withdrawn since."""
    first, after = _bounds(start, end)
    added = Resource.objects.published().filter(published_at__gte=first, published_at__lt=after)
    return added.count()


def _bounds(start: date, end: date) -> tuple[datetime, datetime]:
    """The first instant of these days, and the first after them."""
    zone = current_alliance().zone
    first = datetime.combine(start, time.min, tzinfo=zone)
    return first, datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone)


FIGURES = (
    Figure("members.years", _("Years with us"), years_with_us, 10, Unit.YEARS),
    Figure("members.minutes", _("Hours your people gave"), minutes_given, 60, Unit.MINUTES),
    Figure("members.resources", _("New in the library"), resources_added, 70),
)
