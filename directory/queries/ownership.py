"""Claims of local ownership as pages and the desk read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    QuerySet,
)
from django.db.models.functions import Cast

from alliance.models import Seat
from directory.models import Appeal, Attestation, Confirmation, DirectoryEntry, Revocation
from directory.ownership import NOTICE, Facts, State, expires_on, state_of
from directory.queries.attested import verified
from members.models import STANDING, Business, Membership
from members.queries.businesses import businesses_of
from members.queries.memberships import today
from members.queries.standing import with_status


@dataclass(frozen=True)
class Standing:
    """A claim with all that was said about it, and where it stands today."""

    claim: Attestation
    confirmations: tuple[Confirmation, ...]
    revocation: Revocation | None
    appeal: Appeal | None
    state: State

    @property
    def expires_on(self) -> date | None:
        """The last day that it is good for."""
        return expires_on(self.claim.verified_on) if self.claim.verified_on else None


def facts_of(claim: Attestation, revocation: Revocation | None, appeal: Appeal | None) -> Facts:
    """What `state_of` asks."""
    return Facts(
        verified_on=claim.verified_on,
        withdrawn_on=claim.withdrawn_on,
        is_revoked=revocation is not None,
        is_appealed=appeal is not None,
        is_upheld=appeal.is_upheld if appeal else None,
    )


def standing_of(business: Business) -> Standing | None:
    """The latest claim of this business that was not replaced; None where it never claimed."""
    claims = Attestation.objects.filter(business=business, withdrawn_on__isnull=True)
    claim = claims.select_related("seat__person").first()
    return standings([claim])[0] if claim else None


def standings(claims: Iterable[Attestation]) -> list[Standing]:
    """Each with what was said about it, in three reads."""
    rows = list(claims)
    ids = [claim.pk for claim in rows]
    said = Confirmation.objects.filter(attestation__in=ids)
    revocations = Revocation.objects.filter(attestation__in=ids).select_related("seat__person")
    appeals = Appeal.objects.filter(revocation__attestation__in=ids).select_related(
        "seat__person", "decider__person", "revocation"
    )
    by_claim = {row.attestation_id: row for row in revocations}
    appealed = {row.revocation.attestation_id: row for row in appeals}
    confirmed: dict[object, list[Confirmation]] = {}
    for row in said.select_related("seat__person", "business").order_by("confirmed_at"):
        confirmed.setdefault(row.attestation_id, []).append(row)
    return [
        Standing(
            claim=claim,
            confirmations=tuple(confirmed.get(claim.pk, ())),
            revocation=by_claim.get(claim.pk),
            appeal=appealed.get(claim.pk),
            state=state_of(
                today(), facts_of(claim, by_claim.get(claim.pk), appealed.get(claim.pk))
            ),
        )
        for claim in rows
    ]


def claimed() -> QuerySet[Attestation]:
    """Claims that nobody has decided on, the longest waiting first."""
    waiting = Attestation.objects.filter(verified_on__isnull=True, withdrawn_on__isnull=True)
    return waiting.order_by("claimed_at", "id")


def expiring() -> QuerySet[Any]:
    """Confirmed claims in their last sixty days and no new one made; `last`, and `since` when."""
    newer = Attestation.objects.filter(
        business=OuterRef("business"), claimed_at__gt=OuterRef("claimed_at")
    )
    rows: QuerySet[Any] = verified().annotate(last=_LastDay("verified_on"))
    rows = rows.filter(last__gte=today(), last__lt=today() + NOTICE)
    begun = ExpressionWrapper(F("last") - (NOTICE - timedelta(days=1)), DateTimeField())
    rows = rows.exclude(Exists(newer.filter(withdrawn_on__isnull=True)))
    return rows.annotate(since=Cast(begun, DateTimeField())).order_by("last", "id")


def appeals() -> QuerySet[Appeal]:
    """Appeals that nobody has decided, the longest waiting first."""
    return Appeal.objects.filter(decided_at__isnull=True).order_by("made_at", "id")


def was_revoked(business_id: UUID) -> bool:
    """Whether a claim of this business was taken back and not restored."""
    revoked = Revocation.objects.filter(attestation__business=business_id)
    return revoked.exclude(appeals__is_upheld=True).exists()


def confirmable_by(seats: Iterable[Seat]) -> QuerySet[Attestation]:
    """Claims that these seats' person may confirm for a member: none of their own, none twice.

    Where a claim was revoked before, the staff alone decide on the next.
    """
    own = businesses_of(seats).values("pk")
    people = [seat.person_id for seat in seats]
    done = Confirmation.objects.filter(attestation=OuterRef("pk"))
    revoked = Revocation.objects.filter(attestation__business=OuterRef("business"))
    public = DirectoryEntry.objects.public().values("business")
    return (
        claimed()
        .filter(business__in=public)
        .exclude(business__in=own)
        .exclude(Exists(done.filter(seat__person__in=people)))
        .exclude(Exists(revoked.exclude(appeals__is_upheld=True)))
        .select_related("business")
    )


def voice_of(seats: Iterable[Seat]) -> Business | None:
    """The first member in standing for which one of these seats speaks."""
    own = businesses_of(seats).values("pk")
    rows = with_status(Membership.objects.filter(business__in=own))
    found = rows.filter(status__in=STANDING).select_related("business").order_by("joined_on", "pk")
    first = found.first()
    return first.business if first else None


class _LastDay(Func):
    """`ownership.expires_on` in SQL."""

    template = "((%(expressions)s + interval '24 months' - interval '1 day')::date)"
    output_field = DateField()
