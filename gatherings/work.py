"""Kinds of work that the gatherings' room puts into the staff desk's queue."""

from django.utils.translation import gettext_lazy as _

from alliance.staff_queue import Work
from gatherings.models import Gathering, GatheringState
from gatherings.queries.people import uncounted
from gatherings.rules import MANAGE_GATHERINGS

KINDS = (
    Work(
        key="gatherings.proposals",
        label=_("Events proposed by members"),
        act=_("Look"),
        url_name="gatherings_staff:gatherings",
        action=MANAGE_GATHERINGS,
        waiting=lambda: Gathering.objects.filter(state=GatheringState.SUBMITTED),
        since="submitted_at",
        query="?state=submitted",
    ),
    Work(
        key="gatherings.uncounted",
        label=_("Events over, nobody said who came"),
        act=_("Count"),
        url_name="gatherings_staff:gatherings",
        action=MANAGE_GATHERINGS,
        waiting=uncounted,
        since="ends_at",
        query="#uncounted",
    ),
)
