"""A pledge's life: intended, confirmed by e-mail, raised, lowered, withdrawn."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.addresses import normalise_email
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit, consent
from alliance.tenancy.scope import current_alliance
from members.queries import businesses as members
from pledges import events
from pledges.amounts import LEAST_MINOR, MOST_MINOR, STEP_MINOR, end_of_day, is_allowed
from pledges.models import (
    Display,
    DriveState,
    Pledge,
    PledgeDrive,
    PledgeState,
    PledgeStep,
    StepKind,
)
from pledges.models.pledges import PLEDGE_TRANSITIONS, STANDING_STATES
from pledges.policy import policy
from pledges.services import moves
from pledges.services.mailing import CHANGE as CHANGE
from pledges.services.mailing import CONFIRM as CONFIRM
from pledges.services.mailing import PURPOSE, mail_card, mail_change, mail_confirmation, tell
from pledges.services.mailing import card_url as card_url
from pledges.services.mailing import send_cards as send_cards

# Crockford's alphabet without the letters that look like digits.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8


@dataclass(frozen=True)
class Promise:
    """What the form says: who promises how much, and how to name them."""

    email: str
    name: str
    display: Display
    amount_minor: int
    wording: str
    form_key: str = ""


@transaction.atomic
def intend(*, drive: PledgeDrive, promise: Promise) -> Pledge:
    """A promise not yet confirmed; its address is sent a link.

    A person who has a live pledge here is sent a link that changes that one.
    The same form again (`form_key`) changes nothing and sends nothing.

    Raises:
        DomainError: the drive takes no pledges, the amount does not fit, the
            address belongs to the business.
        TooManyMessages: the inbox has had enough.
    """
    _must_be_open(drive)
    _must_be_allowed(promise.amount_minor)
    if members.belongs_to(promise.email, drive.business):
        raise DomainError(_("Owners and staff cannot pledge at their own business."), field="email")
    existing = _live_pledge(drive, promise.email)
    if existing is None:
        try:
            with transaction.atomic():
                pledge = _new(drive, promise)
        except IntegrityError:
            # The same person, at the same moment: the other request made it.
            existing = _live_pledge(drive, promise.email)
            if existing is None:
                raise
    if existing is not None:
        if promise.form_key and existing.form_key == promise.form_key:
            return existing
        pledge = _again(existing, promise)
    return pledge


@transaction.atomic
def confirm(*, pledge: Pledge, version: int) -> Pledge:
    """Makes an intended pledge active; its term begins. Pressing twice changes nothing.

    Raises:
        DomainError: the drive has closed, or the link is older than the last change.
    """
    drive = locked_while_private(pledge)
    pledge = _locked(pledge)
    if pledge.confirmed_at is not None:
        return pledge
    if pledge.version != version:
        raise DomainError(_("A newer message replaced this one. Please use the newest."))
    _must_be_open(pledge.drive)
    now = clock.now()
    pledge.confirmed_at = now
    pledge.term_ends_at = end_of_day(now, current_alliance().zone, months=pledge.term_months)
    pledge.save(update_fields=["confirmed_at", "term_ends_at"])
    move(pledge, PledgeState.ACTIVE, StepKind.CONFIRMED)
    mail_card(pledge, key=f"pledge-card:{pledge.pk}")
    if drive is not None:
        open_at_last_of_circle(drive)
    return pledge


@transaction.atomic
def change_amount(*, pledge: Pledge, amount_minor: int, version: int | None = None) -> Pledge:
    """Raises or lowers a pledge; what has been counted already stays counted.

    `version` is that of a mailed link, which is good once.

    Raises:
        DomainError: the amount does not fit, is below what was counted, or
            the pledge does not stand any more.
    """
    pledge = _locked(pledge)
    if version is not None and pledge.version != version:
        raise DomainError(_("This link has been used, or a newer one replaced it."))
    if pledge.state not in (PledgeState.ACTIVE, PledgeState.FULFILLED):
        raise DomainError(_("This pledge does not stand any more."))
    _must_be_allowed(amount_minor)
    if amount_minor < pledge.held_minor:
        raise DomainError(
            _("%(held)s has been counted already; the pledge cannot be less.")
            % {"held": format_money(pledge.held_minor, pledge.currency)},
            field="amount",
        )
    before = pledge.amount_minor
    if amount_minor == before:
        return pledge
    pledge.amount_minor, pledge.version = amount_minor, pledge.version + 1
    pledge.save(update_fields=["amount_minor", "version"])
    kind = StepKind.RAISED if amount_minor > before else StepKind.LOWERED
    record(pledge, kind, before=before)
    settle(pledge)
    return pledge


@transaction.atomic
def cancel(*, pledge: Pledge) -> Pledge:
    """Withdraws a pledge, at any time, without a reason; twice changes nothing."""
    pledge = _locked(pledge)
    if pledge.state == PledgeState.CANCELLED:
        return pledge
    pledge.ended_at = clock.now()
    pledge.save(update_fields=["ended_at"])
    move(pledge, PledgeState.CANCELLED, StepKind.CANCELLED)
    consent.withdraw(email=pledge.email, purpose=PURPOSE, subject_id=pledge.pk)
    return pledge


@transaction.atomic
def void(*, pledge: Pledge, reason: str, by: Seat) -> Pledge:
    """Takes a fraudulent pledge out of every figure; staff, with a reason."""
    if not reason.strip():
        raise DomainError(_("Say why; the audit log keeps it."), field="reason")
    pledge = _locked(pledge)
    pledge.ended_at = clock.now()
    pledge.save(update_fields=["ended_at"])
    move(pledge, PledgeState.VOID, StepKind.VOIDED, by=by, reason=reason)
    audit.record(by=by, action="pledge.voided", subject=pledge, reason=reason)
    return pledge


def release_all(*, drive: PledgeDrive, reason: str, by: Seat | None) -> int:
    """Releases every pledge of an ended drive and tells whoever had confirmed."""
    waiting = drive.pledges.filter(state__in=[PledgeState.INTENDED, PledgeState.ACTIVE])
    released = 0
    for pledge in waiting.select_for_update(of=("self",)).order_by("pk"):
        pledge.drive = drive
        pledge.ended_at = clock.now()
        pledge.save(update_fields=["ended_at"])
        move(pledge, PledgeState.RELEASED, StepKind.RELEASED, by=by, reason=reason)
        if pledge.confirmed_at is not None:
            tell(
                pledge, "pledges/email/released", key=f"pledge-released:{pledge.pk}", reason=reason
            )
        released += 1
    return released


@transaction.atomic
def lapse(*, pledge: Pledge) -> Pledge:
    """Ends a pledge whose term is over; called by beat, before the time it does nothing."""
    pledge = _locked(pledge)
    if (
        pledge.state != PledgeState.ACTIVE
        or pledge.term_ends_at is None
        or pledge.term_ends_at > clock.now()
    ):
        return pledge
    pledge.ended_at = pledge.term_ends_at
    pledge.save(update_fields=["ended_at"])
    move(pledge, PledgeState.LAPSED, StepKind.LAPSED)
    return pledge


def settle(pledge: Pledge) -> None:
    """Brings the state in line with what was honoured; the caller holds the row's lock."""
    is_full = pledge.honoured_minor == pledge.amount_minor
    if is_full and pledge.state in (PledgeState.ACTIVE, PledgeState.LAPSED):
        move(pledge, PledgeState.FULFILLED, StepKind.FULFILLED)
    elif not is_full and pledge.state == PledgeState.FULFILLED:
        move(pledge, PledgeState.ACTIVE, StepKind.REOPENED)


def _new(drive: PledgeDrive, promise: Promise) -> Pledge:
    pledge = insert(drive, promise, term_months=drive.term_months)
    mail_confirmation(pledge)
    return pledge


def insert(drive: PledgeDrive, promise: Promise, *, term_months: int) -> Pledge:
    """The row of a promise with its first step and the consent, and no message."""
    pledge = Pledge(
        drive=drive,
        email=promise.email,
        email_normalised=normalise_email(promise.email),
        name=promise.name,
        display=promise.display,
        amount_minor=promise.amount_minor,
        currency=drive.currency,
        term_months=term_months,
        form_key=promise.form_key,
        code="".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH)),
    )
    pledge.card_digest = links.digest(pledge.card_secret)
    pledge.save(force_insert=True)
    record(pledge, StepKind.MADE, before=0)
    consent.give(
        email=promise.email, purpose=PURPOSE, wording=promise.wording, subject_id=pledge.pk
    )
    return pledge


def _again(pledge: Pledge, promise: Promise) -> Pledge:
    """The same person pledges again: a link replaces the last one, or changes the pledge."""
    pledge = _locked(pledge)
    pledge.form_key = promise.form_key
    if pledge.state != PledgeState.INTENDED:
        pledge.save(update_fields=["form_key"])
        mail_change(pledge, promise.amount_minor)
        return pledge
    before = pledge.amount_minor
    pledge.name, pledge.display = promise.name, promise.display
    pledge.amount_minor, pledge.version = promise.amount_minor, pledge.version + 1
    pledge.save(update_fields=["form_key", "name", "display", "amount_minor", "version"])
    if before != pledge.amount_minor:
        kind = StepKind.RAISED if pledge.amount_minor > before else StepKind.LOWERED
        record(pledge, kind, before=before)
    mail_confirmation(pledge)
    return pledge


def locked_while_private(pledge: Pledge) -> PledgeDrive | None:
    """The pledge's drive, locked, if it is private: who confirms there may open it to all.

    Afterwards no drive becomes private again, so most confirmations lock no drive.
    """
    if pledge.drive.state != DriveState.PRIVATE:
        return None
    drive = moves.locked(pledge.drive)
    return drive if drive.state == DriveState.PRIVATE else None


def open_at_last_of_circle(drive: PledgeDrive) -> None:
    """Opens a private drive, locked, to all if enough have come by now."""
    standing = Pledge.objects.filter(drive=drive, state__in=STANDING_STATES).count()
    if standing >= policy().private_pledgers:
        moves.open_to_all(drive, by=None)
        moves.tell_business(drive, "pledges/email/drive_approved")


def _live_pledge(drive: PledgeDrive, email: str) -> Pledge | None:
    live = Pledge.objects.live().filter(drive=drive, email_normalised=normalise_email(email))
    return live.first()


def _locked(pledge: Pledge) -> Pledge:
    return (
        Pledge.objects.select_for_update(of=("self",))
        .select_related("drive__business")
        .get(pk=pledge.pk)
    )


def move(
    pledge: Pledge,
    to: PledgeState,
    kind: StepKind,
    *,
    by: Seat | None = None,
    reason: str = "",
    **dates: datetime,
) -> None:
    """One step along PLEDGE_TRANSITIONS, with its history; the caller holds the row's lock.

    `dates` are columns of the pledge that the new state comes with.

    Raises:
        DomainError: no step leads from where the pledge is to there.
    """
    if to not in PLEDGE_TRANSITIONS[pledge.state]:
        raise DomainError(
            _("This pledge is %(state)s; that is no longer possible.")
            % {"state": pledge.get_state_display()}
        )
    pledge.state = to
    pledge.version += 1
    for name, moment in dates.items():
        setattr(pledge, name, moment)
    pledge.save(update_fields=["state", "version", *dates])
    record(pledge, kind, before=pledge.amount_minor, by=by, reason=reason)


def record(
    pledge: Pledge,
    kind: StepKind,
    *,
    before: int,
    by: Seat | None = None,
    reason: str = "",
) -> None:
    """Writes one row of a pledge's history and tells other rooms."""
    step = PledgeStep.objects.create(
        pledge=pledge,
        kind=kind,
        amount_before_minor=before,
        amount_after_minor=pledge.amount_minor,
        reason=reason[:400],
        seat=by,
        at=clock.now(),
    )
    events.pledge_changed.send(sender=Pledge, pledge=pledge, step=step)


def _must_be_open(drive: PledgeDrive) -> None:
    if not drive.is_open:
        raise DomainError(
            _("This drive takes no new pledges any more. Thank you for thinking of it.")
        )


def _must_be_allowed(amount_minor: int) -> None:
    if not is_allowed(amount_minor):
        raise DomainError(
            _("A pledge is between $%(least)d and $%(most)s, in steps of $%(step)d.")
            % {
                "least": LEAST_MINOR // 100,
                "most": f"{MOST_MINOR // 100:,}",
                "step": STEP_MINOR // 100,
            },
            field="amount",
        )
