"""Reads of imports: what a page shows of a run and of its rows."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from members.models import Business, ImportRow, ImportRun, RowAction

PAGE = 25
# What people look at: what comes in, what asks, what stays out.
SHOWN = (
    RowAction.CREATE,
    RowAction.UPDATE,
    RowAction.ASK,
    RowAction.REFUSE,
    RowAction.SKIP,
)
LEFT = "left"


@dataclass(frozen=True)
class Proposal:
    """Somebody whom a row may be: the answer to give, the name, and the marks they share."""

    answer: str
    name: str
    slug: str
    why: list[str]


@dataclass
class Line:
    """One row of the preview."""

    row: ImportRow
    name: str
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def chosen(self) -> str:
        """What the user has answered so far."""
        return str(self.row.values.get("choice", ""))

    @property
    def problems(self) -> list[str]:
        return [problem["says"] for problem in self.row.problems]

    @property
    def changes(self) -> list[list[str]]:
        """Field, old, new."""
        return list(self.row.values.get("changes", []))

    @property
    def note(self) -> str:
        return str(self.row.values.get("note", ""))

    @property
    def left(self) -> list[str]:
        """What an undo could not take back, and why."""
        return list(self.row.before.get("left", []))


@dataclass(frozen=True)
class Lines:
    """A page of rows; the shape of `alliance.pages.Page`, by row number."""

    rows: list[Line]
    next_query: str | None
    is_first: bool


def all_runs() -> QuerySet[ImportRun]:
    """Every run, newest first, without the bytes of its file."""
    runs = ImportRun.objects.select_related("seat__person", "file", "job")
    return runs.defer("file__content").order_by("-created_at", "-id")


def lines_of(run: ImportRun, query: QueryDict) -> Lines:
    """The rows that `?show=`, `?problem=` and `?after=` ask for, in the file's order."""
    rows = _asked_for(ImportRow.objects.filter(run=run), query)
    after = query.get("after", "")
    is_first = not (after.isascii() and after.isdigit() and len(after) < 9)
    if not is_first:
        rows = rows.filter(number__gt=int(after))
    found = list(rows.select_related("business").order_by("number")[: PAGE + 1])
    following = None
    if len(found) > PAGE:
        found = found[:PAGE]
        parameters = query.copy()
        parameters["after"] = str(found[-1].number)
        following = parameters.urlencode()
    return Lines(_lines(run, found), following, is_first)


def samples_of(run: ImportRun, count: int = 3) -> list[list[str]]:
    """For each column the first few things that stand in it."""
    found: list[list[str]] = [[] for _column in run.columns]
    for cells in ImportRow.objects.filter(run=run).values_list("cells", flat=True)[:40]:
        for place, cell in enumerate(cells[: len(found)]):
            if cell and len(found[place]) < count and cell not in found[place]:
                found[place].append(cell)
    return found


def kept_out(run: ImportRun) -> QuerySet[ImportRow]:
    """Rows that do not come in although they say something: refused, undecided, left out."""
    rows = ImportRow.objects.filter(run=run).order_by("number")
    out = rows.filter(action__in=(RowAction.REFUSE, RowAction.ASK))
    return out | rows.filter(action=RowAction.SKIP, values__choice="out")


def _asked_for(rows: QuerySet[ImportRow], query: QueryDict) -> QuerySet[ImportRow]:
    show, problem = query.get("show", ""), query.get("problem", "")
    if problem:
        return rows.filter(problems__contains=[{"code": problem[:40]}])
    if show == LEFT:
        return rows.filter(before__has_key="left")
    if show == RowAction.ASK:
        # Those that are answered too: a mind may be changed.
        return rows.filter(values__has_key="matches")
    return rows.filter(action=show) if show in SHOWN else rows


def _lines(run: ImportRun, rows: list[ImportRow]) -> list[Line]:
    refs = {match["ref"] for row in rows for match in row.values.get("matches", [])}
    known: dict[Any, tuple[str, str]] = {
        str(pk): (name, slug)
        for pk, name, slug in Business.objects.filter(
            pk__in=[UUID(ref) for ref in refs if isinstance(ref, str)]
        ).values_list("pk", "trade_name", "slug")
    }
    numbers = [ref for ref in refs if isinstance(ref, int)]
    for row in ImportRow.objects.filter(run=run, number__in=numbers) if numbers else ():
        known[row.number] = (_name(run, row), "")
    return [Line(row, _name(run, row), _proposals(row, known)) for row in rows]


def _proposals(row: ImportRow, known: dict[Any, tuple[str, str]]) -> list[Proposal]:
    found = []
    for match in row.values.get("matches", []):
        ref = match["ref"]
        if ref in known:
            name, slug = known[ref]
            answer = f"same:{ref}" if isinstance(ref, str) else f"row:{ref}"
            found.append(Proposal(answer, name, slug, list(match["why"])))
    return found


def _name(run: ImportRun, row: ImportRow) -> str:
    """What the row calls its business, or the first thing that stands in it."""
    fields = row.values.get("fields", {})
    name = fields.get("trade_name") or fields.get("legal_name")
    return str(name or next((cell for cell in row.cells if cell), ""))[:120]
