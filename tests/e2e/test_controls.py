"""The checks themselves: each finds the fault that was planted for it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.e2e import markup
from tests.e2e.visitor import Sights

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">{head}</head>
<body><main><h1>Bread</h1><p>Open <a href="/">from seven</a>.</p>{body}</main></body></html>"""

SOURCE = [
    ("<p>a<div>b</div></p>", "HTML:"),
    ('<p style="color:red">a</p>', "inline style"),
    ("<style>p { color: red }</style>", "inline style sheet"),
    ("<button onclick='x()'>a</button>", "inline onclick"),
    ("<script>1</script>", "inline script"),
    ("<h1>Cake</h1>", "2 h1"),
    ('<p id="a">a</p><p id="a">b</p>', "id twice"),
    ('<label for="nobody">a</label>', "names nobody"),
]
DARK = "<style>@media (prefers-color-scheme: dark) { p { color: #333; background: #222 } }</style>"
TINY = "<style>button { all: unset; font-size: 8px; display: block; margin: 1px 0 }</style>"
SEEN = [
    ("<style>p { color: #ccc; background: #fff }</style>", "", "1280 px, light: color-contrast"),
    (DARK, "", "320 px, dark: color-contrast"),
    ("", '<p><img src="/static/img/favicon.svg"></p>', "image-alt"),
    ("", "<p><input></p>", "label"),
    ("<style>i { display: block; width: 400px }</style>", "<i>a</i>", "scrolls sideways"),
    ("<style>button:focus { outline: none }</style>", "<button>press me</button>", "no focus"),
    (TINY, "<button>a</button><button>b</button><button>c</button>", "target-size"),
    ("", "<details><summary>more</summary><p><img src='/x.svg'></p></details>", "opened"),
    ("", '<p><img src="/nowhere.png" alt=""></p>', "404 for"),
    ("", '<script src="/boom.js"></script>', "script failed"),
    ("", "<script>1</script>", "Content Security Policy"),
]


def planted(visitor, head: str, body: str) -> list[str]:
    """What the checks say of such a page, sent by the site's own address."""
    site = re.compile(re.escape(visitor.home) + ".*")

    def answer(route):
        if route.request.url.endswith("/planted/"):
            route.fulfill(
                body=PAGE.format(head=head, body=body),
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": "script-src 'self'"},
            )
        elif route.request.url.endswith("/boom.js"):
            route.fulfill(body="boom()", content_type="text/javascript")
        elif route.request.url.endswith(".png"):
            route.fulfill(status=404, body="")
        else:
            route.fulfill(body="<svg xmlns='http://www.w3.org/2000/svg'/>",
                          content_type="image/svg+xml")  # fmt: skip

    visitor.page.route(site, answer)
    visitor.page.goto(f"{visitor.home}planted/")
    return visitor.faults()


def test_a_sound_page_has_no_faults(browse):
    assert planted(browse(sights=Sights()), "", "") == []


@pytest.mark.parametrize(("body", "named"), SOURCE, ids=[named for _, named in SOURCE])
def test_a_fault_in_the_source_is_found(body, named):
    found = markup.faults(PAGE.format(head="", body=body))
    assert [fault for fault in found if named in fault], found
    assert markup.faults(PAGE.format(head="", body="")) == []


@pytest.mark.parametrize(("head", "body", "named"), SEEN, ids=[named for *_, named in SEEN])
def test_a_fault_to_be_seen_is_found(browse, head, body, named):
    found = planted(browse(sights=Sights()), head, body)
    assert [fault for fault in found if named in fault], found


def test_a_page_that_nobody_looked_at_is_found(browse):
    visitor = browse(sights=Sights())
    visitor.page.goto(visitor.home)
    with pytest.raises(AssertionError, match="never looked at"):
        visitor.leave()


def test_markup_without_title_or_language_is_found():
    assert markup.faults("<!doctype html><html><head></head><body><h1>a</h1></body></html>") == [
        "no title",
        "no language",
    ]


def test_the_dark_mode_changes_colours_only():
    """Why axe's rules about colour are enough in the dark: no other file asks for the mode."""
    sheets = Path(settings.BASE_DIR, "static/css").rglob("*.css")
    asking = [sheet.name for sheet in sheets if "prefers-color-scheme" in sheet.read_text()]
    assert asking == ["tokens.css"]
    tokens = Path(settings.BASE_DIR, "static/css/tokens.css").read_text()
    dark = tokens.split("(prefers-color-scheme: dark)")[1].split("@media")[0]
    named = set(re.findall(r"^\s*(--[a-z-]+|[a-z-]+):", dark, re.MULTILINE))
    assert {name for name in named if not name.startswith("--") and name != "color-scheme"} == set()
