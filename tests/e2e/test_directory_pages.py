"""The directory outside: shop windows, the map with scripts and without, lists on other sites."""

import re

import pytest
from pytest_httpserver import HTTPServer

from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

SHOP, NAME = "/directory/abebas-table/", "Abeba's Table"
BOTH = pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
WIDTHS = pytest.mark.parametrize("width", [375, 1280])


@BOTH
@WIDTHS
def test_a_shop_window(browse, javascript, width):
    eve = browse(javascript=javascript, width=width)
    eve.go(SHOP)

    assert eve.page.title().startswith(NAME)
    eve.sees("Ethiopian, Restaurant · Temescal", "542 49th St")
    way = eve.page.get_by_role("link", name="Find the way").first
    assert way.get_attribute("href").startswith("https://www.openstreetmap.org/directions?to=37.")
    eve.follow("Tell us what is wrong here")
    eve.sees("Tell us what is wrong")


def test_what_belongs_to_it(browse):
    eve = browse(width=1280)
    for path in ("poster/", "correction/"):
        eve.go(f"{SHOP}{path}")
    eve.go("/directory/print/?q=bakery")
    eve.sees("Contents")
    eve.go("/directory/widget/")
    eve.sees("Copy these two")
    eve.go("/directory/widget/frame/?number=3")
    assert eve.page.locator("li").count() == 3


def test_a_correction_by_keyboard(browse):
    eve = browse(**PHONE)
    eve.go(f"{SHOP}correction/")
    eve.page.get_by_label("What is wrong?").focus()
    eve.page.keyboard.type("They open at six on Fridays.")
    eve.page.wait_for_timeout(1100)
    eve.page.keyboard.press("Tab")
    eve.page.keyboard.press("Tab")
    with eve.page.expect_navigation():
        eve.page.keyboard.press("Enter")
    eve.look()
    eve.sees("Thank you. Somebody looks at it soon.")


def test_looks_and_presses_are_counted(browse):
    eve = browse(width=375)
    with eve.page.expect_response("**/count/view/") as looked:
        eve.go(SHOP)
    assert looked.value.status == 204
    # Nobody leaves the page here; only the press counts.
    eve.page.evaluate("() => addEventListener('click', event => event.preventDefault())")
    for name, kind in (("Call", "call"), ("Website", "website"), ("Find the way", "directions")):
        with eve.page.expect_response(f"**/count/{kind}/") as pressed:
            eve.page.get_by_role("link", name=name).first.click()
        assert pressed.value.status == 204
    assert eve.context.cookies() == []


def test_without_scripts_a_picture_counts(browse):
    eve = browse(javascript=False)
    with eve.page.expect_response("**/count/view.gif") as looked:
        eve.go(SHOP)
    assert (looked.value.status, eve.context.cookies()) == (200, [])


# --- the map ----------------------------------------------------------------------


@WIDTHS
def test_the_map_without_scripts_is_drawn_beside_the_list(browse, width):
    eve = browse(javascript=False, width=width)
    eve.go("/directory/map/?q=bookshop")

    drawing = eve.page.get_by_role("img", name=re.compile("Map of where"))
    assert drawing.is_visible()
    rows = eve.page.locator(".map-row")
    assert rows.count() == drawing.locator(".map-drawing__pin").count()
    rows.first.get_by_role("link").click()
    eve.page.wait_for_load_state()
    eve.look()
    assert "/directory/" in eve.page.url


@WIDTHS
def test_the_map_goes_closer_until_each_stands_alone(browse, width):
    eve = browse(width=width)
    with eve.page.expect_response("**/map.json*"):
        eve.go("/directory/map/")
    page = eve.page
    groups, pins = page.locator("#map .map-group"), page.locator("#map .map-pin")
    groups.first.wait_for()
    for _ in range(8):
        if pins.count():
            break
        biggest = page.locator("#map .leaflet-marker-icon:has(.map-group)").first
        biggest.focus()
        with page.expect_response("**/map.json*"):
            page.keyboard.press("Enter")
        page.wait_for_timeout(400)
    page.locator("#map .leaflet-marker-icon:has(.map-pin)").first.focus()
    page.keyboard.press("Enter")
    link = page.locator("#map .leaflet-popup-content a")
    link.wait_for()
    assert link.evaluate("link => link === document.activeElement")
    page.keyboard.press("Escape")
    link.wait_for(state="detached")
    assert page.evaluate("() => document.activeElement.id") == "map"


def test_the_same_results_with_the_map_and_without(browse):
    names = []
    for javascript in (True, False):
        eve = browse(javascript=javascript)
        eve.go("/directory/map/?category=Bakery&sort=name")
        names.append(eve.page.locator(".map-row__name").all_inner_texts())
    assert names[0] == names[1] != []


def test_a_place_off_the_earth_is_told(browse):
    eve = browse()
    eve.go("/directory/map/?near=91,0", status=400)
    eve.sees("These coordinates lie nowhere on earth")


# --- other people's sites -----------------------------------------------------------


@pytest.fixture
def foreign(httpserver: HTTPServer, stack):
    """A newspaper's page with our two snippets, far below its own words."""
    home = stack["alliances"]["eastbay"]
    link = (
        f'<a class="commonweal-directory" href="{home}directory/" data-category="Bakery" '
        'data-number="3">Local bakeries</a>'
    )
    script = f'<script src="{home}directory/widget.js" async></script>'
    page = f"<!doctype html><title>News</title><div style='height:3000px'>News</div>{link}{script}"
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    httpserver.expect_request("/favicon.ico").respond_with_data("", status=204)
    return httpserver.url_for("/")


@pytest.mark.parametrize("dark", [False, True])
def test_the_list_on_a_foreign_page(chromium, foreign, dark):
    context = chromium.new_context(color_scheme="dark" if dark else "light")
    page = context.new_page()
    troubles = []
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(foreign)
    page.wait_for_load_state("networkidle")
    assert page.locator("iframe").count() == 0

    page.locator("a.commonweal-directory").scroll_into_view_if_needed()
    frame = page.frame_locator("iframe[title='Local bakeries']")
    frame.locator("li").first.wait_for()

    assert frame.locator("li").count() == 3
    assert frame.locator("li a").first.get_attribute("target") == "_blank"
    papers = "() => getComputedStyle(document.body).backgroundColor"
    paper = page.frames[-1].evaluate(papers)
    assert context.cookies() == []
    assert troubles == []
    assert ("0.2" in paper) is dark
    context.close()


def test_without_scripts_a_link_stands_there(chromium, foreign):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(foreign)

    assert page.get_by_role("link", name="Local bakeries").is_visible()
    context.close()
