"""The demo network as it stands in files: read here, checked here, loaded elsewhere.

Every person and business in it is invented. Addresses end in reserved domains
and telephone numbers lie in the range kept for fiction, so that nothing the
demo sends or shows can reach anybody.
"""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
ALLIANCES = ("eastbay", "hudson", "sonora")
RESERVED = (".example", "example.com", "example.net", "example.org")


class ContentError(ValueError):
    """A file says something that cannot be loaded."""


@dataclass(frozen=True)
class Area:
    """The box on the map in which an alliance's businesses stand."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: Decimal, longitude: Decimal) -> bool:
        """Whether a point lies inside."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east


@dataclass(frozen=True)
class Tier:
    key: str
    name: str
    price_minor: int
    for_whom: str


@dataclass(frozen=True)
class Staff:
    """Somebody with a seat; `business` is the slug that a member speaks for."""

    role: str
    name: str
    email: str
    title: str
    about: str
    business: str = ""


@dataclass(frozen=True)
class Business:
    """A member business; `values` are what its owner says of it, `phone` may be empty."""

    slug: str
    name: str
    legal_name: str
    owner_name: str
    email: str
    phone: str
    website: str
    street: str
    city: str
    state: str
    postal_code: str
    neighbourhood: str
    latitude: Decimal
    longitude: Decimal
    founded: int
    size_band: str
    segment: str
    categories: tuple[str, ...]
    tier: str
    values: tuple[str, ...]
    blurb: str


@dataclass(frozen=True)
class Customer:
    """A customer without an account; `shown_as` is full, first or anonymous."""

    name: str
    email: str
    shown_as: str


@dataclass(frozen=True)
class Progress:
    """How far a drive has come when the demo begins.

    `amounts` are (amount in minor units, weight). `spending` parts the active
    pledgers into groups of (pledgers, percent of what an even pace would have
    brought by today): 60/20/15/5 of a hundred at 100/150/33/0 is the worked
    example of a drive that is honoured at 95%.
    """

    state: str
    opened_days_ago: int
    gathered_over_days: int
    active: int
    unconfirmed: int
    withdrawn: int
    amounts: tuple[tuple[int, int], ...]
    spending: tuple[tuple[int, int], ...]
    visit_minor: int
    disputed: int
    rejected: int
    raised: int
    lowered: int


@dataclass(frozen=True)
class Drive:
    """A business's appeal; `story` is Markdown."""

    slug: str
    business: str
    title: str
    purpose: str
    story: str
    what_the_money_does: tuple[str, ...]
    target_pledgers: int
    suggested_amount_minor: int
    term_months: int
    seeks_loan: bool
    rung: str
    days_open: int
    progress: Progress


@dataclass(frozen=True)
class Alliance:
    slug: str
    name: str
    tagline: str
    about: str
    place: str
    contact_email: str
    postal_address: tuple[str, ...]
    time_zone: str
    currency: str
    language: str
    legal_form: str
    accent_hue: int
    accent_chroma: Decimal
    area: Area
    tiers: tuple[Tier, ...]
    staff: tuple[Staff, ...]
    businesses: tuple[Business, ...]
    customers: tuple[Customer, ...]
    drives: tuple[Drive, ...]

    def business(self, slug: str) -> Business:
        """The business of that slug."""
        return next(business for business in self.businesses if business.slug == slug)


@dataclass(frozen=True)
class Network:
    name: str
    tagline: str
    about: str
    contact_email: str
    staff: tuple[Staff, ...]
    alliances: tuple[Alliance, ...]


@cache
def load() -> Network:
    """The whole demo network.

    Raises:
        ContentError: a name used twice, a reference that leads nowhere, a
            figure that does not add up, or an address that could be real.
    """
    raw = _json(FOLDER / "network.json")
    network = Network(
        **{**raw, "staff": tuple(Staff(**person) for person in raw["staff"])},
        alliances=tuple(_alliance(FOLDER / slug) for slug in ALLIANCES),
    )
    _check_addresses(network)
    for alliance in network.alliances:
        _check(alliance)
    return network


def _alliance(folder: Path) -> Alliance:
    raw = _json(folder / "alliance.json")
    return Alliance(
        **{
            **raw,
            "postal_address": tuple(raw["postal_address"]),
            "accent_chroma": Decimal(str(raw["accent_chroma"])),
            "area": Area(**raw["area"]),
            "tiers": tuple(Tier(**tier) for tier in raw["tiers"]),
            "staff": tuple(Staff(**person) for person in raw["staff"]),
        },
        businesses=tuple(_business(row) for row in _rows(folder / "businesses.csv")),
        customers=tuple(Customer(**row) for row in _rows(folder / "customers.csv")),
        drives=tuple(_drive(folder, drive) for drive in _json(folder / "drives.json")),
    )


def _business(row: Mapping[str, Any]) -> Business:
    return Business(
        **{
            **row,
            "latitude": Decimal(row["latitude"]),
            "longitude": Decimal(row["longitude"]),
            "founded": int(row["founded"]),
            "categories": _several(row["categories"]),
            "values": _several(row["values"]),
        }
    )


def _drive(folder: Path, raw: Mapping[str, Any]) -> Drive:
    progress = raw["progress"]
    return Drive(
        **{
            **raw,
            "what_the_money_does": tuple(raw["what_the_money_does"]),
            "progress": Progress(
                **{
                    **progress,
                    "amounts": tuple((minor, weight) for minor, weight in progress["amounts"]),
                    "spending": tuple((people, pace) for people, pace in progress["spending"]),
                }
            ),
        },
        story=(folder / "drives" / f"{raw['slug']}.md").read_text(encoding="utf-8").strip(),
    )


def _check_addresses(network: Network) -> None:
    """One person or business, one address, and none that could be delivered to."""
    emails = [network.contact_email, *(person.email for person in network.staff)]
    for alliance in network.alliances:
        # A representative's address is the business's own and stands there already.
        emails += [person.email for person in alliance.staff if not person.business]
        emails += [alliance.contact_email]
        emails += [business.email for business in alliance.businesses]
        emails += [customer.email for customer in alliance.customers]
    _check_unique("e-mail", emails)
    for email in emails:
        domain = email.partition("@")[2]
        if not (domain in RESERVED or domain.endswith(RESERVED[0])):
            raise ContentError(f"{email} might be somebody's: use a reserved domain.")


def _check(alliance: Alliance) -> None:
    where = alliance.slug
    slugs = {business.slug for business in alliance.businesses}
    tiers = {tier.key for tier in alliance.tiers}
    _check_unique(f"{where}: slug", [business.slug for business in alliance.businesses])
    _check_unique(f"{where}: drive", [drive.slug for drive in alliance.drives])
    for business in alliance.businesses:
        if business.tier not in tiers:
            raise ContentError(f"{where}: {business.slug} is in no tier called {business.tier}.")
    for person in alliance.staff:
        if person.business and person.business not in slugs:
            raise ContentError(f"{where}: {person.name} speaks for nobody: {person.business}.")
    for drive in alliance.drives:
        if drive.business not in slugs:
            raise ContentError(f"{where}: {drive.slug} belongs to nobody: {drive.business}.")
        progress = drive.progress
        if sum(people for people, _ in progress.spending) != progress.active:
            raise ContentError(f"{where}: {drive.slug} has groups that miss its active pledgers.")
        if progress.active + progress.unconfirmed + progress.withdrawn > len(alliance.customers):
            raise ContentError(f"{where}: {drive.slug} needs more customers than there are.")


def _check_unique(what: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value.lower() in seen:
            raise ContentError(f"{what} used twice: {value}")
        seen.add(value.lower())


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
