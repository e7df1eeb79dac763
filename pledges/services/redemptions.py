"""Purchases counted by a business, and what becomes of any: silence, a question, an undo."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit
from members.queries import businesses as members
from pledges.models import Pledge, Redemption, RedemptionState, WayIn
from pledges.services import pledges as pledge_services
from pledges.services import purchases
from pledges.services import redemption_rows as rows
from pledges.services.purchases import APART, LARGEST_PURCHASE_MINOR, SILENCE, Purchase

__all__ = [
    "APART",
    "LARGEST_PURCHASE_MINOR",
    "SILENCE",
    "claim",
    "confirm_silent",
    "decide",
    "dispute",
    "reverse_confirmed",
    "take_back",
]


@transaction.atomic
def claim(
    *,
    pledge: Pledge,
    purchase_minor: int,
    way_in: WayIn,
    by: Seat,
    made_at: datetime | None = None,
    apart: timedelta = APART,
) -> Redemption:
    """Counts a purchase against a pledge, as far as the pledge goes.

    The customer is told and has 72 hours to question it.

    Args:
        purchase_minor: what was spent, in minor units, 0.01 to 10,000.00.
        way_in: scanned, typed, or entered by name.
        by: a seat that speaks for the drive's business.
        made_at: when it was bought, where the entry waited for a connection.
        apart: the least time between two purchases of one pledge.

    Raises:
        DomainError: a stranger's till, a pledge that does not stand or is full,
            a second purchase within ten minutes, an amount or a moment out of range.
    """
    pledge = rows.locked_pledge(pledge)
    if not members.speaks_for(by, pledge.drive.business):
        raise DomainError(_("This pledge is for another business."))
    bought = Purchase(purchase_minor, way_in, made_at=made_at, entered_by=by)
    redemption = purchases.count(pledge, bought, apart=apart)
    purchases.tell_customer(redemption, pledge)
    return redemption


@transaction.atomic
def confirm_silent(*, redemption: Redemption) -> bool:
    """Confirms what nobody questioned for 72 hours; whether it did. Called by beat."""
    pledge, redemption = rows.both_locked(redemption)
    now = clock.now()
    if redemption.state != RedemptionState.CLAIMED or redemption.confirm_due_at > now:
        return False
    rows.move(redemption, RedemptionState.CONFIRMED, by=None)
    rows.honour(pledge, redemption.amount_minor)
    return True


@transaction.atomic
def dispute(*, redemption: Redemption, reason: str = "") -> Redemption:
    """The customer says that this is wrong; staff decide. Twice changes nothing.

    Raises:
        DomainError: it was decided already, 72 hours have passed, or the
            customer entered it.
    """
    _pledge, redemption = rows.both_locked(redemption)
    if redemption.state == RedemptionState.DISPUTED:
        return redemption
    if redemption.is_customers:
        raise DomainError(_("You entered this purchase yourself; take it back instead."))
    if redemption.was_confirmed_early:
        raise DomainError(
            _(
                "This purchase has been confirmed. Please write to the alliance: "
                "it can still be taken back."
            )
        )
    if not redemption.may_be_disputed:
        raise DomainError(
            _("The 72 hours to question this purchase are over. Please write to the alliance.")
        )
    redemption.disputed_at = clock.now()
    redemption.save(update_fields=["disputed_at"])
    return rows.move(redemption, RedemptionState.DISPUTED, by=None, reason=reason)


@transaction.atomic
def decide(*, redemption: Redemption, uphold: bool, reason: str, by: Seat) -> Redemption:
    """Staff settle a questioned purchase: it counts (`uphold`), or it does not.

    Raises:
        DomainError: no reason, `by` speaks for the business, or decided already.
    """
    if not reason.strip():
        raise DomainError(_("Say why; both sides read it."), field="reason")
    pledge, redemption = rows.both_locked(redemption)
    if redemption.state != RedemptionState.DISPUTED:
        raise DomainError(_("This has been settled already."))
    if members.is_person_of(by, pledge.drive.business):
        raise DomainError(_("Somebody else has to decide about your own business."))
    to = RedemptionState.CONFIRMED if uphold else RedemptionState.REJECTED
    redemption = rows.move(redemption, to, by=by, reason=reason)
    if uphold:
        rows.honour(pledge, redemption.amount_minor)
    else:
        rows.free(pledge, redemption.amount_minor)
    _audit(redemption, by)
    _tell_decision(redemption, pledge, reason=reason)
    return redemption


@transaction.atomic
def reverse_confirmed(*, redemption: Redemption, reason: str, by: Seat) -> Redemption:
    """Staff take a confirmed purchase back; its amount is free on the card again.

    Raises:
        DomainError: no reason, `by` speaks for the business, or it is not confirmed.
    """
    if not reason.strip():
        raise DomainError(_("Say why; both sides read it."), field="reason")
    pledge, redemption = rows.both_locked(redemption)
    if members.is_person_of(by, pledge.drive.business):
        raise DomainError(_("Somebody else has to decide about your own business."))
    if redemption.state != RedemptionState.CONFIRMED:
        raise DomainError(_("Only a confirmed purchase can be taken back here."))
    redemption = rows.move(redemption, RedemptionState.REVERSED, by=by, reason=reason)
    rows.free(pledge, redemption.amount_minor, was_honoured=True)
    _audit(redemption, by)
    _tell_decision(redemption, pledge, reason=reason)
    return redemption


@transaction.atomic
def take_back(*, redemption: Redemption, reason: str, by: Seat) -> Redemption:
    """Undoes an entry of the till: a claim is rejected, a confirmed one reversed.

    The first is the undo that the till offers; both leave their history.

    Raises:
        DomainError: a stranger's till, a purchase that the alliance decides
            about, or a customer's own entry that still waits for an answer.
    """
    pledge, redemption = rows.both_locked(redemption)
    if not members.speaks_for(by, pledge.drive.business):
        raise DomainError(_("This pledge is for another business."))
    was_confirmed = redemption.state == RedemptionState.CONFIRMED
    to = RedemptionState.REVERSED if was_confirmed else RedemptionState.REJECTED
    if redemption.state == RedemptionState.DISPUTED:
        raise DomainError(_("The customer has questioned this; the alliance decides."))
    if redemption.is_customers and redemption.state == RedemptionState.CLAIMED:
        raise DomainError(_("The customer entered this: confirm it, or say why it is not so."))
    redemption = rows.move(redemption, to, by=by, reason=reason)
    rows.free(pledge, redemption.amount_minor, was_honoured=was_confirmed)
    _audit(redemption, by)
    return redemption


def _audit(redemption: Redemption, by: Seat) -> None:
    audit.record(
        by=by,
        action=f"redemption.{redemption.state}",
        subject=redemption,
        amount_minor=redemption.amount_minor,
    )


def _tell_decision(redemption: Redemption, pledge: Pledge, *, reason: str) -> None:
    reversed_ = redemption.state == RedemptionState.REVERSED
    pledge_services.tell(
        pledge,
        "pledges/email/taken_back" if reversed_ else "pledges/email/decided",
        key=f"redemption-{'reversed' if reversed_ else 'decided'}:{redemption.pk}",
        counted=format_money(redemption.amount_minor, redemption.currency),
        counts=redemption.state == RedemptionState.CONFIRMED,
        own=redemption.is_customers,
        reason=reason,
    )
