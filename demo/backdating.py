"""The few things that no page ever does: an address of one's own choosing, an earlier
opening, letters that were read long ago."""

from datetime import datetime, timedelta

from django.db import connection

from alliance.models import OutboxMessage
from alliance.tenancy.scope import current_alliance
from pledges.amounts import end_of_day
from pledges.models import Pledge, PledgeDrive, PledgeState, Redemption, RedemptionState


def give_slug(drive: PledgeDrive, slug: str) -> None:
    """The short address that posters and guides of the demo name."""
    drive.slug = slug
    drive.save(update_fields=["slug"])


def open_earlier(drive: PledgeDrive, *, opened_at: datetime) -> PledgeDrive:
    """Dates a drive as if it had been written, reviewed and opened then."""
    drive.opened_at = opened_at
    drive.gathering_ends_at = end_of_day(
        opened_at, current_alliance().zone, days=drive.gathering_days
    )
    drive.created_at = opened_at - timedelta(days=6)
    drive.submitted_at = opened_at - timedelta(days=2)
    drive.save(update_fields=["opened_at", "gathering_ends_at", "created_at", "submitted_at"])
    return drive


def forget_old_mail() -> None:
    """Takes out of the outbox what would have been sent in the past.

    What a customer would find in the inbox this week stays, and is sent.
    Without this the limit on one inbox would count the whole history as today's.
    """
    unconfirmed = Pledge.objects.filter(state=PledgeState.INTENDED)
    questionable = Redemption.objects.filter(
        state__in=[RedemptionState.CLAIMED, RedemptionState.DISPUTED]
    )
    fresh = [f"pledge-confirm:{pledge.pk}:{pledge.version}" for pledge in unconfirmed]
    fresh += [f"redemption-claimed:{redemption.pk}" for redemption in questionable]
    OutboxMessage.objects.filter(sent_at=None).exclude(key__in=fresh).delete()


def wake_nobody() -> None:
    """Drops the thousand wake-ups of this transaction; the sweeper finds the mail that stays."""
    connection.run_on_commit.clear()
