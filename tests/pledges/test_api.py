"""The API: drives for anyone, pledges for staff and for keys that may."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from pledges.models import PledgeDrive
from pledges.services import pledges
from tests.factories import pledges as make
from tests.pledges.reading import crowd

pytestmark = pytest.mark.usefixtures("neighbour")

DRIVES, PLEDGES = "/api/v1/drives/", "/api/v1/pledges/"
PROBLEM = "application/problem+json"


def problem(answer) -> tuple[int, str, str]:
    """An error as the API tells it: status, content type, title."""
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, answer["Content-Type"], body["title"]


@pytest.fixture
def make_key(oak_street, ada):
    """`make_key("pledges:read")`: the header of a key with this scope."""

    def make_one(*scopes: str, days: int = 30, alliance=oak_street, by=ada) -> dict[str, str]:
        with in_alliance(alliance):
            _key, secret = keys.make_key(name="A program", scopes=list(scopes), days=days, by=by)
        return {"authorization": f"Bearer {secret}"}

    return make_one


# --- drives -------------------------------------------------------------------


def test_a_drive_as_anyone_reads_it(visit, oak_street, oven, eves_pledge):
    answer = visit(oak_street).get(f"{DRIVES}{oven.slug}/")
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    moments = {name: body.pop(name) for name in ("opened_at", "gathering_ends_at")}
    assert all(moments.values())
    assert body == {
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


def test_the_list_has_public_drives_of_this_alliance_with_their_own_figures(
    visit, oak_street, oven, bakery, ben
):
    with in_alliance(oak_street):
        make.a_draft(business=bakery, by=ben, title="A secret cellar")
        second = make.a_draft(business=bakery, by=ben, title="A third oven")
        fields = {"opened_at": oven.opened_at, "gathering_ends_at": oven.gathering_ends_at}
        PledgeDrive.objects.filter(pk=second.pk).update(state="serving", **fields)
        crowd(oven, 3, confirmed_at=oven.opened_at)
    rows = visit(oak_street).get(DRIVES).json()["results"]
    assert [(row["slug"], row["figures"]["pledgers"]) for row in rows] == [
        ("a-third-oven", 0),
        ("a-second-oven", 3),
    ]


@pytest.mark.parametrize("slug", ["no-such-drive", "a-secret-cellar", "a-colder-cellar"])
def test_a_draft_the_neighbours_and_none_are_alike(visit, oak_street, bakery, ben, slug):
    with in_alliance(oak_street):
        make.a_draft(business=bakery, by=ben, title="A secret cellar")
    answer = visit(oak_street).get(f"{DRIVES}{slug}/")
    assert problem(answer) == (404, PROBLEM, "Not Found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", [DRIVES, f"{DRIVES}a-second-oven/"])
def test_nothing_is_written_by_the_api(visit, oak_street, oven, ada, make_key, method, path):
    for who, headers in ((None, {}), (ada, {}), (None, make_key("pledges:read"))):
        answer = getattr(visit(oak_street, who), method)(path, headers=headers)
        assert answer.status_code in (401, 403, 405)
        assert answer["Content-Type"] == PROBLEM


# --- purchases ------------------------------------------------------------------

REDEMPTIONS = "/api/v1/redemptions/"


@pytest.fixture
def claim(oak_street, eves_pledge, ben):
    """Eve's $18 of just now."""
    with in_alliance(oak_street):
        return make.a_claim(eves_pledge, by=ben)


def test_a_purchase_as_a_program_reads_it(visit, oak_street, make_key, claim):
    answer = visit(oak_street).get(f"{REDEMPTIONS}{claim.pk}/", headers=make_key("pledges:read"))
    body = answer.json()
    assert all([body.pop("claimed_at"), body.pop("confirm_due_at")])
    assert body == {
        "id": str(claim.pk),
        "drive": "a-second-oven",
        "pledge": str(claim.pledge_id),
        "purchase_minor": 18_00,
        "amount_minor": 18_00,
        "currency": "USD",
        "way_in": "code",
        "point_of_sale": None,
        "event_id": "",
        "state": "claimed",
        "decided_at": None,
    }


def test_purchases_by_drive_state_and_way(visit, oak_street, ada, claim):
    asked = {
        "": 1, "?drive=a-second-oven": 1, "?drive=another": 0, "?state=claimed": 1,
        "?state=confirmed": 0, "?way_in=code": 1, "?way_in=pos": 0,
    }  # fmt: skip
    staff = visit(oak_street, ada)
    found = {query: len(staff.get(REDEMPTIONS + query).json()["results"]) for query in asked}
    assert found == asked


def test_who_may_read_purchases(visit, oak_street, make_key, ben, claim, neighbour):
    path = f"{REDEMPTIONS}{claim.pk}/"
    theirs = make_key("pledges:read", alliance=neighbour.alliance, by=neighbour.director)
    key = make_key("pledges:read")
    statuses = [
        visit(oak_street).get(path).status_code,
        visit(oak_street, ben).get(path).status_code,
        visit(oak_street).get(path, headers=theirs).status_code,
        visit(oak_street).get(f"{REDEMPTIONS}{neighbour.claim.pk}/", headers=key).status_code,
        visit(oak_street).post(REDEMPTIONS, headers=key).status_code,
    ]
    assert statuses == [401, 403, 401, 404, 405]


# --- pledges: who may -----------------------------------------------------------


def test_a_pledge_as_staff_read_it(visit, oak_street, ada, eves_pledge):
    answer = visit(oak_street, ada).get(f"{PLEDGES}{eves_pledge.pk}/")
    body = answer.json()
    moments = [body.pop(name) for name in ("created_at", "confirmed_at", "term_ends_at")]
    assert (answer.status_code, all(moments)) == (200, True)
    assert body == {
        "id": str(eves_pledge.pk),
        "drive": "a-second-oven",
        "name": "Eve Castellano",
        "email": "eve@example.com",
        "display": "full",
        "state": "active",
        "amount_minor": 240_00,
        "held_minor": 0,
        "honoured_minor": 0,
        "currency": "USD",
        "term_months": 12,
    }


@pytest.mark.parametrize("path", [PLEDGES, "one"])
def test_who_reads_pledges(visit, oak_street, eves_pledge, ada, ben, cleo, neighbour, path):
    path = f"{PLEDGES}{eves_pledge.pk}/" if path == "one" else path
    people = {"ada": ada, "cleo": cleo, "ben": ben, "dan": neighbour.dan, "nobody": None}
    assert {name: visit(oak_street, who).get(path).status_code for name, who in people.items()} == {
        "ada": 200,
        "cleo": 200,
        "ben": 403,
        "dan": 403,
        "nobody": 401,
    }


def test_a_refusal_is_a_problem_and_says_how_to_come_in(visit, oak_street, ben):
    nobody, member = visit(oak_street).get(PLEDGES), visit(oak_street, ben).get(PLEDGES)
    assert problem(nobody) == (401, PROBLEM, "Unauthorized")
    assert nobody["WWW-Authenticate"] == "Bearer"
    assert problem(member) == (403, PROBLEM, "Forbidden")


def test_a_key_with_the_scope_reads_pledges(visit, oak_street, eves_pledge, make_key):
    answer = visit(oak_street).get(PLEDGES, headers=make_key("pledges:read"))
    assert [row["id"] for row in answer.json()["results"]] == [str(eves_pledge.pk)]


def test_a_key_without_the_scope_does_not(visit, oak_street, make_key, monkeypatch):
    monkeypatch.setitem(keys.SCOPES, "drives:write", "Another scope")
    answer = visit(oak_street).get(PLEDGES, headers=make_key("drives:write"))
    assert problem(answer) == (403, PROBLEM, "Forbidden")


def test_the_neighbours_key_opens_nothing_here(visit, oak_street, neighbour, make_key):
    theirs = make_key("pledges:read", alliance=neighbour.alliance, by=neighbour.director)
    for path in (PLEDGES, DRIVES):
        assert problem(visit(oak_street).get(path, headers=theirs)) == (
            401,
            PROBLEM,
            "Unauthorized",
        )
    assert visit(neighbour.alliance).get(PLEDGES, headers=theirs).status_code == 200


def test_a_key_ends_when_it_is_revoked_and_when_it_expires(
    visit, oak_street, ada, eves_pledge, make_key
):
    header = make_key("pledges:read", days=1)
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        assert visit(oak_street).get(PLEDGES, headers=header).status_code == 401
    with in_alliance(oak_street):
        keys.revoke_key(key=keys.AllianceKey.objects.get(), by=ada)
    assert visit(oak_street).get(PLEDGES, headers=header).status_code == 401


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer cw_x",
        "Bearer a b c",
        "Bearer \xf0\x9f",
        "bearer \x00",
    ],
)
def test_a_key_that_is_none(visit, oak_street, value):
    answer = visit(oak_street).get(PLEDGES, HTTP_AUTHORIZATION=value)
    assert problem(answer) == (401, PROBLEM, "Unauthorized")


def test_a_key_comes_before_a_session(visit, oak_street, ada):
    answer = visit(oak_street, ada).get(PLEDGES, headers={"authorization": "Bearer cw_x"})
    assert answer.status_code == 401


# --- pledges: which ---------------------------------------------------------------


def test_the_neighbours_pledge_and_none_are_alike(visit, oak_street, ada, neighbour):
    desk = visit(oak_street, ada)
    answers = [desk.get(f"{PLEDGES}{pk}/") for pk in (neighbour.pledge.pk, uuid4())]
    assert [problem(answer) for answer in answers] == [(404, PROBLEM, "Not Found")] * 2
    assert desk.get(PLEDGES).json()["results"] == []


def test_by_drive_and_by_state(visit, oak_street, oven, ada, eves_pledge):
    with in_alliance(oak_street):
        gone = make.an_active_pledge(oven, "gone@example.com")
        pledges.cancel(pledge=gone)
    desk = visit(oak_street, ada)

    def found(query: str) -> list[str]:
        return [row["email"] for row in desk.get(f"{PLEDGES}?{query}").json()["results"]]

    assert found("") == ["gone@example.com", "eve@example.com"]
    assert found("drive=a-second-oven") == ["gone@example.com", "eve@example.com"]
    assert found("drive=a-colder-cellar") == []
    assert found("state=active") == ["eve@example.com"]
    assert found("state=cancelled&drive=a-second-oven") == ["gone@example.com"]
    assert found("state=&drive=") == ["gone@example.com", "eve@example.com"]


@pytest.mark.parametrize("query", ["state=loud", "state=%00", "drive=a%20b", "drive=%F0%9F%8D%95"])
def test_a_filter_that_cannot_be_meant(visit, oak_street, ada, query):
    answer = visit(oak_street, ada).get(f"{PLEDGES}?{query}")
    assert problem(answer) == (400, PROBLEM, "Bad Request")
