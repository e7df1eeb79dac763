"""What every change of a redemption is made of: locks, the move, its history, the room it takes.

The order of locks is pledge, then redemption; the callers' services begin the transaction.
"""

from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from pledges import events
from pledges.models import Pledge, Redemption, RedemptionState, RedemptionStep
from pledges.models.redemptions import REDEMPTION_TRANSITIONS
from pledges.services import pledges as pledge_services


def locked_pledge(pledge: Pledge) -> Pledge:
    """The pledge as it stands, with its row locked and its drive and business at hand."""
    return (
        Pledge.objects.select_for_update(of=("self",))
        .select_related("drive__business")
        .get(pk=pledge.pk)
    )


def both_locked(redemption: Redemption) -> tuple[Pledge, Redemption]:
    """A redemption and its pledge as they stand, both locked."""
    pledge = locked_pledge(redemption.pledge)
    return pledge, Redemption.objects.select_for_update(of=("self",)).get(pk=redemption.pk)


def move(
    redemption: Redemption, to: RedemptionState, *, by: Seat | None, reason: str = ""
) -> Redemption:
    """One step along REDEMPTION_TRANSITIONS, with its history and event.

    Raises:
        DomainError: the table does not lead there.
    """
    if to not in REDEMPTION_TRANSITIONS[redemption.state]:
        raise DomainError(_("This has been settled already."))
    redemption.state = to
    redemption.decided_at = None if to == RedemptionState.DISPUTED else clock.now()
    redemption.save(update_fields=["state", "decided_at"])
    record(redemption, by=by, reason=reason)
    return redemption


def record(redemption: Redemption, *, by: Seat | None, reason: str = "") -> None:
    """A line of the history, told to whoever listens."""
    step = RedemptionStep.objects.create(
        redemption=redemption,
        to_state=redemption.state,
        reason=reason[:400],
        seat=by,
        at=clock.now(),
    )
    events.redemption_moved.send(sender=Redemption, redemption=redemption, step=step)


def honour(pledge: Pledge, amount_minor: int) -> None:
    """What was held is honoured; the caller holds the pledge's lock."""
    Pledge.objects.filter(pk=pledge.pk).update(honoured_minor=F("honoured_minor") + amount_minor)
    pledge.refresh_from_db(fields=["honoured_minor", "held_minor"])
    pledge_services.settle(pledge)


def free(pledge: Pledge, amount_minor: int, *, was_honoured: bool = False) -> None:
    """What was held may be bought again; the caller holds the pledge's lock."""
    if was_honoured:
        Pledge.objects.filter(pk=pledge.pk).update(
            honoured_minor=F("honoured_minor") - amount_minor
        )
    Pledge.objects.filter(pk=pledge.pk).update(held_minor=F("held_minor") - amount_minor)
    pledge.refresh_from_db(fields=["honoured_minor", "held_minor"])
    pledge_services.settle(pledge)
