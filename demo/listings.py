"""What the demo's directory shows: hours, words, pictures, ownership, and a year of visitors.

Written in bulk where there are hundreds of rows; what has a story of its own
goes through the services.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.scope import current_alliance
from demo import shopfronts
from demo.content import FOLDER, Alliance
from demo.content import Business as Found
from demo.opening import hours_of, week_of
from directory.content import Branch, Content, Hours, Picture
from directory.models import Listing, ListingVersion
from directory.photographs import write_anew
from directory.queries.windows import shown_until
from directory.services import entries, photos
from directory.values import Value
from members.models import Business

WITH_PHOTO = 0.6
LANGUAGES = {
    "latino-owned": ("es",),
    "asian-owned": ("yue", "vi", "tl", "ko", "zh"),
    "immigrant-owned": ("es", "am", "ar", "fr"),
}
TAGS = {
    "food": ("outdoor seats", "take-away", "gluten-free", "vegan choices", "catering", "breakfast"),
    "retail": ("gifts", "repairs taken in", "special orders", "gift cards", "second-hand corner"),
    "services": ("while you wait", "pick-up and delivery", "repairs", "weekend hours"),
    "health": ("sliding scale", "house calls", "weekend hours", "children welcome"),
    "arts": ("classes", "commissions", "open studio", "rentals"),
    "trades": ("free estimates", "emergency calls", "licensed", "small jobs welcome"),
    "professional": ("first hour free", "evening appointments", "small businesses", "video calls"),
    "making": ("made to order", "tours", "wholesale", "repairs"),
}
OFFERS = (
    "A shelf for other members’ cards",
    "A tenth off for members",
    "Our van on Sundays",
    "Half an hour of advice for new members",
    "A room for eight in the evenings",
)
ASKS = (
    "A bookkeeper for a day a month",
    "Boxes that can be used again",
    "Somebody for Saturdays",
    "A printer nearby",
    "A second place to store things, dry",
)


@dataclass(frozen=True)
class Told:
    """An alliance's listings.json."""

    about: dict[str, str]
    said: dict[str, dict[str, Any]]
    places: list[dict[str, Any]]
    claims: dict[str, Any]
    corrections: list[dict[str, Any]]
    referrals: list[dict[str, Any]]
    sponsors: list[dict[str, Any]]


def read(slug: str) -> Told:
    """The file of one alliance."""
    return Told(**json.loads((FOLDER / slug / "listings.json").read_text(encoding="utf-8")))


def load_listings(alliance: Alliance, businesses: Mapping[str, Business], *, by: Seat) -> None:
    """Each business's listing with its picture, and thirteen months of visitors."""
    told = read(alliance.slug)
    rows = {slug: Listing(business=business) for slug, business in businesses.items()}
    Listing.objects.bulk_create(rows.values())
    versions = []
    for found in alliance.businesses:
        content = content_of(found, told, day=clock.now().date())
        if random.Random(f"photo {found.slug}").random() < WITH_PHOTO:
            content = _with_picture(content, found, rows[found.slug], by=by)
        versions.append(_version(rows[found.slug], content, found))
    ListingVersion.objects.bulk_create(versions)
    for version in versions:
        version.listing.shown = version
    Listing.objects.bulk_update([version.listing for version in versions], ["shown"])
    entries.refresh()
    _count_visitors(sorted(shown_until()))


def content_of(found: Found, told: Told, *, day: date) -> Content:
    """What a business says: its own words where the file has some, else what fits its kind."""
    chance = random.Random(f"listing of {found.slug}")
    own = told.said.get(found.slug, {})
    tags = own.get("tags") or chance.sample(TAGS[found.segment], chance.randint(1, 3))
    hours = hours_of(found, chance, day=day)
    return Content(
        blurb=found.blurb,
        about=told.about.get(found.slug, ""),
        tags=tuple(tags),
        languages=_languages(found, chance),
        values=_values(found, chance),
        asks=tuple(own.get("asks") or _some(ASKS, chance, 0.2)),
        offers=tuple(own.get("offers") or _some(OFFERS, chance, 0.35)),
        accepts_pledges=bool(own) or chance.random() < 0.25,
        cause=own.get("cause", ""),
        hours=hours,
        branches=tuple(
            _branch(place, hours) for place in told.places if place["business"] == found.slug
        ),
        is_open_data=chance.random() < 0.5,
    )


def _languages(found: Found, chance: random.Random) -> tuple[str, ...]:
    spoken = ["en"]
    for value, codes in LANGUAGES.items():
        if value in found.values and chance.random() < 0.6:
            spoken.append(chance.choice(codes))
    return tuple(dict.fromkeys(spoken)) if len(spoken) > 1 or chance.random() < 0.3 else ()


def _values(found: Found, chance: random.Random) -> tuple[str, ...]:
    more = ((Value.LIVING_WAGE, 0.2), (Value.STEP_FREE, 0.4), (Value.REFILLS, 0.12))
    said = [value for value in found.values if value in Value.values]
    return (*said, *(str(value) for value, share in more if chance.random() < share))


def _some(pool: tuple[str, ...], chance: random.Random, share: float) -> list[str]:
    return chance.sample(pool, 1) if chance.random() < share else []


def _branch(place: Mapping[str, Any], hours: Hours) -> Branch:
    kept = {name: value for name, value in place.items() if name not in ("business", "hours")}
    there = hours if place["hours"] == "same" else Hours(week=week_of(place["hours"]))
    return Branch(**kept, hours=there)


def _with_picture(content: Content, found: Found, listing: Listing, *, by: Seat) -> Content:
    made = write_anew(shopfronts.draw(found.slug, found.name, found.segment))
    photo = photos.store(listing_id=listing.pk, made=made, by=by)
    picture = Picture(str(photo.pk), shopfronts.words(found.name))
    return Content.of(
        content.as_json() | {"pictures": [{"photo": picture.photo, "words": picture.words}]}
    )


def _version(listing: Listing, content: Content, found: Found) -> ListingVersion:
    days = random.Random(f"published {found.slug}").randint(3, 380)
    return ListingVersion(
        listing=listing,
        number=1,
        content=content.as_json(),
        published_at=clock.now() - timedelta(days=days),
    )


def _count_visitors(business_ids: list[Any]) -> None:
    """Day by day and kind by kind, the same for the same business; in one statement."""
    today = clock.now().astimezone(current_alliance().zone).date()
    with connection.cursor() as cursor:
        cursor.execute(
            _VISITS,
            {
                "alliance": current_alliance().pk,
                "businesses": business_ids,
                "last": today - timedelta(days=1),
                "first": today - timedelta(days=395),
            },
        )


# `chance` is a number from 0 to 1 that depends on the business, the day and the kind alone.
_VISITS = """
INSERT INTO directory_dailycount (id, alliance_id, business_id, day, kind, count)
SELECT gen_random_uuid(), alliance_id, business_id, day, kind, n FROM (
    SELECT e.alliance_id, e.business_id, day::date AS day, kind,
           floor(
               share * (1 + 6 * power(abs(hashtext(e.slug)) / 2147483648.0, 3))
               * CASE WHEN extract(isodow FROM day) >= 5 THEN 1.5 ELSE 1 END
               * (1 + (day::date - %(first)s::date) / 800.0)
               + 1.6 * (abs(hashtext(e.slug || day || kind)) / 2147483648.0) - 1
           )::integer AS n
    FROM directory_entry AS e
    CROSS JOIN generate_series(%(first)s::date, %(last)s::date, '1 day') AS day
    CROSS JOIN (VALUES ('view', 1.2), ('website', 0.25), ('call', 0.12), ('directions', 0.18),
                       ('email', 0.04)) AS kinds (kind, share)
    WHERE e.alliance_id = %(alliance)s AND e.business_id = ANY (%(businesses)s)
) AS counted WHERE n > 0
"""
