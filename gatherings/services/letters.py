"""Letters about one date: to confirm, with the place, when something changes."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from alliance import links
from alliance.services import mail, outbox
from alliance.tenancy.scope import current_alliance
from gatherings import audiences, calendars, phrases
from gatherings.models import Occurrence, ReminderKind, Rsvp, RsvpState
from gatherings.services import places

CONFIRM = "rsvp-confirm"


def ask_to_confirm(rsvp: Rsvp) -> None:
    """The link whose button takes the place.

    Raises:
        TooManyMessages: the inbox has had enough.
    """
    token = links.sign(CONFIRM, {"rsvp": str(rsvp.pk), "version": rsvp.version})
    outbox.enqueue(
        key=f"{CONFIRM}:{rsvp.pk}:{rsvp.version}",
        template="gatherings/email/confirm",
        to=rsvp.email,
        # No name: an unconfirmed address gets no words that somebody typed.
        context=_about(rsvp.occurrence) | {"url": _absolute("gatherings:confirm", token)},
        confirmed=False,
    )


def say_again(rsvp: Rsvp, *, form_key: str) -> None:
    """Somebody who has answered already filled in the form once more.

    Raises:
        TooManyMessages: the inbox has had enough.
    """
    outbox.enqueue(
        key=f"rsvp-again:{rsvp.pk}:{form_key or rsvp.version}",
        template="gatherings/email/again",
        to=rsvp.email,
        context=_about(rsvp.occurrence) | _own(rsvp),
        # Anyone may type this address into the form: the limit counts.
        confirmed=False,
    )


def tell_place(rsvp: Rsvp) -> None:
    """A place, with its calendar entry, or the place on the waiting list."""
    is_coming = rsvp.state == RsvpState.COMING
    _send(
        rsvp,
        "coming" if is_coming else "waiting",
        key=f"rsvp-place:{rsvp.pk}:{rsvp.version}",
        has_entry=is_coming,
        position=places.place_in_queue(rsvp),
    )


def tell_moved_up(rsvps: Iterable[Rsvp]) -> None:
    """A place became free for them."""
    for rsvp in rsvps:
        key = f"rsvp-moved-up:{rsvp.pk}:{rsvp.version}"
        _send(rsvp, "moved_up", key=key, has_entry=True)


def tell_withdrawn(rsvp: Rsvp) -> None:
    """That they are not expected any more, so that the calendar forgets it too."""
    _send(
        rsvp,
        "withdrawn",
        key=f"rsvp-withdrawn:{rsvp.pk}:{rsvp.version}",
        has_entry=True,
        is_off=True,
    )


def tell_changed(occurrence: Occurrence) -> None:
    """To everybody who comes or waits: it is at another time or place."""
    for rsvp in _listeners(occurrence):
        key = f"rsvp-changed:{rsvp.pk}:{occurrence.sequence}"
        _send(rsvp, "changed", key=key, has_entry=rsvp.is_coming)


def tell_cancelled(occurrence: Occurrence, *, reason: str) -> None:
    """To everybody who comes or waits: it is called off."""
    for rsvp in _listeners(occurrence):
        _send(
            rsvp,
            "cancelled",
            key=f"rsvp-cancelled:{rsvp.pk}:{occurrence.sequence}",
            has_entry=rsvp.is_coming,
            is_off=True,
            reason=reason,
        )


def remind(rsvp: Rsvp, kind: ReminderKind) -> None:
    """A day or two hours before."""
    begins = rsvp.occurrence.starts_at.isoformat()
    _send(
        rsvp, "reminder", key=f"rsvp-reminder:{rsvp.pk}:{kind}:{begins}", is_tomorrow=kind == "day"
    )


def _listeners(occurrence: Occurrence) -> Iterable[Rsvp]:
    found = Rsvp.objects.live().filter(audiences.standing_answers(), occurrence=occurrence)
    for rsvp in found.exclude(email="").order_by("pk"):
        rsvp.occurrence = occurrence
        yield rsvp


def _send(
    rsvp: Rsvp,
    template: str,
    *,
    key: str,
    has_entry: bool = False,
    is_off: bool = False,
    **context: Any,
) -> None:
    occurrence = rsvp.occurrence
    known = _about(occurrence) | _own(rsvp) | context
    if has_entry:
        entry = calendars.one_date(occurrence, shows_online=not is_off, is_off=is_off)
        known["attachments"] = [
            mail.attachment("event.ics", "text/calendar", entry, method="PUBLISH")
        ]
    outbox.enqueue(
        key=key,
        template=f"gatherings/email/{template}",
        to=rsvp.email,
        context=known,
        confirmed=True,
    )


def _about(occurrence: Occurrence) -> dict[str, Any]:
    return {
        "title": occurrence.name,
        "when": phrases.when(occurrence),
        "day": phrases.day(occurrence.local_start),
        "where": occurrence.where,
        "page_url": current_alliance().url(occurrence.get_absolute_url()),
    }


def _own(rsvp: Rsvp) -> dict[str, Any]:
    return {
        "name": rsvp.name,
        "online": rsvp.occurrence.online if rsvp.is_coming else "",
        "is_coming": rsvp.is_coming,
        "url": current_alliance().url(rsvp.get_absolute_url()),
    }


def _absolute(name: str, *arguments: str) -> str:
    return current_alliance().url(reverse(name, args=arguments))
