"""Who may do what with drives and pledges, and the thresholds of a drive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext_lazy as _

from alliance.access import STAFF, Action, seat_for
from alliance.models import Role, Seat
from pledges.models import PledgeDrive, Rung

SEE_DRIVES = Action("pledges.see_drives", _("See drives and their pledges"), STAFF)
REVIEW_DRIVES = Action(
    "pledges.review_drives",
    _("Approve, return and end drives"),
    frozenset({Role.OWNER, Role.LENDING_OFFICER, Role.COMMUNITY}),
)
SETTLE_DISPUTES = Action(
    "pledges.settle_disputes",
    _("Settle questioned purchases"),
    frozenset({Role.OWNER, Role.LENDING_OFFICER, Role.COMMUNITY, Role.VOLUNTEER}),
)
EXPORT_PLEDGES = Action(
    "pledges.export",
    _("Export pledges"),
    frozenset({Role.OWNER, Role.TREASURER, Role.LENDING_OFFICER, Role.AUDITOR}),
)
ACTIONS = (SEE_DRIVES, REVIEW_DRIVES, SETTLE_DISPUTES, EXPORT_PLEDGES)


@dataclass(frozen=True)
class Threshold:
    """What a rung asks: active pledgers when gathering ends, months at the location before."""

    pledgers: int
    months_at_location: int


THRESHOLDS = {Rung.STANDARD: Threshold(100, 24), Rung.STARTER: Threshold(25, 12)}


def threshold(drive: PledgeDrive) -> Threshold:
    """What this drive must show; a drive that seeks no loan needs no crowd."""
    if not drive.seeks_loan:
        return Threshold(0, 0)
    return THRESHOLDS[Rung(drive.rung)]


def months_at_location(since: date | None, today: date) -> int:
    """Whole months since the business came to where it is; 0 where that is unknown."""
    if since is None or since > today:
        return 0
    span = relativedelta(today, since)
    return span.years * 12 + span.months


def may_review(seats: Iterable[Seat]) -> bool:
    """Whether one of these seats may approve or return a drive."""
    return seat_for(seats, REVIEW_DRIVES) is not None
