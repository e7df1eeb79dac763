"""What happened around the demo's listings: ownership, corrections, referrals, a sponsor."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from alliance import clock
from alliance.models import Seat
from demo.content import Alliance
from demo.listings import Told, read
from directory.models import Appeal as Appealed
from directory.models import (
    Attestation,
    Confirmation,
    Correction,
    Outcome,
    Ownership,
    Referral,
    Revocation,
)
from directory.queries.standing import in_standing
from directory.queries.windows import shown_until
from directory.services import attestations, corrections, entries, sponsorships
from members.models import Business
from members.queries.memberships import today

VERIFIED = 0.62


def load_directory(
    alliance: Alliance,
    *,
    businesses: Mapping[str, Business],
    tills: Mapping[str, Seat],
    staff: Mapping[str, Seat],
) -> None:
    """Everything that is told in listings.json besides the listings themselves."""
    told = read(alliance.slug)
    _confirm_many(alliance, told, businesses, tills=tills, staff=staff)
    _claim(told, businesses, tills)
    for found in told.corrections:
        _correct(found, businesses, by=staff["owner"])
    for found in told.referrals:
        _refer(found, businesses, by=staff["owner"])
    _sponsor(told, businesses, by=staff["owner"])


def _sponsor(told: Told, businesses: Mapping[str, Business], *, by: Seat) -> None:
    """The first of those named who is a member in good standing on this day."""
    good = in_standing([business.pk for business in businesses.values()])
    for found in told.sponsors:
        if businesses[found["business"]].pk in good:
            starts = today() - timedelta(days=20)
            sponsorships.add(
                business=businesses[found["business"]],
                words=found["words"],
                starts_on=starts,
                ends_on=starts + timedelta(days=90),
                by=by,
            )
            return


def _confirm_many(
    alliance: Alliance,
    told: Told,
    businesses: Mapping[str, Business],
    *,
    tills: Mapping[str, Seat],
    staff: Mapping[str, Seat],
) -> None:
    """Confirmed claims of the last two years, one that has run out, one that was revoked."""
    special = {*told.claims["waiting"], told.claims["expired"], told.claims["revoked"]}
    public = shown_until()
    claims = []
    for found in alliance.businesses:
        chance = random.Random(f"owner of {found.slug}")
        if found.slug in special or businesses[found.slug].pk not in public:
            continue
        if chance.random() < VERIFIED:
            claims.append(_old_claim(businesses[found.slug], found.values, chance, days=(20, 715)))
    chance = random.Random(alliance.slug)
    claims.append(_old_claim(businesses[told.claims["expired"]], (), chance, days=(760, 800)))
    if told.claims["revoked"]:
        claims.append(_old_claim(businesses[told.claims["revoked"]], (), chance, days=(200, 300)))
    Attestation.objects.bulk_create(claims)
    by = staff.get("membership", staff["owner"])
    Confirmation.objects.bulk_create(
        Confirmation(attestation=claim, seat=by, confirmed_at=claim.claimed_at) for claim in claims
    )
    if told.claims["revoked"]:
        _revoke(claims[-1], told.claims, by=by, appeals=tills[told.claims["revoked"]])
    entries.refresh([claim.business_id for claim in claims])


def _old_claim(
    business: Business, values: Sequence[str], chance: random.Random, *, days: tuple[int, int]
) -> Attestation:
    kinds = (("worker-cooperative", Ownership.WORKERS), ("community-owned", Ownership.COMMUNITY))
    at = clock.now() - timedelta(days=chance.randint(*days))
    return Attestation(
        business=business,
        ownership=next((kind for value, kind in kinds if value in values), Ownership.PRIVATE),
        local_percent=chance.choice((51, 75, 100, 100, 100, 100)),
        decides_locally=True,
        outlets=chance.choice((1, 1, 1, 1, 2, 3)),
        claimed_at=at,
        verified_on=at.date(),
    )


def _revoke(claim: Attestation, told: Mapping[str, Any], *, by: Seat, appeals: Seat) -> None:
    revoked = Revocation.objects.create(
        attestation=claim,
        reason=told["reason"],
        seat=by,
        revoked_at=clock.now() - timedelta(days=9),
    )
    Appealed.objects.create(
        revocation=revoked,
        words=told["appeal"],
        seat=appeals,
        made_at=clock.now() - timedelta(days=4),
    )


def _claim(told: Told, businesses: Mapping[str, Business], tills: Mapping[str, Seat]) -> None:
    """Claims that wait, the first one confirmed by another member already."""
    good = in_standing([business.pk for business in businesses.values()])
    for place, slug in enumerate(told.claims["waiting"]):
        seat = tills.get(slug)
        said = attestations.Claim(Ownership.PRIVATE, 100, True, 1)
        if seat is None:
            Attestation.objects.create(
                business=businesses[slug],
                ownership=said.ownership,
                local_percent=said.local_percent,
                decides_locally=True,
                outlets=2,
                claimed_at=clock.now() - timedelta(days=3 + place),
            )
            continue
        with clock.at(clock.now() - timedelta(days=5)):
            claim = attestations.claim(business=businesses[slug], said=said, by=seat)
        others = [s for s in tills if s != slug and businesses[s].pk in good]
        if others:
            attestations.confirm_for_member(
                claim=claim, business=businesses[others[0]], by=tills[others[0]]
            )


def _correct(found: Mapping[str, Any], businesses: Mapping[str, Business], *, by: Seat) -> None:
    business = businesses[found["business"]]
    with clock.at(clock.now() - timedelta(hours=found["hours_ago"])):
        made: Correction = corrections.send(
            business=business, words=found["words"], email=found["email"]
        )
    if found.get("outcome"):
        with clock.at(clock.now() - timedelta(hours=found["hours_ago"] - 20)):
            corrections.settle(correction=made, outcome=found["outcome"], thanks=False, by=by)


def _refer(found: Mapping[str, Any], businesses: Mapping[str, Business], *, by: Seat) -> None:
    """As the desk would; without the letter, which would be months old."""
    given_at = clock.now() - timedelta(days=found["days_ago"])
    outcome = Outcome(found["outcome"]) if found.get("outcome") else ""
    Referral.objects.create(
        business=businesses[found["business"]],
        wanted=found["wanted"],
        contact="" if outcome else found["contact"],
        seat=by,
        given_at=given_at,
        outcome=outcome,
        outcome_words=found.get("words", ""),
        answered_at=given_at + timedelta(days=8) if outcome else None,
    )
