"""What the user says of rows that may be somebody who is here already."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from members.models import Business, ImportRow, ImportRun, ImportState, RowAction
from members.queries.known import known_of
from members.services.imports import mapping, runs
from members.services.imports.deciding import (
    Standing,
    changes_of,
    lacks_tier,
    no_tier,
    standing_of,
)

NEW, OUT, SAME, ROW = "new", "out", "same", "row"
AT_ONCE = 1_000


@transaction.atomic
def answer(*, run_id: UUID, answers: dict[UUID, str]) -> int:
    """Takes "new", "out", "same:<business>" or "row:<number>" for rows; how many were answered.

    What was not proposed for a row is no answer. An answer can be changed
    until the rows come in.

    Raises:
        DomainError: the run is elsewhere by now.
    """
    run = _waiting(run_id)
    rows = ImportRow.objects.filter(run=run, pk__in=answers, done_at__isnull=True)
    asked = [row for row in rows.order_by("number") if row.values.get("matches")]
    return _take(run, [(row, answers[row.pk]) for row in asked])


@transaction.atomic
def answer_all(*, run_id: UUID, said: str) -> int:
    """One answer for every open question, a thousand at most; how many were answered.

    "same" answers only where a single business is proposed.

    Raises:
        DomainError: the run is elsewhere by now.
    """
    run = _waiting(run_id)
    asked = ImportRow.objects.filter(run=run, action=RowAction.ASK).order_by("number")[:AT_ONCE]
    if said in (NEW, OUT):
        return _take(run, [(row, said) for row in asked])
    single = [row for row in asked if len(row.values["matches"]) == 1]
    return _take(run, [(row, _as_answer(row.values["matches"][0]["ref"])) for row in single])


def choices_of(row: ImportRow) -> list[str]:
    """The answers that a row can be given."""
    return [*(_as_answer(match["ref"]) for match in row.values.get("matches", [])), NEW, OUT]


def _as_answer(ref: str | int) -> str:
    return f"{SAME}:{ref}" if isinstance(ref, str) else f"{ROW}:{ref}"


def _waiting(run_id: UUID) -> ImportRun:
    run = runs.locked(run_id)
    if run.state != ImportState.CHECKED:
        raise DomainError(
            _("This import is %(state)s now; that step is not open.")
            % {"state": run.get_state_display()}
        )
    return run


def _take(run: ImportRun, answered: list[tuple[ImportRow, str]]) -> int:
    taken = [(row, said) for row, said in answered if said in choices_of(row)]
    standings = _standings(run, (said for _row, said in taken))
    for row, said in taken:
        _apply(row, said, standings)
    rows = [row for row, _said in taken]
    runs.save_rows(rows, "values", "problems", "action", "business")
    runs.count_actions(run)
    return len(rows)


def _standings(run: ImportRun, answers: Iterable[str]) -> dict[str, Standing]:
    ids = [said.partition(":")[2] for said in answers if said.startswith(SAME)]
    known = known_of(Business.objects.filter(pk__in=ids)) if ids else {}
    reading = mapping.reading_of(run)
    return {str(pk): standing_of(one, reading) for pk, one in known.items()}


def _apply(row: ImportRow, said: str, standings: dict[str, Standing]) -> None:
    kind, _colon, ref = said.partition(":")
    row.values |= {"choice": said, "changes": [], "note": "", "fold": None}
    row.business_id = None
    row.problems = [problem for problem in row.problems if problem["code"] != "no_tier"]
    fields = row.values["fields"]
    if (kind == NEW and lacks_tier(fields, None)) or (
        ref in standings and lacks_tier(fields, standings[ref].known)
    ):
        row.action = RowAction.REFUSE
        row.problems.append(no_tier())
    elif kind == NEW:
        row.action = RowAction.CREATE
    elif kind == SAME and ref in standings:
        found = changes_of(fields, standings[ref], row.values["shown"])
        row.action = RowAction.UPDATE if found else RowAction.SKIP
        row.business_id = UUID(ref)
        row.values |= {"changes": found}
    elif kind == ROW:
        row.action = RowAction.UPDATE
        row.values |= {"fold": int(ref), "note": _("Goes with row %s.") % ref}
    else:
        row.action = RowAction.SKIP
        row.values |= {"note": _("Left out by you.")}
