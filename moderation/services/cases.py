"""Cases: how they begin, and what is done in them before they are decided."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from moderation import content
from moderation.models import CASE_TRANSITIONS, Case, CaseAuthor, CaseState, Origin
from moderation.queries import cases as queries
from moderation.queries import powers
from moderation.rules import FIRST_ACTION_WITHIN, TEND
from moderation.services import hiding, letters, log, words


@transaction.atomic
def open_case(*, subject: Any, reason: str, by: Seat) -> Case:
    """Whoever looks after a space takes something up themselves; the open case if there is one.

    Raises:
        DomainError: they do not look after its space, or it is their own.
    """
    kind = content.of(subject)
    text = words.read(
        reason, longest=400, field="reason", missing=_("Say what you would like to look at.")
    )
    if powers.seat_with([by], TEND, kind.space(subject)) is None:
        raise DomainError(_("You do not look after this place."))
    if any(seat.person_id == by.person_id for seat in kind.authors(subject)):
        raise DomainError(_("Nobody looks after their own words. Ask somebody else."))
    lock_subject(subject)
    found = queries.undecided_about(subject)
    if found:
        return found
    case = begin(subject, origin=Origin.STAFF, reason=text)
    log.of_case(case, "opened", by=by)
    touch(case)
    return case


@transaction.atomic
def hide(*, case: Case, by: Seat) -> Case:
    """Hides what the case is about until it is decided.

    Raises:
        DomainError: decided already, not theirs to look after, or their own.
    """
    case, subject = locked(case)
    must_act(case, by)
    if subject is not None:
        hiding.hide(subject=subject, case=case, by=by)
    touch(case)
    if case.state == CaseState.OPEN:
        move(case, CaseState.AUTO_HIDDEN)
        letters.tell_held(case, _("Somebody who looks after this place hid it for now."))
    return case


@transaction.atomic
def show(*, case: Case, by: Seat) -> Case:
    """Shows it again until it is decided.

    Raises:
        DomainError: decided already, not theirs to look after, or their own.
    """
    case, subject = locked(case)
    must_act(case, by)
    touch(case)
    if case.state == CaseState.AUTO_HIDDEN:
        move(case, CaseState.OPEN)
    if subject is not None:
        hiding.show(subject=subject, case=case, by=by)
    return case


def must_act(case: Case, by: Seat) -> None:
    """Whether this seat may act on an undecided case.

    Raises:
        DomainError: decided already, not theirs to look after, their words, or their flag.
    """
    if not case.is_undecided:
        raise DomainError(_("This was decided already. Reload the page to see how."))
    if powers.seat_with([by], TEND, None if case.is_outside else case.space) is None:
        raise DomainError(_("You do not look after this place."))
    if queries.is_author(case, by.person):
        raise DomainError(_("Nobody decides about their own words. Ask somebody else."))
    if queries.has_flagged(case, by.person):
        raise DomainError(_("Nobody decides about their own flag. Ask somebody else."))


def begin(subject: Any, *, origin: Origin, reason: str = "", is_outside: bool = False) -> Case:
    """A new case with what stands there now; the subject is locked by the caller."""
    kind, now = content.of(subject), clock.now()
    authors = list({seat.person_id: seat for seat in kind.authors(subject)}.values())
    case = Case.objects.create(
        kind=kind.key,
        subject_id=subject.pk,
        title=kind.title(subject)[:200],
        words=kind.words(subject),
        space=kind.space(subject),
        author=authors[0] if authors else None,
        is_outside=is_outside,
        origin=origin,
        reason=reason[:400],
        opened_at=now,
        first_due_at=now + FIRST_ACTION_WITHIN,
    )
    CaseAuthor.objects.bulk_create(
        CaseAuthor(case=case, seat=seat, person_id=seat.person_id, opened_at=now)
        for seat in authors
    )
    letters.tell_stewards(case)
    return case


def lock_subject(subject: Any) -> None:
    """Whoever acts on the same words at the same moment waits here: always before the case."""
    rows = type(subject).objects.filter(pk=subject.pk).select_for_update(of=("self",), no_key=True)
    list(rows.order_by().values_list("pk", flat=True))


def locked(case: Case) -> tuple[Case, Any]:
    """The case as it is now, locked, and what it is about (None where that is gone)."""
    subject = queries.subject_of(case)
    if subject is not None:
        lock_subject(subject)
        subject = queries.subject_of(case)
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("space", "author__person").get(pk=case.pk), subject


def move(case: Case, state: CaseState, **fields: Any) -> None:
    """Brings a locked case into another state.

    Raises:
        DomainError: no step leads there.
    """
    if state not in CASE_TRANSITIONS[case.state]:
        raise DomainError(_("This was decided already. Reload the page to see how."))
    case.state = state
    for name, value in fields.items():
        setattr(case, name, value)
    case.save(update_fields=["state", *fields])


def touch(case: Case) -> None:
    """A person has acted: the first time is kept."""
    if case.first_action_at is None:
        case.first_action_at = clock.now()
        case.save(update_fields=["first_action_at"])
