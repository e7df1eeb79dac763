"""What goes out to other programs: the newest listings, and the open data."""

from alliance.tenancy.scope import current_alliance
from directory import addresses
from directory.models import DirectoryEntry, Listing, Place
from directory.open_data import Row
from members.models import Segment
from members.queries.memberships import today

NEWEST = 50
# In memory at once; an alliance with more of them has other worries.
MOST = 50_000


def newest() -> list[DirectoryEntry]:
    """The listings that changed last."""
    return list(
        DirectoryEntry.objects.public().defer("document").order_by("-changed_at", "-id")[:NEWEST]
    )


def open_rows() -> list[Row]:
    """Everyone who gives their data away, by name; three queries however many there are."""
    shown = DirectoryEntry.objects.public().filter(is_open_data=True)
    entries = list(shown.select_related("business").defer("document").order_by("name", "id")[:MOST])
    places = {
        place.business_id: place
        for place in Place.objects.filter(
            business__in=shown.values("business"), position=0
        ).iterator()
    }
    shows = dict(
        Listing.objects.filter(business__in=shown.values("business")).values_list(
            "business", "shown__content__shows"
        )
    )
    home = current_alliance().url("")
    kinds = {value: str(label) for value, label in Segment.choices}
    return [
        _row(
            entry,
            places.get(entry.business_id) or Place(),
            shows.get(entry.business_id) or {},
            url=f"{home}{addresses.listing_path(entry.slug)}",
            kind=kinds[entry.segment],
        )
        for entry in entries
    ]


def _row(
    entry: DirectoryEntry, where: Place, shows: dict[str, bool], *, url: str, kind: str
) -> Row:
    business = entry.business
    return Row(
        name=entry.name,
        url=url,
        kind=kind,
        categories=tuple(entry.categories),
        blurb=entry.blurb,
        street=where.street,
        neighbourhood=where.neighbourhood,
        city=where.city,
        region=where.region,
        postal_code=where.postal_code,
        latitude=where.latitude,
        longitude=where.longitude,
        phone=where.phone,
        email=business.email if shows.get("email") else "",
        website=business.website if shows.get("website", True) else "",
        languages=_chosen(entry, "language"),
        values=_chosen(entry, "value"),
        tags=_chosen(entry, "tag"),
        accepts_pledges=entry.accepts_pledges,
        locally_owned_until=_confirmed(entry),
        changed_at=entry.changed_at.isoformat(timespec="seconds"),
    )


def _chosen(entry: DirectoryEntry, group: str) -> tuple[str, ...]:
    return tuple(f.partition(":")[2] for f in entry.facets if f.startswith(f"{group}:"))


def _confirmed(entry: DirectoryEntry) -> str:
    until = entry.attested_until
    return until.isoformat() if until and until >= today() else ""
