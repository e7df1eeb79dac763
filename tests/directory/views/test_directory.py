"""/directory/: what visitors ask for and what they get, in one address."""

from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from alliance.models import Alliance, Seat
from directory.content import Content
from directory.models import DirectoryEntry, Sponsorship
from directory.services import listings
from members.models import Business
from members.queries.memberships import today
from tests.conftest import Visit
from tests.factories.directory import a_listed_business
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("next_door", "in_oak_street")


@pytest.fixture
def browser(oak_street: Alliance, visit: Visit) -> Client:
    return visit(oak_street)


@pytest.fixture
def street(in_oak_street: Alliance) -> None:
    a_listed_business(
        trade_name="Oak Bakery",
        slug="oak-bakery",
        categories=["Bakery"],
        neighbourhood="Temescal",
        city="Oakland",
        latitude="37.834",
        longitude="-122.264",
        content=Content(values=("woman-owned",), accepts_pledges=True),
    )
    a_listed_business(
        trade_name="Third Rise Bread",
        slug="third-rise",
        categories=["Bakery"],
        neighbourhood="Rockridge",
        city="Oakland",
        latitude="37.850",
        longitude="-122.252",
    )
    a_listed_business(
        trade_name="Moss & Fern",
        slug="moss-and-fern",
        segment="retail",
        categories=["Florist"],
        neighbourhood="Lorin",
        city="Berkeley",
    )


def shown(browser: Client, query: str = "") -> list[str]:
    """The names on the page, in its order."""
    answer = browser.get(f"/directory/{query}")
    assert answer.status_code == 200, answer.status_code
    return [card.name for card in answer.context["page"].cards]


@pytest.mark.usefixtures("street")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=bakery", {"Oak Bakery", "Third Rise Bread"}),
        ("?q=bakrey", {"Oak Bakery", "Third Rise Bread"}),
        ("?category=Bakery&place=Berkeley", set()),
        ("?place=Berkeley&place=Temescal", {"Oak Bakery", "Moss & Fern"}),
        ("?value=woman-owned", {"Oak Bakery"}),
        ("?has=pledges", {"Oak Bakery"}),
        ("?kind=retail", {"Moss & Fern"}),
        ("?near=temescal&within=1", {"Oak Bakery"}),
        ("?lat=37.834&lon=-122.264&within=1", {"Oak Bakery"}),
        ("?open=now", set()),
        ("?attested=yes", set()),
        ("?within=7&after=nonsense&sort=price", {"Oak Bakery", "Third Rise Bread", "Moss & Fern"}),
    ],
)
def test_everything_that_narrows_down_stands_in_the_address(
    browser: Client, query: str, names: set[str]
) -> None:
    assert set(shown(browser, query)) == names


@pytest.mark.usefixtures("street")
def test_nearest_first_with_how_far(browser: Client) -> None:
    answer = browser.get("/directory/?near=Rockridge")

    assert [(card.name, card.place) for card in answer.context["page"].cards] == [
        ("Third Rise Bread", "Rockridge · 0.0 mi"),
        ("Oak Bakery", "Temescal · 1.3 mi"),
    ]


@pytest.mark.usefixtures("street")
def test_a_correction_is_said(browser: Client) -> None:
    page = unescape(browser.get("/directory/?q=bakrey").content.decode())

    assert "No listing says “bakrey”; this is for <strong>bakery</strong>." in page


@pytest.mark.usefixtures("street")
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?q=" + "x" * 10_000, "Search with fewer words: 200 characters at most."),
        ("?near=Atlantis", "No address in this directory lies there."),
        ("?lat=91&lon=0", "These coordinates lie nowhere on earth."),
        ("?lat=nan&lon=0", "These coordinates lie nowhere on earth."),
        ("?lat=1e999&lon=0", "These coordinates lie nowhere on earth."),
        ("?lat=DROP+TABLE&lon=", "These coordinates lie nowhere on earth."),
    ],
)
def test_what_cannot_be_understood_is_said_where_it_was_typed(
    browser: Client, query: str, words: str
) -> None:
    answer = browser.get(f"/directory/{query}")

    assert answer.status_code == 422
    assert words in unescape(answer.content.decode())


@pytest.mark.usefixtures("street")
def test_a_query_that_is_too_long_is_kept(browser: Client) -> None:
    answer = browser.get("/directory/?q=" + "bread+" * 60)

    assert 'value="bread bread' in answer.content.decode()


def test_hostile_words_find_nothing_and_break_nothing(browser: Client, street: None) -> None:
    for words in ("'; DROP TABLE directory_entry; --", "<script>alert(1)</script>", "%00", "\\"):
        answer = browser.get("/directory/", {"q": words})
        assert answer.status_code in (200, 400)
        assert "<script>alert" not in answer.content.decode()
    assert DirectoryEntry.objects.count() == 3


@pytest.mark.usefixtures("street")
def test_the_neighbours_businesses_stand_in_its_own_directory_alone(
    browser: Client, mill_lane: Alliance, visit: Visit
) -> None:
    assert "Mill Lane Bakery" not in shown(browser, "?q=bakery")
    assert "Mill Lane Bakery" in shown(visit(mill_lane), "?q=bakery")


def test_an_empty_directory_says_what_will_stand_there(browser: Client) -> None:
    assert "The first listings are on their way" in browser.get("/directory/").content.decode()


@pytest.mark.usefixtures("street")
def test_more_pages_are_linked_and_hold_everybody_once(browser: Client) -> None:
    for n in range(27):
        a_listed_business(slug=f"shop-{n}-of-many")

    first = browser.get("/directory/").context["page"]
    second = browser.get(f"/directory/?{first.next_query}").context["page"]

    paths = [card.path for card in [*first.cards, *second.cards]]
    assert (len(first.cards), len(second.cards), len(set(paths))) == (24, 6, 30)
    assert second.next_query == ""


@pytest.mark.usefixtures("street")
def test_the_page_asks_the_same_few_questions_however_many_there_are(browser: Client) -> None:
    def cost() -> int:
        cache.clear()
        return queries_of(lambda: browser.get("/directory/?q=bakery&near=Temescal&open=now"))

    few = cost()
    for n in range(30):
        a_listed_business(slug=f"bakery-{n}", categories=["Bakery"], neighbourhood="Temescal")

    # Six of them open and close the scope of the alliance.
    assert few == cost() <= 8 + 6


class TestUnlessUnchanged:
    @pytest.mark.usefixtures("street")
    def test_a_copy_that_is_still_right_is_not_made_again(self, browser: Client) -> None:
        tag = browser.get("/directory/")["ETag"]

        again = browser.get("/directory/", headers={"If-None-Match": tag})

        assert (again.status_code, again.content) == (304, b"")
        assert "no-cache" in again["Cache-Control"]

    def test_it_is_made_anew_when_anything_on_it_changes(self, browser: Client, ada: Seat) -> None:
        business = a_listed_business(trade_name="Oak Bakery", slug="oak-bakery")
        tag = browser.get("/directory/")["ETag"]

        listings.publish(business=business, content=Content(blurb="Now with rye."), by=ada)

        again = browser.get("/directory/", headers={"If-None-Match": tag})
        assert again.status_code == 200
        assert "Now with rye." in again.content.decode()

    @pytest.mark.usefixtures("street")
    def test_another_question_and_another_alliance_have_tags_of_their_own(
        self, browser: Client, mill_lane: Alliance, visit: Visit
    ) -> None:
        tags = [browser.get(f"/directory/{query}")["ETag"] for query in ("", "?q=a", "?sort=name")]

        assert len({*tags, visit(mill_lane).get("/directory/")["ETag"]}) == 4

    @pytest.mark.usefixtures("street")
    def test_who_is_signed_in_gets_no_copy_that_others_could_see(
        self, ada: Seat, oak_street: Alliance, visit: Visit
    ) -> None:
        answer = visit(oak_street, ada).get("/directory/")

        assert "ETag" not in answer
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("street")
def test_the_front_page_shows_six_of_today_and_no_lapsed_member(
    browser: Client, bakery: Business
) -> None:
    page = unescape(browser.get("/").content.decode())

    assert "All 3 businesses" in page
    assert "Moss & Fern" in page
    assert bakery.trade_name not in page
    assert reverse("directory:directory") in page


@pytest.mark.usefixtures("street")
def test_the_front_page_is_made_anew_when_something_on_it_changes(
    browser: Client, ada: Seat
) -> None:
    tag = browser.get("/")["ETag"]
    assert browser.get("/", headers={"If-None-Match": tag}).status_code == 304

    listings.publish(
        business=Business.objects.get(slug="oak-bakery"), content=Content(blurb="Rye!"), by=ada
    )

    assert browser.get("/", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.usefixtures("street")
def test_a_sponsor_stands_in_the_labelled_slot_and_nowhere_else(browser: Client, ada: Seat) -> None:
    before, tag = shown(browser), browser.get("/directory/")["ETag"]

    Sponsorship.objects.create(
        business=Business.objects.get(slug="moss-and-fern"),
        words="Flowers for every window.",
        starts_on=today(),
        ends_on=today(),
        seat=ada,
    )

    answer = browser.get("/directory/", headers={"If-None-Match": tag})
    page = unescape(answer.content.decode())
    begins = page.index('<aside class="sponsor"')
    slot = page[begins : page.index("</aside>", begins)]
    assert "Sponsor of this directory" in slot
    assert "Flowers for every window." in slot
    assert [card.name for card in answer.context["page"].cards] == before
    assert "Flowers for every window." not in browser.get("/").content.decode()
