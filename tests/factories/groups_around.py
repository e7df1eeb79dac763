"""Entries on the board, meetings and posts in the state that a test starts from."""

from datetime import time
from typing import Any

from alliance.models import Seat
from groups.models import BoardEntry, Group, Meeting, Topic
from groups.services import board, meetings, posts
from tests.factories.gatherings import in_days


def an_entry(by: Seat, **fields: Any) -> BoardEntry:
    """An ask for everybody."""
    return board.put_up(
        by=by,
        **{
            "kind": "ask",
            "title": "Who lends a pallet jack?",
            "words": "For one morning in spring, to move an oven of ours.",
            "segment": "",
        }
        | fields,
    )


def a_meeting(group: Group, by: Seat, *, days: int = 7, **fields: Any) -> Meeting:
    """A meeting in a week, from six to half past seven, at a place and online."""
    return meetings.plan(
        group=group,
        by=by,
        **{
            "title": "Bakers' evening",
            "words": "Bring one number.",
            "place_name": "The Long Table",
            "address": "12 Oak Street",
            "online_url": "https://meet.example/bakers",
            "starts_on": in_days(days),
            "starts_time": time(18),
            "minutes": 90,
        }
        | fields,
    )


def a_topic(group: Group, by: Seat, **fields: Any) -> Topic:
    """A topic with its first post."""
    return posts.start_topic(
        group=group,
        by=by,
        **{"kind": "talk", "title": "Flour prices", "words": "What do you pay for a sack?"}
        | fields,
    )
