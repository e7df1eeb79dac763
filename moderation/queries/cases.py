"""Cases: who sees which, who may act on one, and what its author is told."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from alliance import clock
from alliance.access import Action
from alliance.models import Person, Seat
from moderation import content
from moderation.models import Case, CaseAuthor, CaseState, Decision, Flag, LogEntry
from moderation.queries import powers
from moderation.rules import ADVISE, APPEAL_WITHIN, SEE_CASES, TEND

# The subject of a case that the caller has not read.
UNREAD = object()


def seen_by(seats: Iterable[Seat]) -> Any:
    """The cases that these seats look after (a QuerySet), newest first.

    Never a person's own; a space's stewards see what is theirs and not kept from them.
    """
    held = list(seats)
    where = powers.spaces_with(held, SEE_CASES)
    cases = Case.objects.select_related("space", "author__person")
    if where is not powers.EVERYWHERE:
        cases = cases.filter(space__in=where, is_outside=False)
    own = CaseAuthor.objects.filter(
        case=OuterRef("pk"), person__in={seat.person_id for seat in held}
    )
    return cases.filter(~Exists(own)).order_by("-opened_at", "-id")


def of_author(person: Person) -> Any:
    """Cases about what this person wrote (a QuerySet), newest first."""
    own = CaseAuthor.objects.filter(case=OuterRef("pk"), person=person)
    told = Decision.objects.select_related("agreement").order_by("at", "id")
    cases = Case.objects.filter(Exists(own)).select_related("space")
    return cases.prefetch_related(Prefetch("decisions", told)).order_by("-opened_at", "-id")


def flags_of(person: Person) -> Any:
    """What this person flagged (a QuerySet of flags with case and agreement), newest first."""
    flags = Flag.objects.filter(person=person).select_related("case", "agreement")
    return flags.order_by("-at", "-id")


def decider(case: Case, seats: Iterable[Seat], *, subject: Any = UNREAD) -> Seat | None:
    """The seat with which this person may act on the case; None: they may not, or no more.

    Nobody acts on their own words or their own flag: the person counts, not the seat.
    `subject` is what the case is about, for whoever has read it already.
    """
    seat = _seat_for(case, seats, TEND)
    if seat is None or not case.is_undecided:
        return None
    about = subject_of(case) if subject is UNREAD else subject
    is_theirs = _wrote_or_flagged(case, seat.person) or _answers_for(about, seat.person)
    return None if is_theirs else seat


def hearer(case: Case, seats: Iterable[Seat]) -> Seat | None:
    """The seat with which this person may hear the appeal; None: they had a part in it."""
    seat = _seat_for(case, seats, ADVISE)
    if seat is None or case.state != CaseState.APPEALED:
        return None
    return None if had_part(case, seat.person) else seat


def had_part(case: Case, person: Person) -> bool:
    """Whether this person wrote, flagged, opened, hid, showed or decided anything in it."""
    acted = LogEntry.objects.filter(case=case, seat__person=person)
    decided = Decision.objects.filter(case=case, person=person)
    return (
        is_author(case, person) or has_flagged(case, person) or acted.exists() or decided.exists()
    )


def is_author(case: Case, person: Person) -> bool:
    """Whether this person answers for the words, when the case began or now."""
    if CaseAuthor.objects.filter(case=case, person=person).exists():
        return True
    return _answers_for(subject_of(case), person)


def has_flagged(case: Case, person: Person) -> bool:
    """Whether one of the case's flags is this person's."""
    return Flag.objects.filter(case=case, person=person).exists()


def may_appeal(case: Case, person: Person) -> bool:
    """Whether this person wrote it and may still ask for a second look."""
    if case.state != CaseState.DECIDED or case.decided_at is None:
        return False
    return case.decided_at + APPEAL_WITHIN > clock.now() and is_author(case, person)


def standing_decision(case: Case) -> Decision | None:
    """What holds now: the word on the appeal, or the first decision."""
    decisions = Decision.objects.filter(case=case).select_related("agreement", "person")
    return decisions.order_by("-at", "-id").first()


def undecided_about(subject: Any) -> Case | None:
    """The case that waits for a decision about something written."""
    return _about(subject).undecided().first()


def latest_about(subject: Any) -> Case | None:
    """The newest case about it, for the banner that its author sees."""
    return _about(subject).order_by("-opened_at", "-id").first()


def subject_of(case: Case) -> Any:
    """What the case is about, hidden or not; None where it is gone."""
    return content.find(case.kind, case.subject_id)


def _wrote_or_flagged(case: Case, person: Person) -> bool:
    """Both in one query."""
    wrote = CaseAuthor.objects.filter(case=OuterRef("pk"), person=person)
    flagged = Flag.objects.filter(case=OuterRef("pk"), person=person)
    return bool(Case.objects.filter(Exists(wrote) | Exists(flagged), pk=case.pk).exists())


def _answers_for(subject: Any, person: Person) -> bool:
    if subject is None:
        return False
    return any(seat.person_id == person.pk for seat in content.of(subject).authors(subject))


def _about(subject: Any) -> Any:
    return Case.objects.filter(kind=content.of(subject).key, subject_id=subject.pk)


def _seat_for(case: Case, seats: Iterable[Seat], action: Action) -> Seat | None:
    """What is kept from a space's own stewards needs a power that holds everywhere."""
    return powers.seat_with(seats, action, None if case.is_outside else case.space)
