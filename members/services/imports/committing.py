"""Rows come in: once each, in chunks, however often a worker dies on the way."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from members.models import Business, ImportRow, ImportRun, ImportState, RowAction, Tier
from members.queries.known import Known, known_of
from members.services import tiers
from members.services.imports import mapping, runs
from members.services.imports.changing import change
from members.services.imports.normalising import Reading
from members.services.imports.writing import Desk, create_all

CHUNK = 250
COMING = (RowAction.CREATE, RowAction.UPDATE)


@transaction.atomic
def start(*, run_id: UUID, by: Seat) -> ImportRun:
    """Lets what was checked come in; where others have changed the list since, checks again.

    Raises:
        DomainError: nothing is to come in, the run is elsewhere by now, or
            another import is at work.
    """
    only_one_at_work(run_id)
    run = runs.locked(run_id)
    if run.state == ImportState.CHECKED:
        if _has_changed_since(run):
            mapping.check_again(run, by=by)
            return run
        if not ImportRow.objects.filter(run=run, action__in=COMING, done_at=None).exists():
            raise DomainError(_("There is nothing to bring in."))
        _make_tiers(run, by=by)
    title = _("Bringing in “%s”") % run.file.name
    rows = ImportRow.objects.filter(run=run, action__in=COMING)
    runs.set_to_work(run, ImportState.COMMITTING, title=title, total=rows.count(), by=by)
    audit.record(by=by, action="import.committed", subject=run, **_figures(run))
    return run


def only_one_at_work(run_id: UUID) -> None:
    """Locks all runs that could be at work; two that came in at once could make twins.

    Raises:
        DomainError: another one is.
    """
    states = (
        ImportState.CHECKED,
        ImportState.COMMITTING,
        ImportState.COMMITTED,
        ImportState.UNDOING,
    )
    rows = ImportRun.objects.select_for_update().filter(state__in=states).only("state")
    at_work = (ImportState.COMMITTING, ImportState.UNDOING)
    others = [run for run in rows.order_by("pk") if run.pk != run_id and run.state in at_work]
    if others:
        raise DomainError(_("Another import is at work. Try again as soon as it has ended."))


def commit_chunk(run: ImportRun, memo: dict[str, Any]) -> None:
    """Brings in the next rows."""
    if "desk" not in memo:
        memo["desk"], memo["reading"] = _desk(run), mapping.reading_of(run)
    waiting = ImportRow.objects.filter(run=run, action__in=COMING, done_at=None)
    rows = list(waiting.order_by("number")[:CHUNK])
    _create([row for row in rows if row.action == RowAction.CREATE], memo["desk"])
    # Those just made are not saved with their rows yet, and others may go with them.
    made = {row.number: row.business_id for row in rows if row.action == RowAction.CREATE}
    _change([row for row in rows if row.action == RowAction.UPDATE], run, memo, made)
    now = clock.now()
    for row in rows:
        row.done_at = now if row.action in COMING else None
    runs.save_rows(rows, "business", "before", "done_at", "action", "problems")
    runs.advance(run, _done(run))
    if len(rows) < CHUNK:
        runs.count_actions(run)
        runs.move(run, ImportState.COMMITTED, committed_at=now, message="")
        runs.end_job(run)


def _desk(run: ImportRun) -> Desk:
    made = run.options.get("made_tiers", {})
    known = {str(tier.pk): tier for tier in Tier.objects.all()}
    by_word = {f"new:{word}": known[pk] for word, pk in made.items() if pk in known}
    return Desk(
        tiers=known | by_word,
        default_segment=run.options["default_segment"],
        slugs=set(Business.objects.values_list("slug", flat=True)),
        by=runs.actor(run),
        reason=_("Ended in the system that it was brought from."),
    )


def _create(rows: list[ImportRow], desk: Desk) -> None:
    if not rows:
        return
    try:
        with transaction.atomic():
            create_all(rows, desk)
    except (IntegrityError, DataError, ValidationError):
        # Something came between: the slow way finds the row that does not go.
        desk.slugs = set(Business.objects.values_list("slug", flat=True))
        for row in rows:
            _alone(row, desk)


def _alone(row: ImportRow, desk: Desk) -> None:
    try:
        with transaction.atomic():
            create_all([row], desk)
    except (IntegrityError, DataError, ValidationError):
        _refuse(row, _("Something about it does not fit here."))


def _change(
    rows: list[ImportRow], run: ImportRun, memo: dict[str, Any], made: dict[int, UUID | None]
) -> None:
    _go_with(rows, run, made)
    ids = {row.business_id for row in rows if row.business_id}
    known = known_of(Business.objects.filter(pk__in=ids)) if ids else {}
    for row in rows:
        # Taken out: if another row changes the same business, it is read anew.
        found = known.pop(row.business_id, None) if row.business_id else None
        if found is None and row.business_id:
            found = known_of(Business.objects.filter(pk=row.business_id)).get(row.business_id)
        _change_one(row, found, memo["desk"], memo["reading"])


def _change_one(row: ImportRow, known: Known | None, desk: Desk, reading: Reading) -> None:
    if known is None:
        _refuse(row, _("What it belongs to is not here."))
        return
    try:
        change(row, known, desk=desk, reading=reading)
    except DomainError as error:
        _refuse(row, error.message)
    except (IntegrityError, DataError, ValidationError):
        _refuse(row, _("Something about it does not fit here."))


def _go_with(rows: list[ImportRow], run: ImportRun, made: dict[int, UUID | None]) -> None:
    """Rows that go with an earlier one find its business."""
    numbers = {row.values["fold"] for row in rows if row.values.get("fold") is not None}
    earlier = ImportRow.objects.filter(run=run, number__in=numbers)
    found = dict(earlier.values_list("number", "business_id")) | made
    for row in rows:
        if (number := row.values.get("fold")) is not None:
            row.business_id = found.get(number)


def _refuse(row: ImportRow, says: str) -> None:
    row.action, row.business, row.before = RowAction.REFUSE, None, {}
    row.problems = [
        *row.problems,
        {"code": "commit", "field": "", "says": says, "refuses": True},
    ]


def _done(run: ImportRun) -> int:
    return ImportRow.objects.filter(run=run, done_at__isnull=False).count()


def _make_tiers(run: ImportRun, *, by: Seat) -> None:
    """The tiers that the user has asked for, off the joining page until somebody opens them."""
    made = dict(run.options.get("made_tiers", {}))
    wanted = {f"new:{word}" for word in run.options["tiers"]}
    used = set(
        ImportRow.objects.filter(run=run, action__in=COMING, values__fields__tier__in=wanted)
        .values_list("values__fields__tier", flat=True)
        .distinct()
    )
    for word, answer in run.options["tiers"].items():
        if f"new:{word}" in used and word not in made:
            name = run.options.get("tier_names", {}).get(word, word)
            price = int(answer.partition(":")[2])
            made[word] = str(_tier(name, price, by=by).pk)
    run.options = run.options | {"made_tiers": made}
    run.save(update_fields=["options"])


def _tier(name: str, price_minor: int, *, by: Seat) -> Tier:
    there = Tier.objects.filter(name=name).first()
    return there or tiers.add_tier(name=name, price_minor=price_minor, is_public=False, by=by)


def _has_changed_since(run: ImportRun) -> bool:
    """Whether somebody else's rows came in, or went, after this was checked."""
    checked_at = datetime.fromisoformat(run.options["checked_at"])
    others = ImportRun.objects.exclude(pk=run.pk)
    own = ImportRow.objects.filter(run=run, business__isnull=False, done_at__isnull=False)
    return (
        others.filter(committed_at__gt=checked_at).exists()
        or others.filter(undone_at__gt=checked_at).exists()
        or Business.objects.filter(created_at__gt=checked_at)
        .exclude(pk__in=own.values("business"))
        .exists()
    )


def _figures(run: ImportRun) -> dict[str, int]:
    return {action.value: run.counts.get(action.value, 0) for action in COMING}
