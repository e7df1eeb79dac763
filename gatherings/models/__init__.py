"""Gatherings, their dates, and who comes."""

from gatherings.models.calendars import CalendarLink
from gatherings.models.gatherings import (
    Audience,
    Gathering,
    GatheringState,
    GatheringStep,
    Invites,
    Kind,
)
from gatherings.models.occurrences import Occurrence
from gatherings.models.rsvps import InvitationStop, Reminder, ReminderKind, Rsvp, RsvpState

__all__ = [
    "Audience",
    "CalendarLink",
    "Gathering",
    "GatheringState",
    "GatheringStep",
    "InvitationStop",
    "Invites",
    "Kind",
    "Occurrence",
    "Reminder",
    "ReminderKind",
    "Rsvp",
    "RsvpState",
]
