"""Which column fills which field: proposed, remembered, corrected."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import minor_digits
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from members.models import ImportRow, ImportRun, ImportState, RowAction, Segment, Tier
from members.services.imports import runs
from members.services.imports.fields import FIELDS, labels
from members.services.imports.normalising import Reading
from members.sheets import synonyms, values
from members.sheets.table import Table

SAMPLE = 200
DATES = ("joined_on", "paid_from", "paid_until", "paid_on", "at_location_since")
# Where a file gives no hint: how most of the world writes 3/4, and who does not.
MONTH_FIRST_ZONES = ("America/", "US/", "Pacific/Honolulu", "Pacific/Guam")


@dataclass(frozen=True)
class Choices:
    """What the user says about a file besides its columns."""

    date_order: str
    default_tier: Tier | None
    default_segment: str


def signature(columns: list[str]) -> str:
    """The same for the same headings, in whatever order and case."""
    names = sorted(synonyms.folded(column) for column in columns)
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]


def proposed(run: ImportRun) -> dict[str, str]:
    """Heading → field: as the last time these headings came, else as their names suggest."""
    if (earlier := _earlier(run)) is not None:
        known = {synonyms.folded(name): field for name, field in earlier.mapping.items()}
        found = {column: known.get(synonyms.folded(column), "") for column in run.columns}
        return {column: field for column, field in found.items() if field}
    guessed = synonyms.guess(run.columns, labels())
    return {run.columns[place]: field for place, field in guessed.items()}


def proposed_options(run: ImportRun, table: Table) -> dict[str, Any]:
    """What else to propose: the order of days, the tier and the kind of rows that name none."""
    run.options = {"signature": signature(table.headings)}
    earlier = _earlier(run)
    order = _order_in(run)
    options: dict[str, Any] = {
        "signature": signature(table.headings),
        "sheet": table.sheet,
        "other_sheets": list(table.other_sheets)[:10],
        "date_order": order or _order_here(),
        "is_order_clear": bool(order),
        "default_tier": "",
        "default_segment": Segment.SERVICES.value,
        "tiers": {},
        "segments": {},
    }
    if earlier is not None:
        kept = ("default_tier", "default_segment", "tiers", "segments")
        options |= {name: earlier.options.get(name, options[name]) for name in kept}
        # Tiers that this file brought along are there now, under their own names.
        options["tiers"] = {k: v for k, v in options["tiers"].items() if not v.startswith("new")}
    return options


@transaction.atomic
def name_columns(*, run_id: UUID, mapping: dict[str, str], choices: Choices, by: Seat) -> ImportRun:
    """Takes the user's word for the columns and lets the rows be checked.

    Raises:
        DomainError: no name among them, a field twice, or the run is elsewhere by now.
    """
    run = runs.locked(run_id)
    chosen = {column: mapping[column] for column in run.columns if mapping.get(column) in FIELDS}
    fields = list(chosen.values())
    if not {"trade_name", "legal_name"} & set(fields):
        raise DomainError(_("Say which column holds the businesses’ names."))
    if twice := {field for field in fields if fields.count(field) > 1}:
        names = ", ".join(sorted(str(FIELDS[field].label) for field in twice))
        raise DomainError(_("Only one column can be: %s.") % names)
    run.mapping = chosen
    run.options = run.options | {
        "date_order": choices.date_order,
        "default_tier": str(choices.default_tier.pk) if choices.default_tier else "",
        "default_segment": choices.default_segment,
    }
    run.save(update_fields=["mapping", "options"])
    check_again(run, by=by)
    audit.record(by=by, action="import.mapped", subject=run, fields=sorted(fields))
    return run


@transaction.atomic
def answer_words(
    *, run_id: UUID, tiers: dict[str, str], segments: dict[str, str], by: Seat
) -> ImportRun:
    """Takes what the file's own words for tiers and kinds mean, and checks the rows again.

    Args:
        tiers: a word of the file → a tier's id, or "new:<minor units>" for one to be made.

    Raises:
        DomainError: the run is elsewhere by now.
    """
    run = runs.locked(run_id)
    run.options = run.options | {
        "tiers": run.options.get("tiers", {}) | {k.casefold(): v for k, v in tiers.items() if v},
        "segments": run.options.get("segments", {})
        | {synonyms.folded(k): v for k, v in segments.items() if v in Segment.values},
        "tier_names": run.options.get("tier_names", {}) | {k.casefold(): k for k in tiers},
    }
    run.save(update_fields=["options"])
    check_again(run, by=by)
    audit.record(by=by, action="import.words_answered", subject=run)
    return run


@transaction.atomic
def back_to_columns(*, run_id: UUID) -> ImportRun:
    """Lets the columns be named once more.

    Raises:
        DomainError: it is at work, or rows of it are in.
    """
    run = runs.locked(run_id)
    if run.rows.filter(done_at__isnull=False).exists():
        raise DomainError(_("Some of its rows are in. Bring in the rest, or undo it."))
    runs.move(run, ImportState.MAPPING)
    return run


def check_again(run: ImportRun, *, by: Seat) -> None:
    """Forgets what was decided about rows that are not in yet, and sets a worker to it."""
    rows = ImportRow.objects.filter(run=run, done_at__isnull=True)
    rows.update(action=RowAction.UNKNOWN, business=None, values={}, problems=[])
    run.counts = {"rows": run.counts.get("rows", 0)}
    run.save(update_fields=["counts"])
    title = _("Checking “%s”") % run.file.name
    runs.set_to_work(run, ImportState.CHECKING, title=title, total=run.counts["rows"], by=by)


def reading_of(run: ImportRun) -> Reading:
    """How this file is read, with what the user has answered about its words."""
    tiers: dict[str, str] = {}
    for tier in Tier.objects.order_by("-retired_at", "pk"):
        for name in (synonyms.folded(tier.name), tier.name.casefold(), tier.name):
            if name:
                tiers[name] = str(tier.pk)
    made = run.options.get("made_tiers", {})
    for word, answer in run.options.get("tiers", {}).items():
        tiers[word] = made.get(word, f"new:{word}") if answer.startswith("new") else answer
    return Reading(
        order=run.options.get("date_order", values.MONTH_FIRST),
        digits=minor_digits(current_alliance().currency),
        tiers=tiers,
        segments=dict(run.options.get("segments", {})),
    )


def _earlier(run: ImportRun) -> ImportRun | None:
    """The last run with the same headings whose columns were named."""
    named = ImportRun.objects.exclude(pk=run.pk).exclude(mapping={})
    return named.filter(options__signature=run.options["signature"]).first()


def _order_in(run: ImportRun) -> str:
    """The order of days that the first rows tell by themselves."""
    sample = ImportRow.objects.filter(run=run).values_list("cells", flat=True)[:SAMPLE]
    return values.date_order([cell for cells in sample for cell in cells])


def _order_here() -> str:
    is_american = str(current_alliance().timezone).startswith(MONTH_FIRST_ZONES)
    return values.MONTH_FIRST if is_american else values.DAY_FIRST
