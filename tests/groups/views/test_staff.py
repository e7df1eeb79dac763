"""The desk: drafts for each kind of business, stewards, opening, archiving, cohorts, library."""

import pytest

from alliance.models import Role
from alliance.tenancy.scope import in_alliance
from groups.models import Group, Prompt
from moderation.models import Stewardship
from tests.factories import groups as make
from tests.factories import members as dues

pytestmark = pytest.mark.usefixtures("theirs")


def test_a_new_draft(visit, oak_street, ada):
    browser = visit(oak_street, ada)
    assert browser.get("/staff/groups/new/").status_code == 200
    assert browser.post("/staff/groups/new/", {"kind": "open"}).status_code == 422
    sent = {"name": "Bakers", "purpose": "For dawn.", "kind": "request", "questions": "Why?"}
    assert browser.post("/staff/groups/new/", sent).url == "/staff/groups/bakers/"
    page = browser.get("/staff/groups/bakers/").content
    assert b"A custodian is missing" in page
    assert b"Say what the group is for" not in page


def test_groups_for_each_kind_of_business(visit, oak_street, ada, tess):
    assert visit(oak_street, tess).post("/staff/groups/prepare/").status_code == 404
    browser = visit(oak_street, ada)
    for _ in range(2):
        assert browser.post("/staff/groups/prepare/").url == "/staff/groups/"
    with in_alliance(oak_street):
        rows = Group.objects.values_list("state", "segment")
        assert len(rows) == len(set(rows)) == 8


def test_opening_with_stewards(visit, oak_street, ada, ben, bakery):
    with in_alliance(oak_street):
        group = make.a_draft(by=ada, slug="bakers")
        dues.a_member(business=bakery)
        chosen = str(ben.represents.get().pk)
    browser = visit(oak_street, ada)
    assert browser.post("/staff/groups/bakers/open/").status_code == 302
    page = browser.get("/staff/groups/bakers/?q=ben").content
    assert b"Ben" in page
    sent = {"representative": chosen, "role": "custodian", "why": "He sweeps.", "q": "ben"}
    assert browser.post("/staff/groups/bakers/stewards/", sent | {"role": "x"}).status_code == 422
    assert browser.post("/staff/groups/bakers/stewards/", sent).status_code == 302
    with in_alliance(oak_street):
        asked = Stewardship.objects.get(space=group.space)
        assert (asked.person, asked.role, asked.accepted_at) == (ben.person, "custodian", None)
        make.a_steward(group, Role.CUSTODIAN)
        make.a_steward(group, Role.FACILITATOR)
    assert browser.post("/staff/groups/bakers/open/").status_code == 302
    assert browser.post("/staff/groups/bakers/archive/", {"why": ""}).status_code == 422
    with in_alliance(oak_street):
        assert Group.objects.get(slug="bakers").state == "open"
    assert browser.post("/staff/groups/bakers/archive/", {"why": "Done."}).status_code == 302
    with in_alliance(oak_street):
        assert Group.objects.get(slug="bakers").state == "archived"


def test_the_library(visit, oak_street, ada, bakers):
    browser = visit(oak_street, ada)
    assert b"Which decision is in front of you?" in browser.get("/staff/groups/library/").content
    sent = {"kind": "ask", "title": "A last one?", "words": "Say it."}
    assert browser.post("/staff/groups/library/", sent | {"words": ""}).status_code == 422
    assert browser.post("/staff/groups/library/", sent).status_code == 302
    with in_alliance(oak_street):
        made = Prompt.objects.get(title="A last one?")
    assert browser.post(f"/staff/groups/library/{made.pk}/end/").status_code == 302
    assert b"A last one?" not in browser.get("/staff/groups/library/").content.split(b"</ul>")[1]


def test_who_asks_stands_in_the_queue(visit, oak_street, ada, millers, ben):
    with in_alliance(oak_street):
        answers = {question.pk: "Rye." for question in millers.questions.all()}
        from groups.services import members

        members.join(group=millers, version=make.version_of(millers), answers=answers, by=ben)
    browser = visit(oak_street, ada)
    assert b"People who ask to join a group" in browser.get("/staff/").content
    assert b"/groups/millers/requests/" in browser.get("/staff/groups/requests/").content
    assert browser.get("/groups/millers/requests/").status_code == 200


def test_a_group_without_a_custodian_stands_in_the_queue(visit, oak_street, ada, bakers):
    browser = visit(oak_street, ada)
    assert b"Groups without a custodian" not in browser.get("/staff/").content
    with in_alliance(oak_street):
        Stewardship.objects.filter(role=Role.CUSTODIAN).update(ended_at=bakers.opened_at)
    assert b"Groups without a custodian" in browser.get("/staff/").content
    assert b"Bakers" in browser.get("/staff/groups/?show=alone").content


@pytest.mark.parametrize("who", ["ben", None])
def test_the_desk_is_the_staffs(request, visit, oak_street, bakers, who):
    seat = request.getfixturevalue(who) if who else None
    for path in ("", "new/", "cohorts/", "requests/", "library/", "bakers/", "bakers/archive/"):
        answer = visit(oak_street, seat).get(f"/staff/groups/{path}")
        assert answer.status_code == (404 if who else 302)
