"""Whatever people type into groups and moderation comes out dead: on pages, in letters, feeds, API.

Every text of both rooms holds the whole table (tests/architecture/payloads.py),
also where a form would have refused it.
"""

import contextlib
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template import base as template_engine
from django.test import Client
from django.utils.text import Truncator
from markdown_it import MarkdownIt

from alliance.errors import DomainError
from alliance.models import Alliance, OutboxMessage, Seat
from alliance.services import mail
from alliance.tenancy.scope import in_alliance
from alliance.text import render_markdown
from groups import markdown
from groups.models import GroupMember
from groups.queries import readings
from groups.services import drafts, members
from tests.architecture import living, planting
from tests.architecture.addresses import Address, addresses
from tests.architecture.community import links_of
from tests.architecture.payloads import ACTIVE, MARK, PAYLOADS
from tests.architecture.probing import House, fill, furnish
from tests.factories import community
from tests.factories import groups as make

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Pages of other rooms that show something of these.
BESIDES = ("home", "members:me", "staff:desk")
QUERIES = {
    "groups:board": ("", "?show=closed", "?show=mine"),
    "groups:reply": ("?to=2&quote=1",),
    "groups:search": (f"?q={MARK}",),
    "api-post-list": ("?topic=1",),
}
# Texts that come out in no answer, and why.
NOWHERE = {
    "groups.MemberStep.why": "the history of a member is kept, and no page tells it",
    "moderation.LogEntry.detail": "the log shows who did what when",
    "moderation.Stewardship.why": "kept for the record of who was asked without the path",
}
# Which group's things they are led to: the first is Ben's to look after, the second Nettie's.
READS = {"Ada": slice(1, 2), "Nettie": slice(1, 2), "invited": slice(1), "a program": slice(1, 2)}
# A few pages of a member, for the control.
PAGES = ("/groups/", "/groups/board/", "/groups/cheesemakers/", "/moderation/agreements/")


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut short on its way out: what a cut leaves away would not be looked at."""
    monkeypatch.setattr(Truncator, "chars", lambda self, *rest, **more: str(self))
    monkeypatch.setattr(Truncator, "words", lambda self, *rest, **more: str(self))
    monkeypatch.setattr(readings, "EXCERPT", 10**6)


@pytest.fixture
def town(
    rls_off: None, whole: None, oak_street: Alliance, oven: object, ada: Seat, ben: Seat
) -> SimpleNamespace:
    """oak_street with two groups that have everything, and the table in every text."""
    house = furnish(oak_street)
    with in_alliance(oak_street):
        keeper = make.a_person("Nettie")
        talk = community.a_community(director=ada, member=ben, keeper=keeper)
        other = GroupMember.objects.select_related("seat__person").get(pk=house.ours["member_id"])
        # Somebody asks to join, and Ben has begun a topic.
        members.join(
            group=talk.group,
            version=make.version_of(talk.group),
            answers={question.pk: "Blue." for question in talk.group.questions.all()},
            by=make.a_members_seat(),
        )
        drafts.keep(group=talk.group, by=ben, title="Whey", words="Half a thought.")
        values = [house.ours, _of(house, talk)]
        planting.plant()
    people = {"Ben": ben.person, "Ada": ada.person, "Nettie": keeper, "invited": other.seat.person}
    return SimpleNamespace(
        alliance=oak_street, community=talk, values=values, people=people, key=house.key_secret
    )


def _of(house: House, talk: SimpleNamespace) -> dict[str, str]:
    post = talk.topic.posts.get(number=2)
    own = {
        "slug": talk.group.slug,
        "number": str(talk.topic.number),
        "member_id": str(talk.member.pk),
        "post_id": str(post.pk),
        "picture_id": str(post.pictures.get().pk),
        "entry_id": str(talk.entry.pk),
        "meeting_id": str(talk.meeting.pk),
        "gathering_id": str(talk.meeting.gathering_id),
        "case_id": str(talk.case.pk),
        "person_id": str(talk.keeper.seat.person_id),
        "run_id": str(talk.group.prompt_runs.get().pk),
    }
    found = {
        key: own.get(key.rpartition("/")[2], value)
        if key.startswith(("groups", "moderation", "api-group", "api-board", "api-meeting"))
        else value
        for key, value in house.ours.items()
    }
    cases = ("api-own-case-detail", "api-own-case-appeal", "api-case-detail", "api-case-decision")
    return (
        found
        | {name: value for name, value in own.items() if name not in ("slug", "number")}
        | {f"{name}/pk": own["case_id"] for name in cases}
        | {f"{name}/pk": own["post_id"] for name in ("api-post-detail", "moderation:flag")}
        | {"api-topic-detail/number": own["number"]}
        | links_of(talk.member, talk.topic.pk)
    )


def test_the_table_is_long_and_each_text_in_it_another() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) > 700


def test_each_alone_is_dead_when_markdown_has_read_it() -> None:
    leaks = {}
    for payload in PAYLOADS:
        with contextlib.suppress(DomainError):
            leaks[payload] = living.in_words(markdown.render(payload).html)
        leaks[payload, "render_markdown"] = living.in_words(render_markdown(payload))

    assert {key: faults for key, faults in leaks.items() if faults} == {}
    assert len(leaks) > 1.9 * len(PAYLOADS), "nearly nothing was refused unread"


def test_control_whatever_acts_is_seen() -> None:
    assert [each for each in ACTIVE if not living.in_words(each)] == []
    assert [each for each in ACTIVE if not living.in_page(f"<body><main>{each}</main>")] == []


def test_control_without_the_sanitiser_markdown_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = MarkdownIt("commonmark", {"html": True})
    raw.validateLink = lambda url: True  # type: ignore[method-assign]
    monkeypatch.setattr(markdown, "_markdown", lambda: raw)
    monkeypatch.setattr(markdown.nh3, "clean", lambda html, **rest: html)

    leaks = [html for html in planting.rendered() if living.in_words(html)]

    assert len(leaks) > 450


def test_each_reason_why_a_text_is_not_planted_is_still_needed() -> None:
    assert set(planting.LEFT) - set(planting.texts()) == set()
    assert set(NOWHERE) - set(planting.planted()) == set()


def rooms() -> list[Address]:
    """Pages, feeds and API of both rooms, and the desks and front doors that show them too."""
    return [
        address
        for address in addresses("alliance.urls")
        if getattr(address.view, "cls", address.view).__module__.partition(".")[0] in planting.ROOMS
        or address.name in BESIDES
    ]


def read(town: SimpleNamespace, visit: Callable[..., Client]) -> Iterator[tuple[str, HttpResponse]]:
    """Every answer, by who asked for what."""
    host = f"{town.alliance.slug}.commonweal.test"
    key = Client(HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {town.key}")
    browsers = {who: visit(town.alliance, person) for who, person in town.people.items()}
    for address in rooms():
        trying = {"nobody": visit(town.alliance)} if address.access == "public" else browsers
        if (address.access or "").startswith("api:"):
            trying = {**browsers, "a program": key}
        for who, browser in trying.items():
            paths = {
                f"/{fill(address, values)}" for values in town.values[READS.get(who, slice(2))]
            }
            for path, query in product(sorted(paths), QUERIES.get(address.name, ("",))):
                yield f"{address.name}{query} as {who}", browser.get(path + query)


def faults_of(response: HttpResponse) -> list[str]:
    """What would act in an answer, or why its kind cannot be told."""
    kind, body = response.get("Content-Type", "").partition(";")[0], response.content.decode()
    if response.status_code >= 400:
        return [f"status {response.status_code}"]
    if response.get("X-Content-Type-Options") != "nosniff":
        return ["a browser may guess what it is"]
    readers: dict[str, Callable[[str], list[str]]] = {
        "text/html": living.in_page,
        "application/atom+xml": living.in_feed,
        "text/calendar": living.in_calendar,
        "application/json": living.in_json,
    }
    return readers[kind](body) if kind in readers else [f"nobody looks into {kind}"]


def test_every_page_feed_and_answer_is_dead(
    town: SimpleNamespace, visit: Callable[..., Client]
) -> None:
    leaks: dict[str, list[str]] = {}
    seen: set[str] = set()
    for what, response in read(town, visit):
        body = b"" if response.streaming else response.content
        if MARK.encode() in body:
            seen |= planting.shown_in(body.decode())
            leaks[what] = faults_of(response)

    print(f"{len(leaks)} answers with the table in them")
    assert {what: sorted(set(faults))[:5] for what, faults in leaks.items() if faults} == {}
    # The control: each text came out somewhere, so the table was there to be read.
    assert set(planting.planted()) - seen == set(NOWHERE)


def test_every_letter_is_dead(town: SimpleNamespace) -> None:
    with in_alliance(town.alliance):
        planting.write_letters(town.community)
        rows = list(OutboxMessage.objects.all())
        sent = [(row.template, mail.render(row)) for row in rows]

    leaks = {}
    for template, letter in sent:
        ((html, kind),) = letter.alternatives
        assert (letter.content_subtype, kind) == ("plain", "text/html")
        assert not set("\r\n") & set(letter.subject)
        assert MARK in letter.body, template
        leaks[template] = living.in_letter(str(html))
    assert {what: faults for what, faults in leaks.items() if faults} == {}
    assert set(leaks) == {
        str(path.parent.relative_to(TEMPLATES))
        for room in planting.ROOMS
        for path in (TEMPLATES / room / "email").glob("*/body.html")
    }


def test_control_without_escaping_pages_and_letters_leak(
    town: SimpleNamespace, visit: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_engine, "conditional_escape", str)
    browser = visit(town.alliance, town.people["Ben"])

    for path in PAGES:
        assert living.in_page(browser.get(path).content.decode()) != [], path
    with in_alliance(town.alliance):
        planting.write_letters(town.community)
        for row in OutboxMessage.objects.all():
            assert living.in_letter(str(mail.render(row).alternatives[0][0])) != [], row.template
