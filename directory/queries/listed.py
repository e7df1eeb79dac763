"""Rows of a list of listings, in the order in which the search gave them."""

from dataclasses import dataclass

from directory import addresses
from directory.models import DirectoryEntry, Place
from directory.phrases import kilometres
from directory.queries.search import Found, Results


@dataclass(frozen=True)
class Listed:
    """One listing of a list: what a row or a small window shows of it."""

    entry: DirectoryEntry
    place: Place | None
    km: float | None
    number: int

    @property
    def path(self) -> str:
        return addresses.listing_path(self.entry.slug)

    @property
    def what(self) -> str:
        """Its categories, or its kind where it has none."""
        return ", ".join(self.entry.categories) or self.entry.get_segment_display()

    @property
    def where(self) -> str:
        return self.entry.neighbourhood or self.entry.city

    @property
    def line(self) -> str:
        """“Bakery, Café · Temescal”."""
        return " · ".join(part for part in (self.what, self.where) if part)

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude of its main place, where they are known."""
        place = self.place
        if place is None or place.latitude is None or place.longitude is None:
            return None
        return place.latitude, place.longitude

    @property
    def distance(self) -> str:
        """How far it is, where a place was asked for."""
        return "" if self.km is None else kilometres(self.km)

    @property
    def photo(self) -> str:
        """The path of its first photograph, small."""
        photo_id = self.entry.photo_id
        return addresses.photo_path(photo_id, addresses.SMALL) if photo_id else ""


def listed(results: Results) -> list[Listed]:
    """The page's rows with their main places, in two queries."""
    return listed_rows(results.rows)


def listed_rows(rows: list[Found]) -> list[Listed]:
    """The same for any rows of a search; who ceased to be public meanwhile is left out."""
    entries = DirectoryEntry.objects.public().defer("document").in_bulk([row.entry for row in rows])
    businesses = [entry.business_id for entry in entries.values()]
    places = {
        place.business_id: place
        for place in Place.objects.filter(business__in=businesses, position=0)
    }
    return [
        Listed(entry, places.get(entry.business_id), row.km, number)
        for number, row in enumerate(rows, start=1)
        if (entry := entries.get(row.entry))
    ]
