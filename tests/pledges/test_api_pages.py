"""The API's long lists: by cursor, every row once, whatever cursor is sent."""

import pytest

from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge
from tests.pledges.reading import crowd
from tests.pledges.test_api import DRIVES, PLEDGES, PROBLEM, problem

pytestmark = pytest.mark.usefixtures("neighbour")


def test_pages_by_cursor_show_every_pledge_once(visit, oak_street, oven, ada):
    with in_alliance(oak_street):
        crowd(oven, 60, confirmed_at=oven.opened_at)
        newest_first = list(Pledge.objects.order_by("-created_at", "-id").values_list("pk"))
    desk, path, seen, sizes = visit(oak_street, ada), PLEDGES, [], []
    while path:
        body = desk.get(path).json()
        seen += [row["id"] for row in body["results"]]
        sizes.append(len(body["results"]))
        path = body["next"]
    assert seen == [str(pk) for (pk,) in newest_first]
    assert sizes == [25, 25, 10]


def test_a_new_pledge_moves_no_page(visit, oak_street, oven, ada):
    with in_alliance(oak_street):
        crowd(oven, 30, confirmed_at=oven.opened_at)
    desk = visit(oak_street, ada)
    first = desk.get(PLEDGES).json()
    with in_alliance(oak_street):
        crowd(oven, 5, confirmed_at=oven.opened_at)
    second = desk.get(first["next"]).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert (len(ids), len(set(ids)), second["next"]) == (30, 30, None)


@pytest.mark.parametrize(
    ("size", "rows"), [("5", 5), ("100", 100), ("1000", 100), ("0", 25), ("-1", 25), ("x", 25)]
)
def test_a_page_has_at_most_a_hundred_rows(visit, oak_street, oven, ada, size, rows):
    with in_alliance(oak_street):
        crowd(oven, 101, confirmed_at=oven.opened_at)
    body = visit(oak_street, ada).get(f"{PLEDGES}?page_size={size}").json()
    assert len(body["results"]) == rows


CURSORS = {
    "x": 404,
    "%FF": 404,
    "%00": 400,
    "cD1nYXJiYWdl": 404,  # p=garbage
    "cD0yMDI2LTAyLTMx": 404,  # p=2026-02-31
    "cD0yMDI2LTAyLTAxIDAwOjAw": 404,  # p=2026-02-01 00:00, in no zone
    "cD0lMDA=": 404,  # p=%00
    "cj0xJnA9": 404,  # r=1&p=
    "bz0tMQ==": 404,  # o=-1
    "bz05OTk5OTk5OTk5OTk5OTk5": 200,  # o=9999999999999999
    "cD0wMDAxLTAxLTAxVDAwOjAwOjAwWg==": 200,  # p=0001-01-01T00:00:00Z
    "cD05OTk5LTEyLTMxVDIzOjU5OjU5Wg==": 200,  # p=9999-12-31T23:59:59Z
}


@pytest.mark.parametrize("path", [PLEDGES, DRIVES])
def test_a_cursor_that_we_did_not_write(visit, oak_street, ada, oven, path):
    desk, answers = visit(oak_street, ada), {}
    for cursor in CURSORS:
        answer = desk.get(f"{path}?cursor={cursor}")
        answers[cursor] = answer.status_code
        assert answer["Content-Type"] in (PROBLEM, "application/json")
    assert answers == CURSORS


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing/", "/api/v1/drives/%00/", "/api/v1/pledges/not-an-id/", "/api/v2/"]
)
def test_an_address_that_there_is_not(visit, oak_street, path):
    assert problem(visit(oak_street).get(path)) == (404, PROBLEM, "Not Found")
