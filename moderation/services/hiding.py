"""Hiding and showing: the only place that writes `hidden_at`."""

from typing import Any

from django.db import transaction

from alliance import clock
from alliance.models import Seat
from moderation import content
from moderation.models import Case, CaseState, Decision
from moderation.services import log


@transaction.atomic
def hide(*, subject: Any, case: Case, by: Seat | None) -> None:
    """Nobody but its authors and who looks after it reads it any more; twice changes nothing."""
    now = clock.now()
    rows = type(subject).objects.filter(pk=subject.pk, hidden_at__isnull=True)
    if rows.update(hidden_at=now):
        subject.hidden_at = now
        log.of_case(case, "hidden", by=by)
        content.of(subject).changed(subject)


@transaction.atomic
def show(*, subject: Any, case: Case, by: Seat | None) -> None:
    """Everybody reads it again; while another case keeps it hidden nothing changes."""
    if _is_kept_hidden(subject, case):
        return
    if type(subject).objects.filter(pk=subject.pk, hidden_at__isnull=False).update(hidden_at=None):
        subject.hidden_at = None
        log.of_case(case, "shown", by=by)
        content.of(subject).changed(subject)


def _is_kept_hidden(subject: Any, case: Case) -> bool:
    """Whether another case waits with it hidden, or a later one has ended with it hidden."""
    others = Case.objects.filter(kind=case.kind, subject_id=subject.pk).exclude(pk=case.pk)
    if others.filter(state=CaseState.AUTO_HIDDEN).exists():
        return True
    later = others.filter(opened_at__gt=case.opened_at).exclude(state=CaseState.OPEN)
    newest = later.order_by("-opened_at", "-id").first()
    last = Decision.objects.filter(case=newest).order_by("-at", "-id").first() if newest else None
    return last is not None and last.hides
