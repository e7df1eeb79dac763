"""The worker's side: chunk after chunk of whatever step a run is in, until it has ended."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.utils.translation import gettext as _

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances, in_alliance
from members.models import ImportRun, ImportState
from members.services import wake
from members.services.imports import checking, committing, runs, undoing, upload
from members.services.imports.words import refusal
from members.sheets.limits import UnreadableSheet

log = structlog.get_logger("commonweal.members")

# A task is ended by force after five minutes; long before, another one takes over.
SLICE_SECONDS = 100.0
# For so long an import can be taken back; then its rows and its file are forgotten.
KEPT_FOR, BATCH = timedelta(days=180), 50
Memo = dict[str, Any]
STEPS: dict[str, Callable[[ImportRun, Memo], None]] = {
    ImportState.UPLOADED: upload.read_chunk,
    ImportState.CHECKING: checking.check_chunk,
    ImportState.COMMITTING: committing.commit_chunk,
    ImportState.UNDOING: undoing.undo_chunk,
}


def work_on(*, alliance: Alliance, run_id: UUID) -> None:
    """Does what the run waits for, a transaction a chunk.

    Each chunk holds the run's lock. Who finds it taken leaves: somebody is at
    work. So two workers of one run never write side by side, and one that
    dies leaves whole chunks behind, after which the next one goes on.
    """
    deadline = time.monotonic() + SLICE_SECONDS
    memo: Memo = {}
    while True:
        try:
            with in_alliance(alliance):
                state = _one_chunk(run_id, memo)
        except UnreadableSheet as error:
            _give_up(alliance, run_id, refusal(error))
            return
        except (OperationalError, InterfaceError):
            # The database is away; the sweep comes again.
            raise
        except Exception as error:
            log.exception("import_broke", exc_info=error)
            _give_up(alliance, run_id, _("Something broke on the way. Nothing is half done."))
            return
        if state not in STEPS:
            return
        if time.monotonic() > deadline:
            wake.now(runs.TASK, alliance_id=str(alliance.pk), run_id=str(run_id))
            return


def sweep() -> int:
    """Wakes a worker for each run that has work left; how many there were."""
    with across_alliances(reason="Find imports that a lost worker left behind."):
        found = list(
            ImportRun.objects.filter(state__in=runs.WORKING)
            .order_by()
            .values_list("alliance_id", "pk")
        )
    for alliance_id, run_id in found:
        wake.now(runs.TASK, alliance_id=str(alliance_id), run_id=str(run_id))
    return len(found)


def _one_chunk(run_id: UUID, memo: Memo) -> str:
    """One chunk of the step that the run is in; its state afterwards, empty where it is taken."""
    run = runs.free(run_id)
    step = STEPS.get(run.state) if run else None
    if run is None or step is None:
        return ""
    if memo.get("state") != run.state:
        memo.clear()
        memo["state"] = run.state
    step(run, memo)
    return ImportRun.objects.values_list("state", flat=True).get(pk=run_id)


def _give_up(alliance: Alliance, run_id: UUID, message: str) -> None:
    with in_alliance(alliance):
        runs.give_up(run_id, message=message)


def forget_old() -> int:
    """Forgets what runs brought along that ended half a year ago; how many there were."""
    before = clock.now() - KEPT_FOR
    old = Q(state=ImportState.COMMITTED, committed_at__lt=before) | Q(
        state=ImportState.UNDONE, undone_at__lt=before
    )
    with across_alliances(reason="Find imports that ended half a year ago."):
        found = list(
            ImportRun.objects.filter(old, file__size__gt=0)
            .order_by()
            .values_list("alliance_id", "pk")[:BATCH]
        )
    for alliance in Alliance.objects.filter(pk__in={owner for owner, _run in found}):
        with in_alliance(alliance):
            for run in runs.runs().filter(pk__in=[pk for _owner, pk in found]):
                runs.forget(run)
    return len(found)
