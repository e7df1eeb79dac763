"""What was written, as plain values that a test compares whole."""

from typing import Any

from icalendar import Calendar

from alliance.models import AuditEntry, OutboxMessage
from gatherings.models import Gathering, Occurrence, Rsvp


def mails(*, to: str | None = None) -> list[tuple[str, str]]:
    """Every message of the alliance, oldest first: template and address."""
    rows = OutboxMessage.objects.filter(template__startswith="gatherings/").order_by("id")
    found = [(m.template.removeprefix("gatherings/email/"), m.to) for m in rows]
    return [row for row in found if to in (None, row[1])]


def last_mail(to: str | None = None) -> OutboxMessage:
    """The newest message, of one address where it is named."""
    rows = OutboxMessage.objects.filter(template__startswith="gatherings/")
    return (rows.filter(to=to) if to else rows).latest("id")


def entry_of(message: OutboxMessage) -> Any:
    """The one event in a message's calendar file."""
    (attached,) = message.context["attachments"]
    (event,) = Calendar.from_ical(attached["text"]).walk("VEVENT")
    return event


def people_of(occurrence: Occurrence) -> list[tuple[str, str]]:
    """Everybody of a date, by when they were written down: name and state."""
    rows = Rsvp.objects.filter(occurrence=occurrence).order_by("created_at", "id")
    return list(rows.values_list("name", "state"))


def places_of(occurrence: Occurrence) -> tuple[int, int | None]:
    """A date's taken places and its capacity, as they are stored now."""
    row = Occurrence.objects.get(pk=occurrence.pk)
    return row.taken, row.capacity


def days_of(gathering: Gathering) -> list[str]:
    """The original days of its dates, in order."""
    rows = Occurrence.objects.filter(gathering=gathering).order_by("original_day")
    return [day.isoformat() for day in rows.values_list("original_day", flat=True)]


def moves_of(gathering: Gathering) -> list[tuple[str, str, str, Any]]:
    """A gathering's history: from, to, why, whose seat."""
    rows = gathering.steps.order_by("id")
    return [(s.from_state, s.to_state, s.reason, s.seat_id) for s in rows]


def audited(*actions: str) -> list[tuple[str, Any]]:
    """The audit log's entries of these actions, with the seat."""
    rows = AuditEntry.objects.filter(action__in=actions).order_by("id")
    return [(e.action, e.seat_id) for e in rows]
