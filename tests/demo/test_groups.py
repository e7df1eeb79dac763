"""The demo's groups: whole in the files, and in the database with nothing held by accident."""

import json
from collections import Counter

import pytest

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import in_alliance
from demo import content
from demo import groups as demo_groups
from groups.models import (
    BoardAnswer,
    BoardEntry,
    Commitment,
    Group,
    Introduction,
    Meeting,
    Post,
    Topic,
)
from groups.queries import opening
from moderation.models import Case
from tests.factories import groups as make

EAST_BAY = content.load().alliances[0]
WRITTEN = (Introduction, Topic, Post, Meeting, Commitment, BoardEntry, BoardAnswer)


def told() -> dict:
    path = content.FOLDER / EAST_BAY.slug / "groups.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_files_name_members_and_tell_of_every_kind():
    rows = told()
    for group in rows["groups"]:
        inside = {one["business"] for one in group["members"] if "story" in one}
        writing = {one["by"] for topic in group["topics"] for one in (topic, *topic["replies"])}
        assert writing <= inside, group["slug"]
    assert demo_groups.people(EAST_BAY) <= {business.slug for business in EAST_BAY.businesses}
    assert [group["kind"] for group in rows["groups"]] == ["open", "request", "circle"]
    assert {row["kind"] for row in rows["board"]} == {"ask", "offer"}


@pytest.fixture
def loaded(oak_street, ada, cleo) -> Alliance:
    """East Bay's groups, told by as many people of Oak Street."""
    with in_alliance(oak_street):
        tills = {slug: make.a_members_seat(slug) for slug in demo_groups.people(EAST_BAY)}
        staff = {"owner": ada, "community": cleo}
        demo_groups.load(EAST_BAY, tills=tills, staff=staff, now=clock.now())
    return oak_street


def test_they_stand_as_in_the_files(loaded):
    rows = told()
    topics = [topic for group in rows["groups"] for topic in group["topics"]]
    with in_alliance(loaded):
        states = Counter(Group.objects.values_list("state", flat=True))
        assert states == {"open": 3, "draft": 6}
        assert list(Group.objects.live().order_by("opened_at").values_list("name", flat=True)) == [
            group["name"] for group in sorted(rows["groups"], key=first_day)
        ]
        assert Topic.objects.count() == len(topics) == 9
        assert Post.objects.count() == len(topics) + sum(len(one["replies"]) for one in topics)
        assert BoardEntry.objects.count() == len(rows["board"]) == 4
        drafts = Group.objects.filter(state="draft")
        assert {len(opening.still_needed(draft)) for draft in drafts} == {2}


def first_day(group: dict) -> int:
    """The group with the earliest member first."""
    return -max(one["days_ago"] for one in group["members"])


def test_nothing_is_held_by_accident(loaded):
    with in_alliance(loaded):
        held = [
            (kind.__name__, str(row))
            for kind in WRITTEN
            for row in kind.objects.filter(hidden_at__isnull=False)
        ]
        assert (held, [case.reason for case in Case.objects.all()]) == ([], [])


def test_help_was_wanted_and_given_and_the_board_brought_something(loaded):
    with in_alliance(loaded):
        calls = Topic.objects.filter(kind="help_wanted").order_by("created_at")
        assert [(call.title, call.answered_at is not None) for call in calls] == [
            (topic["title"], bool(topic["replies"]))
            for topic in sorted(
                (topic for group in told()["groups"] for topic in group["topics"]
                 if topic["kind"] == "help_wanted"),
                key=lambda topic: -topic["days_ago"],
            )
        ]  # fmt: skip
        assert any(call.answered_at for call in calls)
        jack = BoardEntry.objects.get(outcome="helped")
        assert (jack.title, jack.answers.count()) == ("A pallet jack to borrow for one Saturday", 1)
