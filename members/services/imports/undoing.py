"""A run taken back, as far as nobody has worked on it since (ADR-0015).

What it made and nobody touched is deleted; where a term was brought in, which
no row of ours ever deletes, the term is struck out from its own first day and
the membership ended. What it changed gets its old value back where the new
one still stands. The rest stays, and each row says why.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from members import events
from members.models import Business, ImportRow, ImportRun, ImportState, RowAction, Tier
from members.services import tiers
from members.services.imports import runs
from members.services.imports.committing import only_one_at_work
from members.services.imports.restoring import restore
from members.services.imports.taking_back import LEFT, RESTORED, take_back

CHUNK = 200


@transaction.atomic
def start(*, run_id: UUID, by: Seat) -> ImportRun:
    """Sets a worker to take a run back.

    Raises:
        DomainError: it is not in, or another import is at work.
    """
    only_one_at_work(run_id)
    run = runs.locked(run_id)
    total = ImportRow.objects.filter(run=run, done_at__isnull=False).count()
    if run.state == ImportState.COMMITTED and not total:
        raise DomainError(_("Its rows have been forgotten by now; it cannot be taken back."))
    title = _("Taking back “%s”") % run.file.name
    runs.set_to_work(run, ImportState.UNDOING, title=title, total=total, by=by)
    audit.record(by=by, action="import.taken_back", subject=run, rows=total)
    return run


def undo_chunk(run: ImportRun, memo: dict[str, Any]) -> None:
    """Takes back the next rows, the last ones first."""
    done = ImportRow.objects.filter(run=run, done_at__isnull=False)
    rows = list(done.select_related("business").order_by("-number")[:CHUNK])
    by = runs.actor(run)
    changed = [row for row in rows if row.action == RowAction.UPDATE]
    new = [row for row in rows if row.action == RowAction.CREATE]
    # Changes first, and kept first: a row may have added to a business that another row of
    # this run made, and that goes now.
    for row in changed:
        _restore(row, by)
    _keep(changed)
    restored = [row.business_id for row in changed if row.business_id]
    events.businesses_changed.send(sender=Business, business_ids=restored)
    take_back(new, by=by)
    _keep(new)
    undone = dict(run.counts.get("undone", {}))
    for row in rows:
        undone[row.before["undone"]] = undone.get(row.before["undone"], 0) + 1
    run.counts = run.counts | {"undone": undone}
    run.save(update_fields=["counts"])
    runs.advance(run, sum(undone.values()))
    if len(rows) < CHUNK:
        _finish(run)


def _keep(rows: list[ImportRow]) -> None:
    for row in rows:
        row.done_at = None
    runs.save_rows(rows, "business", "before", "done_at")


def _restore(row: ImportRow, by: Seat) -> None:
    try:
        with transaction.atomic():
            left = restore(row, by=by)
    except DomainError as error:
        left = [error.message]
    row.before["undone"] = LEFT if left else RESTORED
    if left:
        row.before["left"] = left


def _finish(run: ImportRun) -> None:
    for pk in run.options.get("made_tiers", {}).values():
        tier = Tier.objects.filter(pk=pk).first()
        if tier is not None:
            _drop_tier(tier, runs.actor(run))
    runs.move(run, ImportState.UNDONE, undone_at=clock.now(), message="")
    runs.end_job(run)


def _drop_tier(tier: Tier, by: Seat) -> None:
    try:
        tiers.delete_tier(tier=tier, by=by)
    except DomainError:
        # Terms that were struck out still name it; nobody can choose it, and nobody has it.
        if not tier.retired_at:
            tiers.retire_tier(tier=tier, by=by)
