"""What groups brought a member, for its yearly value statement."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from groups.queries import help as helped
from members.models import Representative
from members.value import Figure

Counted = Callable[[list[UUID], datetime, datetime], int]


def help_given(business_id: UUID, start: date, end: date) -> int:
    """How often the business's people helped others in groups, as those said."""
    return _counted(helped.given, business_id, start, end)


def help_received(business_id: UUID, start: date, end: date) -> int:
    """How often others helped the business's people, as they said."""
    return _counted(helped.received, business_id, start, end)


def _counted(count: Counted, business_id: UUID, start: date, end: date) -> int:
    zone = current_alliance().zone
    seats = Representative.objects.filter(business=business_id).values_list("seat", flat=True)
    return count(
        list(seats),
        datetime.combine(start, time.min, tzinfo=zone),
        datetime.combine(end + timedelta(days=1), time.min, tzinfo=zone),
    )


FIGURES = (
    Figure("groups.help_given", _("Times your people helped others in groups"), help_given, 40),
    Figure(
        "groups.help_received", _("Times others helped your people in groups"), help_received, 41
    ),
)
