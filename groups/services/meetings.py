"""A group's meetings: planned, changed, called off; who comes, who came.

Dates, answers, letters and reminders are the gatherings' own (`gatherings.services`);
here stands who may: facilitators plan, members of the group answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from gatherings.models import Audience, Occurrence, Rsvp
from gatherings.queries import people
from gatherings.services import attendance, gatherings, rsvps
from groups.models import AgendaItem, AgendaKind, Group, GroupMember, Meeting
from groups.models.meetings import LONGEST_ITEM, MOST_ITEMS, MOST_MINUTES
from groups.queries import meetings, powers
from groups.services import gate
from groups.services.words import fit
from moderation.rules import FACILITATE
from moderation.services import care

DEFAULT_AGENDA = (
    (AgendaKind.CHECK_IN, 15),
    (AgendaKind.HOT_SEAT, 40),
    (AgendaKind.COMMITMENTS, 15),
)
WORDS = ("title", "words", "place_name", "address", "online_url")


@dataclass(frozen=True)
class Item:
    """One part of an agenda, as a form brings it."""

    kind: str
    minutes: int
    words: str = ""
    member: GroupMember | None = None


@transaction.atomic
def plan(
    *, group: Group, by: Seat, starts_on: date, starts_time: time, minutes: int, **words: str
) -> Meeting:
    """A meeting with check-in, hot seat and commitments, found by those who read the group.

    Raises:
        NotIntroduced: the gate says no (`gate.writer`).
        DomainError: no facilitator, no place and no link, or a date that cannot be.
        django.core.exceptions.ValidationError: another field that does not fit.
    """
    member = gate.writer(group=group, by=by)
    _must_facilitate(group, by)
    gathering = gatherings.write_gathering(
        by=by,
        audience=Audience.CLOSED,
        starts_on=starts_on,
        starts_time=starts_time,
        minutes=minutes,
        **_fitting(words),
    )
    gatherings.publish_gathering(gathering=gathering, by=by)
    only = Occurrence.objects.get(gathering=gathering)
    meeting = Meeting.objects.create(
        group=group,
        gathering=gathering,
        planned_by=member,
        starts_at=only.starts_at,
        ends_at=only.ends_at,
        created_at=clock.now(),
    )
    _write_agenda(meeting, [Item(kind, length) for kind, length in DEFAULT_AGENDA])
    audit.record(by=by, action="meeting.planned", subject=meeting)
    _look_at(meeting, by)
    return meeting


@transaction.atomic
def change(
    *, meeting: Meeting, by: Seat, starts_on: date, starts_time: time, minutes: int, **words: str
) -> Meeting:
    """Another time, place or name; who comes is told of a time or place.

    Raises:
        NotIntroduced, DomainError, ValidationError: as for `plan`.
    """
    meeting = _held(meeting, by)
    gatherings.change_gathering(
        gathering=meeting.gathering,
        by=by,
        starts_on=starts_on,
        starts_time=starts_time,
        minutes=minutes,
        **_fitting(words),
    )
    only = Occurrence.objects.get(gathering=meeting.gathering_id)
    meeting.starts_at, meeting.ends_at = only.starts_at, only.ends_at
    meeting.save(update_fields=["starts_at", "ends_at"])
    meeting.gathering.refresh_from_db()
    audit.record(by=by, action="meeting.changed", subject=meeting)
    _look_at(meeting, by)
    return meeting


@transaction.atomic
def call_off(*, meeting: Meeting, reason: str, by: Seat) -> Meeting:
    """Calls it off; who wanted to come is told once.

    Raises:
        NotIntroduced, DomainError: the gate, no facilitator, no reason.
    """
    meeting = _held(meeting, by)
    fitting = fit(reason, longest=400, field="reason")
    gatherings.cancel_gathering(gathering=meeting.gathering, reason=fitting, by=by)
    meeting.gathering.refresh_from_db()
    return meeting


@transaction.atomic
def set_agenda(*, meeting: Meeting, items: Sequence[Item], by: Seat) -> Meeting:
    """The parts of the meeting, in this order.

    Raises:
        NotIntroduced, DomainError: the gate, no facilitator, or parts that do not fit.
    """
    meeting = _held(meeting, by)
    meeting.agenda.all().delete()
    _write_agenda(meeting, items)
    audit.record(by=by, action="meeting.agenda_set", subject=meeting, parts=len(items))
    _look_at(meeting, by)
    return meeting


@transaction.atomic
def come(*, meeting: Meeting, by: Seat, wording: str) -> Rsvp:
    """A member of the group comes; twice changes nothing.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: it is hidden, called off, or has begun.
    """
    member = gate.writer(group=meeting.group, by=by)
    _must_be_shown(meeting)
    return rsvps.come(
        occurrence=meetings.date_of(meeting),
        person=member.seat.person,
        seat=member.seat,
        wording=wording,
    )


@transaction.atomic
def stay_away(*, meeting: Meeting, by: Seat) -> None:
    """Takes the answer back; where there is none nothing changes.

    Raises:
        DomainError: it has begun.
    """
    found = people.answer_of(by.person, meetings.date_of(meeting))
    if found is not None and found.confirmed_at is not None:
        rsvps.withdraw(rsvp=found)


@transaction.atomic
def note_attendance(*, meeting: Meeting, member: GroupMember, came: bool, by: Seat) -> None:
    """Whether a member was there; whoever did not answer is added. Twice changes nothing.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: no facilitator, somebody from elsewhere, or not begun yet.
    """
    meeting = _held(meeting, by)
    if member.group_id != meeting.group_id:
        raise DomainError(_("They are not in this group."))
    only, person = meetings.date_of(meeting), member.seat.person
    rsvp = people.answer_of(person, only)
    if came and rsvp is not None:
        attendance.record(rsvp=rsvp, by=by)
    elif came:
        attendance.walk_in(
            occurrence=only, name=str(person)[:80], email=person.email, by=by, seat=member.seat
        )
    elif rsvp is not None:
        attendance.undo(rsvp=rsvp, by=by)


def facilitates(group: Group, by: Seat) -> bool:
    """Whether this person facilitates the group."""
    seats = list(Seat.objects.live().filter(person=by.person_id))
    return powers.seat_with(seats, FACILITATE, group) is not None


def _held(meeting: Meeting, by: Seat) -> Meeting:
    """The meeting for one who facilitates: the gate, then the row."""
    gate.writer(group=meeting.group, by=by)
    _must_facilitate(meeting.group, by)
    rows = Meeting.objects.select_for_update(of=("self",))
    held: Meeting = rows.select_related("gathering", "group__space").get(pk=meeting.pk)
    _must_be_shown(held)
    return held


def _must_facilitate(group: Group, by: Seat) -> None:
    if not facilitates(group, by):
        raise DomainError(_("The group’s facilitators plan its meetings."))


def _must_be_shown(meeting: Meeting) -> None:
    if Meeting.objects.filter(pk=meeting.pk, hidden_at__isnull=False).exists():
        raise DomainError(_("This meeting is not shown any more."))


def _fitting(words: dict[str, str]) -> dict[str, Any]:
    given = {name: words.get(name, "") for name in WORDS}
    if not any(given[name] for name in ("place_name", "address", "online_url")):
        raise DomainError(_("Say where you meet, or give the address online."), field="place_name")
    longest = {"title": 120, "words": 4000, "place_name": 120, "address": 200, "online_url": 300}
    return {
        name: fit(value, longest=longest[name], field=name, least=int(name == "title"))
        for name, value in given.items()
    }


def _write_agenda(meeting: Meeting, items: Sequence[Item]) -> None:
    if not items or len(items) > MOST_ITEMS:
        raise DomainError(_("An agenda has from one to %(most)d parts.") % {"most": MOST_ITEMS})
    for item in items:
        if item.kind not in AgendaKind.values or not 1 <= item.minutes <= MOST_MINUTES:
            raise DomainError(_("Each part has a kind and takes at least a minute."))
        if item.member is not None and item.member.group_id != meeting.group_id:
            raise DomainError(_("The hot seat is for a member of the group."))
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=place,
            kind=item.kind,
            minutes=item.minutes,
            member=item.member,
            words=fit(item.words, longest=LONGEST_ITEM, field="words", least=0),
        )
        for place, item in enumerate(items, start=1)
    )


def _look_at(meeting: Meeting, by: Seat) -> None:
    gathering = meeting.gathering
    parts = meeting.agenda.values_list("words", flat=True)
    words = "\n".join(part for part in (gathering.title, gathering.words, *parts) if part)
    care.look_at(subject=meeting, words=words, by=by, in_group=True)
    meeting.refresh_from_db(fields=["hidden_at"])
