"""Where pages say that they were seen: who counts, who does not, who is refused."""

import pytest

from alliance.tenancy.scope import in_alliance
from directory.models import DailyCount, DirectoryEntry

pytestmark = pytest.mark.usefixtures("next_door")

COUNT = "/directory/flor-de-maiz/count/"
PERSON = {"user-agent": "Mozilla/5.0 Firefox/140.0", "sec-fetch-site": "same-origin"}


@pytest.fixture
def eve(visit, oak_street, flor):
    return visit(oak_street)


def counted(oak_street):
    with in_alliance(oak_street):
        return dict(DailyCount.objects.order_by("kind").values_list("kind", "count"))


def test_a_look_and_what_was_pressed(eve, oak_street):
    kinds = ["view", "website", "call", "email", "directions"]
    answers = [eve.post(f"{COUNT}{kind}/", headers=PERSON) for kind in kinds]

    assert [(a.status_code, a.content) for a in answers] == [(204, b"")] * 5
    assert counted(oak_street) == dict.fromkeys(sorted(kinds), 1)


def test_a_visitor_without_scripts_counts_by_a_picture(eve, oak_street):
    answer = eve.get(f"{COUNT}view.gif", headers=PERSON)

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/gif", "no-store")
    assert counted(oak_street) == {"view": 1}


def test_it_sets_no_cookie_and_asks_for_no_token(eve, oak_street):
    eve.handler.enforce_csrf_checks = True
    answer = eve.post(f"{COUNT}view/", headers=PERSON)

    assert (answer.status_code, dict(answer.cookies), dict(eve.cookies)) == (204, {}, {})


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Googlebot/2.1"},
        {"user-agent": "Some Crawler"},
        {"user-agent": "Baiduspider"},
        {"user-agent": "Slack-LinkPreview"},
        {"user-agent": ""},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
    ],
)
def test_robots_and_what_is_fetched_ahead_count_nothing(eve, oak_street, headers):
    answers = [
        eve.post(f"{COUNT}view/", headers=PERSON | headers).status_code,
        eve.get(f"{COUNT}view.gif", headers=PERSON | headers).status_code,
    ]

    assert (answers, counted(oak_street)) == ([204, 200], {})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "none"}, 403),
        ({"sec-fetch-site": "same-origin"}, 204),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "http://oak-street.commonweal.test"}, 204),
        ({"origin": "null"}, 403),
        ({}, 204),
    ],
)
def test_another_site_is_refused(eve, oak_street, headers, status):
    answer = eve.post(f"{COUNT}view/", headers={"user-agent": "Firefox"} | headers)

    assert answer.status_code == status
    assert counted(oak_street) == ({"view": 1} if status == 204 else {})


def test_unknown_kinds_and_listings_are_not_found(eve, oak_street):
    assert eve.post(f"{COUNT}like/", headers=PERSON).status_code == 404
    assert eve.post("/directory/mill-lane-bakery/count/view/", headers=PERSON).status_code == 404
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(shown_until=None)
    assert eve.post(f"{COUNT}view/", headers=PERSON).status_code == 404
    assert counted(oak_street) == {}


def test_only_a_post_counts_a_press(eve):
    assert eve.get(f"{COUNT}call/", headers=PERSON).status_code == 405


def test_so_many_an_hour_from_one_network(eve, oak_street):
    statuses = {eve.post(f"{COUNT}view/", headers=PERSON).status_code for _n in range(600)}
    last = eve.post(f"{COUNT}call/", headers=PERSON).status_code
    eve.get(f"{COUNT}view.gif", headers=PERSON | {"user-agent": "Another"})

    assert (statuses, last, counted(oak_street)) == ({204}, 429, {"view": 1})
