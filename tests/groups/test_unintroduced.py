"""Nobody writes in a group before they have introduced themselves: by no way that there is.

Ben was in the bakers and wrote, left, and has joined anew; Nia keeps and
facilitates the bakers and has joined. Neither has introduced themselves.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from alliance import clock
from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from groups.models import Group, PromptRun
from groups.services import (
    board,
    board_answers,
    board_reminders,
    commitments,
    drafts,
    gate,
    meetings,
    members,
)
from tests.architecture.addresses import Address, addresses
from tests.architecture.community import links_of
from tests.architecture.probing import fill
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.factories import talk

WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
FORM = "/groups/bakers/introduction/"
WORDS = {"words": "I have a sack of rye to spare."}
TOPIC = WORDS | {"kind": "talk", "title": "Rye"}
ENTRY = WORDS | {"kind": "ask", "title": "A sieve", "segment": ""}
MEETING = WORDS | {"title": "Rye", "begins": "18:00", "minutes": "60", "place_name": "Mill"}
AGENDA = {f"part{n}-kind": "other" for n in range(5)} | {"part0-minutes": "9"}
STORY = {"story": make.STORY, "ask": make.ASK, "offer": make.OFFER}
# What is sent where it is no empty press; whatever is led away would go through with it.
SENT: dict[str, dict[str, Any]] = {
    "groups:new_topic": TOPIC,
    "groups:reply": WORDS,
    "groups:edit_post": TOPIC,
    "groups:reply_by_link": WORDS,
    "groups:save_draft": WORDS,
    "groups:new_entry": ENTRY,
    "groups:edit_entry": ENTRY,
    "groups:answer_entry": WORDS,
    "groups:edit_answer": WORDS,
    "groups:close_entry": WORDS | {"outcome": "met"},
    "groups:plan_meeting": MEETING,
    "groups:edit_meeting": MEETING,
    "groups:edit_agenda": AGENDA,
    "groups:call_off_meeting": {"reason": "The mill is flooded."},
    "groups:commit": WORDS,
    "groups:follow": {"wish": "track"},
    "groups:me": {"digest": "none"},
    "groups:hide_post": {"reason": "It sells."},
    "groups:hide_topic": {"reason": "It sells."},
    "groups:hide_picture": {"reason": "It sells."},
    "groups:prompt_run": {"answer": "Rye, as ever."},
    "groups:introduction": STORY,
    "api-topic-list": TOPIC | {"group": "bakers"},
    "api-post-list": WORDS | {"topic": 1},
    "api-post-detail": WORDS,
    "api-board": ENTRY,
    "api-board-answers": WORDS,
    "api-board-answer": WORDS,
    "api-board-entry": ENTRY,
    "api-group-me": {"digest": "none"},
    "api-group-me-introduction": STORY,
    "api-board-outcome": WORDS | {"outcome": "met"},
}


LED, SHUT = "led to the introduction", "not theirs to press"
COMES = "coming in: this is the way to an introduction"
DOWN = "taking one's own words down"
QUIET = "one's own reading and letters; nobody else sees it"
KEEPS = "keeping the place in order, in the place's name and on record; no part of its talk"
# What becomes of each way for Ben, and for Nia.
WAYS: dict[tuple[str, str], tuple[str, str]] = {
    **{
        (name, "post"): (LED, LED)
        for name in (
            "groups:new_topic", "groups:reply", "groups:reply_by_link", "groups:helped",
            "groups:new_entry", "groups:answer_entry", "groups:commit", "groups:meeting_coming",
            "groups:commitment_done", "groups:commitment_let_go", "groups:keep_entry",
            "api-board", "api-board-answers", "api-topic-list", "api-post-list",
        )
    },
    ("api-post-helped", "put"): (LED, LED),
    ("api-post-helped", "delete"): (LED, LED),
    # What Ben wrote in his first time is his; Nia has none.
    **{
        (name, "post"): (LED, SHUT)
        for name in (
            "groups:edit_post", "groups:add_picture", "groups:remove_picture",
            "groups:edit_entry", "groups:close_entry", "groups:renew_entry", "groups:edit_answer",
            "api-board-again", "api-board-outcome",
        )
    },
    ("groups:withdraw_answer", "post"): (DOWN, SHUT),
    ("api-board-answer", "delete"): (DOWN, SHUT),
    ("api-board-answer", "patch"): (LED, SHUT),
    ("api-board-entry", "patch"): (LED, SHUT),
    ("api-post-detail", "patch"): (LED, LED),
    # For whoever facilitates: also they introduce themselves first.
    **{
        (name, "post"): (SHUT, LED)
        for name in (
            "groups:plan_meeting", "groups:edit_meeting", "groups:edit_agenda",
            "groups:call_off_meeting", "groups:meeting_came", "groups:meeting_not_came",
            "groups:prompt_run",
        )
    },
    **{
        (name, "post"): (SHUT, KEEPS)
        for name in (
            "groups:hide_post", "groups:hide_topic", "groups:hide_picture", "groups:move_topic",
            "groups:merge_topic", "groups:lock_topic", "groups:unlock_topic", "groups:pin_topic",
            "groups:unpin_topic", "groups:settings", "groups:agreements", "groups:prompts",
            "groups:end_prompt", "groups:invite",
        )
    },
    # They would let somebody in; nobody asks here.
    ("groups:request_yes", "post"): (SHUT, SHUT),
    ("groups:request_no", "post"): (SHUT, SHUT),
    **{(f"groups:{name}", "post"): (COMES, COMES) for name in ("join", "introduction")},
    ("api-group-joining", "post"): (COMES, COMES),
    ("api-group-me-agreements", "post"): (COMES, COMES),
    ("api-group-me-introduction", "put"): (COMES, COMES),
    ("api-group-me", "patch"): (QUIET, QUIET),
    ("api-group-me", "delete"): (QUIET, QUIET),
    **{
        (f"groups:{name}", "post"): (QUIET, QUIET)
        for name in (
            "me", "leave", "mute", "unmute", "read_all", "follow", "save_draft", "feeds",
            "stop_digests", "stop_talk_letters", "meeting_absence",
        )
    },
    ("groups:forget_draft", "post"): (QUIET, SHUT),
}  # fmt: skip
# Without the gate nothing would happen there either: the meeting has not begun, nothing was said.
IDLE = {
    ("groups:meeting_came", "post"),
    ("groups:meeting_not_came", "post"),
    ("api-post-helped", "delete"),
}


@pytest.fixture
def town(
    oak_street: Alliance,
    bakers: Group,
    millers: Group,
    fay: Seat,
    ben: Seat,
    visit: Callable[..., Client],
) -> SimpleNamespace:
    """What Ben wrote while he was in, what Fay wrote, and a prompt that waits."""
    with in_alliance(oak_street):
        nia = make.a_members_seat("Nia")
        for role in ("custodian", "facilitator"):
            make.a_steward(bakers, role, person=nia.person)
        make.introduced(bakers, fay)
        old = make.introduced(bakers, ben)
        asked = talk.a_topic(bakers, fay)
        own = talk.a_topic(bakers, ben, pictures=[talk.a_picture()])
        answer = talk.a_reply(asked, fay)
        entry = around.an_entry(ben)
        # Nobody writes so much at once without being held.
        with clock.at(clock.now() - timedelta(days=1)):
            hers = around.an_entry(fay)
            given = board_answers.answer(entry=hers, words="I have half of one.", by=ben)
        meeting = around.a_meeting(bakers, fay)
        meetings.come(meeting=meeting, by=ben, wording="You come.")
        said = commitments.commit(meeting=meeting, words="Bring rye.", by=ben)
        members.leave(member=old, by=ben)
        again = make.a_member(bakers, ben)
        make.a_member(bakers, nia)
        draft = drafts.keep(group=bakers, by=ben, words="Half a thought.")
        prompt = bakers.prompts.first()
        run = PromptRun.objects.create(
            group=bakers, prompt=prompt, wording=prompt, due_on="2031-03-04", title="?", words="?"
        )
        values = {
            "slug": "bakers",
            "groups:join/slug": "millers",
            "number": str(asked.number),
            "post_id": str(talk.opening(own).pk),
            "groups:helped/post_id": str(answer.pk),
            "groups:hide_post/post_id": str(answer.pk),
            "api-post-detail/pk": str(talk.opening(own).pk),
            "api-post-helped/pk": str(answer.pk),
            "api-topic-detail/number": str(asked.number),
            "picture_id": str(talk.opening(own).pictures.get().pk),
            "draft_id": str(draft.pk),
            "entry_id": str(entry.pk),
            "answer_id": str(given.pk),
            "groups:keep_entry/token": board_reminders.url_of(entry).split("/")[-2],
            "meeting_id": str(meeting.pk),
            "gathering_id": str(meeting.gathering_id),
            "commitment_id": str(said.pk),
            "member_id": str(again.pk),
            "run_id": str(run.pk),
            "prompt_id": str(prompt.pk),
            **links_of(again, asked.pk),
        }
    return SimpleNamespace(values=values, browsers=[visit(oak_street, ben), visit(oak_street, nia)])


def ways() -> list[Address]:
    """The room's addresses but the staff's."""
    return [
        address
        for address in addresses("alliance.urls")
        if getattr(address.view, "cls", address.view).__module__.startswith("groups.")
        and address.access not in ("groups.manage", "groups.see")
    ]


def press(town: SimpleNamespace, who: int, address: Address, method: str) -> tuple[str, set[str]]:
    """What becomes of it, and the tables in which it wrote; all of it is undone."""
    browser, sent = town.browsers[who], dict(SENT.get(address.name, {}))
    if sent.get("begins"):
        sent["day"] = (clock.now() + timedelta(days=9)).date().isoformat()
    if address.name == "groups:add_picture":
        sent["picture"] = BytesIO(talk.a_picture().content)
        sent["picture"].name = "rye.jpg"
        sent["picture_words"] = "Rye"
    more = {"content_type": "application/json"} if address.name.startswith("api") else {}
    written: set[str] = set()

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        found = WRITES.match(sql)
        if found and rest[-1]["cursor"].rowcount > 0:
            written.add(found[1])
        return result

    with transaction.atomic(), connection.execute_wrapper(note):
        path = f"/{fill(address, town.values)}"
        response = getattr(browser, method)(path, sent, **more)
        transaction.set_rollback(True)
    return _said(response), written - {"django_session"}


def _said(response: HttpResponse) -> str:
    if response.status_code in (404, 405):
        return {404: SHUT, 405: "nothing to press"}[response.status_code]
    body = response.content.decode()
    by_page = response.get("Location", "").startswith(FORM)
    # The API says it in words, the page of a letter's link has the way to the form.
    by_words = response.status_code == 409 and "Introduce yourself first" in body
    by_link = response.status_code == 422 and f'href="{FORM}' in body
    return LED if by_page or by_words or by_link else str(response.status_code)


def pressed(
    town: SimpleNamespace, only: set[tuple[str, str]] | None = None
) -> dict[tuple[str, str], list[tuple[str, set[str]]]]:
    """Each way that is one for anybody, with what it does for Ben and for Nia."""
    found = {}
    for address in ways():
        # A page that takes one of the others takes them all.
        is_api = address.name.startswith("api")
        for method in ("post", "put", "patch", "delete") if is_api else ("post", "put"):
            if only is not None and (address.name, method) not in only:
                continue
            both = [press(town, who, address, method) for who in (0, 1)]
            if "nothing to press" not in [said for said, _written in both]:
                found[address.name, method] = both
    return found


def test_every_way_to_write_leads_to_the_introduction_or_is_free_for_a_reason(town):
    found = pressed(town)

    assert sorted(set(found) ^ set(WAYS)) == []
    wrong = []
    for way, expected in WAYS.items():
        for wanted, (said, written) in zip(expected, found[way], strict=True):
            # Their words wait as a draft, which nobody else reads.
            is_refused = wanted in (LED, SHUT)
            if is_refused and (said != wanted or written - {"groups_draft"}):
                wrong.append((way, wanted, said, written))
            if not is_refused and said in (LED, SHUT):
                wrong.append((way, wanted, said, written))
    assert wrong == []


def test_control_without_the_gate_each_of_them_goes_through(town, monkeypatch):
    monkeypatch.setattr(gate, "writer", lambda group, by: gate._locked(group, by))
    for room in (board, board_answers):
        monkeypatch.setattr(room, "must_be_known", lambda by: None)
    led = {way for way, expected in WAYS.items() if LED in expected}

    through = {
        way
        for way, both in pressed(town, led).items()
        if any(said not in (LED, SHUT) and written - {"groups_draft"} for said, written in both)
    }

    assert led - through == IDLE
