"""A new member's first weeks: a buddy, the commitment, an introduction, the list of steps."""

import hashlib

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Role, Seat
from alliance.services import audit, consent, outbox
from alliance.tenancy.scope import current_alliance
from members.models import (
    Buddy,
    Business,
    Membership,
    Representative,
    RepresentativeKind,
    Step,
    WelcomeStep,
)
from members.queries.memberships import settings
from members.queries.welcome import live_buddies
from members.services.memberships import locked

COMMITMENT = "members.commitment"
# What a member ticks off by their own word.
BY_OWN_WORD = (Step.DETAILS, Step.TEAM, Step.NEIGHBOUR)


@transaction.atomic
def assign_buddy(
    *, membership: Membership, representative: Representative, by: Seat | None
) -> Buddy:
    """Asks somebody to keep a new member company, in place of whoever did; both are written to.

    Raises:
        DomainError: they speak for no other member.
    """
    membership = locked(membership)
    seat = representative.seat
    live = Representative.objects.live().filter(pk=representative.pk, seat__role=Role.MEMBER)
    if representative.business_id == membership.business_id or not live.exists():
        raise DomainError(_("A buddy speaks for another member."), field="representative")
    before = Buddy.objects.filter(membership=membership, ended_at__isnull=True).first()
    if before is not None and before.seat_id == seat.pk:
        return before
    if before is not None:
        before.ended_at = clock.now()
        before.save(update_fields=["ended_at"])
    buddy = Buddy.objects.create(membership=membership, seat=seat)
    audit.record(
        by=by, action="buddy.assigned", subject=membership, business=membership.business.trade_name
    )
    _write_to_buddy(buddy, representative)
    _write_to_member(buddy, representative)
    return buddy


@transaction.atomic
def say_hello(*, membership: Membership, by: Seat) -> WelcomeStep:
    """The buddy has said hello.

    Raises:
        DomainError: this seat is not the member's buddy.
    """
    if not live_buddies().filter(membership=membership, seat=by).exists():
        raise DomainError(_("Somebody else keeps this member company now."))
    return _take(membership, Step.BUDDY, by=by)


@transaction.atomic
def accept_commitment(*, membership: Membership, version: str, by: Seat) -> WelcomeStep:
    """The member has read what we promise each other, and accepts these words.

    Args:
        version: of the words that were read (`commitment_version`).

    Raises:
        DomainError: the words have changed since they were read.
    """
    words = settings().commitment
    if not words.strip() or version != commitment_version():
        raise DomainError(_("The words have changed. Please read them again."))
    existing = WelcomeStep.objects.filter(membership=membership, step=Step.COMMITMENT).first()
    if existing:
        return existing
    consent.give(email=by.person.email, purpose=COMMITMENT, wording=words, subject_id=membership.pk)
    return _take(membership, Step.COMMITMENT, by=by)


def commitment_version() -> str:
    """Names the words of the commitment as they are now."""
    return hashlib.sha256(settings().commitment.encode()).hexdigest()[:16]


@transaction.atomic
def introduce(*, membership: Membership, words: str, by: Seat) -> WelcomeStep:
    """What the member says of themselves, for the other members and the staff; said once.

    Raises:
        DomainError: nothing is said.
    """
    if not words.strip():
        raise DomainError(_("Write a few sentences."), field="words")
    return _take(membership, Step.INTRODUCTION, by=by, words=words)


@transaction.atomic
def tick_off(*, membership: Membership, step: Step, by: Seat) -> WelcomeStep:
    """A step that the member says is done; saying it twice changes nothing.

    Raises:
        DomainError: a step that takes more than a word.
    """
    if step not in BY_OWN_WORD:
        raise DomainError(_("This step is taken on a page of its own."))
    return _take(membership, step, by=by)


def _take(membership: Membership, step: Step, *, by: Seat, words: str = "") -> WelcomeStep:
    try:
        with transaction.atomic():
            taken = WelcomeStep.objects.create(
                membership=membership, step=step, words=words, seat=by
            )
    except IntegrityError:
        return WelcomeStep.objects.get(membership=membership, step=step)
    audit.record(by=by, action="welcome.step_taken", subject=membership, step=step.value)
    return taken


def _write_to_buddy(buddy: Buddy, representative: Representative) -> None:
    business = buddy.membership.business
    owner = _owner(business)
    outbox.enqueue(
        key=f"buddy:{buddy.pk}",
        template="members/email/buddy",
        to=buddy.seat.person.email,
        context={
            "name": str(buddy.seat.person),
            "business": business.trade_name,
            "member": str(owner.seat.person) if owner else business.trade_name,
            "contact": _contact(business),
            "own": representative.business.trade_name,
            "url": current_alliance().url(reverse("members:me")),
        },
        confirmed=True,
    )


def _write_to_member(buddy: Buddy, representative: Representative) -> None:
    owner = _owner(buddy.membership.business)
    if owner is None:
        return
    outbox.enqueue(
        key=f"your-buddy:{buddy.pk}",
        template="members/email/your_buddy",
        to=owner.seat.person.email,
        context={
            "name": str(owner.seat.person),
            "business": buddy.membership.business.trade_name,
            "buddy": str(buddy.seat.person),
            "own": representative.business.trade_name,
            "contact": _contact(representative.business),
            "url": current_alliance().url(reverse("members:me")),
        },
        confirmed=True,
    )


def _owner(business: Business) -> Representative | None:
    live = Representative.objects.live().filter(business=business).select_related("seat__person")
    owners = live.filter(kind=RepresentativeKind.OWNER)
    return owners.order_by("created_at").first() or live.order_by("created_at").first()


def _contact(business: Business) -> str:
    """How a business is reached as it says itself; nobody's own address."""
    return business.phone or business.email or business.website or business.street
