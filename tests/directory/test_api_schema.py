"""The listings' API against its own schema: strange values in every parameter, and never a 500."""

import pytest

from directory import api
from tests.factories.directory import a_listed_business
from tests.pledges.test_api_schema import CASES, NASTY, _generated, _nasty, _status, operations

OPERATIONS = [("/api/v1/listings/", "GET"), ("/api/v1/listings/{slug}/", "GET")]
ALSO = ("bbox", "zoom", "near", "within", "q", "category", "after", "sort", "number")


def test_every_operation_of_this_room_is_asked_below():
    assert {pair for pair in operations() if "/listings/" in pair[0]} == set(OPERATIONS)


@pytest.fixture
def browser(visit, oak_street, in_oak_street, next_door):
    a_listed_business(slug="a-second-oven", latitude="37.8", longitude="-122.2")
    browser = visit(oak_street)
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def ask(browser):
    return lambda path, query=None, by="": _status(browser, path, query, {})


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_a_program_sends_the_answer_is_ours(ask, path, method):
    seen = _generated(path, method, ask)

    assert [status for status in seen if status >= 500] == []
    assert len(seen) >= CASES


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_stands_in_a_parameter_the_answer_is_ours(ask, path, method):
    seen = list(_nasty(path, method, ask))

    assert [status for status in seen if status >= 500] == []
    assert len(seen) >= 2 * len(NASTY)


def test_control_a_planted_fault_is_found(ask, monkeypatch):
    """A page size that is put into a format string, as people do."""
    plain = api._size

    def planted(given):
        _ = f"listings of {given.get('q', '')}" % ()
        return plain(given)

    monkeypatch.setattr(api, "_size", planted)
    assert 500 in _nasty("/api/v1/listings/", "GET", ask)


@pytest.mark.parametrize(
    "path",
    ["map/", "map.json", "print/", "widget/", "widget/frame/", "feed.atom", "businesses.csv"],
)
def test_the_public_lists_take_strange_values_too(browser, path):
    statuses = {
        browser.get(f"/directory/{path}", {name: value}).status_code
        for name in ALSO
        for value in NASTY
    }

    assert statuses <= {200, 400, 422}
