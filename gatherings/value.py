"""What gatherings brought a member, for its yearly value statement."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from gatherings.queries import people
from members.models import Representative
from members.value import Figure


def gatherings_attended(business_id: UUID, start: date, end: date) -> int | None:
    """Dates of these days to which any of the business's people came, each once."""
    zone = current_alliance().zone
    seats = Representative.objects.filter(business=business_id).values("seat")
    return people.times_attended(
        seats,
        datetime.combine(start, time.min, tzinfo=zone),
        datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone),
    )


FIGURES = (
    Figure("gatherings.attended", _("Gatherings your people came to"), gatherings_attended, 30),
)
