"""Passing what is left of a pledge on to a friend: offered, accepted, taken back, expired.

What was counted stays with the giver, so the giver's pledge shrinks to the
nearest allowed amount that holds it, and the friend gets the rest: together
never more than before. Where nothing was counted, the giver's pledge ends.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.addresses import normalise_email
from alliance.errors import DomainError
from alliance.money import format_money
from alliance.services import consent, outbox
from alliance.tenancy.scope import current_alliance
from members.queries import businesses as members
from pledges.amounts import LEAST_MINOR, MOST_MINOR, STEP_MINOR
from pledges.models import (
    Display,
    Pledge,
    PledgeState,
    PledgeTransfer,
    StepKind,
    TransferState,
)
from pledges.models.drives import HONOURING_STATES
from pledges.models.pledges import LIVE_STATES
from pledges.services import pledges as pledge_services
from pledges.services.mailing import PURPOSE, about, mail_card, tell

PASS_ON = "pledge-pass-on"
GOOD_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Share:
    """A pledge taken apart, in minor units: what the giver keeps, what a friend gets.

    `kept_minor` is 0 where the giver's whole pledge goes. kept + passed is the
    pledge's amount.
    """

    kept_minor: int
    passed_minor: int


def share_of(pledge: Pledge) -> Share:
    """What passing on would leave and give now; nothing to give where under $20 is left."""
    if pledge.held_minor == 0:
        return Share(0, pledge.amount_minor)
    kept = max(LEAST_MINOR, -(-pledge.held_minor // STEP_MINOR) * STEP_MINOR)
    rest = pledge.amount_minor - kept
    return Share(kept, rest) if rest >= LEAST_MINOR else Share(pledge.amount_minor, 0)


@transaction.atomic
def offer(*, pledge: Pledge, name: str, email: str) -> PledgeTransfer:
    """Offers what is left to a friend, who is sent a link that is good for 14 days.

    Raises:
        DomainError: the pledge does not stand, under $20 is left, it is offered
            already, or the address is the giver's own or the business's.
        TooManyMessages: the inbox has had enough.
    """
    pledge = _locked(pledge)
    _must_be_passable(pledge)
    if normalise_email(email) == pledge.email_normalised:
        raise DomainError(_("That is your own address. Enter your friend’s."), field="email")
    _must_be_no_insider(email, pledge)
    expire_old()
    if PledgeTransfer.objects.filter(pledge=pledge, state=TransferState.OFFERED).exists():
        raise DomainError(_("You have offered it to somebody. Take that back first."))
    now = clock.now()
    transfer = PledgeTransfer.objects.create(
        pledge=pledge, to_name=name, to_email=email, created_at=now, expires_at=now + GOOD_FOR
    )
    token = links.sign(PASS_ON, {"transfer": str(transfer.pk)})
    outbox.enqueue(
        key=f"{PASS_ON}:{transfer.pk}",
        template="pledges/email/passed_to_you",
        to=email,
        # No names: an unconfirmed address gets no words that somebody typed.
        context=about(pledge)
        | {
            "amount": format_money(share_of(pledge).passed_minor, pledge.currency),
            "url": current_alliance().url(f"/pledge/passed/{token}/"),
        },
        confirmed=False,
    )
    return transfer


@transaction.atomic
def take_back(*, pledge: Pledge) -> bool:
    """Takes the open offer of a pledge back; whether there was one."""
    pledge = _locked(pledge)
    waiting = PledgeTransfer.objects.filter(pledge=pledge, state=TransferState.OFFERED)
    return bool(waiting.update(state=TransferState.WITHDRAWN, decided_at=clock.now()))


def expire_old() -> int:
    """Ends the offers that nobody answered for 14 days; how many. Called by beat."""
    old = PledgeTransfer.objects.filter(state=TransferState.OFFERED, expires_at__lte=clock.now())
    return int(old.update(state=TransferState.EXPIRED, decided_at=clock.now()))


@transaction.atomic
def accept(*, transfer: PledgeTransfer, name: str, display: Display, wording: str) -> Pledge:
    """The friend takes it: a pledge of their own, or more on the one they have.

    The term of a new one ends with the giver's: the promise is what it was.
    Pressing twice gives the same pledge.

    Raises:
        DomainError: the offer is over, the giver's pledge does not stand or has
            been used up, the friend belongs to the business, or the two together
            are above $2,000.
    """
    drive = pledge_services.locked_while_private(transfer.pledge)
    giver, theirs = _both_locked(transfer)
    transfer = PledgeTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if transfer.state == TransferState.ACCEPTED and transfer.received_id:
        return Pledge.objects.select_related("drive__business").get(pk=transfer.received_id)
    if transfer.state != TransferState.OFFERED or transfer.expires_at <= clock.now():
        raise DomainError(_("This offer is over. Thank you for looking."))
    _must_be_passable(giver)
    _must_be_no_insider(transfer.to_email, giver)
    share = share_of(giver)
    _give(giver, share)
    if theirs is None:
        promise = pledge_services.Promise(
            transfer.to_email, name, display, share.passed_minor, wording
        )
        theirs = _new(giver, promise)
        _begin(theirs, giver)
    else:
        _add(theirs, share.passed_minor, giver, wording)
    PledgeTransfer.objects.filter(pk=transfer.pk).update(
        state=TransferState.ACCEPTED,
        decided_at=clock.now(),
        received=theirs,
        passed_minor=share.passed_minor,
    )
    mail_card(theirs, key=f"pledge-card:{theirs.pk}:{transfer.pk}")
    if drive is not None:
        pledge_services.open_at_last_of_circle(drive)
    return theirs


def _give(giver: Pledge, share: Share) -> None:
    """The giver's side: smaller, or ended where nothing was counted yet."""
    tell(
        giver,
        "pledges/email/passed_on",
        key=f"pledge-passed-on:{giver.pk}:{giver.version}",
        passed=format_money(share.passed_minor, giver.currency),
        kept=format_money(share.kept_minor, giver.currency) if share.kept_minor else "",
    )
    if share.kept_minor:
        before = giver.amount_minor
        giver.amount_minor, giver.version = share.kept_minor, giver.version + 1
        giver.save(update_fields=["amount_minor", "version"])
        pledge_services.record(giver, StepKind.PASSED_ON, before=before)
        pledge_services.settle(giver)
        return
    now = clock.now()
    pledge_services.move(
        giver, PledgeState.CANCELLED, StepKind.PASSED_ON, ended_at=now, passed_on_at=now
    )
    consent.withdraw(email=giver.email, purpose=PURPOSE, subject_id=giver.pk)


def _new(giver: Pledge, promise: pledge_services.Promise) -> Pledge:
    try:
        with transaction.atomic():
            return pledge_services.insert(giver.drive, promise, term_months=giver.term_months)
    except IntegrityError as error:
        # The friend has pledged by themselves at this very moment.
        raise DomainError(_("Something else was quicker. Please press once more.")) from error


def _begin(theirs: Pledge, giver: Pledge) -> None:
    theirs.confirmed_at = clock.now()
    theirs.term_ends_at = giver.term_ends_at
    theirs.save(update_fields=["confirmed_at", "term_ends_at"])
    pledge_services.move(theirs, PledgeState.ACTIVE, StepKind.CONFIRMED)


def _add(theirs: Pledge, minor: int, giver: Pledge, wording: str) -> None:
    """Raises the friend's own pledge; one that waits for its link becomes what is passed on."""
    before = theirs.amount_minor
    waits = theirs.state == PledgeState.INTENDED
    after = minor if waits else before + minor
    if after > MOST_MINOR:
        raise DomainError(
            _("You have pledged here already, and together that would be more than %(most)s.")
            % {"most": format_money(MOST_MINOR, theirs.currency)}
        )
    theirs.amount_minor, theirs.version = after, theirs.version + 1
    theirs.save(update_fields=["amount_minor", "version"])
    if after != before:
        kind = StepKind.RAISED if after > before else StepKind.LOWERED
        pledge_services.record(theirs, kind, before=before)
    consent.give(email=theirs.email, purpose=PURPOSE, wording=wording, subject_id=theirs.pk)
    if waits:
        _begin(theirs, giver)
    else:
        pledge_services.settle(theirs)


def _must_be_passable(pledge: Pledge) -> None:
    over = pledge.term_ends_at is None or pledge.term_ends_at <= clock.now()
    if pledge.state != PledgeState.ACTIVE or over or pledge.drive.state not in HONOURING_STATES:
        raise DomainError(_("This pledge does not stand any more."))
    if not share_of(pledge).passed_minor:
        raise DomainError(_("Less than $20 is left, too little for a pledge of its own."))


def _must_be_no_insider(email: str, pledge: Pledge) -> None:
    if members.belongs_to(email, pledge.drive.business):
        raise DomainError(_("Owners and staff cannot pledge at their own business."), field="email")


def _locked(pledge: Pledge) -> Pledge:
    return (
        Pledge.objects.select_for_update(of=("self",))
        .select_related("drive__business")
        .get(pk=pledge.pk)
    )


def _both_locked(transfer: PledgeTransfer) -> tuple[Pledge, Pledge | None]:
    """The giver's pledge and the friend's live one, locked in one order for all."""
    theirs = Pledge.objects.live().filter(
        drive=transfer.pledge.drive_id, email_normalised=normalise_email(transfer.to_email)
    )
    wanted = [transfer.pledge_id, *theirs.values_list("pk", flat=True)]
    rows = Pledge.objects.filter(pk__in=wanted).select_for_update(of=("self",)).order_by("pk")
    found = {row.pk: row for row in rows.select_related("drive__business")}
    giver = found.pop(transfer.pledge_id)
    live = [row for row in found.values() if row.state in LIVE_STATES]
    return giver, live[0] if live else None
