"""The API of joining, one's own place and the introduction: services and refusals of the pages."""

import pytest

from alliance import limits
from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from groups.models import Introduction
from groups.services import groups
from tests.factories import groups as make
from tests.groups.reading import counted, mails, people_of, steps_of

pytestmark = pytest.mark.usefixtures("theirs", "bakers", "millers", "circle")
API = "/api/v1/groups/"
JSON = {"content_type": "application/json"}
INTRODUCTION = {"story": make.STORY, "ask": make.ASK, "offer": make.OFFER}


def read(browser, path: str) -> dict:
    answer = browser.get(API + path)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refusal(answer) -> dict:
    """A 409 without what is the same in each."""
    assert answer.status_code == 409, answer.content
    same = ("type", "title", "status", "instance")
    return {name: words for name, words in answer.json().items() if name not in same}


def join(browser, slug: str, **given):
    version = read(browser, f"{slug}/joining/")["version"]
    return browser.post(f"{API}{slug}/joining/", {"version": version} | given, **JSON)


def test_what_it_takes(visit, oak_street, ben, bakers, millers):
    browser = visit(oak_street, ben)
    open_one, on_request = read(browser, "bakers/joining/"), read(browser, "millers/joining/")
    with in_alliance(oak_street):
        version, question = str(make.version_of(bakers)), millers.questions.get()
    assert (open_one["version"], open_one["is_accepted"], open_one["questions"]) == (
        version, False, [],
    )  # fmt: skip
    assert len(open_one["agreements"]) == 8
    assert set(open_one["agreements"][0]) == {"title", "words"}
    assert on_request["questions"] == [{"id": str(question.pk), "words": "What do you mill?"}]


def test_an_open_group_is_joined_at_once_and_twice_is_once(visit, oak_street, ben, bakers):
    browser = visit(oak_street, ben)
    for _time in range(2):
        answer = join(browser, "bakers")
        assert answer.status_code == 201
    made = answer.json()
    wanted = {
        "group": "bakers",
        "state": "agreed",
        "digest": "weekly",
        "budget_minutes": None,
        "is_muted": False,
        "may_write": False,
        "introduced_at": None,
        "last_active_at": None,
        "url": "http://oak-street.commonweal.test/groups/bakers/",
    }
    assert {name: made[name] for name in wanted} == wanted
    assert set(made) - set(wanted) == {"id", "joined_at", "agreed_at"}
    assert read(browser, "bakers/me/") == made
    assert read(browser, "bakers/joining/")["is_accepted"] is True
    with in_alliance(oak_street):
        assert (people_of(bakers), counted(bakers)) == ([("Ben", "agreed")], 1)


def test_a_group_on_request_is_asked_with_answers(visit, oak_street, ben, millers):
    browser = visit(oak_street, ben)
    question = read(browser, "millers/joining/")["questions"][0]["id"]
    field = f"question_{question}"
    assert refusal(join(browser, "millers")) == {"detail": "Write a few words.", "field": field}
    answer = join(browser, "millers", answers=[{"question": question, "answer": "Rye."}])
    assert (answer.status_code, answer.json()["state"]) == (201, "asked")
    with in_alliance(oak_street):
        assert people_of(millers) == [("Ben", "asked")]
        asked = millers.members.get().answers.values_list("question", "answer")
        assert list(asked) == [("What do you mill?", "Rye.")]
        assert [template for template, _to in mails()][-2:] == ["asked", "asked"]
    # Asked is not inside: the members' list stays closed.
    assert browser.get(f"{API}millers/members/").status_code == 404
    assert browser.delete(f"{API}millers/me/").status_code == 204
    assert browser.get(f"{API}millers/me/").status_code == 404


def test_words_that_were_not_read_are_not_accepted(visit, oak_street, ben, ada, bakers):
    browser = visit(oak_street, ben)
    old = read(browser, "bakers/joining/")["version"]
    with in_alliance(oak_street):
        items = [(f"Agreement {i}", "Words.") for i in range(3)]
        groups.set_agreements(group=bakers, items=items, by=ada)
    changed = {"detail": "The agreements have changed. Please read them again."}
    for version in (old, None):
        answer = browser.post(f"{API}bakers/joining/", {"version": version}, **JSON)
        assert refusal(answer) == changed
    for wrong in ({}, {"version": "x"}, {"version": old, "answers": "x"}):
        assert browser.post(f"{API}bakers/joining/", wrong, **JSON).status_code == 400
    with in_alliance(oak_street):
        assert people_of(bakers) == []


def test_a_circle_is_joined_by_whom_it_invited(visit, oak_street, ben, ada, fay, circle):
    for who in (ben, ada):
        for path in ("joining/", "me/", "me/introduction/"):
            assert visit(oak_street, who).get(f"{API}night-circle/{path}").status_code == 404
        posted = visit(oak_street, who).post(f"{API}night-circle/joining/", {}, **JSON)
        assert posted.status_code == 404
    with in_alliance(oak_street):
        make.invited(circle, ben, by=fay)
    browser = visit(oak_street, ben)
    assert read(browser, "night-circle/me/")["state"] == "invited"
    assert join(browser, "night-circle").json()["state"] == "agreed"


def test_choices_leave_out_what_stays(visit, oak_street, ben, bens):
    browser, path = visit(oak_street, ben), f"{API}bakers/me/"

    def chosen(**given):
        answer = browser.patch(path, given, **JSON)
        assert answer.status_code == 200, answer.content
        found = answer.json()
        return found["digest"], found["budget_minutes"], found["is_muted"]

    assert chosen(budget_minutes=30) == ("weekly", 30, False)
    assert chosen(digest="daily", is_muted=True) == ("daily", 30, True)
    assert chosen(budget_minutes=None) == ("daily", None, True)
    assert chosen(is_muted=False) == ("daily", None, False)
    for wrong in ({"digest": "hourly"}, {"budget_minutes": 4}, {"budget_minutes": 601}):
        assert browser.patch(path, wrong, **JSON).status_code == 400
    assert chosen() == ("daily", None, False)


def test_leaving(visit, oak_street, ben, bens, bakers):
    browser = visit(oak_street, ben)
    assert browser.delete(f"{API}bakers/me/").status_code == 204
    assert browser.delete(f"{API}bakers/me/").status_code == 404
    with in_alliance(oak_street):
        assert (people_of(bakers), counted(bakers)) == ([("Ben", "left")], 0)
        assert steps_of(bens)[-1] == ("left", "")


def test_the_introduction_opens_the_way_to_writing(visit, oak_street, ben, bens, bakers):
    browser, path = visit(oak_street, ben), f"{API}bakers/me/introduction/"
    topic = {"group": "bakers", "title": "Rye", "words": "Who has rye?"}
    assert refusal(browser.post("/api/v1/topics/", topic, **JSON)) == {
        "detail": "Introduce yourself first; then you can write here.",
        "leads_to": "http://oak-street.commonweal.test/groups/bakers/introduction/",
    }
    assert browser.get(path).status_code == 404
    for wrong in ({}, INTRODUCTION | {"ask": ""}, INTRODUCTION | {"story": "x" * 2001},
                  INTRODUCTION | {"offer": "a\x00b"}):  # fmt: skip
        assert browser.put(path, wrong, **JSON).status_code == 400
    answer = browser.put(path, INTRODUCTION, **JSON)
    assert answer.status_code == 200
    found = answer.json()
    assert found == read(browser, "bakers/me/introduction/")
    assert {name: found[name] for name in INTRODUCTION} == INTRODUCTION
    assert found["edited_at"] is None
    assert read(browser, "bakers/me/")["may_write"] is True
    assert browser.post("/api/v1/topics/", topic, **JSON).status_code == 201
    again = browser.put(path, INTRODUCTION | {"ask": "A cooler place."}, **JSON).json()
    assert (again["ask"], again["edited_at"] is None) == ("A cooler place.", False)
    with in_alliance(oak_street):
        assert Introduction.objects.filter(member=bens).count() == 1


def test_agreements_written_anew_are_accepted_first(visit, oak_street, ben, bens, ada, bakers):
    browser, path = visit(oak_street, ben), f"{API}bakers/me/introduction/"
    with in_alliance(oak_street):
        items = [(f"Agreement {i}", "Words.") for i in range(3)]
        groups.set_agreements(group=bakers, items=items, by=ada)
    assert refusal(browser.put(path, INTRODUCTION, **JSON)) == {
        "detail": "The group’s agreements were written anew. Please read them first.",
        "leads_to": "http://oak-street.commonweal.test/groups/bakers/introduction/",
    }
    newest = read(browser, "bakers/joining/")
    assert (newest["is_accepted"], len(newest["agreements"])) == (False, 3)
    accepted = {"version": newest["version"]}
    answer = browser.post(f"{API}bakers/me/agreements/", accepted, **JSON)
    assert (answer.status_code, answer.json()) == (200, newest | {"is_accepted": True})
    assert browser.put(path, INTRODUCTION, **JSON).status_code == 200


def test_the_board_says_where_it_leads_too(visit, oak_street, cleo):
    entry = {"kind": "ask", "title": "A ladder", "words": "For a week."}
    answer = visit(oak_street, cleo).post(f"{API}board/", entry, **JSON)
    assert refusal(answer)["leads_to"] == "http://oak-street.commonweal.test/groups/"


def test_an_archived_group_takes_nobody_in(visit, oak_street, ben, ada, bakers):
    with in_alliance(oak_street):
        groups.archive_group(group=bakers, why="Done.", by=ada)
    assert "archived" in refusal(join(visit(oak_street, ben), "bakers"))["detail"]


EVERY = (
    ("get", "joining/", None),
    ("post", "joining/", {"version": None}),
    ("get", "me/", None),
    ("patch", "me/", {"is_muted": True}),
    ("delete", "me/", None),
    ("post", "me/agreements/", {"version": None}),
    ("get", "me/introduction/", None),
    ("put", "me/introduction/", INTRODUCTION),
)


def asked(browser, slug: str, **options) -> list[int]:
    return [
        getattr(browser, verb)(f"{API}{slug}/{path}", data, **JSON, **options).status_code
        for verb, path, data in EVERY
    ]


def test_neighbours_strangers_stewards_and_keys_come_nowhere(
    visit, oak_street, theirs, ada, ben, bens
):
    with in_alliance(oak_street):
        secret = keys.make_key(name="Site", scopes=["groups:read"], days=9, by=ada)[1]
        lone = make.a_steward(None, "custodian").seat
    bearer = {"authorization": f"Bearer {secret}"}
    assert asked(visit(theirs.alliance, theirs.dan), "bakers") == [404] * 8
    assert asked(visit(oak_street, ben), "dairy") == [404] * 8
    for status in (
        *asked(visit(oak_street), "bakers"),
        *asked(visit(oak_street), "bakers", headers=bearer),
    ):
        assert status in (401, 403)
    # Who looks after places and is no member has nothing to join with.
    assert set(asked(visit(oak_street, lone), "bakers")) == {403, 404}
    with in_alliance(oak_street):
        bens.refresh_from_db()
        assert (bens.state, bens.muted_at) == ("agreed", None)


def test_nobody_joins_faster_than_on_the_page(visit, oak_street, ben, bens, monkeypatch):
    monkeypatch.setattr(limits, "over", lambda request, **options: 30)
    browser = visit(oak_street, ben)
    assert join(browser, "bakers").status_code == 429
    put = browser.put(f"{API}bakers/me/introduction/", INTRODUCTION, **JSON)
    assert put.status_code == 429
    with in_alliance(oak_street):
        assert Introduction.objects.count() == 1  # the circle's
