"""Brings the demo network into the database, through the services that pages use."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from alliance import clock
from alliance.models import Alliance, Network, Role, Seat
from alliance.services import places, seats
from alliance.tenancy.scope import in_alliance
from demo import content, directory, dues, gatherings, groups, history, listings, loans, people
from directory.services import entries
from members.models import Business, RepresentativeKind, Tier
from members.services import businesses as members


@dataclass(frozen=True)
class Loaded:
    """What a load did: the alliances that it made, and those that stood already."""

    made: tuple[str, ...]
    kept: tuple[str, ...]


def load(*, state_dir: Path, now: datetime | None = None) -> Loaded:
    """Loads what is missing of the demo network; an alliance is loaded whole or not at all.

    What visitors have changed since stays as they left it.
    """
    files = content.load()
    network, _is_new = Network.objects.get_or_create(
        name=files.name, defaults={"tagline": files.tagline}
    )
    made, kept = [], []
    for alliance in files.alliances:
        if Alliance.objects.filter(slug=alliance.slug).exists():
            kept.append(alliance.slug)
            continue
        with transaction.atomic():
            _load_alliance(alliance, network=network, now=now or clock.now())
        made.append(alliance.slug)
    password = people.passphrase(state_dir, files)
    people.set_passphrase(files.alliances, password)
    people.write_logins(state_dir, files, password)
    return Loaded(made=tuple(made), kept=tuple(kept))


def _load_alliance(alliance: content.Alliance, *, network: Network, now: datetime) -> None:
    row = places.open_alliance(
        network=network,
        name=alliance.name,
        slug=alliance.slug,
        tagline=alliance.tagline,
        about=alliance.about,
        place=alliance.place,
        postal_address=", ".join(alliance.postal_address),
        contact_email=alliance.contact_email,
        timezone=alliance.time_zone,
        currency=alliance.currency,
        language=alliance.language,
        accent_hue=alliance.accent_hue,
        accent_chroma=alliance.accent_chroma,
        latitude=(alliance.area.south + alliance.area.north) / 2,
        longitude=(alliance.area.west + alliance.area.east) / 2,
        is_on_network_map=True,
    )
    with in_alliance(row):
        staff = _load_staff(alliance)
        dues.load_settings(alliance, by=staff["owner"])
        tiers = dues.load_tiers(alliance, by=staff["owner"])
        with entries.all_at_once():
            businesses = _load_businesses(alliance, tiers, by=staff["owner"])
            tills = _load_owners(alliance, businesses, by=staff["owner"])
            people = [*tills.values(), *staff.values()]
            dues.load_everyday(alliance, tier_of=tiers, staff=staff, people=people)
        gatherings.load(alliance, businesses=businesses, owners=tills, staff=staff, now=now)
        listings.load_listings(alliance, businesses, by=staff["owner"])
        directory.load_directory(alliance, businesses=businesses, tills=tills, staff=staff)
        history.load_drives(alliance, businesses=businesses, tills=tills, staff=staff, now=now)
        loans.load(alliance, tills=tills, staff=staff, now=now)
        groups.load(alliance, tills=tills, staff=staff, now=now)


def _load_staff(alliance: content.Alliance) -> dict[str, Seat]:
    """The staff's seats by role; members and lenders get theirs with whom they speak for."""
    return {
        person.role: seats.give_seat(
            person=people.add_person(name=person.name, email=person.email),
            role=Role(person.role),
            by=None,
        )
        for person in alliance.staff
        if not person.business and person.role != Role.LENDER
    }


def _load_businesses(
    alliance: content.Alliance, tiers: Mapping[str, Tier], *, by: Seat
) -> dict[str, Business]:
    joined = [
        _load_business(business, tiers[business.tier], by=by) for business in alliance.businesses
    ]
    dues.load_memberships(joined, by=by)
    return {one.business.slug: one.business for one in joined}


def _load_business(business: content.Business, tier: Tier, *, by: Seat) -> dues.Joined:
    chance = random.Random(business.slug)
    month, days_ago = chance.randint(1, 12), chance.randint(20, 3000)
    with clock.at(clock.now() - timedelta(days=days_ago)):
        added = _add(business, month=month, by=by)
    return dues.Joined(business=added, tier=tier, days_ago=days_ago)


def _add(found: content.Business, *, month: int, by: Seat) -> Business:
    return members.add_business(
        trade_name=found.name,
        legal_name=found.legal_name,
        slug=found.slug,
        segment=found.segment,
        categories=list(found.categories),
        blurb=found.blurb,
        founded_year=found.founded,
        size_band=found.size_band,
        at_location_since=date(found.founded, month, 1),
        street=found.street,
        city=found.city,
        neighbourhood=found.neighbourhood,
        region=found.state,
        postal_code=found.postal_code,
        latitude=found.latitude,
        longitude=found.longitude,
        phone=found.phone,
        email=found.email,
        website=found.website,
        by=by,
    )


def _load_owners(
    alliance: content.Alliance, businesses: dict[str, Business], *, by: Seat
) -> dict[str, Seat]:
    """The seats of those who sign in for their business, or ask for pledges; by business."""
    slugs = {drive.business for drive in alliance.drives}
    slugs |= {person.business for person in alliance.staff if person.business}
    slugs |= groups.people(alliance)
    tills = {}
    for owner in (alliance.business(slug) for slug in sorted(slugs)):
        representative = members.add_representative(
            business=businesses[owner.slug],
            person=people.add_person(name=owner.owner_name, email=owner.email),
            kind=RepresentativeKind.OWNER,
            by=by,
        )
        tills[owner.slug] = representative.seat
    return tills
