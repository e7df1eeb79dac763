"""A membership's life: opened, its terms, holds, its end and its return."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from members import events
from members.models import (
    Business,
    Cancellation,
    Hold,
    Membership,
    MembershipPeriod,
    PeriodSource,
    Relief,
    Tier,
)
from members.queries.memberships import standing_terms, today
from members.services import notices, prices
from members.terms import Term


@transaction.atomic
def open_membership(
    *,
    business: Business,
    tier: Tier,
    by: Seat | None,
    joined_on: date | None = None,
    agreed_minor: int | None = None,
    relief: Relief = Relief.NONE,
) -> Membership:
    """A business's membership, pending until a first term is paid for.

    Raises:
        DomainError: the business has one, or the price is none that the tier allows.
    """
    prices.must_fit(tier, agreed_minor, relief)
    membership = Membership(
        business=business,
        tier=tier,
        joined_on=joined_on or today(),
        agreed_minor=agreed_minor,
        relief=relief,
    )
    try:
        with transaction.atomic():
            membership.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(_("This business has a membership already.")) from error
    audit.record(by=by, action="membership.opened", subject=membership, tier=tier.name)
    note_change(membership)
    return membership


@transaction.atomic
def change_tier(
    *,
    membership: Membership,
    tier: Tier,
    by: Seat | None,
    agreed_minor: int | None = None,
    relief: Relief = Relief.NONE,
) -> Membership:
    """Another tier or price from the next invoice on; terms that are paid stay as they are.

    Raises:
        DomainError: the tier is retired, or the price is none that it allows.
    """
    membership = locked(membership)
    if tier.retired_at and tier != membership.tier:
        raise DomainError(_("Nobody can choose this tier any more."), field="tier")
    prices.must_fit(tier, agreed_minor, relief)
    before = membership.tier.name
    membership.tier, membership.agreed_minor, membership.relief = tier, agreed_minor, relief
    membership.save(update_fields=["tier", "agreed_minor", "relief"])
    audit.record(
        by=by,
        action="membership.tier_changed",
        subject=membership,
        before=before,
        after=tier.name,
        agreed_minor=agreed_minor,
        relief=relief,
    )
    return membership


def give_term(
    *,
    membership: Membership,
    starts_on: date,
    ends_on: date,
    source: PeriodSource,
    by: Seat | None,
    paid_on: date | None = None,
) -> MembershipPeriod:
    """One term without an invoice, as `give_terms` gives them.

    Raises:
        DomainError: it ends before it begins, or overlaps one that stands.
    """
    (period,) = give_terms(
        membership=membership,
        terms=[Term(starts_on, ends_on)],
        source=source,
        by=by,
        paid_on=paid_on,
    )
    return period


@transaction.atomic
def give_terms(
    *,
    membership: Membership,
    terms: Sequence[Term],
    source: PeriodSource,
    by: Seat | None,
    paid_on: date | None = None,
) -> list[MembershipPeriod]:
    """Terms without an invoice: given by the alliance, or brought from another system.

    What is brought counts from its own first day, what is given from today.

    Raises:
        DomainError: one ends before it begins, or overlaps another that stands.
    """
    membership = locked(membership)
    if any(term.ends_on < term.starts_on for term in terms):
        raise DomainError(_("A term ends on or after the day it begins."), field="ends_on")
    taken = [*standing_terms(membership), *terms]
    if any(one.overlaps(other) for one, other in combinations(taken, 2)):
        raise DomainError(_("There is a term on some of these days already."), field="starts_on")
    is_given = source == PeriodSource.GIVEN
    periods = [
        MembershipPeriod(
            membership=membership,
            tier=membership.tier,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            paid_on=paid_on or (today() if is_given else term.starts_on),
            source=source,
        )
        for term in terms
    ]
    add_periods(membership, periods)
    for term in terms:
        audit.record(
            by=by,
            action="membership.term_given",
            subject=membership,
            starts_on=term.starts_on.isoformat(),
            ends_on=term.ends_on.isoformat(),
            source=source,
        )
    return periods


@transaction.atomic
def hold(
    *, membership: Membership, reason: str, by: Seat | None, starts_on: date | None = None
) -> Hold:
    """Suspends a membership from that day (today) on.

    Raises:
        DomainError: it is suspended already, or the day has gone by.
    """
    membership = locked(membership)
    starts_on = starts_on or today()
    if starts_on < today():
        raise DomainError(_("A suspension begins today or later."), field="starts_on")
    if Hold.objects.filter(membership=membership, released_on__isnull=True).exists():
        raise DomainError(_("This membership is suspended already."))
    made = Hold.objects.create(membership=membership, starts_on=starts_on, reason=reason, seat=by)
    audit.record(by=by, action="membership.held", subject=membership, reason=reason)
    note_change(membership)
    return made


@transaction.atomic
def release(*, membership: Membership, by: Seat | None) -> Hold:
    """Ends a suspension from today on, and plans the letters that it stopped.

    Raises:
        DomainError: there is none.
    """
    membership = locked(membership)
    found = Hold.objects.filter(membership=membership, released_on__isnull=True).first()
    if found is None:
        raise DomainError(_("This membership is not suspended."))
    found.released_on = max(today(), found.starts_on)
    found.save(update_fields=["released_on"])
    if live_cancellation(membership) is None:
        notices.follow(membership=membership)
    audit.record(by=by, action="membership.released", subject=membership)
    note_change(membership)
    return found


@transaction.atomic
def cancel(*, membership: Membership, by: Seat | None, reason: str = "") -> Cancellation:
    """Ends a membership today; its notices stop. What was paid is a credit note's business.

    Raises:
        DomainError: it is ended already.
    """
    membership = locked(membership)
    if live_cancellation(membership):
        raise DomainError(_("This membership is cancelled already."))
    made = Cancellation.objects.create(
        membership=membership, cancelled_on=today(), reason=reason, seat=by
    )
    notices.stop(membership=membership)
    audit.record(by=by, action="membership.cancelled", subject=membership, reason=reason)
    events.membership_cancelled.send(sender=Membership, membership=membership)
    note_change(membership)
    return made


@transaction.atomic
def revoke_cancellation(*, membership: Membership, by: Seat | None) -> Cancellation:
    """Takes a cancellation back from today on, and plans its notices again.

    Raises:
        DomainError: there is none.
    """
    membership = locked(membership)
    found = live_cancellation(membership)
    if found is None:
        raise DomainError(_("This membership is not cancelled."))
    _revoke(found)
    notices.follow(membership=membership)
    audit.record(by=by, action="membership.cancellation_revoked", subject=membership)
    note_change(membership)
    return found


def add_periods(membership: Membership, periods: list[MembershipPeriod]) -> None:
    """Writes terms of a membership that is locked; who has a new one has come back."""
    MembershipPeriod.objects.bulk_create(periods)
    if cancellation := live_cancellation(membership):
        _revoke(cancellation)
    notices.follow(membership=membership)
    for period in periods:
        events.period_added.send(sender=MembershipPeriod, period=period)
    note_change(membership)


def live_cancellation(membership: Membership) -> Cancellation | None:
    """The end that stands, if any."""
    return Cancellation.objects.filter(membership=membership, revoked_on__isnull=True).first()


def locked(membership: Membership) -> Membership:
    """The row under lock: its terms, holds and ends are written one after the other.

    Not against keys that lead to it (`no_key`): whoever issues it an invoice
    looks at this row once more at commit, with the ledger in hand.
    """
    rows = Membership.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("tier", "business").get(pk=membership.pk)


def note_change(membership: Membership) -> None:
    """Tells the rooms above that what this membership allows may be another now."""
    events.businesses_changed.send(sender=Membership, business_ids=[membership.business_id])


def _revoke(cancellation: Cancellation) -> None:
    cancellation.revoked_on = max(today(), cancellation.cancelled_on)
    cancellation.save(update_fields=["revoked_on"])
