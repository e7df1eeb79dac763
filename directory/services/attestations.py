"""Local ownership: claimed, confirmed by the staff or two members, revoked, appealed, renewed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Alliance, Seat
from alliance.services import audit
from alliance.tenancy.scope import in_alliance
from directory.models import Appeal, Attestation, Confirmation, Ownership, Revocation
from directory.ownership import (
    COUNTS,
    LEAST_PERCENT,
    MEMBERS_NEEDED,
    MOST_OUTLETS,
    State,
    expires_on,
)
from directory.queries import ownership as queries
from directory.queries.standing import in_standing
from directory.services import entries, letters
from members.models import Business
from members.queries.businesses import is_person_of, speaks_for
from members.queries.memberships import today


@dataclass(frozen=True)
class Claim:
    """What a business says of its owners."""

    ownership: Ownership
    local_percent: int
    decides_locally: bool
    outlets: int


@transaction.atomic
def claim(*, business: Business, said: Claim, by: Seat) -> Attestation:
    """Says that the business is locally owned; it waits for somebody to confirm it.

    A claim that was still waiting is replaced; one that is confirmed stays
    good until its end, or until this one is confirmed.

    Raises:
        DomainError: not local by our rule, confirmed for longer than the notice
            before its end, or a revocation may still be appealed.
    """
    _must_be_local(said)
    _lock(business)
    now = queries.standing_of(business)
    if now and now.expires_on and now.state == State.VERIFIED:
        raise DomainError(
            _("This is confirmed until %(day)s; it can be renewed in the last sixty days.")
            % {"day": date_format(now.expires_on, "j F Y")}
        )
    if now and now.state == State.APPEALED:
        raise DomainError(_("Your appeal is still to be decided."))
    if now and now.state == State.CLAIMED:
        _withdraw([now.claim])
    made = Attestation.objects.create(
        business=business,
        ownership=said.ownership,
        local_percent=said.local_percent,
        decides_locally=said.decides_locally,
        outlets=said.outlets,
        seat=by,
        claimed_at=clock.now(),
    )
    audit.record(by=by, action="ownership.claimed", subject=made, percent=said.local_percent)
    return made


@transaction.atomic
def confirm_for_alliance(*, claim: Attestation, by: Seat) -> Attestation:
    """One of the staff knows that it is so.

    Raises:
        DomainError: it waits for nobody, or they speak for the business themselves.
    """
    claim = _waiting(claim)
    if is_person_of(by, claim.business):
        raise DomainError(_("You speak for this business: somebody else confirms it."))
    Confirmation.objects.create(attestation=claim, seat=by, confirmed_at=clock.now())
    return _verify(claim, by=by)


@transaction.atomic
def confirm_for_member(*, claim: Attestation, business: Business, by: Seat) -> Attestation:
    """Another member's person knows that it is so; the second of them makes it good.

    Raises:
        DomainError: it waits for nobody, they speak for the business itself,
            their own is no member in good standing, they or their business have
            confirmed it already, or it was revoked before.
    """
    claim = _waiting(claim)
    _must_be_another_member(claim, business, by)
    if queries.was_revoked(claim.business_id):
        raise DomainError(_("The alliance decides on this claim itself."))
    said = list(Confirmation.objects.filter(attestation=claim).select_related("seat"))
    if any(one.business_id == business.pk or one.seat.person_id == by.person_id for one in said):
        raise DomainError(_("You have confirmed this already. Thank you."))
    Confirmation.objects.create(
        attestation=claim, business=business, seat=by, confirmed_at=clock.now()
    )
    audit.record(by=by, action="ownership.confirmed", subject=claim, member=business.trade_name)
    return _verify(claim, by=by) if len(said) + 1 >= MEMBERS_NEEDED else claim


@transaction.atomic
def revoke(*, claim: Attestation, reason: str, by: Seat) -> Revocation:
    """Takes a confirmed claim back; the business reads why and may appeal once.

    Raises:
        DomainError: it is not confirmed, no reason is given, or they speak for the business.
    """
    if not reason.strip():
        raise DomainError(_("Say why: the business reads it."), field="reason")
    claim = _locked(claim)
    if queries.standings([claim])[0].state not in COUNTS:
        raise DomainError(_("This is not confirmed at the moment."))
    if is_person_of(by, claim.business):
        raise DomainError(_("You speak for this business: somebody else decides."))
    made, is_new = Revocation.objects.get_or_create(
        attestation=claim,
        defaults={"reason": reason.strip()[:1000], "seat": by, "revoked_at": clock.now()},
    )
    if not is_new:
        raise DomainError(_("This was revoked before, and restored on appeal."))
    audit.record(by=by, action="ownership.revoked", subject=claim, reason=made.reason)
    entries.refresh([claim.business_id])
    _write(claim, "ownership_revoked", key=f"ownership-revoked:{made.pk}", reason=made.reason)
    return made


@transaction.atomic
def appeal(*, revocation: Revocation, words: str, by: Seat) -> Appeal:
    """Asks somebody else to look again; once.

    Raises:
        DomainError: nothing is said, it is not theirs, or they have appealed already.
    """
    if not words.strip():
        raise DomainError(_("Say what was overlooked."), field="words")
    claim = _locked(revocation.attestation)
    if not speaks_for(by, claim.business):
        raise DomainError(_("Only the business itself can appeal."))
    if claim.withdrawn_on is not None:
        raise DomainError(_("This claim has been replaced by a newer one."))
    made, is_new = Appeal.objects.get_or_create(
        revocation=revocation,
        defaults={"words": words.strip()[:2000], "seat": by, "made_at": clock.now()},
    )
    if not is_new:
        raise DomainError(_("You have appealed already."))
    audit.record(by=by, action="ownership.appealed", subject=claim)
    return made


@transaction.atomic
def decide_appeal(*, appeal: Appeal, is_upheld: bool, answer: str, by: Seat) -> Appeal:
    """Decides on an appeal; upheld, the claim is as good as before.

    Raises:
        DomainError: decided already, by whoever revoked it, by somebody of the
            business, or without an answer.
    """
    if not answer.strip():
        raise DomainError(_("Say why: the business reads it."), field="answer")
    claim = _locked(appeal.revocation.attestation)
    found = Appeal.objects.select_related("revocation__seat").get(pk=appeal.pk)
    if found.decided_at is not None:
        raise DomainError(_("This has been decided already."))
    if found.revocation.seat.person_id == by.person_id:
        raise DomainError(_("You revoked it: somebody else decides on the appeal."))
    if is_person_of(by, claim.business):
        raise DomainError(_("You speak for this business: somebody else decides."))
    found.decided_at, found.decider = clock.now(), by
    found.is_upheld, found.answer = is_upheld, answer.strip()[:1000]
    found.save(update_fields=["decided_at", "decider", "is_upheld", "answer"])
    audit.record(by=by, action="ownership.appeal_decided", subject=claim, is_upheld=is_upheld)
    entries.refresh([claim.business_id])
    _write(
        claim,
        "ownership_appeal",
        key=f"ownership-appeal:{found.pk}",
        is_upheld=is_upheld,
        answer=found.answer,
    )
    return found


def remind(alliance: Alliance) -> int:
    """Writes to the businesses whose confirmation ends within sixty days, once each; how many."""
    with in_alliance(alliance):
        due = list(queries.expiring().select_related("business"))
        for found in due:
            _write(
                found,
                "ownership_expiring",
                key=f"ownership-expiring:{found.pk}",
                day=date_format(found.last, "j F Y"),
            )
    return len(due)


def remind_all(alliances: Iterable[Alliance]) -> int:
    """The same in each alliance."""
    return sum(remind(alliance) for alliance in alliances)


def _must_be_local(said: Claim) -> None:
    if not LEAST_PERCENT <= said.local_percent <= 100:
        raise DomainError(
            _("Locally owned means that at least half belongs to people who live here."),
            field="local_percent",
        )
    if not said.decides_locally:
        raise DomainError(
            _("Locally owned means that the decisions are made here."), field="decides_locally"
        )
    if not 1 <= said.outlets <= MOST_OUTLETS:
        raise DomainError(
            _("A business with more than %(most)d outlets counts as a chain.")
            % {"most": MOST_OUTLETS},
            field="outlets",
        )


def _must_be_another_member(claim: Attestation, business: Business, by: Seat) -> None:
    if is_person_of(by, claim.business) or business.pk == claim.business_id:
        raise DomainError(_("You speak for this business: somebody else confirms it."))
    if not speaks_for(by, business):
        raise DomainError(_("You do not speak for this member."))
    if not in_standing([business.pk]):
        raise DomainError(_("Only members in good standing confirm for each other."))


def _verify(claim: Attestation, *, by: Seat) -> Attestation:
    claim.verified_on = today()
    claim.save(update_fields=["verified_on"])
    older = Attestation.objects.filter(
        business=claim.business_id, withdrawn_on__isnull=True, claimed_at__lt=claim.claimed_at
    )
    _withdraw(older.exclude(pk=claim.pk))
    audit.record(by=by, action="ownership.verified", subject=claim)
    entries.refresh([claim.business_id])
    _write(
        claim,
        "ownership_confirmed",
        key=f"ownership-confirmed:{claim.pk}",
        day=date_format(expires_on(claim.verified_on), "j F Y"),
    )
    return claim


def _withdraw(claims: Iterable[Attestation]) -> None:
    for replaced in claims:
        replaced.withdrawn_on = today()
        replaced.save(update_fields=["withdrawn_on"])


def _waiting(claim: Attestation) -> Attestation:
    claim = _locked(claim)
    if claim.verified_on is not None or claim.withdrawn_on is not None:
        raise DomainError(_("This claim is not waiting any more."))
    return claim


def _locked(claim: Attestation) -> Attestation:
    _lock(claim.business)
    return Attestation.objects.select_related("business").get(pk=claim.pk)


def _lock(business: Business) -> None:
    """One step at a time for each business."""
    Business.objects.select_for_update(no_key=True).get(pk=business.pk)


def _write(claim: Attestation, template: str, *, key: str, **context: object) -> None:
    path = reverse("directory:own_ownership")
    letters.write(claim.business, template, key=key, path=path, **context)
