"""The API: groups as members may know of them, people as they may read; keys without circles."""

import pytest

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from tests.factories import groups as make

pytestmark = pytest.mark.usefixtures("theirs", "bakers", "millers", "circle")


@pytest.fixture
def bearer(oak_street, ada) -> dict:
    with in_alliance(oak_street):
        secret = keys.make_key(name="Site", scopes=["groups:read"], days=9, by=ada)[1]
    return {"authorization": f"Bearer {secret}"}


def slugs(browser, **options) -> list[str]:
    answer = browser.get("/api/v1/groups/", **options)
    assert answer.status_code == 200
    return sorted(row["slug"] for row in answer.json()["results"])


def test_who_sees_which(visit, oak_street, ada, ben, fay, bearer):
    assert slugs(visit(oak_street, ben)) == ["bakers", "millers"]
    assert slugs(visit(oak_street, ada)) == ["bakers", "millers"]
    assert slugs(visit(oak_street, fay)) == ["bakers", "millers", "night-circle"]
    assert slugs(visit(oak_street), headers=bearer) == ["bakers", "millers"]
    assert visit(oak_street).get("/api/v1/groups/").status_code in (401, 403)


def test_a_key_without_the_scope_sees_nothing(visit, oak_street, ada):
    with in_alliance(oak_street):
        secret = keys.make_key(name="Other", scopes=["gatherings:read"], days=9, by=ada)[1]
    bearer = {"authorization": f"Bearer {secret}"}
    for path in ("/api/v1/groups/", "/api/v1/groups/bakers/members/"):
        assert visit(oak_street).get(path, headers=bearer).status_code in (401, 403)


def test_one_group(visit, oak_street, ben, bakers):
    answer = visit(oak_street, ben).get("/api/v1/groups/bakers/").json()
    assert answer == {
        "slug": "bakers",
        "name": "Bakers",
        "purpose": "For those who bake before dawn.",
        "kind": "open",
        "segment": "",
        "state": "open",
        "member_count": 0,
        "opened_at": bakers.opened_at.isoformat().replace("+00:00", "Z"),
        "last_post_at": None,
        "url": "http://oak-street.commonweal.test/groups/bakers/",
    }


def test_people_of_groups_that_one_may_read(visit, oak_street, ada, ben, fay, bens, bearer):
    path = "/api/v1/groups/{}/members/"
    rows = visit(oak_street, ben).get(path.format("bakers")).json()["results"]
    assert [(row["name"], row["state"]) for row in rows] == [("Ben", "agreed")]
    assert visit(oak_street).get(path.format("bakers"), headers=bearer).json()["results"] == rows
    for who, slug in ((ben, "millers"), (ben, "night-circle"), (ada, "night-circle")):
        assert visit(oak_street, who).get(path.format(slug)).status_code == 404
    answer = visit(oak_street).get(path.format("night-circle"), headers=bearer)
    assert answer.status_code == 404
    rows = visit(oak_street, fay).get(path.format("night-circle")).json()["results"]
    assert [row["name"] for row in rows] == ["Fay"]


def test_the_neighbours_group_is_none(visit, oak_street, ada, bearer):
    for path in ("/api/v1/groups/dairy/", "/api/v1/groups/dairy/members/"):
        assert visit(oak_street, ada).get(path).status_code == 404
        assert visit(oak_street).get(path, headers=bearer).status_code == 404


@pytest.mark.parametrize("value", ["\x00", "x" * 5000, "%", "MDE5YQ", "\ud7ff"])
def test_strange_cursors(visit, oak_street, ben, value):
    for path in ("/api/v1/groups/", "/api/v1/groups/bakers/members/"):
        answer = visit(oak_street, ben).get(path, {"cursor": value})
        assert answer.status_code in (200, 400, 404)
        assert answer["Content-Type"].startswith("application/")


def test_members_come_in_pages(visit, oak_street, ben, bakers):
    with in_alliance(oak_street):
        for _ in range(3):
            make.a_member(bakers)
    browser, path, seen = visit(oak_street, ben), "/api/v1/groups/bakers/members/?page_size=2", []
    while path:
        answer = browser.get(path).json()
        seen += [row["id"] for row in answer["results"]]
        path = (answer["next"] or "").partition(".test")[2]
    assert (len(seen), seen) == (3, sorted(seen))
