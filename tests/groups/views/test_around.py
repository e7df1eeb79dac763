"""The board's, the meetings' and the feeds' pages: who comes in, what they read, what it costs."""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance import clock
from alliance.tenancy.scope import in_alliance
from groups.models import BoardAnswer, BoardEntry, Commitment, GroupMember, Meeting, Post
from groups.services import board_answers, commitments, feed_links, meetings, members, posts
from moderation.services import blocks
from tests.factories import groups as make
from tests.factories import groups_around as around

pytestmark = pytest.mark.usefixtures("theirs")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def town(oak_street, bakers, circle, ben, fay):
    """Ben and Fay among the bakers; Fay's circle meets; an ask of Ben's with Fay's answer."""
    with in_alliance(oak_street):
        bens = make.introduced(bakers, ben)
        fays = make.introduced(bakers, fay)
        entry = around.an_entry(ben)
        answer = board_answers.answer(entry=entry, words="We have one, come by.", by=fay)
        meeting = around.a_meeting(bakers, fay)
        secret_meeting = around.a_meeting(circle, fay, title="Night evening")
        promise = commitments.commit(meeting=meeting, words="Count the flour.", by=ben)
        topic = around.a_topic(bakers, fay)
        secret = feed_links.link_of(member=bens).secret
    return SimpleNamespace(
        bens=bens, fays=fays, entry=entry, answer=answer, meeting=meeting, promise=promise,
        secret_meeting=secret_meeting, topic=topic, secret=secret, bakers=bakers,
    )  # fmt: skip


def text(response) -> str:
    return response.content.decode()


MEMBER_PAGES = (
    "/groups/board/",
    "/groups/board/?show=mine",
    "/groups/board/?show=closed&kind=ask&segment=food",
    "/groups/board/new/",
    "entry",
    "entry|edit/",
    "entry|outcome/",
    "/groups/bakers/meetings/",
    "meeting",
    "meeting|agenda/",
    "/groups/bakers/feed/",
)
FACILITATOR_PAGES = (
    "/groups/bakers/meetings/new/",
    "meeting|edit/",
    "meeting|agenda/edit/",
    "meeting|cancellation/",
)


def path_of(town, page: str) -> str:
    name, _, rest = page.partition("|")
    found = {
        "entry": f"/groups/board/{town.entry.pk}/",
        "meeting": f"/groups/bakers/meetings/{town.meeting.pk}/",
    }
    return found.get(name, name) + rest


def test_every_page_opens_for_its_people_and_asks_strangers_to_sign_in(
    oak_street, town, visit, ben, fay
):
    for page in (*MEMBER_PAGES, *FACILITATOR_PAGES):
        who = ben if page in MEMBER_PAGES else fay
        path = path_of(town, page)
        assert visit(oak_street, who).get(path).status_code == 200, path
        assert visit(oak_street).get(path).status_code == 302, path
    for page in FACILITATOR_PAGES:
        assert visit(oak_street, ben).get(path_of(town, page)).status_code == 404, page


def test_nothing_of_it_is_the_neighbours(oak_street, town, theirs, visit):
    with in_alliance(theirs.alliance):
        entry = around.an_entry(theirs.dan, title="Whey to give away")
    browser = visit(theirs.alliance, theirs.dan)
    for page in ("entry", "meeting", "meeting|meeting.ics", "/groups/bakers/meetings/"):
        assert browser.get(path_of(town, page)).status_code == 404
    assert "Whey" in text(browser.get("/groups/board/"))
    assert "pallet" not in text(browser.get("/groups/board/"))
    assert browser.get(f"/groups/bakers/feed/{town.secret}.atom").status_code == 404
    assert browser.get(f"/api/v1/groups/board/{town.entry.pk}/").status_code == 404
    assert [row["id"] for row in browser.get("/api/v1/groups/board/").json()["results"]] == [
        str(entry.pk),
        str(theirs.community.entry.pk),
    ]


def test_an_entry_from_its_form_to_its_outcome(oak_street, town, visit, ben, fay):
    browser = visit(oak_street, ben)
    data = {"kind": "offer", "title": "Starter to share", "words": "Nine years old.", "segment": ""}
    wrong = browser.post("/groups/board/new/", data | {"title": ""})
    assert (wrong.status_code, "Nine years old." in text(wrong)) == (422, True)
    made = browser.post("/groups/board/new/", data)
    assert (made.status_code, made.url[:14]) == (302, "/groups/board/")
    listed = text(browser.get("/groups/board/?kind=offer"))
    assert ("Starter to share" in listed, "pallet" in listed) == (True, False)
    other = visit(oak_street, fay)
    assert other.get(f"{made.url}edit/").status_code == 404
    assert other.post(f"{made.url}outcome/", {"outcome": "met"}).status_code == 404
    assert other.post(f"{made.url}answer/", {"words": "Please!"}).status_code == 302
    assert other.post(f"{made.url}answer/", {"words": ""}).status_code == 422
    assert browser.post(f"{made.url}outcome/", {"outcome": "eaten"}).status_code == 422
    assert browser.post(f"{made.url}outcome/", {"outcome": "helped"}).status_code == 302
    assert "Starter to share" in text(other.get("/groups/board/?show=closed"))
    assert "Starter to share" not in text(other.get("/groups/board/"))


def test_whoever_is_not_introduced_is_led_to_it(oak_street, town, millers, visit, cleo):
    browser = visit(oak_street, cleo)
    assert browser.get("/groups/board/new/").url == "/groups/"
    with in_alliance(oak_street):
        make.a_member(town.bakers, cleo)
    led = "/groups/bakers/introduction/?next=%2Fgroups%2Fboard%2Fnew%2F"
    assert browser.get("/groups/board/new/").url == led
    assert browser.post(path_of(town, "entry|answer/"), {"words": "I do."}).status_code == 302
    with in_alliance(oak_street):
        assert BoardAnswer.objects.count() == 1


def test_what_is_hidden_is_its_authors_alone(oak_street, town, visit, ben, fay):
    with in_alliance(oak_street):
        BoardEntry.objects.update(hidden_at=clock.now())
    path, api = path_of(town, "entry"), f"/api/v1/groups/board/{town.entry.pk}/"
    assert visit(oak_street, fay).get(path).status_code == 404
    assert visit(oak_street, fay).get(api).status_code == 404
    assert visit(oak_street, fay).get(f"{api}answers/").status_code == 404
    assert ">hidden<" in text(visit(oak_street, ben).get(path))
    with in_alliance(oak_street):
        Meeting.objects.update(hidden_at=clock.now())
    for page in ("meeting", "meeting|agenda/", "meeting|meeting.ics"):
        assert visit(oak_street, fay).get(path_of(town, page)).status_code == 404


def test_a_circle_s_meeting_is_for_the_circle(oak_street, town, visit, ada, cleo, ben, fay):
    path = f"/groups/night-circle/meetings/{town.secret_meeting.pk}/"
    short = f"/groups/meetings/{town.secret_meeting.gathering_id}/"
    for who in (ada, cleo, ben):
        for each in (path, f"{path}meeting.ics", f"{path}agenda/", short,
                     f"/api/v1{path}", "/api/v1/groups/night-circle/meetings/"):  # fmt: skip
            assert visit(oak_street, who).get(each).status_code == 404, each
        assert visit(oak_street, who).post(f"{path}coming/").status_code == 404
    browser = visit(oak_street, fay)
    assert browser.get(short).url == path
    assert browser.get(f"/api/v1{path}").json()["title"] == "Night evening"
    assert "Night evening" in text(browser.get("/events/"))
    for who in (ada, ben, None):
        assert "Night evening" not in text(visit(oak_street, who).get("/events/"))


def test_coming_shows_the_address_online_to_those_who_come(oak_street, town, visit, ben):
    browser, path = visit(oak_street, ben), path_of(town, "meeting")
    assert "meet.example" not in text(browser.get(path))
    assert "meet.example" not in text(browser.get(f"{path}meeting.ics"))
    assert browser.post(f"{path}coming/").status_code == 302
    assert "meet.example" in text(browser.get(path))
    assert "meet.example" in text(browser.get(f"{path}meeting.ics"))
    calendar = text(visit(oak_street).get(f"/groups/bakers/feed/{town.secret}.ics"))
    assert ("Bakers' evening" in calendar, "meet.example" in calendar) == (True, True)
    assert browser.post(f"{path}absence/").status_code == 302
    assert "meet.example" not in text(browser.get(path))


def test_a_meeting_is_planned_changed_and_called_off(oak_street, town, visit, fay, ben):
    browser = visit(oak_street, fay)
    day = town.meeting.starts_at.date().isoformat()
    data = {"title": "Spring", "day": day, "begins": "18:30", "minutes": "60", "address": "Mill"}
    assert browser.post("/groups/bakers/meetings/new/", data | {"address": ""}).status_code == 422
    assert (
        browser.post("/groups/bakers/meetings/new/", data | {"day": "2020-01-01"}).status_code
        == 422
    )
    made = browser.post("/groups/bakers/meetings/new/", data)
    assert made.status_code == 302
    edited = browser.post(f"{made.url}edit/", data | {"title": "Late spring"})
    assert (edited.status_code, "Late spring" in text(browser.get(made.url))) == (302, True)
    parts = {"part0-kind": "hot_seat", "part0-minutes": "30", "part0-member": str(town.bens.pk),
             "part0-words": "A second shop", "part1-kind": "other"}  # fmt: skip
    rest = {f"part{n}-kind": "other" for n in range(2, 5)}
    assert browser.post(f"{made.url}agenda/edit/", parts | rest).status_code == 302
    assert "A second shop" in text(visit(oak_street, ben).get(f"{made.url}agenda/"))
    assert browser.post(f"{made.url}agenda/edit/", rest).status_code == 422
    assert browser.post(f"{made.url}cancellation/", {"reason": "Snow."}).status_code == 302
    assert "Snow." in text(browser.get(made.url))


def test_who_was_there_and_what_was_promised(oak_street, town, visit, ben, fay):
    path = path_of(town, "meeting")
    with clock.at(town.meeting.starts_at):
        ticked = visit(oak_street, fay).post(f"{path}attendance/{town.bens.pk}/came/")
        assert ticked.status_code == 302
        refused = visit(oak_street, ben).post(f"{path}attendance/{town.bens.pk}/came/")
        assert refused.status_code == 404
        assert "was there" in text(visit(oak_street, ben).get(path))
    done = f"{path}commitments/{town.promise.pk}/done/"
    assert visit(oak_street, ben).post(done).status_code == 302
    assert visit(oak_street, ben).post(f"{path}commitments/", {"words": ""}).status_code == 422
    with in_alliance(oak_street):
        assert Commitment.objects.get().done_at is not None


def test_another_s_commitment_can_be_flagged(oak_street, town, visit, ben, fay):
    path = town.meeting.get_absolute_url()
    way = f"/moderation/flag/groups.commitment/{town.promise.pk}/"
    assert f'href="{way}"' in text(visit(oak_street, fay).get(path))
    assert visit(oak_street, fay).get(way).status_code == 200
    assert f'href="{way}"' not in text(visit(oak_street, ben).get(path))


def test_the_news_are_for_whoever_holds_the_address(oak_street, town, visit, ben, fay):
    url = f"/groups/bakers/feed/{town.secret}.atom"
    feed = ElementTree.fromstring(visit(oak_street).get(url).content)
    assert [each.text for each in feed.iter(f"{ATOM}title")][1:] == ["Flour prices"]
    assert visit(oak_street).get(f"/groups/night-circle/feed/{town.secret}.atom").status_code == 404
    assert visit(oak_street).get("/groups/bakers/feed/nonsense.atom").status_code == 404
    with in_alliance(oak_street):
        posts.reply(topic=town.topic, words="Nine at the mill.", by=fay)
        Post.objects.filter(number=2).update(html="<p>a\x0bb\ufffe</p>")
    assert (
        len(list(ElementTree.fromstring(visit(oak_street).get(url).content).iter(f"{ATOM}entry")))
        == 2
    )
    with in_alliance(oak_street):
        Post.objects.filter(number=2).update(hidden_at=clock.now())
    assert (
        len(list(ElementTree.fromstring(visit(oak_street).get(url).content).iter(f"{ATOM}entry")))
        == 1
    )
    with in_alliance(oak_street):
        blocks.mute(by=ben, person=fay.person)
    assert b"<entry>" not in visit(oak_street).get(url).content
    with in_alliance(oak_street):
        blocks.unmute(by=ben, person=fay.person)
    assert b"<entry>" in visit(oak_street).get(url).content
    with in_alliance(oak_street):
        blocks.block(by=ben, person=fay.person)
    assert b"<entry>" not in visit(oak_street).get(url).content
    assert visit(oak_street, ben).post("/groups/bakers/feed/").status_code == 302
    assert visit(oak_street).get(url).status_code == 404


def test_the_address_ends_with_membership(oak_street, town, visit, ben):
    url = f"/groups/bakers/feed/{town.secret}.atom"
    assert visit(oak_street).get(url).status_code == 200
    with in_alliance(oak_street):
        members.leave(member=GroupMember.objects.get(pk=town.bens.pk), by=ben)
    assert visit(oak_street).get(url).status_code == 404
    assert visit(oak_street).get(url.replace(".atom", ".ics")).status_code == 404


def test_the_api_writes_through_the_same_gate(oak_street, town, visit, ben, fay, cleo):
    browser = visit(oak_street, ben)
    sent = {"kind": "offer", "title": "Starter", "words": "Nine years old."}
    made = browser.post("/api/v1/groups/board/", sent, content_type="application/json")
    assert (made.status_code, made.json()["author"]) == (201, "Ben")
    answers = f"/api/v1/groups/board/{made.json()['id']}/answers/"
    given = visit(oak_street, fay).post(
        answers, {"words": "Please."}, content_type="application/json"
    )
    assert (given.status_code, browser.get(answers).json()["results"][0]["words"]) == (
        201,
        "Please.",
    )
    strange = visit(oak_street, cleo).post(
        "/api/v1/groups/board/", sent, content_type="application/json"
    )
    assert strange.status_code == 409
    for wrong in ({"kind": "x"}, sent | {"title": "a\x00b"}, sent | {"words": "x" * 2001}):
        bad = browser.post("/api/v1/groups/board/", wrong, content_type="application/json")
        assert bad.status_code == 400
    outcome = f"/api/v1/groups/board/{made.json()['id']}/outcome/"
    met = {"outcome": "met"}
    assert (
        visit(oak_street, fay).post(outcome, met, content_type="application/json").status_code
        == 404
    )
    closed = browser.post(outcome, met, content_type="application/json")
    assert (closed.status_code, closed.json()["outcome"]) == (200, "met")
    for path in ("board/", "bakers/meetings/"):
        assert visit(oak_street).get(f"/api/v1/groups/{path}").status_code in (401, 403)
    whole = browser.get(f"/api/v1/groups/bakers/meetings/{town.meeting.pk}/").json()
    assert [part["kind"] for part in whole["agenda"]] == ["check_in", "hot_seat", "commitments"]
    assert [each["words"] for each in whole["commitments"]] == ["Count the flour."]
    assert "meet.example" not in str(whole)


@pytest.mark.parametrize("after", ["x", "%00", "MjAyNi0wMQ", "2026"])
def test_a_cursor_that_is_none_shows_the_first_page(oak_street, town, visit, ben, after):
    assert visit(oak_street, ben).get(f"/groups/board/?after={after}").status_code in (200, 400)
    assert visit(oak_street, ben).get(f"/groups/board/?kind={after}").status_code in (200, 400)


COUNTED = (
    *MEMBER_PAGES,
    *FACILITATOR_PAGES,
    "/events/",
    "/api/v1/groups/board/",
    "/api/v1/groups/bakers/meetings/",
)
FRAME = ("SAVEPOINT", "RELEASE", "SET LOCAL")


def test_a_page_costs_the_same_with_few_and_with_many(oak_street, town, visit, ben, fay):
    def costs() -> dict[str, int]:
        found = {}
        for page in COUNTED:
            who = fay if page in FACILITATOR_PAGES else ben
            browser, path = visit(oak_street, who), path_of(town, page)
            cache.clear()
            assert browser.get(path).status_code == 200
            with CaptureQueriesContext(connection) as asked:
                browser.get(path)
            found[page] = sum(not q["sql"].startswith(FRAME) for q in asked.captured_queries)
        return found

    few = costs()
    with in_alliance(oak_street):
        for n in range(6):
            make.introduced(town.bakers)
            entry = around.an_entry(ben, title=f"Ask number {n}", words=f"About the thing {n}.")
            BoardEntry.objects.filter(pk=entry.pk).update(hidden_at=None)
            BoardAnswer.objects.create(entry=town.entry, author=fay, words=f"Answer {n}.")
            later = around.a_meeting(town.bakers, fay, days=10 + n, title=f"Evening {n}")
            Commitment.objects.create(
                meeting=town.meeting, group=town.bakers, member=town.fays, words=f"Thing {n}."
            )
            meetings.come(meeting=later, by=ben, wording="Yes.")
    assert costs() == few
    assert {page: cost for page, cost in few.items() if cost > 12} == {}, few
