"""A pledge's life: intended, confirmed by e-mail, raised, lowered, withdrawn."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.addresses import normalise_email
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit, consent, outbox
from alliance.tenancy.scope import current_alliance
from members.queries import businesses as members
from pledges import events
from pledges.amounts import LEAST_MINOR, MOST_MINOR, STEP_MINOR, end_of_day, is_allowed
from pledges.models import (
    Display,
    Pledge,
    PledgeDrive,
    PledgeState,
    PledgeStep,
    StepKind,
)
from pledges.models.pledges import PLEDGE_TRANSITIONS

CONFIRM, CHANGE = "pledge-confirm", "pledge-change"
PURPOSE = "pledges"
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
    _move(pledge, PledgeState.ACTIVE, StepKind.CONFIRMED)
    _mail_card(pledge, key=f"pledge-card:{pledge.pk}")
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
    _record(pledge, kind, before=before)
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
    _move(pledge, PledgeState.CANCELLED, StepKind.CANCELLED)
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
    _move(pledge, PledgeState.VOID, StepKind.VOIDED, by=by, reason=reason)
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
        _move(pledge, PledgeState.RELEASED, StepKind.RELEASED, by=by, reason=reason)
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
    _move(pledge, PledgeState.LAPSED, StepKind.LAPSED)
    return pledge


def settle(pledge: Pledge) -> None:
    """Brings the state in line with what was honoured; the caller holds the row's lock."""
    is_full = pledge.honoured_minor == pledge.amount_minor
    if is_full and pledge.state in (PledgeState.ACTIVE, PledgeState.LAPSED):
        _move(pledge, PledgeState.FULFILLED, StepKind.FULFILLED)
    elif not is_full and pledge.state == PledgeState.FULFILLED:
        _move(pledge, PledgeState.ACTIVE, StepKind.REOPENED)


@transaction.atomic
def send_cards(*, email: str) -> int:
    """Mails the cards of an address's standing pledges again, each once an hour; how many.

    Raises:
        TooManyMessages: the inbox has had enough.
    """
    standing = Pledge.objects.filter(
        email_normalised=normalise_email(email),
        state__in=[PledgeState.ACTIVE, PledgeState.FULFILLED],
    ).select_related("drive__business")
    hour = clock.now().strftime("%Y-%m-%dT%H")
    for sent, pledge in enumerate(standing):
        # One request counts once against the inbox's limit, however many cards it asks for.
        _mail_card(pledge, key=f"pledge-card:{pledge.pk}:{hour}", confirmed=sent > 0)
    return len(standing)


def _new(drive: PledgeDrive, promise: Promise) -> Pledge:
    pledge = Pledge(
        drive=drive,
        email=promise.email,
        email_normalised=normalise_email(promise.email),
        name=promise.name,
        display=promise.display,
        amount_minor=promise.amount_minor,
        currency=drive.currency,
        term_months=drive.term_months,
        form_key=promise.form_key,
        code="".join(secrets.choice(CODE_ALPHABET) for _n in range(CODE_LENGTH)),
    )
    pledge.card_digest = links.digest(pledge.card_secret)
    pledge.save(force_insert=True)
    _record(pledge, StepKind.MADE, before=0)
    consent.give(
        email=promise.email, purpose=PURPOSE, wording=promise.wording, subject_id=pledge.pk
    )
    _mail_confirmation(pledge)
    return pledge


def _again(pledge: Pledge, promise: Promise) -> Pledge:
    """The same person pledges again: a link replaces the last one, or changes the pledge."""
    pledge = _locked(pledge)
    pledge.form_key = promise.form_key
    if pledge.state != PledgeState.INTENDED:
        pledge.save(update_fields=["form_key"])
        _mail_change(pledge, promise.amount_minor)
        return pledge
    before = pledge.amount_minor
    pledge.name, pledge.display = promise.name, promise.display
    pledge.amount_minor, pledge.version = promise.amount_minor, pledge.version + 1
    pledge.save(update_fields=["form_key", "name", "display", "amount_minor", "version"])
    if before != pledge.amount_minor:
        kind = StepKind.RAISED if pledge.amount_minor > before else StepKind.LOWERED
        _record(pledge, kind, before=before)
    _mail_confirmation(pledge)
    return pledge


def _mail_confirmation(pledge: Pledge) -> None:
    token = links.sign(CONFIRM, {"pledge": str(pledge.pk), "version": pledge.version})
    outbox.enqueue(
        key=f"{CONFIRM}:{pledge.pk}:{pledge.version}",
        template="pledges/email/confirm",
        to=pledge.email,
        # No name: an unconfirmed address gets no words that somebody typed.
        context=_about(pledge) | {"url": current_alliance().url(f"/pledge/confirm/{token}/")},
        confirmed=False,
    )


def _mail_change(pledge: Pledge, amount_minor: int) -> None:
    payload = {"pledge": str(pledge.pk), "version": pledge.version, "amount": amount_minor}
    token = links.sign(CHANGE, payload)
    outbox.enqueue(
        key=f"{CHANGE}:{pledge.pk}:{pledge.version}:{pledge.form_key or amount_minor}",
        template="pledges/email/change",
        to=pledge.email,
        context=_about(pledge)
        | {
            "new_amount": format_money(amount_minor, pledge.currency),
            "url": current_alliance().url(f"/pledge/change/{token}/"),
        },
        # Anyone may type this address into the form: the limit counts.
        confirmed=False,
    )


def _mail_card(pledge: Pledge, *, key: str, confirmed: bool = True) -> None:
    outbox.enqueue(
        key=key,
        template="pledges/email/card",
        to=pledge.email,
        context=_about(pledge) | {"url": card_url(pledge), "code": pledge.code_grouped},
        confirmed=confirmed,
    )


def tell(pledge: Pledge, template: str, *, key: str, **context: Any) -> None:
    """Writes to a pledger about their pledge, as long as they agree to be written to."""
    if not consent.has(email=pledge.email, purpose=PURPOSE, subject_id=pledge.pk):
        return
    outbox.enqueue(
        key=key,
        template=template,
        to=pledge.email,
        context=_about(pledge) | {"url": card_url(pledge)} | context,
        confirmed=True,
    )


def card_url(pledge: Pledge) -> str:
    """The card's absolute address, for messages and the QR code."""
    return current_alliance().url(pledge.get_absolute_url())


def _about(pledge: Pledge) -> dict[str, Any]:
    return {
        "business": pledge.drive.business.trade_name,
        "title": pledge.drive.title,
        "amount": format_money(pledge.amount_minor, pledge.currency),
        "months": pledge.term_months,
    }


def _live_pledge(drive: PledgeDrive, email: str) -> Pledge | None:
    live = Pledge.objects.live().filter(drive=drive, email_normalised=normalise_email(email))
    return live.first()


def _locked(pledge: Pledge) -> Pledge:
    return (
        Pledge.objects.select_for_update(of=("self",))
        .select_related("drive__business")
        .get(pk=pledge.pk)
    )


def _move(
    pledge: Pledge,
    to: PledgeState,
    kind: StepKind,
    *,
    by: Seat | None = None,
    reason: str = "",
) -> None:
    if to not in PLEDGE_TRANSITIONS[pledge.state]:
        raise DomainError(
            _("This pledge is %(state)s; that is no longer possible.")
            % {"state": pledge.get_state_display()}
        )
    pledge.state = to
    pledge.version += 1
    pledge.save(update_fields=["state", "version"])
    _record(pledge, kind, before=pledge.amount_minor, by=by, reason=reason)


def _record(
    pledge: Pledge,
    kind: StepKind,
    *,
    before: int,
    by: Seat | None = None,
    reason: str = "",
) -> None:
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
