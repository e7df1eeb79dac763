"""Appeals: once, heard by somebody who had no part in it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from moderation.models import Agreement, Appeal, Case, CaseState, Decision, Stage
from moderation.queries import cases as queries
from moderation.queries import powers
from moderation.rules import ADVISE, APPEAL_HEARD_WITHIN
from moderation.services import cases, effects, letters, log, sanctions
from moderation.services import words as typed


@transaction.atomic
def appeal(*, case: Case, words: str, by: Seat) -> Appeal:
    """An author asks for a second look, by somebody else, within three days.

    Raises:
        DomainError: not an author, nothing to appeal, too late, or appealed already.
    """
    text = typed.read(
        words, longest=2000, field="words", missing=_("Say what should be seen differently.")
    )
    case, _subject = cases.locked(case)
    if not queries.is_author(case, by.person):
        raise DomainError(_("Only who wrote it can appeal."))
    if case.state == CaseState.APPEALED or Appeal.objects.filter(case=case).exists():
        raise DomainError(_("There is an appeal already; one is all there is."))
    if not queries.may_appeal(case, by.person):
        raise DomainError(_("This can no longer be appealed."))
    row = Appeal.objects.create(case=case, by=by, words=text, at=clock.now())
    cases.move(
        case, CaseState.APPEALED, appealed_at=row.at, appeal_due_at=row.at + APPEAL_HEARD_WITHIN
    )
    log.of_case(case, "appealed", by=by)
    letters.tell_advisors(case)
    return row


@transaction.atomic
def hear(
    *,
    case: Case,
    outcome: str,
    agreement: Agreement | None,
    reasons: str,
    by: Seat,
    until: datetime | None = None,
) -> Decision:
    """The last word, by somebody who neither decided nor acted in it before.

    Another outcome takes the first one's place, with all that followed from it.

    Raises:
        DomainError: as for a decision, or they had a part in it.
    """
    case, subject = cases.locked(case)
    _must_hear(case, by)
    first = Decision.objects.get(case=case, stage=Stage.FIRST)
    decision = effects.write(
        case,
        stage=Stage.APPEAL,
        outcome=outcome,
        agreement=agreement,
        reasons=reasons,
        by=by,
        until=until,
    )
    cases.move(case, CaseState.FINAL, closed_at=clock.now())
    if decision.outcome != first.outcome:
        sanctions.lift(decision=first)
        effects.follow(decision, case, subject)
    effects.empty(decision, subject)
    letters.tell_authors(case, decision)
    letters.tell_flaggers(case, decision)
    return decision


def _must_hear(case: Case, by: Seat) -> None:
    if case.state != CaseState.APPEALED:
        raise DomainError(_("There is no appeal to hear. Reload the page to see how it ended."))
    if powers.seat_with([by], ADVISE, None if case.is_outside else case.space) is None:
        raise DomainError(_("You do not hear appeals here."))
    if queries.had_part(case, by.person):
        raise DomainError(_("You had a part in this. Somebody else hears the appeal."))
