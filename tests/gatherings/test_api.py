"""The API: public gatherings and dates for anyone, all of them for staff and keys."""

import pytest

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from tests.factories import gatherings as make

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def secret(oak_street, ada) -> str:
    with in_alliance(oak_street):
        return keys.make_key(name="Site", scopes=["gatherings:read"], days=9, by=ada)[1]


@pytest.fixture
def several(oak_street, ada, breakfast):
    with in_alliance(oak_street):
        make.a_gathering(by=ada, slug="inside", audience="members", starts_on=make.in_days(8))
        make.a_draft(slug="draft", starts_on=make.in_days(9))


def slugs(browser, path: str, **options) -> list[str]:
    answer = browser.get(path, **options)
    assert answer.status_code == 200
    return [row.get("slug", row.get("gathering")) for row in answer.json()["results"]]


def test_who_sees_which(visit, oak_street, several, ada, ben, secret):
    bearer = {"headers": {"authorization": f"Bearer {secret}"}}
    for path in ("/api/v1/gatherings/", "/api/v1/occurrences/"):
        assert sorted(slugs(visit(oak_street), path)) == ["breakfast"]
        assert sorted(slugs(visit(oak_street, ben), path)) == ["breakfast"]
        every = ["breakfast", "draft", "inside"]
        assert sorted(slugs(visit(oak_street, ada), path)) == every
        assert sorted(slugs(visit(oak_street), path, **bearer)) == every


def test_one_date(visit, oak_street, breakfast, eves):
    answer = visit(oak_street).get(f"/api/v1/occurrences/{breakfast.pk}/").json()
    day = breakfast.original_day.isoformat()
    assert answer == {
        "id": str(breakfast.pk),
        "gathering": "breakfast",
        "original_day": day,
        "title": "Peer breakfast",
        "starts_at": breakfast.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ends_at": breakfast.ends_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "place": "The Long Table, 12 Oak Street",
        "capacity": 2,
        "taken": 1,
        "left": 1,
        "is_cancelled": False,
        "cancel_reason": "",
        "url": f"http://oak-street.commonweal.test/events/breakfast/{day}/",
    }


def test_the_address_to_join_online_is_in_no_answer(visit, oak_street, ada, secret):
    with in_alliance(oak_street):
        make.a_gathering(by=ada, online_url="https://meet.example/x")
    bearer = {"authorization": f"Bearer {secret}"}
    for path in ("/api/v1/gatherings/", "/api/v1/occurrences/"):
        assert b"meet.example" not in visit(oak_street).get(path, headers=bearer).content


def test_dates_come_soonest_first_in_pages(visit, oak_street, ada):
    with in_alliance(oak_street):
        make.a_series(5, by=ada, slug="weekly")
    browser, path, days = visit(oak_street), "/api/v1/occurrences/?page_size=2", []
    while path:
        answer = browser.get(path).json()
        days += [row["original_day"] for row in answer["results"]]
        path = (answer["next"] or "").partition(".test")[2]
    assert (len(days), days) == (5, sorted(days))


@pytest.mark.parametrize(
    ("query", "status"),
    [("?gathering=breakfast", 200), ("?gathering=a b", 400), ("?ends_after=soon", 400),
     ("?ends_after=2100-01-01T00:00:00Z", 200), ("?cursor=zzz", 404), ("?gathering=none", 200)],
)  # fmt: skip
def test_queries(visit, oak_street, breakfast, query, status):
    assert visit(oak_street).get(f"/api/v1/occurrences/{query}").status_code == status


def test_what_is_not_ours_or_not_public_is_not_found(visit, oak_street, theirs, several):
    browser = visit(oak_street)
    for path in ("gatherings/supper/", "gatherings/draft/", "gatherings/inside/",
                 f"occurrences/{theirs.date.pk}/"):  # fmt: skip
        assert browser.get(f"/api/v1/{path}").status_code == 404
    assert browser.post("/api/v1/gatherings/", {}).status_code in (401, 403, 405)
