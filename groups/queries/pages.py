"""What the pages of one group share: its head, what stands beside it, its people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from groups.models import Group, GroupMember, Introduction, MemberState
from groups.queries import access, buddies, powers, stewards
from groups.rules import MANAGE_GROUPS
from members.models import Buddy
from moderation.models import Agreement, Stewardship
from moderation.queries import agreements, blocks

FIRST_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Head:
    """A group as its visitor stands to it; `member` is None for whoever is not in it."""

    group: Group
    member: GroupMember | None
    keeper: Seat | None
    waiting: int
    may_read: bool

    @property
    def may_join(self) -> bool:
        """Whether a way in is offered: not a member yet, or invited."""
        if not self.group.is_live:
            return False
        return self.member is None or self.member.state == MemberState.INVITED

    @property
    def is_inside(self) -> bool:
        """Whether they are in the group."""
        return _is_inside(self.member)

    @property
    def is_kept_by_staff(self) -> bool:
        """Whether it is staff who look after it here, not its stewards."""
        return self.keeper is not None and self.keeper.role in MANAGE_GROUPS.roles

    @property
    def must_introduce(self) -> bool:
        """Whether their introduction is what comes next."""
        return self.member is not None and self.member.state == MemberState.AGREED


@dataclass(frozen=True)
class Deed:
    """One thing to do in a first week."""

    label: Any
    is_done: bool


@dataclass(frozen=True)
class Side:
    """What stands beside a group's topics."""

    agreements: list[Agreement]
    stewards: list[Stewardship]
    buddy: Buddy | None
    first_week: list[Deed]


def head_of(group: Group, member: GroupMember | None, seats: Iterable[Seat] = ()) -> Head:
    """The head of each of the group's pages."""
    held = tuple(seats)
    keeper = powers.keeper(held, group)
    return Head(
        group=group,
        member=member,
        keeper=keeper,
        waiting=asking(group).count() if keeper is not None else 0,
        may_read=_is_inside(member) or access.may_read(group, held),
    )


def side_of(group: Group, member: GroupMember | None) -> Side:
    """What everybody sees beside the topics; a new member their first week too."""
    is_new = member is not None and _is_inside(member) and _is_new(member)
    return Side(
        agreements=list(agreements.agreements_of(group.space)),
        stewards=list(stewards.stewards_of(group)),
        buddy=buddies.buddy_of(member) if is_new and member else None,
        first_week=_first_week(member) if is_new and member else [],
    )


def asking(group: Group) -> QuerySet[GroupMember]:
    """Who asks to join, the first at the top."""
    rows = GroupMember.objects.filter(group=group, state=MemberState.ASKED)
    return rows.select_related("seat__person").order_by("joined_at", "id")


def people_of(group: Group, seats: Iterable[Seat]) -> QuerySet[GroupMember]:
    """Who is in the group, the newest first, without those whom the reader has blocked
    or who have blocked them."""
    rows = GroupMember.objects.inside().filter(group=group).select_related("seat__person")
    person = next((seat.person for seat in seats), None)
    hidden = blocks.blocked_either_way(person) if person else set()
    rows = rows.exclude(seat__person__in=hidden) if hidden else rows
    return rows.order_by("-joined_at", "-id")


def with_words(rows: list[GroupMember], reader: GroupMember | None) -> list[dict[str, Any]]:
    """Members with their business and their introduction, hidden ones for their writers alone."""
    names = buddies.businesses_by_seat(row.seat_id for row in rows)
    said = {
        found.member_id: found
        for found in Introduction.objects.filter(member__in=[row.pk for row in rows])
        if not found.is_hidden or (reader is not None and found.member_id == reader.pk)
    }
    return [
        {
            "member": row,
            "business": names.get(row.seat_id, ""),
            "introduction": said.get(row.pk),
        }
        for row in rows
    ]


def own_groups(seats: Iterable[Seat]) -> QuerySet[GroupMember]:
    """The person's own places in groups, by the groups' names; left ones are gone."""
    people = access.people_behind(seats)
    rows = GroupMember.objects.live().filter(
        seat__person__in=people, group__opened_at__isnull=False
    )
    return rows.select_related("group").order_by("group__name", "id")


def last_introduction(member: GroupMember) -> Introduction | None:
    """What the same person said of themselves last, in whichever group; a start for the next."""
    rows = Introduction.objects.seen().filter(member__seat__person=member.seat.person_id)
    found: Introduction | None = rows.order_by("-at", "-id").first()
    return found


def _is_inside(member: GroupMember | None) -> bool:
    return member is not None and member.is_inside


def _is_new(member: GroupMember) -> bool:
    return member.agreed_at is not None and clock.now() - member.agreed_at < FIRST_WEEK


def _first_week(member: GroupMember) -> list[Deed]:
    return [
        Deed(_("Introduce yourself"), member.may_write),
        Deed(_("Answer somebody, or ask"), member.state == MemberState.ACTIVE),
        Deed(_("Choose how often the group writes"), member.budget_minutes is not None),
    ]
