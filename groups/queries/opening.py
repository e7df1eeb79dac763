"""What a group still needs before it can open, and the drafts that somebody looks after."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.access import seat_for
from alliance.models import Role, Seat
from groups.models import Group, GroupKind, GroupState
from groups.queries import stewards
from groups.rules import LOOK_AFTER, MANAGE_GROUPS
from moderation.queries import agreements

LEAST_AGREEMENTS = 3


@dataclass(frozen=True)
class Need:
    """One thing that a group opens with; `key` names the page where it is put right.

    What is optional keeps no group from opening.
    """

    key: str
    label: Any
    sentence: Any
    is_met: bool
    is_optional: bool = False


def needs(group: Group) -> list[Need]:
    """All that a group opens with, there or not."""
    found = stewards.roles_in(group)
    listed = [
        Need("purpose", _("A purpose"), _("Say what the group is for."), bool(group.purpose)),
        Need(
            "agreements",
            _("Agreements"),
            _("A group has at least three agreements."),
            agreements_count(group) >= LEAST_AGREEMENTS,
        ),
        Need(
            "stewards",
            _("A custodian"),
            _("A custodian is missing: somebody who has accepted to keep the place in order."),
            Role.CUSTODIAN in found,
        ),
        Need(
            "stewards",
            _("A facilitator"),
            _("A facilitator is missing: somebody who has accepted to keep the talk going."),
            Role.FACILITATOR in found,
        ),
    ]
    if group.kind == GroupKind.REQUEST:
        words = _("Nobody who asks to join is asked anything yet.")
        has_questions = group.questions.filter(is_asked=True).exists()
        asked = Need("questions", _("Questions"), words, has_questions, is_optional=True)
        listed.append(asked)
    return listed


def still_needed(group: Group) -> list[Any]:
    """A sentence for each thing that is missing; empty where it may open."""
    return missing_of(needs(group))


def missing_of(listed: Iterable[Need]) -> list[Any]:
    """The sentences of what is missing among these and keeps the group from opening."""
    return [need.sentence for need in listed if not need.is_met and not need.is_optional]


def agreements_count(group: Group) -> int:
    """How many agreements the newest version of the group's own has."""
    newest = agreements.current(group.space)
    if newest is None or newest.space_id != group.space_id:
        return 0
    return len(list(agreements.agreements_of(group.space)))


def drafts_of(seats: Iterable[Seat]) -> QuerySet[Group]:
    """The drafts that these seats look after, by name: staff all of them, stewards their own."""
    held = tuple(seats)
    rows: QuerySet[Group] = Group.objects.filter(state=GroupState.DRAFT).order_by("name", "id")
    if seat_for(held, MANAGE_GROUPS):
        return rows
    own = stewards.spaces_of(held, LOOK_AFTER.roles)
    return rows.filter(space__in=own) if own else rows.none()
