"""Whose a group's meetings are, as the gatherings' room asks."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from alliance.models import Seat
from gatherings.audiences import Circle
from gatherings.models import Gathering
from groups.models import INSIDE, GroupMember, Meeting
from groups.queries import access


def _seen_by(seats: Sequence[Seat]) -> Any:
    """Meetings of the groups in which these seats are; those that they may read are on the
    groups' own pages."""
    inside = GroupMember.objects.inside().filter(seat__in=[seat.pk for seat in seats])
    own = access.readable_groups(seats).filter(pk__in=inside.values("group"))
    return Meeting.objects.seen().filter(group__in=own).values("gathering")


def _belongs() -> Q:
    """Answers of those who are in the group, to meetings that are not hidden."""
    meeting = Meeting.objects.seen().filter(
        gathering=OuterRef("occurrence__gathering"),
        group__members__seat=OuterRef("seat"),
        group__members__state__in=INSIDE,
    )
    return Q(Exists(meeting))


def _page(gathering: Gathering) -> str | None:
    # Without a question for each row of a list: that address leads on to the meeting's own.
    return reverse("groups:meeting_of", args=[gathering.pk])


CIRCLE = Circle(key="groups", seen_by=_seen_by, belongs=_belongs, page=_page)
