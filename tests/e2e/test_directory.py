"""Finding a business and opening it: by keyboard, on a phone, without scripts."""

import re

import pytest

from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

BOTH = pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
# A visitor's patience, in keys.
MOST_KEYS = 12


class Keys:
    """A keyboard that counts."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, *keys):
        for key in keys:
            self.pressed += 1
            self.page.keyboard.press(key)


def names(eve):
    return eve.page.locator(".window__name a").all_inner_texts()


@BOTH
def test_found_and_opened_by_keyboard_in_twelve_keys(browse, javascript):
    eve = browse(javascript=javascript)
    eve.go("/directory/")
    keys = Keys(eve.page)

    if javascript:
        keys.press("/")
    else:
        # The first key leads to "Skip to the content", which leads past the header.
        keys.press("Tab", "Enter", "Tab")
    keys.press(*"gust")
    with eve.page.expect_navigation():
        keys.press("Enter")
    # Looking at the page now would move the focus; the last look is for both.
    while focused(eve) != "Gustoso Pizza":
        keys.press("Tab")
        assert keys.pressed < MOST_KEYS
    with eve.page.expect_navigation():
        keys.press("Enter")
    eve.look()

    assert keys.pressed <= MOST_KEYS
    assert eve.page.get_by_role("heading", level=1).inner_text() == "Gustoso Pizza"


def focused(eve):
    return (
        eve.page.locator(":focus").first.inner_text() if eve.page.locator(":focus").count() else ""
    )


@BOTH
def test_a_customer_on_a_bus_finds_a_bakery_nearby(browse, javascript):
    eve = browse(javascript=javascript, **PHONE)
    eve.go("/")
    eve.page.get_by_label("What are you looking for?").fill("bakrey")
    eve.press("Search")
    eve.sees("No listing says “bakrey”; this is for bakery.")
    eve.page.get_by_label("Near", exact=True).fill("temescal")
    eve.press("Search")
    eve.sees("Near Temescal", re.compile(r"\d\.\d mi"))
    found = names(eve)

    assert found
    eve.follow(found[0])
    eve.sees(found[0])


@pytest.mark.parametrize("pasted", ["bread " * 1700, "面包" * 5000], ids=["letters", "signs"])
def test_an_essay_in_the_search_box_is_answered_at_the_box(browse, pasted):
    eve = browse()
    eve.go("/directory/")
    eve.page.get_by_label("What are you looking for?").focus()
    eve.page.keyboard.insert_text(pasted)
    with eve.page.expect_navigation():
        eve.page.keyboard.press("Enter")
    eve.look(status=422)
    assert "Search with fewer words: 200 characters at most." in eve.page.inner_text("main")
    assert eve.page.get_by_label("What are you looking for?").input_value() == pasted[:500].strip()


def test_scripts_or_none_the_results_are_the_same(browse):
    queries = ("", "?q=coffee", "?near=Temescal&within=3", "?kind=food&has=pledges", "?sort=name")
    told = []
    for javascript in (False, True):
        eve = browse(javascript=javascript)
        told.append([])
        for query in queries:
            eve.go(f"/directory/{query}")
            told[-1].append(names(eve))

    assert told[0] == told[1]


def test_narrowing_down_step_by_step_and_back(browse):
    eve = browse(javascript=False)
    eve.go("/directory/")
    eve.page.locator("summary", has_text="Narrow down").click()
    eve.page.locator("label.choice", has_text="Food & drink").first.click()
    eve.press("Show")
    everybody = len(names(eve))
    eve.sees("Food & drink")
    eve.page.locator("summary", has_text="Narrow down").click()
    eve.page.locator("label.choice", has_text="Berkeley").first.click()
    eve.press("Show")

    assert 0 < len(names(eve)) <= everybody
    eve.follow(re.compile("^Berkeley"))
    eve.follow("Start again")
    assert eve.page.url.endswith("/directory/#results")


def test_a_choice_shows_its_results_at_once_where_scripts_run(browse):
    eve = browse()
    eve.go("/directory/")
    with eve.page.expect_navigation():
        eve.page.locator("label.choice", has_text="Food & drink").first.click()
    eve.look()

    assert "kind=food" in eve.page.url


def test_a_query_that_is_too_long_is_said_and_kept(browse):
    eve = browse()
    eve.go("/directory/?q=" + "bread+" * 100, status=422)
    eve.sees("Search with fewer words: 200 characters at most.")

    assert eve.page.locator("#q").input_value().startswith("bread bread")


def test_where_i_am_now(browse):
    eve = browse()
    eve.context.grant_permissions(["geolocation"])
    eve.context.set_geolocation({"latitude": 37.834, "longitude": -122.264})
    eve.go("/directory/")
    with eve.page.expect_navigation():
        eve.page.get_by_role("button", name="Near where I am now").click()
    eve.look()

    eve.sees("Near you")
    # A street, not a door.
    assert re.search(r"lat=37\.834&lon=-122\.264(&|#|$)", eve.page.url)


def test_the_networks_map_leads_to_its_alliances(browse):
    eve = browse("")
    eve.go("/")
    eve.sees("East Bay Local")
    with eve.page.expect_navigation():
        eve.page.locator("svg a", has_text="East Bay Local").click()

    eve.look()
    eve.sees("On our high street today")
