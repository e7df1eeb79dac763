"""Automatic care: holds what looks like spam until somebody has seen it, and says so."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from alliance import clock
from alliance.models import Person, Seat
from moderation import content, signs, weights
from moderation.models import Case, CaseState, Origin, Outcome, Writing
from moderation.queries import cases as queries
from moderation.queries import powers
from moderation.services import cases, hiding, letters, log

BURST, BURST_OF_NEW, BURST_WITHIN = 10, 4, timedelta(minutes=10)
REMEMBERS = timedelta(days=7)


@transaction.atomic
def look_at(*, subject: Any, words: str, by: Seat, in_group: bool = False) -> str | None:
    """Called right after something was written or changed; why it is held, or None.

    What is held is hidden, has a case, and its author gets a letter. What its
    author was asked to change, and has, goes back to whoever looks after it.
    """
    reason = _changed_as_asked(subject) or _reason(subject, words, by, in_group=in_group)
    _remember(subject, words, by)
    if reason:
        _hold(subject, reason)
    return reason


def forget() -> int:
    """What was remembered of writings for a week goes; how many there were."""
    old = Writing.objects.filter(at__lt=clock.now() - REMEMBERS)
    return int(old.delete()[0])


def _reason(subject: Any, words: str, by: Seat, *, in_group: bool) -> str | None:
    """The first sign by which it is held."""
    if in_group and signs.is_pitch(words):
        return _("It reads like an advertisement. In a group, help comes before selling.")
    if signs.is_only_links(words):
        return _("There is a link and hardly a word about it.")
    if powers.looks_after(by.person):
        return None
    is_new = _is_new(by.person)
    if is_new and signs.has_link(words):
        return _("Links of people in their first week are looked at before others see them.")
    if _is_duplicate(subject, words, by.person):
        return _("The same words stand somewhere else already.")
    if _is_burst(subject, by.person, most=BURST_OF_NEW if is_new else BURST):
        return _("That was a lot in a few minutes, so somebody looks at it first.")
    return None


def _is_new(person: Person) -> bool:
    first = Seat.objects.filter(person=person).aggregate(first=Min("created_at"))["first"]
    return first is None or first > clock.now() - timedelta(days=weights.NEW_FOR_DAYS)


def _others(subject: Any, person: Person) -> Any:
    """What this person wrote lately besides it."""
    now = clock.now()
    recent = Writing.objects.filter(person=person, at__gt=now - REMEMBERS, at__lte=now)
    return recent.exclude(kind=content.of(subject).key, subject_id=subject.pk)


def _is_duplicate(subject: Any, words: str, person: Person) -> bool:
    digest = signs.digest(words)
    return bool(digest) and _others(subject, person).filter(digest=digest).exists()


def _is_burst(subject: Any, person: Person, *, most: int) -> bool:
    lately = _others(subject, person).filter(at__gt=clock.now() - BURST_WITHIN)
    return len(lately.values_list("pk", flat=True)[:most]) >= most


def _remember(subject: Any, words: str, by: Seat) -> None:
    """The digest of what stands there now; an edit keeps the moment of writing."""
    key, digest = content.of(subject).key, signs.digest(words)
    row, is_new = Writing.objects.get_or_create(
        kind=key,
        subject_id=subject.pk,
        defaults={"person": by.person, "digest": digest, "at": clock.now()},
    )
    if not is_new and row.digest != digest:
        row.digest = digest
        row.save(update_fields=["digest"])


def _changed_as_asked(subject: Any) -> str | None:
    """Whether it is hidden because its author was asked to change it."""
    if subject.hidden_at is None:
        return None
    latest = queries.latest_about(subject)
    if latest is None or latest.is_undecided:
        return None
    standing = queries.standing_decision(latest)
    if standing is None or standing.outcome != Outcome.EDIT_REQUEST:
        return None
    return _("Its author has changed it as they were asked to. Somebody looks at it again.")


def _hold(subject: Any, reason: str) -> None:
    cases.lock_subject(subject)
    case: Case = queries.undecided_about(subject) or cases.begin(
        subject, origin=Origin.CARE, reason=reason
    )
    case, _subject = cases.locked(case)
    if case.state != CaseState.OPEN:
        return
    cases.move(case, CaseState.AUTO_HIDDEN)
    log.of_case(case, "held", by=None)
    hiding.hide(subject=subject, case=case, by=None)
    letters.tell_held(case, reason)
