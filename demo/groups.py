"""Peer groups told again: who came, what they asked, who helped; and the alliance's board.

Everything goes through the services, while the clock stands at the moment when
it would have happened.
"""

import json
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from alliance import clock
from alliance.models import Role, Seat
from demo.content import FOLDER, Alliance
from groups.models import BoardEntry, Group, GroupMember, JoinQuestion, Meeting, Post, Topic
from groups.services import (
    board,
    board_answers,
    commitments,
    groups,
    introductions,
    meetings,
    members,
    posts,
    segments,
    tending,
)
from moderation.models import Stewardship
from moderation.queries import agreements
from moderation.services import stewards

NOTHING: dict[str, list[Any]] = {"groups": [], "board": []}
# A group is written, its stewards asked, and opened, before the first member comes.
BEFORE = timedelta(days=4)


def people(alliance: Alliance) -> set[str]:
    """The businesses whose owners take part, by slug."""
    told = _told(alliance)
    found = {row["by"] for row in told["board"]}
    found |= {row["answer"]["by"] for row in told["board"] if "answer" in row}
    for group in told["groups"]:
        found |= {row["business"] for row in (*group["members"], *group.get("asking", ()))}
        found |= set(group["stewards"].values())
    return found


def load(
    alliance: Alliance, *, tills: Mapping[str, Seat], staff: Mapping[str, Seat], now: datetime
) -> None:
    """An alliance's groups with their talk; drafts for the kinds of business that have none."""
    told = _told(alliance)
    for row in told["groups"]:
        _tell_group(row, tills=tills, keeper=staff["community"], now=now)
    segments.prepare_segment_groups(by=staff["owner"])
    for row in told["board"]:
        _tell_entry(row, tills=tills, now=now)


def _told(alliance: Alliance) -> dict[str, Any]:
    path = FOLDER / alliance.slug / "groups.json"
    if not path.exists():
        return NOTHING
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _tell_group(
    row: Mapping[str, Any], *, tills: Mapping[str, Seat], keeper: Seat, now: datetime
) -> None:
    begun = now - timedelta(days=max(one["days_ago"] for one in row["members"])) - BEFORE
    fields = ("name", "slug", "purpose", "kind", "segment", "questions")
    with clock.at(begun):
        group = groups.write_group(by=keeper, **{name: row[name] for name in fields})
        for role, slug in row["stewards"].items():
            _appoint(tills[slug], role=role, group=group, by=keeper)
        groups.open_group(group=group, by=keeper)
    for one in sorted(row["members"], key=lambda one: -one["days_ago"]):
        _come(one, group=group, tills=tills, keeper=keeper, now=now)
    for one in row.get("asking", ()):
        _ask(one, group=group, tills=tills, now=now)
    for topic in sorted(row["topics"], key=lambda topic: -topic["days_ago"]):
        _tell_topic(topic, group=group, tills=tills, now=now)
    if "meeting" in row:
        _plan(row["meeting"], group=group, tills=tills, now=now)


def _appoint(seat: Seat, *, role: str, group: Group, by: Seat) -> Stewardship:
    asked = stewards.invite(
        person=seat.person, role=role, space=group.space, by=by, why="They began the group."
    )
    return stewards.accept(stewardship=asked, by=seat)


def _come(
    row: Mapping[str, Any],
    *,
    group: Group,
    tills: Mapping[str, Seat],
    keeper: Seat,
    now: datetime,
) -> None:
    """Joins, by invitation where that is the only way, and introduces themselves if they did."""
    seat = tills[row["business"]]
    came = now - timedelta(days=row["days_ago"])
    read = _read(group)
    answers = {question.pk: row.get("story", "")[:200] for question in _questions(group)}
    with clock.at(came):
        if group.kind != "open":
            members.invite(group=group, seat=seat, by=keeper)
        members.join(group=group, version=read, by=seat, answers=answers)
    if "story" in row:
        with clock.at(came + timedelta(hours=2)):
            introductions.introduce(
                group=group, story=row["story"], ask=row["ask"], offer=row["offer"], by=seat
            )


def _read(group: Group) -> UUID | None:
    """The agreements that they have before them."""
    newest = agreements.current(group.space)
    return newest.pk if newest else None


def _questions(group: Group) -> list[JoinQuestion]:
    return list(group.questions.filter(is_asked=True).order_by("position"))


def _ask(row: Mapping[str, Any], *, group: Group, tills: Mapping[str, Seat], now: datetime) -> None:
    answers = dict(zip((one.pk for one in _questions(group)), row["answers"], strict=True))
    with clock.at(now - timedelta(hours=30)):
        members.join(
            group=group,
            version=_read(group),
            by=tills[row["business"]],
            answers=answers,
        )


def _tell_topic(
    row: Mapping[str, Any], *, group: Group, tills: Mapping[str, Seat], now: datetime
) -> Topic:
    began = now - timedelta(days=row["days_ago"])
    with clock.at(began):
        topic = posts.start_topic(
            group=group,
            kind=row["kind"],
            title=row["title"],
            words=row["words"],
            is_tough_ok=row.get("tough", False),
            by=tills[row["by"]],
        )
    for one in row["replies"]:
        _reply(one, topic=topic, tills=tills, at=began + timedelta(hours=one["hours"]))
    if row.get("pinned"):
        facilitator = group.members.get(seat=tills[row["by"]]).seat.person.seats
        with clock.at(began + timedelta(days=1)):
            tending.pin(topic=topic, by=facilitator.get(role=Role.FACILITATOR))
    return topic


def _reply(
    row: Mapping[str, Any], *, topic: Topic, tills: Mapping[str, Seat], at: datetime
) -> Post:
    with clock.at(at):
        post = posts.reply(topic=topic, words=row["words"], by=tills[row["by"]])
    for minutes, slug in enumerate(row["helped"], start=20):
        with clock.at(at + timedelta(minutes=minutes)):
            posts.helped(post=post, by=tills[slug])
    return post


def _plan(
    row: Mapping[str, Any], *, group: Group, tills: Mapping[str, Seat], now: datetime
) -> Meeting:
    """The next meeting, and what some have said that they will do until then."""
    facilitator = Stewardship.objects.get(space=group.space, role=Role.FACILITATOR).person
    by = GroupMember.objects.get(group=group, seat__person=facilitator).seat
    day = timezone.localtime(now).date() + timedelta(days=row["in_days"])
    with clock.at(now - timedelta(days=3)):
        meeting = meetings.plan(
            group=group,
            by=by,
            title=row["title"],
            place_name=row["place"],
            starts_on=day,
            starts_time=time(7, 30),
            minutes=75,
        )
        for said in row["commitments"]:
            commitments.commit(meeting=meeting, words=said["words"], by=tills[said["by"]])
    return meeting


def _tell_entry(row: Mapping[str, Any], *, tills: Mapping[str, Seat], now: datetime) -> BoardEntry:
    """An ask or an offer on the board, its answer, and what came of it."""
    at = now - timedelta(days=row["days_ago"])
    with clock.at(at):
        entry = board.put_up(
            kind=row["kind"],
            title=row["title"],
            words=row["words"],
            segment="",
            by=tills[row["by"]],
        )
    if told := row.get("answer"):
        with clock.at(at + timedelta(hours=7)):
            board_answers.answer(entry=entry, words=told["words"], by=tills[told["by"]])
    if outcome := row.get("outcome"):
        with clock.at(at + timedelta(days=6)):
            entry = board.close(entry=entry, outcome=outcome, by=tills[row["by"]])
    return entry
