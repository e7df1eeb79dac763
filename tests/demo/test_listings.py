"""The demo's listings: what the forms allow, on their map, and unlike one another."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from demo import content, listings, shopfronts
from directory import hours
from directory.forms.places import MOST_PLACES
from directory.forms.texts import LONGEST_LINE, LONGEST_TAG, MOST_LINES, MOST_TAGS
from directory.languages import code_of, name_of
from directory.photographs import write_anew
from directory.values import Value

NETWORK = content.load()
DAY = date(2026, 11, 22)
EVERY = [
    (business, listings.content_of(business, listings.read(alliance.slug), day=DAY))
    for alliance in NETWORK.alliances
    for business in alliance.businesses
]
per_alliance = pytest.mark.parametrize("alliance", NETWORK.alliances, ids=lambda a: a.slug)


def test_each_listing_is_one_that_its_owner_could_have_typed():
    for business, said in EVERY:
        assert len(said.tags) <= MOST_TAGS, business.slug
        assert all(len(tag) <= LONGEST_TAG for tag in said.tags)
        assert all(len(line) <= LONGEST_LINE for line in (*said.offers, *said.asks))
        assert len(said.offers) <= MOST_LINES
        assert len(said.about) <= 4000
        assert set(said.values) <= set(Value.values)
        assert len(said.branches) <= MOST_PLACES
        assert hours.clash(said.hours.week) is None
        assert max(Counter(span.weekday for span in said.hours.week).values(), default=0) <= 2
        assert [code_of(name_of(c, language="en"), language="en") for c in said.languages] == [
            *said.languages
        ]


def test_the_directory_looks_lived_in():
    count = len(EVERY)
    shares = {
        "hours": sum(bool(said.hours.week) for _b, said in EVERY) / count,
        "open data": sum(said.is_open_data for _b, said in EVERY) / count,
        "languages": sum(bool(said.languages) for _b, said in EVERY) / count,
    }
    assert shares["hours"] > 0.9
    assert 0.4 < shares["open data"] < 0.6
    assert shares["languages"] > 0.3
    assert sum(bool(said.about) for _b, said in EVERY) >= 20
    assert sum(len(said.branches) for _b, said in EVERY) >= 12
    notes = Counter(day.note for _b, said in EVERY for day in said.hours.special)
    assert set(notes) == {"Thanksgiving", "Christmas Eve", "Christmas"}
    assert {day.on for _b, said in EVERY for day in said.hours.special} == {
        date(2026, 11, 26), date(2026, 12, 24), date(2026, 12, 25),
    }  # fmt: skip


@per_alliance
def test_each_story_is_about_somebody_and_each_place_on_the_map(alliance):
    told = listings.read(alliance.slug)
    slugs = {business.slug for business in alliance.businesses}
    named = {*told.about, *told.said, *told.claims["waiting"], told.claims["expired"]}
    for rows in (told.places, told.corrections, told.referrals, told.sponsors):
        named |= {row["business"] for row in rows}
    assert named - slugs == set()
    for place in told.places:
        point = Decimal(str(place["latitude"])), Decimal(str(place["longitude"]))
        assert alliance.area.holds(*point), place["name"]


def test_a_shop_is_always_drawn_the_same_and_unlike_another():
    first = shopfronts.draw("a-shop", "A Shop", "food")
    assert first == shopfronts.draw("a-shop", "A Shop", "food")
    assert first != shopfronts.draw("b-shop", "A Shop", "food")
    assert write_anew(first).width == shopfronts.WIDTH


@pytest.mark.parametrize("segment", sorted({b.segment for b, _said in EVERY}))
def test_each_kind_of_business_has_goods_of_its_own(segment):
    drawn = {kind: shopfronts.draw("same", "Same", kind) for kind in {b.segment for b, _s in EVERY}}
    alike = {kind for kind, picture in drawn.items() if picture == drawn[segment]} - {segment}
    assert alike <= ({"health", "making"} | {"retail", "professional"})
