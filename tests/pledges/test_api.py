"""/api/v1/: drives for anyone, pledges for staff and keys, refusals as problems."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.models import Person
from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from members.services import add_representative
from pledges.api import READ_PLEDGES
from tests.factories import pledges as make

PUBLIC = "/api/v1/drives/"
STAFF = "/api/v1/pledges/"


@pytest.fixture
def secret(oak_street, ada) -> str:
    """A key of oak_street that may read pledges."""
    with in_alliance(oak_street):
        return keys.make_key(name="Books", scopes=[READ_PLEDGES], days=30, by=ada)[1]


def bearer(secret: str) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def problem(answer) -> tuple[int, str, str]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body["title"], body.get("detail", "")


def test_anyone_reads_a_drive_with_its_figures(oak_street, oven, eves_pledge, neighbour, visit):
    answer = visit(oak_street).get(f"{PUBLIC}{oven.slug}/")

    assert answer.json() == {
        "slug": "a-second-oven",
        "business": "Ben's Bakery",
        "title": "A second oven",
        "purpose": "So that nobody waits an hour on Fridays.",
        "state": "gathering",
        "seeks_loan": True,
        "target_pledgers": 100,
        "suggested_minor": 240_00,
        "currency": "USD",
        "term_months": 12,
        "opened_at": oven.opened_at.isoformat().replace("+00:00", "Z"),
        "gathering_ends_at": oven.gathering_ends_at.astimezone(oven.opened_at.tzinfo)
        .isoformat()
        .replace("+00:00", "Z"),
        "url": "http://oak-street.commonweal.test/pledge/a-second-oven/",
        "figures": {
            "pledgers": 1,
            "standing": 1,
            "dropped_pledgers": 0,
            "pledged_minor": 240_00,
            "honoured_minor": 0,
            "open_minor": 240_00,
            "dropped_minor": 0,
        },
    }


def test_the_list_holds_approved_drives_of_this_alliance_alone(
    oak_street, bakery, ben, oven, neighbour, visit
):
    with in_alliance(oak_street):
        make.a_draft(business=bakery, by=ben, title="Not yet")

    found = visit(oak_street).get(PUBLIC).json()

    assert [row["slug"] for row in found["results"]] == ["a-second-oven"]
    assert (found["next"], found["previous"]) == (None, None)


def test_pledges_are_not_for_everybody(oak_street, ben, dan, eves_pledge, visit):
    assert problem(visit(oak_street).get(STAFF))[0] == 401
    assert problem(visit(oak_street, ben).get(STAFF))[0] == 403
    assert problem(visit(oak_street, dan).get(STAFF))[0] == 403


def test_staff_read_pledges_by_their_session(oak_street, ada, oven, eves_pledge, neighbour, visit):
    found = visit(oak_street, ada).get(STAFF).json()["results"]

    assert [(row["drive"], row["name"], row["email"], row["amount_minor"]) for row in found] == [
        ("a-second-oven", "Eve Castellano", "eve@example.com", 240_00)
    ]


def test_a_key_reads_what_its_scope_says(oak_street, ada, eves_pledge, secret, visit):
    page = visit(oak_street)
    assert len(page.get(STAFF, **bearer(secret)).json()["results"]) == 1

    with in_alliance(oak_street):
        key, other = keys.make_key(name="None", scopes=[READ_PLEDGES], days=1, by=ada)
        type(key).objects.filter(pk=key.pk).update(scopes=["drives:write"])
    assert problem(page.get(STAFF, **bearer(other)))[0] == 403


def test_a_key_opens_nothing_at_the_neighbours(neighbour, secret, visit):
    answer = visit(neighbour.alliance).get(STAFF, **bearer(secret))

    assert problem(answer) == (
        401,
        "Unauthorized",
        "This key opens nothing here: unknown, revoked or expired.",
    )
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_key_ends(oak_street, eves_pledge, secret, visit):
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert problem(visit(oak_street).get(STAFF, **bearer(secret)))[0] == 401


@pytest.mark.parametrize("header", ["Bearer", "Bearer ümlaut", "Bearer  ", "Bearer a b c"])
def test_a_header_that_makes_no_sense_is_refused(oak_street, visit, header):
    answer = visit(oak_street).get(STAFF, HTTP_AUTHORIZATION=header)
    assert problem(answer)[0] == 401


def test_filters_and_pages(oak_street, ada, oven, secret, visit):
    with in_alliance(oak_street):
        for n in range(5):
            make.an_active_pledge(oven, f"customer{n}@example.com", name=f"Customer {n}")
        make.an_intended_pledge(oven, "later@example.com", name="Later")
    page, names, url = visit(oak_street), [], f"{STAFF}?state=active&drive={oven.slug}&page_size=2"

    while url:
        found = page.get(url, **bearer(secret)).json()
        names += [row["name"] for row in found["results"]]
        url = found["next"]

    assert names == [f"Customer {n}" for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    "query",
    ["?drive=%00", "?cursor=%00", "?cursor=x", "?page_size=-1", "?drive=' OR 1=1", "?state=%F0%9F"],
)
def test_strange_queries_are_answered(oak_street, secret, eves_pledge, visit, query):
    answer = visit(oak_street).get(STAFF + query, **bearer(secret))

    assert answer.status_code in (200, 400, 404)
    assert b"Eve" not in answer.content or query == "?page_size=-1"


def test_the_neighbours_pledge_answers_like_a_missing_one(
    oak_street, neighbour, secret, eves_pledge, visit
):
    page = visit(oak_street)
    foreign = page.get(f"{STAFF}{neighbour.pledge.pk}/", **bearer(secret))
    missing = page.get(f"{STAFF}01a20153-e3bc-7014-b21e-a5df1c0d8d40/", **bearer(secret))

    assert problem(foreign) == problem(missing)
    assert foreign.status_code == 404


def test_an_unknown_path_is_a_problem_too(oak_street, visit):
    assert problem(visit(oak_street).get("/api/v1/nothing/"))[:2] == (404, "Not Found")


def test_nothing_is_written_here(oak_street, ada, oven, visit):
    assert problem(visit(oak_street, ada).post(PUBLIC, {}))[0] in (403, 405)


def test_the_list_costs_the_same_queries_however_long(oak_street, oven, bakery, ada, ben, visit):
    page = visit(oak_street)
    with in_alliance(oak_street):
        make.an_active_pledge(oven, "one@example.com")
    page.get(PUBLIC)
    with _counted() as few:
        page.get(PUBLIC)
    with in_alliance(oak_street):
        for n in range(4):
            other = make.a_business()
            drive = make.an_open_drive(
                business=other, by=_speaks_for(other), reviewer=ada, title=f"Shelf {n}"
            )
            make.an_active_pledge(drive, f"c{n}@example.com")
    with _counted() as many:
        answer = page.get(PUBLIC)

    assert len(answer.json()["results"]) == 5
    assert (len(few), len(many)) == (len(few), len(few))
    assert len(few) <= 12


def _speaks_for(business):
    person = Person.objects.create_user(email=f"{business.slug}@example.org", name="Owner")
    return add_representative(business=business, person=person, by=None).seat


def _counted():
    return CaptureQueriesContext(connection)
