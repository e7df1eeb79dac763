"""What is found, in which order, and how it can be narrowed down."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from directory.content import Branch, Content, Hours, Span, SpecialDay
from directory.models import DirectoryEntry
from directory.queries.correction import correct
from directory.queries.search import After, Asked, Near, Results, search
from directory.services import entries, listings
from members.models import Business
from tests.factories.directory import a_listed_business

pytestmark = pytest.mark.usefixtures("next_door", "in_oak_street")

TEMESCAL, ROCKRIDGE = (37.8340, -122.2640), (37.8443, -122.2517)


def names(results: Results) -> list[str]:
    known = {entry.pk: entry.name for entry in DirectoryEntry.objects.all()}
    return [known[row.entry] for row in results.rows]


def find(query: str = "", **asked: object) -> list[str]:
    return names(search(Asked(words=correct(query) if query else None, **asked)))  # type: ignore[arg-type]


@pytest.fixture
def bakers(in_oak_street: Alliance) -> None:
    """One word in four places, each weighing less than the one before."""
    a_listed_business(trade_name="The Bread House", slug="name")
    a_listed_business(trade_name="Ama's", slug="category", categories=["Bread"])
    a_listed_business(trade_name="Bo's", slug="tag", content=Content(tags=("bread",)))
    a_listed_business(
        trade_name="Cy's",
        slug="text",
        blurb="Bread, bread and once more bread.",
        content=Content(about="All the bread that there is: bread."),
    )
    a_listed_business(trade_name="Dee's Shoes", slug="none")


def test_a_name_weighs_more_than_a_category_than_a_tag_than_a_text(bakers: None) -> None:
    assert find("bread") == ["The Bread House", "Ama's", "Bo's", "Cy's"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Café Müller", "Café Müller"),
        ("cafe muller", "Café Müller"),
        ("caf", "Café Müller"),
        ("mul caf", "Café Müller"),
        ("mulelr", "Café Müller"),
        ("mueler", "Café Müller"),
        ("panadería", "Flor de Maíz"),
        ("panaderias", "Flor de Maíz"),
        ("cookies", "Flor de Maíz"),
        ("bens", "Ben’s Bicycles"),
        ("ben's", "Ben’s Bicycles"),
        ("bicycle", "Ben’s Bicycles"),
        ("bycicle", "Ben’s Bicycles"),
        ("the bicycles of ben", "Ben’s Bicycles"),
        ("BICYCLES!!!", "Ben’s Bicycles"),
        ("repairing", "Ben’s Bicycles"),
    ],
)
def test_typing_errors_accents_beginnings_and_word_forms_are_forgiven(
    typed: str, meant: str
) -> None:
    a_listed_business(trade_name="Café Müller", slug="cafe-muller")
    a_listed_business(
        trade_name="Flor de Maíz",
        slug="flor-de-maiz",
        blurb="A cookie a day.",
        content=Content(languages=("es",), about="La panadería de la esquina."),
    )
    a_listed_business(trade_name="Ben’s Bicycles", slug="bens-bicycles", blurb="We repair.")

    assert find(typed) == [meant]


def test_a_corrected_word_is_told() -> None:
    a_listed_business(trade_name="Ben’s Bicycles", slug="bens-bicycles")

    words = correct("bycicles")

    assert words is not None
    assert words.replaced == (("bycicles", "bicycles"),)


@pytest.mark.parametrize(
    "hostile",
    [
        "'; DROP TABLE directory_entry; --",
        "a & | ! ( ) : * <->",
        "%_%",
        "\\",
        "'':*",
        "🍞",
        " ",
        "x" * 200,
        "a " * 90,
    ],
)
def test_whatever_is_typed_only_finds_or_does_not(hostile: str) -> None:
    a_listed_business(trade_name="Ben’s Bicycles", slug="bens-bicycles")

    words = correct(hostile)

    assert search(Asked(words=words)).total in (0, 1)
    assert DirectoryEntry.objects.count() == 1


def test_the_neighbours_listings_are_never_found(next_door: Business) -> None:
    ours = a_listed_business(trade_name="Oak Bakery", slug="oak-bakery", categories=["Bakery"])

    found = search(Asked(words=correct("bakery")))

    assert [row.entry for row in found.rows] == [DirectoryEntry.objects.get(business=ours).pk]
    assert found.counts == {"kind:food": 1, "category:Bakery": 1}
    assert correct("milll").replaced == ()  # type: ignore[union-attr]


def test_facets_count_what_another_choice_in_their_own_group_would_give() -> None:
    a_listed_business(slug="a", categories=["Bakery"], city="Oakland")
    a_listed_business(slug="b", categories=["Bakery"], city="Berkeley")
    a_listed_business(slug="c", categories=["Florist"], segment="retail", city="Oakland")

    found = search(Asked(chosen={"category": ("Bakery",), "place": ("Oakland",)}))

    assert found.total == 1
    assert found.counts == {
        "kind:food": 1,
        "category:Bakery": 1,
        "category:Florist": 1,
        "place:Oakland": 1,
        "place:Berkeley": 1,
    }


def test_two_values_of_one_group_widen_two_groups_narrow() -> None:
    a_listed_business(trade_name="A", slug="a", categories=["Bakery"], city="Oakland")
    a_listed_business(trade_name="B", slug="b", categories=["Florist"], city="Oakland")
    a_listed_business(trade_name="C", slug="c", categories=["Florist"], city="Berkeley")

    wide = find(chosen={"category": ("Bakery", "Florist")}, by_name=True)
    narrow = find(chosen={"category": ("Bakery", "Florist"), "place": ("Oakland",)}, by_name=True)

    assert (wide, narrow) == (["A", "B", "C"], ["A", "B"])


def test_nearness_orders_and_bounds_by_the_nearest_of_several_places() -> None:
    at = {"latitude": "37.8044", "longitude": "-122.2712"}  # downtown Oakland, 3.4 km away
    a_listed_business(trade_name="Downtown", slug="downtown", **at)
    rockridge = Branch(latitude=ROCKRIDGE[0], longitude=ROCKRIDGE[1])
    a_listed_business(
        trade_name="Also in Rockridge", slug="both", content=Content(branches=(rockridge,)), **at
    )
    a_listed_business(trade_name="Nowhere", slug="nowhere")

    near = search(Asked(near=Near(*TEMESCAL)))
    close = find(near=Near(*TEMESCAL, within_km=2))

    assert names(near) == ["Also in Rockridge", "Downtown"]
    # By the haversine formula on a sphere of 6,371.0088 km, calculated apart.
    assert [round(row.km or 0, 2) for row in near.rows] == [1.57, 3.35]
    assert close == ["Also in Rockridge"]


def test_a_hidden_street_is_found_by_its_surroundings_only() -> None:
    hidden = Content.of({"shows": {"street": False}})
    a_listed_business(slug="home", latitude="37.834012", longitude="-122.264034", content=hidden)

    (row,) = search(Asked(near=Near(37.834012, -122.264034))).rows

    assert row.km is not None
    assert row.km > 0.3


NIGHT = Hours(
    week=(Span(4, 18 * 60, 26 * 60),),
    special=(
        SpecialDay(date(2026, 12, 25)),
        SpecialDay(date(2026, 12, 24), 10 * 60, 14 * 60),
    ),
)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-20 17:59", False),
        ("2026-11-20 18:00", True),
        ("2026-11-20 23:59", True),
        ("2026-11-21 01:59", True),
        ("2026-11-21 02:00", False),
        ("2026-12-25 19:00", False),  # a Friday, closed for once
        ("2026-12-26 01:00", False),
        ("2026-12-24 10:00", True),  # a Thursday, open for once
        ("2026-12-24 14:00", False),
    ],
)
def test_open_now_knows_nights_and_exceptions(
    moment: str, is_open: bool, oak_street: Alliance
) -> None:
    a_listed_business(trade_name="Night Kitchen", slug="night", content=Content(hours=NIGHT))
    at = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(oak_street.timezone))

    with clock.at(at):
        assert find(is_open_now=True) == (["Night Kitchen"] if is_open else [])


def test_pages_follow_each_other_without_a_gap_or_a_double() -> None:
    for n in range(7):
        a_listed_business(slug=f"s{n}")

    seen, after = [], None
    while True:
        page = search(Asked(after=after), size=3)
        seen += [row.entry for row in page.rows]
        if not page.has_more:
            break
        last = page.rows[-1]
        after = After(page.day, last.first, last.second, last.entry)

    assert len(seen) == 7
    assert set(seen) == set(DirectoryEntry.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("second", ["The Bread House", "", "9" * 19, "٣", "1; DROP TABLE"])
def test_a_cursor_of_another_order_begins_at_the_first_page(bakers: None, second: str) -> None:
    first = search(Asked())
    last = first.rows[-1]
    again = search(Asked(after=After(first.day, last.first, second, last.entry)))
    assert again.rows == first.rows


def test_many_that_were_counted_are_remembered_until_an_entry_changes(
    bakers: None, ada: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.queries.search.MANY", 5)
    all_five, four = search(Asked()), search(Asked(words=correct("bread")))
    assert (all_five.total, four.total) == (5, 4)
    # Behind the services' backs: no version tells of it.
    DirectoryEntry.objects.update(facets=[])
    for asked in (Asked(), Asked(by_name=True)):
        assert (search(asked).total, search(asked).counts) == (5, all_five.counts)
    assert search(Asked(words=correct("bread"))).counts == {}

    tagged = Business.objects.get(slug="none")
    listings.publish(business=tagged, content=Content(tags=("boots",)), by=ada)

    assert search(Asked()).counts["tag:boots"] == 1


def test_lapsed_members_and_unwritten_drafts_stay_away() -> None:
    business = a_listed_business(trade_name="Gone Soon", slug="gone")
    last = DirectoryEntry.objects.get(business=business).shown_until
    assert last is not None
    zone = ZoneInfo("America/Los_Angeles")

    with clock.at(datetime(last.year, last.month, last.day, 23, 59, tzinfo=zone)):
        assert find("gone") == ["Gone Soon"]
    day = last + timedelta(days=1)
    with clock.at(datetime(day.year, day.month, day.day, 0, 1, tzinfo=zone)):
        assert find("gone") == []
        assert search(Asked()).counts == {}


def test_words_that_no_listing_holds_any_more_are_forgotten() -> None:
    business = a_listed_business(trade_name="Zinnia", slug="z")
    Business.objects.filter(pk=business.pk).update(trade_name="Aster")
    entries.refresh([business.pk])

    assert entries.forget_unused_words() == 1
    assert correct("zinia").replaced == ()  # type: ignore[union-attr]
