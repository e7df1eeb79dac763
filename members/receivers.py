"""What this room does when something happens to a membership."""

from typing import Any

from members import events
from members.models import Membership, MembershipPeriod
from members.services import approvals, card_refunds, renewals


def credit_open_renewals(sender: Any, *, membership: Membership, **kwargs: Any) -> None:
    """Who leaves owes no renewal."""
    renewals.credit_open_renewals(membership=membership)


def activate_applicant(sender: Any, *, period: MembershipPeriod, **kwargs: Any) -> None:
    """Whose first term begins is a member."""
    approvals.activate(period=period)


def connect() -> None:
    """Called once, when the room starts."""
    events.membership_cancelled.connect(
        credit_open_renewals, dispatch_uid="members.credit_open_renewals"
    )
    events.period_added.connect(activate_applicant, dispatch_uid="members.activate_applicant")
    events.refund_asked.connect(card_refunds.note_asked, dispatch_uid="members.note_asked_refund")
