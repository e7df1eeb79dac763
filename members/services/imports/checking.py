"""Each row is understood, compared with who is here, and decided on; nothing else is written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from alliance import clock
from members.models import Business, ImportRow, ImportRun, ImportState, RowAction, Tier
from members.queries.known import known_of
from members.services.imports import mapping, matching, runs
from members.services.imports.completing import Defaults, complete
from members.services.imports.deciding import (
    Decision,
    Standing,
    decide,
    lacks_tier,
    no_tier,
    standing_of,
)
from members.services.imports.matching import Index, Match, marks_of
from members.services.imports.normalising import Reading, Row
from members.sheets.synonyms import folded

CHUNK = 500
UNKNOWN_WORDS = 60
IN_THE_FILE = (RowAction.CREATE, RowAction.UPDATE, RowAction.ASK)


@dataclass
class Memory:
    """What a worker keeps from chunk to chunk of one check."""

    reading: Reading
    defaults: Defaults
    columns: list[tuple[int, str]]
    headings: dict[str, str]
    width: int
    here: Index
    # Rows of the file that come in: those after them may be the same business.
    in_file: Index = field(default_factory=Index)
    said: dict[int, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    earlier: ImportRun | None = None


def check_chunk(run: ImportRun, memo: dict[str, Any]) -> None:
    """Decides on the next rows; at the end the run waits for the user's word."""
    if "memory" not in memo:
        memo["memory"] = _memory(run)
    memory: Memory = memo["memory"]
    unknown = ImportRow.objects.filter(run=run, action=RowAction.UNKNOWN)
    rows = list(unknown.order_by("number")[:CHUNK])
    read = [(row, _read(row, memory)) for row in rows]
    here = {row.pk: memory.here.matches(marks_of(found.fields)) for row, found in read}
    standings = _standings(here.values(), memory.reading)
    before = _brought_before(memory.earlier, rows)
    for row, found in read:
        if row.action == RowAction.UNKNOWN:
            _settle(row, found, here[row.pk], standings, memory)
        if row.values["fields"] == before.get(row.number):
            _set(row, Decision(RowAction.SKIP, note=_("Came in with this file before.")))
        _remember(row, memory)
    runs.save_rows(rows, "values", "problems", "action", "business")
    _count(run, read)
    runs.advance(run, run.counts["rows"] - unknown.count())
    if len(rows) < CHUNK:
        _finish(run)


def _memory(run: ImportRun) -> Memory:
    places = {column: place for place, column in enumerate(run.columns)}
    same = ImportRun.objects.filter(
        file__sha256=run.file.sha256, state=ImportState.COMMITTED, mapping=run.mapping
    )
    memory = Memory(
        reading=mapping.reading_of(run),
        defaults=Defaults(
            {str(tier.pk): tier for tier in Tier.objects.all()}, run.options["default_tier"]
        ),
        columns=sorted((places[column], key) for column, key in run.mapping.items()),
        headings={key: column for column, key in run.mapping.items()},
        width=len(run.columns),
        here=matching.index_of_businesses(),
        earlier=same.exclude(pk=run.pk).first(),
    )
    # Where another worker left off: what it decided is met by the rows that follow.
    decided = ImportRow.objects.filter(run=run, action__in=IN_THE_FILE).order_by("number")
    for row in decided.iterator(chunk_size=CHUNK):
        _remember(row, memory)
    return memory


def _read(row: ImportRow, memory: Memory) -> Row:
    """Understands a row, and decides at once on one that cannot come in."""
    cells = row.cells
    shown = {key: cells[place] for place, key in memory.columns if place < len(cells)}
    found = Row(memory.reading, memory.headings).read(shown)
    complete(found, memory.defaults)
    if len(cells) > memory.width:
        says = _("Cells beyond the last heading are left aside.")
        found.problems.append({"code": "more_cells", "field": "", "says": says, "refuses": False})
    row.values = {"fields": found.fields, "shown": shown}
    row.problems = found.problems
    if shown and all(folded(text) == folded(memory.headings[key]) for key, text in shown.items()):
        row.problems, found.unknown = [], {}
        _set(row, Decision(RowAction.SKIP, note=_("The headings once more.")))
    elif any(problem["refuses"] for problem in row.problems):
        _set(row, Decision(RowAction.REFUSE))
    return found


def _standings(matches: Iterable[list[Match]], reading: Reading) -> dict[str, Standing]:
    refs = {match.ref for found in matches for match in found}
    known = known_of(Business.objects.filter(pk__in=refs))
    return {str(pk): standing_of(one, reading) for pk, one in known.items()}


def _brought_before(earlier: ImportRun | None, rows: list[ImportRow]) -> dict[int, Any]:
    """What the rows of the very same file said when they came in, by their numbers."""
    if earlier is None:
        return {}
    numbers = [row.number for row in rows]
    done = ImportRow.objects.filter(run=earlier, number__in=numbers, done_at__isnull=False)
    return {row.number: row.values.get("fields") for row in done}


def _settle(
    row: ImportRow,
    found: Row,
    here: list[Match],
    standings: dict[str, Standing],
    memory: Memory,
) -> None:
    kept = [match for match in here if match.ref in standings]
    in_file = memory.in_file.matches(marks_of(found.fields))
    said = _as_said(found.fields)
    decision = decide(found.fields, kept + in_file, standings, row.values["shown"])
    repeated = [m.ref for m in in_file if m.is_certain and memory.said.get(int(m.ref)) == said]
    if repeated:
        decision = Decision(RowAction.SKIP, note=_("Says the same as row %d.") % repeated[0])
    elif decision.action == RowAction.UPDATE and str(decision.business_id) in memory.taken:
        earlier = memory.taken[str(decision.business_id)]
        in_file = [*in_file, Match(earlier, ("name",), is_certain=True)]
        decision = Decision(RowAction.ASK)
    if decision.action in (RowAction.CREATE, RowAction.UPDATE):
        meant = standings.get(str(decision.business_id))
        if lacks_tier(found.fields, meant.known if meant else None):
            found.problems.append(no_tier())
            decision = Decision(RowAction.REFUSE)
    if decision.action == RowAction.ASK:
        proposed = {match.ref: match for match in matching.surest(kept + in_file)}
        row.values["matches"] = [asdict(match) for match in proposed.values()]
    _set(row, decision)


def _set(row: ImportRow, decision: Decision) -> None:
    row.action = decision.action
    row.business_id = decision.business_id
    row.values |= {"changes": decision.changes, "note": decision.note}


def _remember(row: ImportRow, memory: Memory) -> None:
    if row.action not in IN_THE_FILE:
        return
    fields = row.values["fields"]
    memory.said[row.number] = _as_said(fields)
    memory.in_file.add(row.number, marks_of(fields))
    if row.action == RowAction.UPDATE and row.business_id:
        memory.taken.setdefault(str(row.business_id), row.number)


def _as_said(fields: dict[str, Any]) -> int:
    return hash(repr(sorted(fields.items())))


def _count(run: ImportRun, read: list[tuple[ImportRow, Row]]) -> None:
    """Adds up problems and unknown words, for repairs that put many rows right at once."""
    problems = Counter(run.counts.get("problems", {}))
    words: dict[str, dict[str, Any]] = run.counts.get("words", {})
    for row, found in read:
        problems.update({problem["code"] for problem in row.problems})
        for key, word in found.unknown.items():
            known = words.setdefault(f"{key}:{word.casefold()}", _word(key, word))
            known["rows"] += 1
            if minor := found.fields.get("dues"):
                known["prices"][str(minor)] = known["prices"].get(str(minor), 0) + 1
    kept = sorted(words.items(), key=lambda item: -item[1]["rows"])[:UNKNOWN_WORDS]
    run.counts = run.counts | {"problems": dict(problems), "words": dict(kept)}
    run.save(update_fields=["counts"])


def _word(key: str, word: str) -> dict[str, Any]:
    return {"field": key, "word": word, "rows": 0, "prices": {}}


def _finish(run: ImportRun) -> None:
    runs.count_actions(run)
    run.options = run.options | {"checked_at": clock.now().isoformat()}
    run.save(update_fields=["options"])
    runs.move(run, ImportState.CHECKED)
    runs.end_job(run)
