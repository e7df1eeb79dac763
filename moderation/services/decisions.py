"""First decisions: who decides, what follows, and who is told."""

from datetime import datetime

from django.db import transaction

from alliance import clock
from alliance.models import Seat
from moderation.models import Agreement, Case, CaseState, Decision, Outcome, Stage
from moderation.services import cases, effects, letters


@transaction.atomic
def decide(
    *,
    case: Case,
    outcome: str,
    agreement: Agreement | None,
    reasons: str,
    by: Seat,
    until: datetime | None = None,
) -> Decision:
    """Decides a case once, acts on it, and tells both sides why.

    That nothing is wrong is final at once; anything else can be appealed.

    Args:
        until: when a pause in writing ends; without it a mute lasts seven days.

    Raises:
        DomainError: decided already, not theirs to look after, their own words or
            flag, an outcome without its agreement, or no reasons.
    """
    case, subject = cases.locked(case)
    cases.must_act(case, by)
    decision = effects.write(
        case,
        stage=Stage.FIRST,
        outcome=outcome,
        agreement=agreement,
        reasons=reasons,
        by=by,
        until=until,
    )
    cases.touch(case)
    now = clock.now()
    if outcome == Outcome.KEEP:
        cases.move(case, CaseState.FINAL, decided_at=now, closed_at=now)
    else:
        cases.move(case, CaseState.DECIDED, decided_at=now)
    effects.follow(decision, case, subject)
    letters.tell_authors(case, decision)
    letters.tell_flaggers(case, decision)
    return decision


@transaction.atomic
def close(*, case: Case) -> bool:
    """Nobody appealed in time: the decision is final. Whether it was this call that closed it."""
    case, subject = cases.locked(case)
    if case.state != CaseState.DECIDED:
        return False
    cases.move(case, CaseState.FINAL, closed_at=clock.now())
    effects.empty(Decision.objects.get(case=case, stage=Stage.FIRST), subject)
    return True
