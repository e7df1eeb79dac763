"""The directory on other people's sites, and on paper."""

import pytest

from alliance.tenancy.scope import in_alliance
from directory.content import Content, Hours, Span
from tests.directory.asked import HOME, PAGE
from tests.factories.directory import a_listed_business, many_listed
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import active_parts, problems, text, words

pytestmark = pytest.mark.usefixtures("next_door")

WIDGET, FRAME = "/directory/widget/", "/directory/widget/frame/"
PRINT = "/directory/print/"


@pytest.fixture
def eve(visit, oak_street):
    return visit(oak_street)


def test_the_frame_may_stand_anywhere_and_knows_nobody(visit, oak_street, ada, flor):
    for browser in (visit(oak_street), visit(oak_street, ada)):
        before = dict(browser.cookies)
        answer = browser.get(FRAME)

        assert "frame-ancestors *;" in f"{answer['Content-Security-Policy']};"
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Cookie" not in answer.get("Vary", "")
        assert dict(browser.cookies) == before
        assert active_parts(answer) == []
        assert f'href="{PAGE}" target="_blank" rel="noopener"' in text(answer)


def test_every_other_page_stays_out_of_frames(eve, flor):
    for path in (WIDGET, PAGE, PRINT, "/directory/map/"):
        answer = eve.get(path)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]


def test_the_frame_shows_what_was_chosen(eve, oak_street, flor):
    with in_alliance(oak_street):
        many_listed(9, trade_name=lambda n: f"Florist {n}", categories=["Florist"])

    assert words(eve.get(FRAME)).count("Florist ") >= 5
    assert text(eve.get(FRAME)).count("<li>") == 6
    assert text(eve.get(f"{FRAME}?number=3")).count("<li>") == 3
    assert text(eve.get(f"{FRAME}?category=Bakery")).count("<li>") == 1
    assert "Nobody yet." in words(eve.get(f"{FRAME}?place=Nowhere"))
    # A number that is none shows as many as usual: another site's page is no place for errors.
    assert text(eve.get(f"{FRAME}?number=999&category=Florist")).count("<li>") == 6


def test_two_snippets_to_copy(eve, flor):
    page = eve.get(f"{WIDGET}?category=Bakery&number=4")
    said = words(page)

    assert (
        f'<a class="commonweal-directory" href="{HOME}/directory/?category=Bakery" '
        'data-category="Bakery" data-number="4">Local businesses of Oak Street Alliance</a>'
    ) in said
    assert f'<script src="{HOME}/directory/widget.js" async></script>' in said
    assert f'<iframe src="{HOME}/directory/widget/frame/?category=Bakery&amp;number=4"' in said
    refused = eve.get(f"{WIDGET}?number=999")
    assert (refused.status_code, problems(refused)) == (
        422,
        [("id_number", "Enter a number from 1 to 24.")],
    )


def test_what_is_typed_there_stays_text(eve, flor):
    page = eve.get(WIDGET, {"category": '"><script>alert(1)</script>'})

    assert [part for part in active_parts(page) if part != "iframe"] == []


def test_the_script_for_other_sites(eve):
    answer = eve.get("/directory/widget.js")

    assert {
        name: answer[name]
        for name in (
            "Content-Type",
            "Access-Control-Allow-Origin",
            "Cross-Origin-Resource-Policy",
            "Cache-Control",
        )
    } == {
        "Content-Type": "text/javascript; charset=utf-8",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cache-Control": "public, max-age=3600",
    }
    assert len(answer.content) < 2_000
    assert b"commonweal-directory" in answer.content


# --- paper -----------------------------------------------------------------------


def test_the_printed_list_by_category_then_name(eve, oak_street, flor, bare):
    week = tuple(Span(weekday, 540, 1020) for weekday in range(5))
    with in_alliance(oak_street):
        a_listed_business(
            trade_name="Abel’s", slug="abel", categories=["Bakery"], street="1 First St",
            city="Oakland", phone="510-555-0100", content=Content(hours=Hours(week=week)),
        )  # fmt: skip
    page = eve.get(PRINT)
    said = words(page).replace("\xa0", " ")

    assert said.index("Abel’s , 1 First St, Oakland") < said.index("Flor de Maíz & Sons , 542")
    assert "510-555-0100 · Mon – Fri 9:00 AM – 5:00 PM" in said
    assert "Mon – Sat 7:00 AM – 3:00 PM" in said
    assert "Mill Lane" not in said
    assert "Bakery 2" in said
    assert said.index("Bakery 2") < said.index("Food & drink 1")
    assert "Abel’s" not in words(eve.get(f"{PRINT}?q=flor"))


def test_a_place_that_is_none_is_told(eve, flor):
    answer = eve.get(f"{PRINT}?near=91,0")

    assert answer.status_code == 400
    assert "These coordinates lie nowhere on earth" in words(answer)


@pytest.mark.parametrize("path", [WIDGET, FRAME, PRINT])
def test_it_costs_the_same_however_many_there_are(eve, oak_street, flor, path):
    eve.get(path)
    few = queries_of(lambda: eve.get(path))
    with in_alliance(oak_street):
        many_listed(12)

    # Six of them open and close the scope of the alliance.
    assert queries_of(lambda: eve.get(path)) == few <= 8 + 6
