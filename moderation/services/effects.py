"""What follows from a decision: hidden or shown, a pause in writing, what flags were worth."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from moderation import content
from moderation.models import (
    HIDES,
    Agreement,
    Case,
    Decision,
    Outcome,
    SanctionKind,
    Stage,
)
from moderation.queries import agreements
from moderation.rules import MUTE_FOR
from moderation.services import flags, hiding, log, sanctions, words

SANCTIONS = {Outcome.MUTE: SanctionKind.MUTE, Outcome.SUSPEND: SanctionKind.SUSPENSION}


def write(
    case: Case,
    *,
    stage: Stage,
    outcome: str,
    agreement: Agreement | None,
    reasons: str,
    by: Seat,
    until: datetime | None,
) -> Decision:
    """The decision on record.

    Raises:
        DomainError: an unknown outcome, one without its agreement or reasons, or nobody to reach.
    """
    if outcome not in Outcome.values:
        raise DomainError(_("Choose what should happen."), field="outcome")
    text = words.read(
        reasons, longest=2000, field="reasons", missing=_("Say why, in a sentence or two.")
    )
    if outcome != Outcome.KEEP and agreement is None:
        raise DomainError(_("Name the agreement that was broken."), field="agreement")
    if agreement is not None and not agreements.counts_in(agreement, case.space):
        raise DomainError(_("This agreement does not count here."), field="agreement")
    if outcome in SANCTIONS and case.author is None:
        raise DomainError(_("There is nobody whom this could reach."), field="outcome")
    decision = Decision.objects.create(
        case=case,
        stage=stage,
        outcome=outcome,
        agreement=agreement,
        reasons=text,
        by=by,
        person=by.person,
        until=_until(outcome, until),
        at=clock.now(),
    )
    action = "decided" if stage == Stage.FIRST else "appeal_heard"
    log.of_case(case, action, by=by, outcome=outcome, agreement=str(agreement or ""))
    return decision


def follow(decision: Decision, case: Case, subject: Any) -> None:
    """Hides or shows, silences, and settles the flags, as the decision says."""
    if subject is not None:
        act = hiding.hide if decision.outcome in HIDES else hiding.show
        act(subject=subject, case=case, by=decision.by)
    if (kind := SANCTIONS.get(Outcome(decision.outcome))) and case.author is not None:
        sanctions.begin(seat=case.author, kind=kind, decision=decision, space=case.space)
    flags.settle(case, upheld=decision.outcome != Outcome.KEEP)


def empty(decision: Decision, subject: Any) -> None:
    """After the last word: what was removed is taken away for good."""
    if decision.outcome == Outcome.REMOVE and subject is not None:
        content.of(subject).emptied(subject)


def _until(outcome: str, until: datetime | None) -> datetime | None:
    """When a pause in writing ends; nothing else has an end."""
    if outcome == Outcome.MUTE and until is None:
        return clock.now() + MUTE_FOR
    if outcome not in SANCTIONS:
        return None
    if until is not None and until <= clock.now():
        raise DomainError(_("Choose a day that is still to come."), field="until")
    return until
