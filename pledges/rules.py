"""Who may do what with drives and pledges, and the thresholds of a drive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext_lazy as _

from alliance.access import STAFF, Action, seat_for
from alliance.models import Role, Seat
from pledges.models import PledgeDrive, PledgePolicy, Rung
from pledges.policy import policy

SEE_DRIVES = Action("pledges.see_drives", _("See drives and their pledges"), STAFF)
REVIEW_DRIVES = Action(
    "pledges.review_drives",
    _("Approve, return and end drives"),
    frozenset({Role.OWNER, Role.LENDING_OFFICER, Role.COMMUNITY}),
)
SET_POLICY = Action(
    "pledges.set_policy",
    _("Decide what drives must show"),
    frozenset({Role.OWNER, Role.LENDING_OFFICER}),
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
ACTIONS = (SEE_DRIVES, REVIEW_DRIVES, SET_POLICY, SETTLE_DISPUTES, EXPORT_PLEDGES)


@dataclass(frozen=True)
class Threshold:
    """What a rung asks: active pledgers when gathering ends, months at the location before."""

    pledgers: int
    months_at_location: int


# Where the alliance has decided nothing else.
THRESHOLDS = {Rung.STANDARD: Threshold(100, 24), Rung.STARTER: Threshold(25, 12)}


def threshold(drive: PledgeDrive, decided: PledgePolicy | None = None) -> Threshold:
    """What this drive must show; a drive that seeks no loan needs no crowd.

    `decided` is the alliance's policy where the caller has read it already.
    """
    if not drive.seeks_loan:
        return Threshold(0, 0)
    decided = decided or policy()
    if drive.rung == Rung.STARTER:
        return Threshold(decided.starter_pledgers, decided.starter_months)
    return Threshold(decided.standard_pledgers, decided.standard_months)


def starts_private(drive: PledgeDrive, decided: PledgePolicy) -> bool:
    """Whether approval opens the drive to the owner's own circle first."""
    return (drive.seeks_loan and decided.has_private_phase) or drive.starts_private


def months_at_location(since: date | None, today: date) -> int:
    """Whole months since the business came to where it is; 0 where that is unknown."""
    if since is None or since > today:
        return 0
    span = relativedelta(today, since)
    return span.years * 12 + span.months


def may_review(seats: Iterable[Seat]) -> bool:
    """Whether one of these seats may approve or return a drive."""
    return seat_for(seats, REVIEW_DRIVES) is not None
