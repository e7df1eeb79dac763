"""Reads of a group's meetings: lists, agenda, who was there, what is carried over."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from alliance import clock
from gatherings.models import GatheringState, Occurrence, Rsvp
from groups import carrying
from groups.models import Commitment, Group, GroupMember, Meeting

MOST_CARRIED = 100


@dataclass(frozen=True)
class Carried:
    """A commitment as one meeting sees it."""

    commitment: Commitment
    times: int


@dataclass(frozen=True)
class Place:
    """A member in a meeting's list, with their answer where there is one."""

    member: GroupMember
    rsvp: Rsvp | None

    @property
    def is_coming(self) -> bool:
        return self.rsvp is not None and self.rsvp.is_coming

    @property
    def came(self) -> bool:
        return self.rsvp is not None and self.rsvp.attended_at is not None


def of_group(group: Group) -> QuerySet[Meeting]:
    """All that are shown, the latest first."""
    rows = Meeting.objects.seen().filter(group=group)
    return rows.select_related("gathering", "group").order_by("-starts_at")


def ahead(group: Group, *, most: int = 3) -> list[Meeting]:
    """The next ones, the soonest first."""
    rows = of_group(group).filter(ends_at__gt=clock.now())
    return list(rows.order_by("starts_at", "id")[:most])


def date_of(meeting: Meeting) -> Occurrence:
    """The date that the meeting's gathering holds."""
    found: Occurrence = Occurrence.objects.select_related("gathering__business").get(
        gathering=meeting.gathering_id
    )
    return found


def places(meeting: Meeting, date: Occurrence) -> list[Place]:
    """Who is in the group, by name, with what they answered; who has left since, if they came."""
    answers = {
        rsvp.seat_id: rsvp for rsvp in Rsvp.objects.filter(occurrence=date, seat__isnull=False)
    }
    came = [seat for seat, rsvp in answers.items() if rsvp.attended_at is not None]
    rows = GroupMember.objects.filter(group=meeting.group_id)
    inside = rows.inside() | rows.filter(seat__in=came)
    members = inside.select_related("seat__person").order_by("seat__person__name", "joined_at")
    # One row for each seat: who came back has two, the later is theirs.
    latest = {member.seat_id: member for member in members}
    return [Place(member, answers.get(seat)) for seat, member in latest.items()]


def carried_to(meeting: Meeting) -> list[Carried]:
    """What earlier meetings left to be done when this one begins, the oldest first."""
    rows = list(
        Commitment.objects.seen()
        .filter(
            Q(done_at__isnull=True) | Q(done_at__gte=meeting.starts_at),
            Q(let_go_at__isnull=True) | Q(let_go_at__gte=meeting.starts_at),
            group=meeting.group_id,
            meeting__starts_at__lt=meeting.starts_at,
            member__left_at__isnull=True,
        )
        .select_related("member__seat__person", "meeting__group")
        .order_by("at", "id")[:MOST_CARRIED]
    )
    if not rows:
        return []
    held = list(
        Meeting.objects.seen()
        .filter(group=meeting.group_id, starts_at__lte=meeting.starts_at)
        .exclude(gathering__state=GatheringState.CANCELLED)
        .order_by()
        .values_list("starts_at", flat=True)
    )
    return [
        Carried(each, carrying.times_carried(each.meeting.starts_at, meeting.starts_at, held))
        for each in rows
    ]


def made_at(meeting: Meeting) -> list[Commitment]:
    """What was promised at this meeting."""
    rows = Commitment.objects.seen().filter(meeting=meeting)
    return list(rows.select_related("member__seat__person", "meeting__group").order_by("at", "id"))


def inside(group: Group, *, most: int = 200) -> list[GroupMember]:
    """Those whose hot seat it may be, by name."""
    rows = GroupMember.objects.inside().filter(group=group).select_related("seat__person")
    return list(rows.order_by("seat__person__name", "pk")[:most])


def in_calendar(group: Group, seat_id: UUID) -> list[tuple[Occurrence, bool]]:
    """The dates of the last year and those to come, and whether this seat comes to each."""
    recent = Meeting.objects.seen().filter(
        group=group, ends_at__gt=clock.now() - timedelta(days=366)
    )
    dates = list(
        Occurrence.objects.filter(gathering__in=recent.values("gathering"))
        .select_related("gathering__business")
        .order_by("starts_at", "id")
    )
    coming = set(
        Rsvp.objects.coming()
        .filter(occurrence__in=dates, seat=seat_id)
        .values_list("occurrence", flat=True)
    )
    return [(date, date.pk in coming) for date in dates]
