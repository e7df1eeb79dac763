"""Purchases counted at the till: claimed, then confirmed by silence or questioned."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit
from members.queries import businesses as members
from pledges import events
from pledges.models import (
    Pledge,
    PledgeState,
    Redemption,
    RedemptionState,
    RedemptionStep,
    WayIn,
)
from pledges.models.drives import HONOURING_STATES
from pledges.models.redemptions import HOLDING_STATES, REDEMPTION_TRANSITIONS
from pledges.services import pledges as pledge_services

SILENCE = timedelta(hours=72)
APART = timedelta(minutes=10)
LARGEST_PURCHASE_MINOR = 10_000_00


@transaction.atomic
def claim(
    *,
    pledge: Pledge,
    purchase_minor: int,
    way_in: WayIn,
    by: Seat,
    apart: timedelta = APART,
) -> Redemption:
    """Counts a purchase against a pledge, as far as the pledge goes.

    The customer is told and has 72 hours to question it.

    Args:
        purchase_minor: what was spent, in minor units, 0.01 to 10,000.00.
        by: a seat that speaks for the drive's business.
        apart: the least time between two purchases of one pledge.

    Raises:
        DomainError: a stranger's till, a pledge that does not stand or is full,
            a second purchase within ten minutes, an amount out of range.
    """
    pledge = _locked(pledge)
    # Whoever waited for the lock bought after the one before, by the clock too.
    now = clock.now()
    if not members.speaks_for(by, pledge.drive.business):
        raise DomainError(_("This pledge is for another business."))
    if not 0 < purchase_minor <= LARGEST_PURCHASE_MINOR:
        raise DomainError(_("Enter what was spent, up to $10,000."), field="amount")
    _must_stand(pledge, now)
    if Redemption.objects.filter(
        pledge=pledge, state__in=HOLDING_STATES, claimed_at__gt=now - apart
    ).exists():
        raise DomainError(_("A purchase was counted for this pledge within the last ten minutes."))
    counted = min(purchase_minor, pledge.remaining_minor)
    # The row is locked; the condition and the CHECK stand behind the lock.
    held = Pledge.objects.filter(pk=pledge.pk, held_minor__lte=F("amount_minor") - counted).update(
        held_minor=F("held_minor") + counted
    )
    if counted <= 0 or held != 1:
        raise DomainError(_("This pledge has been honoured in full. Thank the customer!"))
    redemption = Redemption.objects.create(
        pledge=pledge,
        drive=pledge.drive,
        purchase_minor=purchase_minor,
        amount_minor=counted,
        currency=pledge.currency,
        way_in=way_in,
        entered_by=by,
        claimed_at=now,
        confirm_due_at=now + SILENCE,
    )
    _record(redemption, by=by)
    _tell_customer(redemption, pledge)
    return redemption


@transaction.atomic
def confirm_silent(*, redemption: Redemption) -> bool:
    """Confirms what nobody questioned for 72 hours; whether it did. Called by beat."""
    pledge, redemption = _both_locked(redemption)
    now = clock.now()
    if redemption.state != RedemptionState.CLAIMED or redemption.confirm_due_at > now:
        return False
    _move(redemption, RedemptionState.CONFIRMED, by=None, reason="")
    _honour(pledge, redemption.amount_minor)
    return True


@transaction.atomic
def dispute(*, redemption: Redemption, reason: str = "") -> Redemption:
    """The customer says that this is wrong; staff decide. Twice changes nothing.

    Raises:
        DomainError: 72 hours have passed, or it was decided already.
    """
    _pledge, redemption = _both_locked(redemption)
    if redemption.state == RedemptionState.DISPUTED:
        return redemption
    if not redemption.may_be_disputed:
        raise DomainError(
            _("The 72 hours to question this purchase are over. Please write to the alliance.")
        )
    redemption.disputed_at = clock.now()
    redemption.save(update_fields=["disputed_at"])
    return _move(redemption, RedemptionState.DISPUTED, by=None, reason=reason)


@transaction.atomic
def decide(*, redemption: Redemption, uphold: bool, reason: str, by: Seat) -> Redemption:
    """Staff settle a questioned purchase: it counts (`uphold`), or it does not.

    Raises:
        DomainError: no reason, `by` speaks for the business, or decided already.
    """
    if not reason.strip():
        raise DomainError(_("Say why; both sides read it."), field="reason")
    pledge, redemption = _both_locked(redemption)
    if redemption.state != RedemptionState.DISPUTED:
        raise DomainError(_("This has been settled already."))
    if members.is_person_of(by, pledge.drive.business):
        raise DomainError(_("Somebody else has to decide about your own business."))
    to = RedemptionState.CONFIRMED if uphold else RedemptionState.REJECTED
    redemption = _move(redemption, to, by=by, reason=reason)
    if uphold:
        _honour(pledge, redemption.amount_minor)
    else:
        _free(pledge, redemption.amount_minor)
    audit.record(
        by=by, action=f"redemption.{to}", subject=redemption, amount_minor=redemption.amount_minor
    )
    _tell_decision(redemption, pledge, reason=reason)
    return redemption


@transaction.atomic
def take_back(*, redemption: Redemption, reason: str, by: Seat) -> Redemption:
    """Undoes an entry of the till: a claim is rejected, a confirmed one reversed.

    The first is the undo that the till offers; both leave their history.
    """
    pledge, redemption = _both_locked(redemption)
    if not members.speaks_for(by, pledge.drive.business):
        raise DomainError(_("This pledge is for another business."))
    was_confirmed = redemption.state == RedemptionState.CONFIRMED
    to = RedemptionState.REVERSED if was_confirmed else RedemptionState.REJECTED
    if redemption.state == RedemptionState.DISPUTED:
        raise DomainError(_("The customer has questioned this; the alliance decides."))
    redemption = _move(redemption, to, by=by, reason=reason)
    if was_confirmed:
        Pledge.objects.filter(pk=pledge.pk).update(
            honoured_minor=F("honoured_minor") - redemption.amount_minor
        )
    _free(pledge, redemption.amount_minor)
    audit.record(
        by=by, action=f"redemption.{to}", subject=redemption, amount_minor=redemption.amount_minor
    )
    return redemption


def _must_stand(pledge: Pledge, now: datetime) -> None:
    over = pledge.term_ends_at is not None and pledge.term_ends_at <= now
    if pledge.state == PledgeState.FULFILLED:
        raise DomainError(_("This pledge has been honoured in full. Thank the customer!"))
    if pledge.state != PledgeState.ACTIVE or over or pledge.drive.state not in HONOURING_STATES:
        raise DomainError(_("This pledge does not stand any more."))


def _honour(pledge: Pledge, amount_minor: int) -> None:
    Pledge.objects.filter(pk=pledge.pk).update(honoured_minor=F("honoured_minor") + amount_minor)
    pledge.refresh_from_db(fields=["honoured_minor", "held_minor"])
    pledge_services.settle(pledge)


def _free(pledge: Pledge, amount_minor: int) -> None:
    Pledge.objects.filter(pk=pledge.pk).update(held_minor=F("held_minor") - amount_minor)
    pledge.refresh_from_db(fields=["honoured_minor", "held_minor"])
    pledge_services.settle(pledge)


def _locked(pledge: Pledge) -> Pledge:
    return (
        Pledge.objects.select_for_update(of=("self",))
        .select_related("drive__business")
        .get(pk=pledge.pk)
    )


def _both_locked(redemption: Redemption) -> tuple[Pledge, Redemption]:
    pledge = _locked(redemption.pledge)
    return pledge, Redemption.objects.select_for_update(of=("self",)).get(pk=redemption.pk)


def _move(
    redemption: Redemption,
    to: RedemptionState,
    *,
    by: Seat | None,
    reason: str,
) -> Redemption:
    if to not in REDEMPTION_TRANSITIONS[redemption.state]:
        raise DomainError(_("This has been settled already."))
    redemption.state = to
    redemption.decided_at = None if to == RedemptionState.DISPUTED else clock.now()
    redemption.save(update_fields=["state", "decided_at"])
    _record(redemption, by=by, reason=reason)
    return redemption


def _record(redemption: Redemption, *, by: Seat | None, reason: str = "") -> None:
    step = RedemptionStep.objects.create(
        redemption=redemption,
        to_state=redemption.state,
        reason=reason[:400],
        seat=by,
        at=clock.now(),
    )
    events.redemption_moved.send(sender=Redemption, redemption=redemption, step=step)


def _tell_customer(redemption: Redemption, pledge: Pledge) -> None:
    left = pledge.amount_minor - pledge.held_minor - redemption.amount_minor
    pledge_services.tell(
        pledge,
        "pledges/email/counted",
        key=f"redemption-claimed:{redemption.pk}",
        counted=format_money(redemption.amount_minor, redemption.currency),
        left=format_money(left, pledge.currency),
    )


def _tell_decision(redemption: Redemption, pledge: Pledge, *, reason: str) -> None:
    pledge_services.tell(
        pledge,
        "pledges/email/decided",
        key=f"redemption-decided:{redemption.pk}",
        counted=format_money(redemption.amount_minor, redemption.currency),
        counts=redemption.state == RedemptionState.CONFIRMED,
        reason=reason,
    )
