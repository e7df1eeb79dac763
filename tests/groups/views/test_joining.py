"""Joining by hand: agreements, the introduction, choices, leaving."""

import pytest

from alliance.tenancy.scope import in_alliance
from groups.models import GroupMember, Introduction
from groups.services import groups
from tests.factories import groups as make

pytestmark = pytest.mark.usefixtures("theirs")
PARTS = {"story": "I bake.", "ask": "A miller?", "offer": "Sourdough."}


def state_of(seat) -> list[str]:
    rows = GroupMember.objects.filter(seat__person=seat.person).order_by("id")
    return list(rows.values_list("state", flat=True))


@pytest.fixture
def version(oak_street, bakers):
    with in_alliance(oak_street):
        return str(make.version_of(bakers))


def test_from_the_directory_to_the_first_words(visit, oak_street, bakers, ben, version):
    browser = visit(oak_street, ben)
    assert "/groups/bakers/" in browser.get("/groups/").content.decode()
    page = browser.get("/groups/bakers/join/").content.decode()
    assert "No pitching by private message" in page
    answer = browser.post("/groups/bakers/join/", {"version": version, "agree": "on"})
    assert (answer.status_code, answer.url) == (302, "/groups/bakers/introduction/")
    answer = browser.post("/groups/bakers/introduction/?next=/groups/", PARTS)
    assert (answer.status_code, answer.url) == (302, "/groups/")
    with in_alliance(oak_street):
        assert state_of(ben) == ["introduced"]


def test_without_the_tick_nobody_joins(visit, oak_street, bakers, ben, version):
    answer = visit(oak_street, ben).post("/groups/bakers/join/", {"version": version})
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    with in_alliance(oak_street):
        assert state_of(ben) == []


@pytest.mark.parametrize("wrong", ["", "x", "\x00", "019a0000-0000-7000-8000-00000000a117"])
def test_other_agreements_are_no_agreement(visit, oak_street, bakers, ben, wrong):
    answer = visit(oak_street, ben).post("/groups/bakers/join/", {"version": wrong, "agree": "on"})
    assert answer.status_code == 422
    with in_alliance(oak_street):
        assert state_of(ben) == []


def test_what_was_typed_stays(visit, oak_street, bakers, bens, ben):
    browser = visit(oak_street, ben)
    answer = browser.post("/groups/bakers/introduction/", PARTS | {"ask": ""})
    assert answer.status_code == 422
    assert b"Sourdough." in answer.content
    assert b"Ask for one thing" in answer.content
    for bad in ("\x00", "x" * 1_000_000):
        assert browser.post("/groups/bakers/introduction/", PARTS | {"ask": bad}).status_code == 422
    with in_alliance(oak_street):
        assert Introduction.objects.filter(member=bens).count() == 0


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/a\r\nX: y", "\x00", "x"],
)
def test_next_leads_nowhere_else(visit, oak_street, bakers, bens, ben, wanted):
    answer = visit(oak_street, ben).post("/groups/bakers/introduction/", PARTS | {"next": wanted})
    assert (answer.status_code, answer.url) == (302, "/groups/bakers/")


def test_new_agreements_stand_on_the_same_page(visit, oak_street, bakers, ben, ada):
    with in_alliance(oak_street):
        make.introduced(bakers, ben)
        items = [(f"Agreement {i}", "Words.") for i in range(3)]
        groups.set_agreements(group=bakers, items=items, by=ada)
        version = str(make.version_of(bakers))
    browser = visit(oak_street, ben)
    assert b"Agreement 2" in browser.get("/groups/bakers/introduction/").content
    assert browser.post("/groups/bakers/introduction/", PARTS).status_code == 422
    sent = PARTS | {"version": version, "agree": "on"}
    assert browser.post("/groups/bakers/introduction/", sent).status_code == 302


def test_asking_to_join(visit, oak_street, millers, ben, fay, fays_charter):
    with in_alliance(oak_street):
        version = str(make.version_of(millers))
        name = f"question_{millers.questions.get().pk}"
    browser = visit(oak_street, ben)
    sent = {"version": version, "agree": "on", name: "Rye."}
    assert browser.post("/groups/millers/join/", sent).url == "/groups/millers/me/"
    assert b"You have asked to join" in browser.get("/groups/millers/me/").content
    page = visit(oak_street, fay).get("/groups/millers/requests/").content
    assert b"Rye." in page
    assert b"What do you mill?" in page
    with in_alliance(oak_street):
        path = f"/groups/millers/requests/{GroupMember.objects.get(seat=ben).pk}"
    assert visit(oak_street, ben).post(f"{path}/yes/").status_code == 404
    keeper = visit(oak_street, fay)
    assert keeper.get(f"{path}/no/").status_code == 200
    assert keeper.post(f"{path}/no/", {"why": ""}).status_code == 422
    assert keeper.post(f"{path}/yes/").status_code == 302
    assert keeper.post(f"{path}/yes/").status_code == 404
    with in_alliance(oak_street):
        assert state_of(ben) == ["agreed"]


def test_choices_mute_and_leaving(visit, oak_street, bakers, bens, ben):
    browser = visit(oak_street, ben)
    for minutes in ("4", "x", "601", "１２"):
        sent = {"digest": "none", "budget_minutes": minutes}
        assert browser.post("/groups/bakers/me/", sent).status_code in (302, 422)
    sent = {"digest": "daily", "budget_minutes": "30"}
    assert browser.post("/groups/bakers/me/", sent).status_code == 302
    assert browser.post("/groups/bakers/me/mute/").status_code == 302
    assert b"Hear the group again" in browser.get("/groups/bakers/me/").content
    assert browser.post("/groups/bakers/me/unmute/").status_code == 302
    assert b"Leave the group?" in browser.get("/groups/bakers/me/leave/").content
    assert browser.post("/groups/bakers/me/leave/").url == "/groups/"
    with in_alliance(oak_street):
        row = GroupMember.objects.get(pk=bens.pk)
        assert (row.digest, row.budget_minutes, row.muted_at, row.state) == (
            "daily",
            30,
            None,
            "left",
        )
    assert browser.get("/groups/bakers/me/").url == "/groups/bakers/join/"


OWN = (
    "",
    "join/",
    "introduction/",
    "me/",
    "me/leave/",
    "members/",
    "requests/",
    "invitations/",
    "settings/",
    "settings/agreements/",
    "prompts/",
)


def test_a_circle_is_no_page_for_staff_and_members(visit, oak_street, circle, ada, cleo, ben):
    with in_alliance(oak_street):
        member = GroupMember.objects.get(group=circle)
    for who in (ada, cleo, ben):
        for path in (*OWN, f"members/{member.pk}/"):
            answer = visit(oak_street, who).get(f"/groups/night-circle/{path}")
            assert answer.status_code == 404, path
        assert b"Night circle" not in visit(oak_street, who).get("/groups/").content
    assert b"Night circle" in visit(oak_street, ada).get("/staff/groups/").content


def test_the_neighbours_group_is_none(visit, oak_street, theirs, ada, ben):
    for who in (ada, ben):
        for path in (*OWN, f"members/{theirs.member.pk}/"):
            assert visit(oak_street, who).get(f"/groups/dairy/{path}").status_code == 404
        assert b"Dairy" not in visit(oak_street, who).get("/groups/").content


def test_nobody_without_a_place_comes_in(visit, oak_street, bakers):
    assert visit(oak_street).get("/groups/").status_code == 302
    with in_alliance(oak_street):
        stranger = make.a_person()
    assert visit(oak_street, stranger).get("/groups/").status_code == 404
    assert visit(oak_street, stranger).get("/groups/bakers/members/").status_code == 404
