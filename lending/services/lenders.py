"""Lenders and their people; and the alliance's rules for loans."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Role, Seat
from alliance.services import audit, seats
from lending.models import Lender, LenderSeat, LendingPolicy, Loan, LoanOffer, Sharing
from lending.queries import backing

FIELDS = ("name", "kind", "licence_note", "about", "cap_minor")
POLICY_FIELDS = ("advance", "reference_apr", "offer_days", "cooling_days")


@transaction.atomic
def add_lender(*, by: Seat | None, **fields: Any) -> Lender:
    """A lender that owners may share their application with.

    Raises:
        django.core.exceptions.ValidationError: a field that does not fit, a name that is taken.
    """
    lender = Lender(**{name: fields[name] for name in FIELDS if name in fields})
    lender.full_clean()
    lender.save()
    audit.record(by=by, action="lender.added", subject=lender, name=lender.name)
    return lender


@transaction.atomic
def change_lender(*, lender: Lender, by: Seat, **fields: Any) -> Lender:
    """Other words about a lender, or another cap; offers that were made stay as they are."""
    lender = Lender.objects.select_for_update().get(pk=lender.pk)
    changed = [name for name in FIELDS if name in fields and getattr(lender, name) != fields[name]]
    for name in changed:
        setattr(lender, name, fields[name])
    lender.full_clean()
    if changed:
        lender.save(update_fields=changed)
        audit.record(by=by, action="lender.changed", subject=lender, fields=changed)
    return lender


@transaction.atomic
def end_lender(*, lender: Lender, by: Seat) -> Lender:
    """The lender takes no more applications; its loans go on. Twice changes nothing.

    Raises:
        DomainError: an offer of it is open, or accepted and not paid out.
    """
    lender = Lender.objects.select_for_update().get(pk=lender.pk)
    if lender.ended_at is not None:
        return lender
    if LoanOffer.objects.open().filter(lender=lender).exists():
        raise DomainError(_("An offer of this lender is open. It has to be taken back first."))
    if Loan.objects.standing().filter(lender=lender).exists():
        raise DomainError(_("Loans of this lender are running; somebody has to look after them."))
    lender.ended_at = clock.now()
    lender.save(update_fields=["ended_at"])
    Sharing.objects.live().filter(lender=lender).update(ended_at=clock.now())
    audit.record(by=by, action="lender.ended", subject=lender, name=lender.name)
    return lender


@transaction.atomic
def invite(*, lender: Lender, email: str, name: str, by: Seat) -> LenderSeat:
    """Lets whoever reads this address speak for the lender; they are written to.

    Raises:
        DomainError: the lender has ended.
        TooManyMessages: the inbox has had enough; nothing is given.
    """
    if not Lender.objects.live().filter(pk=lender.pk).exists():
        raise DomainError(_("This lender takes no applications any more."))
    seat = seats.invite(email=email, name=name, role=Role.LENDER, by=by)
    place, is_new = LenderSeat.objects.get_or_create(lender=lender, seat=seat, ended_at=None)
    if is_new:
        audit.record(by=by, action="lender_seat.given", subject=place, lender=lender.name)
    return place


@transaction.atomic
def end_place(*, place: LenderSeat, by: Seat) -> None:
    """Somebody no longer speaks for the lender; their seat ends with their last place."""
    ended = LenderSeat.objects.filter(pk=place.pk, ended_at=None).update(ended_at=clock.now())
    if ended:
        audit.record(by=by, action="lender_seat.ended", subject=place)
        if not LenderSeat.objects.live().filter(seat=place.seat).exists():
            seats.end_seat(seat=place.seat, by=by)


@transaction.atomic
def set_policy(*, by: Seat, **fields: Any) -> LendingPolicy:
    """The alliance's advance rate and what goes with it.

    Raises:
        django.core.exceptions.ValidationError: a value that is out of its range.
    """
    policy = backing.policy()
    for name in POLICY_FIELDS:
        if name in fields:
            setattr(policy, name, fields[name])
    policy.full_clean()
    policy.save()
    told = {name: str(getattr(policy, name)) for name in POLICY_FIELDS}
    audit.record(by=by, action="lending_policy.set", subject=policy, **told)
    return policy
