"""Kinds of work that the pledges' room puts into the staff desk's queue."""

from django.utils.translation import gettext_lazy as _

from alliance.staff_queue import Work
from pledges.models import DriveState, PledgeDrive, Redemption, VelocityFlag
from pledges.rules import REVIEW_DRIVES, SETTLE_DISPUTES

KINDS = (
    Work(
        key="pledges.drives_to_review",
        label=_("Drives to review"),
        act=_("Review"),
        url_name="pledges_staff:drives",
        action=REVIEW_DRIVES,
        waiting=lambda: PledgeDrive.objects.filter(state=DriveState.IN_REVIEW),
        since="submitted_at",
    ),
    Work(
        key="pledges.disputed_redemptions",
        label=_("Questioned purchases"),
        act=_("Settle"),
        url_name="pledges_staff:disputes",
        action=SETTLE_DISPUTES,
        waiting=lambda: Redemption.objects.disputed(),
        since="disputed_at",
    ),
    Work(
        key="pledges.velocity_flags",
        label=_("Odd purchases"),
        act=_("Look"),
        url_name="pledges_staff:velocity",
        action=SETTLE_DISPUTES,
        waiting=lambda: VelocityFlag.objects.open(),
        since="raised_at",
    ),
    Work(
        key="pledges.drives_qualified",
        label=_("Qualified drives to take further"),
        act=_("Look"),
        url_name="pledges_staff:drives",
        action=REVIEW_DRIVES,
        waiting=lambda: PledgeDrive.objects.filter(state=DriveState.QUALIFIED),
        since="gathering_ends_at",
    ),
)
