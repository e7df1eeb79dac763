"""An answer's life: asked for, confirmed by e-mail or by signing in, withdrawn."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.addresses import normalise_email
from alliance.errors import DomainError
from alliance.models import Person, Seat
from alliance.services import audit, consent
from gatherings import events
from gatherings.models import Occurrence, Rsvp, RsvpState
from gatherings.models.rsvps import LIVE_STATES, RSVP_TRANSITIONS
from gatherings.services import letters, places

PURPOSE = "gatherings"


@dataclass(frozen=True)
class Answer:
    """What the form says: who wants to come, and to which words they agreed."""

    email: str
    name: str
    wording: str
    form_key: str = ""


@transaction.atomic
def ask(*, occurrence: Occurrence, answer: Answer) -> Rsvp:
    """An answer that takes no place yet; its address is sent a link.

    Somebody who has answered already is sent the address of their answer. The
    same form again (`form_key`) changes nothing and sends nothing.

    Raises:
        DomainError: the date takes no answers any more.
        TooManyMessages: the inbox has had enough.
    """
    _must_be_open(occurrence)
    if occurrence.gathering.is_closed:
        raise DomainError(_("Sign in to answer; this meeting is not open to everybody."))
    known = _known(occurrence, answer.email)
    if known is None:
        try:
            with transaction.atomic():
                rsvp = _new(occurrence, answer)
        except IntegrityError:
            # The same person, at the same moment: the other request made it.
            known = _known(occurrence, answer.email)
            if known is None:
                raise
        else:
            letters.ask_to_confirm(rsvp)
            return rsvp
    if answer.form_key and known.form_key == answer.form_key:
        return known
    return _again(known, answer)


@transaction.atomic
def confirm(*, rsvp: Rsvp, version: int) -> Rsvp:
    """Takes the place, or one on the waiting list. Pressing twice changes nothing.

    Raises:
        DomainError: the date takes no answers any more, or the link is older
            than the last change.
    """
    occurrence, rsvp = _held(rsvp)
    if rsvp.state in LIVE_STATES:
        return rsvp
    if rsvp.state != RsvpState.ASKED or rsvp.version != version:
        raise DomainError(_("A newer message replaced this one. Please use the newest."))
    _must_be_open(occurrence)
    return _seat(rsvp, occurrence)


@transaction.atomic
def come(
    *, occurrence: Occurrence, person: Person, seat: Seat | None, wording: str, name: str = ""
) -> Rsvp:
    """A signed-in person's answer, at once: their address is known. Twice changes nothing.

    Whether a closed gathering is for them is asked before.

    Raises:
        DomainError: the date takes no answers any more.
    """
    occurrence = places.locked(occurrence)
    rsvp = _known(occurrence, person.email)
    if rsvp is not None and rsvp.state in LIVE_STATES:
        return rsvp
    _must_be_open(occurrence)
    answer = Answer(email=person.email, name=(name or str(person))[:80], wording=wording)
    if rsvp is None:
        rsvp = _new(occurrence, answer)
    else:
        _agree(rsvp, answer)
    rsvp.seat = seat
    rsvp.save(update_fields=["seat"])
    return _seat(rsvp, occurrence)


@transaction.atomic
def withdraw(*, rsvp: Rsvp, by: Seat | None = None) -> Rsvp:
    """Gives the place back; the first who waits moves up. Twice changes nothing.

    `by` is a seat that takes somebody else off the list.

    Raises:
        DomainError: the date has begun, or the answer was never confirmed.
    """
    occurrence, rsvp = _held(rsvp)
    if rsvp.state == RsvpState.WITHDRAWN:
        return rsvp
    if occurrence.starts_at <= clock.now():
        raise DomainError(_("It has begun; nothing can be withdrawn any more."))
    _must_lead(rsvp, RsvpState.WITHDRAWN)
    had_place = rsvp.is_coming and not rsvp.is_walk_in
    was_live = rsvp.is_coming
    rsvp.state, rsvp.waiting_since = RsvpState.WITHDRAWN, None
    rsvp.withdrawn_at = rsvp.changed_at = clock.now()
    rsvp.attended_at, rsvp.version = None, rsvp.version + 1
    rsvp.save(
        update_fields=[
            "state", "waiting_since", "withdrawn_at", "changed_at", "attended_at", "version",
        ]
    )  # fmt: skip
    consent.withdraw(email=rsvp.email, purpose=PURPOSE, subject_id=rsvp.pk)
    if by is not None:
        audit.record(by=by, action="rsvp.withdrawn", subject=rsvp)
    if was_live and not occurrence.is_cancelled:
        letters.tell_withdrawn(rsvp)
    if had_place:
        places.give_back(occurrence)
        letters.tell_moved_up(places.move_up(occurrence))
    return rsvp


def _seat(rsvp: Rsvp, occurrence: Occurrence) -> Rsvp:
    """A place, or one on the waiting list; the caller holds the date."""
    rsvp.occurrence = occurrence
    places.take_or_wait(rsvp, occurrence)
    rsvp.version, rsvp.changed_at = rsvp.version + 1, clock.now()
    rsvp.save(
        update_fields=[
            "state", "confirmed_at", "waiting_since", "withdrawn_at", "version", "changed_at",
        ]
    )  # fmt: skip
    events.rsvp_confirmed.send(sender=Rsvp, rsvp=rsvp)
    letters.tell_place(rsvp)
    return rsvp


def _new(occurrence: Occurrence, answer: Answer) -> Rsvp:
    rsvp = Rsvp(
        occurrence=occurrence,
        email=answer.email,
        email_normalised=normalise_email(answer.email),
        name=answer.name,
        form_key=answer.form_key,
    )
    rsvp.digest = links.digest(rsvp.secret)
    rsvp.save(force_insert=True)
    _give_consent(rsvp, answer)
    return rsvp


def _again(rsvp: Rsvp, answer: Answer) -> Rsvp:
    """The same address asks again: a new link replaces the old, or leads to the answer."""
    _occurrence, rsvp = _held(rsvp)
    if rsvp.state in LIVE_STATES:
        rsvp.form_key = answer.form_key
        rsvp.save(update_fields=["form_key"])
        letters.say_again(rsvp, form_key=answer.form_key)
        return rsvp
    _agree(rsvp, answer)
    letters.ask_to_confirm(rsvp)
    return rsvp


def _agree(rsvp: Rsvp, answer: Answer) -> None:
    """Somebody who withdrew, or never confirmed, asks once more."""
    if rsvp.state == RsvpState.WITHDRAWN:
        _must_lead(rsvp, RsvpState.ASKED)
        rsvp.state = RsvpState.ASKED
    rsvp.name, rsvp.form_key = answer.name, answer.form_key
    rsvp.version, rsvp.changed_at = rsvp.version + 1, clock.now()
    rsvp.save(update_fields=["state", "name", "form_key", "version", "changed_at"])
    if not consent.has(email=rsvp.email, purpose=PURPOSE, subject_id=rsvp.pk):
        _give_consent(rsvp, answer)


def _give_consent(rsvp: Rsvp, answer: Answer) -> None:
    consent.give(email=rsvp.email, purpose=PURPOSE, wording=answer.wording, subject_id=rsvp.pk)


def _known(occurrence: Occurrence, email: str) -> Rsvp | None:
    found = Rsvp.objects.filter(
        occurrence=occurrence, email_normalised=normalise_email(email)
    ).first()
    if found is not None:
        found.occurrence = occurrence
    return found


def _held(rsvp: Rsvp) -> tuple[Occurrence, Rsvp]:
    """The date, then the answer, both as they stand now: always in this order."""
    occurrence = places.locked(Occurrence(pk=rsvp.occurrence_id))
    held = Rsvp.objects.select_for_update().get(pk=rsvp.pk)
    held.occurrence = occurrence
    return occurrence, held


def _must_be_open(occurrence: Occurrence) -> None:
    if occurrence.is_cancelled:
        raise DomainError(_("This date is called off. Thank you for having wanted to come."))
    if not occurrence.is_open:
        raise DomainError(_("This date takes no answers any more."))


def _must_lead(rsvp: Rsvp, to: RsvpState) -> None:
    if to not in RSVP_TRANSITIONS[rsvp.state]:
        raise DomainError(
            _("This answer is %(state)s; that is no longer possible.")
            % {"state": rsvp.get_state_display()}
        )
