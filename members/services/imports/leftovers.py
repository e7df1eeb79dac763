"""Rows that stay out, given back as they came, and the empty sheet to begin with."""

import csv
from io import StringIO

from django.utils.translation import gettext as _

from members.models import ImportRow, ImportRun, RowAction
from members.queries.imports import kept_out
from members.services.imports.fields import EXPORTED, FIELDS
from members.sheets.inert import inert

AT_ONCE = 500
# Told by us, not by whoever fills the sheet in.
NOT_IN_TEMPLATE = frozenset({"slug", "latitude", "longitude", "neighbourhood", "relief"})


def as_csv(run: ImportRun) -> str:
    """The file's own columns, then the row's number and why it stays out.

    The same headings: what has been put right comes in with the same columns.
    """
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([*map(inert, run.columns), _("Row"), _("Why it stayed out")])
    width = len(run.columns)
    for row in kept_out(run).iterator(chunk_size=AT_ONCE):
        cells = [*row.cells, *[""] * width][:width]
        writer.writerow([*map(inert, cells), row.number, inert(_why(row))])
    return out.getvalue()


def empty_sheet() -> str:
    """A first line of headings that are all known."""
    out = StringIO()
    csv.writer(out).writerow(
        [str(FIELDS[key].label) for key in EXPORTED if key not in NOT_IN_TEMPLATE]
    )
    return out.getvalue()


def _why(row: ImportRow) -> str:
    if row.action == RowAction.ASK:
        return _("Perhaps a member already; nobody has said yet.")
    refusing = [problem["says"] for problem in row.problems if problem["refuses"]]
    return " ".join(refusing) or str(row.values.get("note", ""))
