"""Pages for what went wrong, and the few pages beside the rooms."""

import json

import pytest

from tests.e2e.conftest import PHONE
from tests.e2e.letters import ask

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
def test_what_is_not_there_has_a_way_back(javascript, browse):
    visitor = browse(javascript=javascript, **PHONE)
    for address in ("/nowhere/", "/pledge/no-such-drive/", "/static/nothing.css"):
        visitor.go(address, status=404)
    visitor.go("/nowhere/", status=404)
    visitor.sees("There is nothing at this address", "please name the reference")
    visitor.follow("Go to the front page")
    visitor.sees("On the noticeboard")


def test_too_often_is_said_kindly(browse):
    """At the alliance where no other test sends this form: the limit is the network's."""
    visitor = browse("sonora", **PHONE)
    visitor.go("/pledge/lost-card/")
    visitor.page.evaluate(
        "async form => { const body = new URLSearchParams(new FormData(form));"
        " for (let i = 0; i < 60; i++) await fetch(form.action, {method: 'POST', body}) }",
        visitor.page.locator("main form").element_handle(),
    )
    visitor.forget()
    visitor.page.get_by_label("Your e-mail").fill("eve@example.com")
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look(status=429)
    visitor.sees("One moment, please")
    assert 0 < int(visitor.document.headers["retry-after"]) <= 3600


def test_the_living_page_of_the_design(browse):
    for dark in (False, True):
        browse(dark=dark).go("/styleguide/")
        visitor = browse("", dark=dark)
        visitor.go("/styleguide/")


def test_the_api_explains_itself(browse, stack):
    visitor = browse()
    visitor.go("/api/v1/docs/")
    visitor.sees("/api/v1/drives/", "/api/v1/pledges/")
    schema = ask(f"{visitor.home}api/v1/schema/", Accept="application/vnd.oai.openapi+json")
    assert "/api/v1/pledges/" in json.loads(schema)["paths"]
    drives = json.loads(ask(f"{visitor.home}api/v1/drives/"))
    assert "gustoso-oven" in [drive["slug"] for drive in drives["results"]]


def test_crawlers_are_told_what_is_private(stack):
    rules = ask(f"{stack['alliances']['eastbay']}robots.txt")
    assert "Disallow: /pledge/card/" in rules
