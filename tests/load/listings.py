"""As many believable businesses with listings as a measure asks for, written in bulk."""

import random

from directory.content import Branch, Content, Hours, Span
from directory.models import Listing, ListingVersion
from members.models import Business

FIRST = (
    "Quiet Corner,Blue Door,Old Mill,Red Lantern,Third Street,Sunday,Juniper,Harbour,Two Sisters,"
)
FIRST += "Linden,Copper,Wild Plum,Station,Moonrise,Fig Tree,Bright,Lower Town,Garden,Night,Honest"
KINDS = {
    "Bakery": ("food", "sourdough bread croissants rye"),
    "Café": ("food", "coffee pastry breakfast"),
    "Restaurant": ("food", "dinner lunch kitchen"),
    "Bookshop": ("retail", "books second-hand reading"),
    "Shoes": ("retail", "leather boots repair"),
    "Florist": ("retail", "flowers weddings bouquets"),
    "Bicycles": ("services", "repair wheels tune-ups"),
    "Plumber": ("trades", "pipes leaks emergency"),
    "Dentist": ("health", "teeth children family"),
    "Pottery": ("making", "clay kiln bowls"),
    "Tax": ("professional", "returns bookkeeping"),
    "Theatre": ("arts", "puppets stage evenings"),
}
PLACES = {
    "Temescal": (37.834, -122.264),
    "Rockridge": (37.844, -122.252),
    "Fruitvale": (37.775, -122.224),
    "Uptown": (37.81, -122.269),
    "Laurel": (37.793, -122.197),
    "Dimond": (37.8, -122.215),
    "Lorin": (37.851, -122.271),
    "Elmwood": (37.858, -122.253),
}
VALUES = ("woman-owned", "family-business", "immigrant-owned", "refills", "step-free")
LANGUAGES = ("en", "es", "zh", "vi", "fr")
STREET_WORDS = ("Grand", "Park", "Telegraph", "College", "Broadway", "Shattuck", "Adeline")
BLURBS = (
    "We open early and close when the last one leaves.",
    "Three generations behind one counter, and a bench outside.",
    "Everything is made in the back room, and you may look.",
)


def business_rows(count: int, *, seed: int = 7) -> None:
    """So many businesses of the current alliance, each with a published version; no entries."""
    chance = random.Random(seed)
    firsts, kinds, places = FIRST.split(","), list(KINDS), list(PLACES)
    businesses, listings, versions = [], [], []
    for number in range(count):
        kind, place = chance.choice(kinds), chance.choice(places)
        segment, words = KINDS[kind]
        latitude, longitude = PLACES[place]
        business = Business(
            trade_name=f"{chance.choice(firsts)} {kind} {number}",
            legal_name=f"Company {number}",
            slug=f"b-{number}",
            segment=segment,
            categories=[kind],
            blurb=f"{chance.choice(BLURBS)} {words.capitalize()}.",
            street=f"{number} {chance.choice(STREET_WORDS)} Avenue",
            city=chance.choice(("Oakland", "Berkeley", "Alameda")),
            neighbourhood=place,
            latitude=round(latitude + chance.uniform(-0.02, 0.02), 6),
            longitude=round(longitude + chance.uniform(-0.02, 0.02), 6),
        )
        listing = Listing(business=business)
        content = _content(chance, words.split(), latitude, longitude)
        version = ListingVersion(listing=listing, number=1, content=content.as_json())
        businesses.append(business)
        listings.append(listing)
        versions.append(version)
    Business.objects.bulk_create(businesses, batch_size=2000)
    Listing.objects.bulk_create(listings, batch_size=2000)
    ListingVersion.objects.bulk_create(versions, batch_size=2000)
    for listing, version in zip(listings, versions, strict=True):
        listing.shown = version
    Listing.objects.bulk_update(listings, ["shown"], batch_size=2000)


def _content(chance: random.Random, words: list[str], latitude: float, longitude: float) -> Content:
    week = tuple(Span(day, 9 * 60, chance.choice((17, 18, 20, 25)) * 60) for day in range(6))
    branches = ()
    if chance.random() < 0.1:
        branches = (Branch(city="Oakland", latitude=latitude, longitude=longitude - 0.03),)
    return Content(
        about=" ".join(chance.choices(BLURBS, k=4)),
        tags=tuple(chance.sample(words, min(2, len(words)))),
        languages=tuple(sorted({"en", chance.choice(LANGUAGES)})),
        values=tuple(chance.sample(VALUES, 2)),
        accepts_pledges=chance.random() < 0.3,
        hours=Hours(week=week),
        branches=branches,
    )
