"""Where a place lies that somebody names: by what stands in this alliance's own directory."""

from django.db.models import Avg, Q, QuerySet
from django.db.models.functions import Lower

from alliance import clock
from alliance.tenancy.scope import current_alliance
from directory.models import Entry, Place
from directory.queries.search import Near


def find_place(name: str) -> Near | None:
    """The middle of all public addresses in a neighbourhood, town or postal code of this name.

    An exact name before one that begins so; a neighbourhood before a town.
    None where the directory knows no such place.
    """
    name = " ".join(name.split())
    if not name:
        return None
    for lookup in ("unaccent__iexact", "unaccent__istartswith"):
        for field in ("neighbourhood", "city", "postal_code"):
            found = _middle(_public().filter(Q(**{f"{field}__{lookup}": name})), field)
            if found:
                return found
    return None


def _public() -> QuerySet[Place]:
    entries = Entry.objects.public(clock.now().astimezone(current_alliance().zone).date())
    return Place.objects.filter(
        alliance=current_alliance(),
        business__in=entries.values("business"),
        latitude__isnull=False,
    )


def _middle(places: QuerySet[Place], field: str) -> Near | None:
    named = places.values(field).annotate(
        latitude=Avg("latitude"), longitude=Avg("longitude"), in_order=Lower(field)
    )
    row = named.order_by("in_order").first()
    return Near(row["latitude"], row["longitude"], name=row[field]) if row else None
