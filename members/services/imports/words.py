"""What is said of files and cells that cannot be taken as they are, and how to put them right."""

from typing import Any, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.sheets.limits import COLUMNS, ROWS, Fault, UnreadableSheet


class Problem(TypedDict):
    """One thing about a row: its kind, its field, a sentence, and whether the row stays out."""

    code: str
    field: str
    says: str
    refuses: bool


# What is wrong, in the words of whoever has to put it right; several rows share one repair.
REPAIRS: dict[str, Any] = {
    "no_name": gettext_lazy("They have no name: write one into the business’s column."),
    "too_long": gettext_lazy("A name is too long: shorten it in the spreadsheet."),
    "date": gettext_lazy("A day cannot be read: write it as 2026-03-31."),
    "days_wrong": gettext_lazy("Days contradict each other: look which one is mistyped."),
    "money": gettext_lazy("An amount cannot be read: write it as 250 or 250.00."),
    "price": gettext_lazy("The dues do not fit the tier: choose another tier or amount."),
    "tier": gettext_lazy("The tier is not known: say below which one is meant."),
    "no_tier": gettext_lazy(
        "They are paid but have no tier: choose one for such rows among the columns."
    ),
    "segment": gettext_lazy("The kind of business is not known: say below which one is meant."),
    "email": gettext_lazy("An e-mail address cannot be read; the rows come in without it."),
    "phone": gettext_lazy("A phone number cannot be read; the rows come in without it."),
    "website": gettext_lazy("A website cannot be read; the rows come in without it."),
    "number": gettext_lazy("A number cannot be read; the rows come in without it."),
    "word": gettext_lazy("A word is not one that we know; the rows come in without it."),
    "formula": gettext_lazy(
        "A cell holds a formula and no value: open the file in your spreadsheet program, save "
        "it there, and bring it again. The rows come in without these cells."
    ),
    "shortened": gettext_lazy("A text is longer than there is room: it is shortened."),
    "no_until": gettext_lazy(
        "They are members, but it does not say until when they have paid: they come in as pending."
    ),
    "suspended": gettext_lazy("They are suspended elsewhere: suspend them here once they are in."),
    "no_person": gettext_lazy("A contact has no e-mail address and cannot be given a seat."),
    "no_seat": gettext_lazy("A tier has no seat left for the contact: end another one first."),
    "more_cells": gettext_lazy(
        "The row has more cells than there are headings: it may be shifted."
    ),
    "commit": gettext_lazy("They could not be brought in: look at each."),
}


def repair(code: str) -> str:
    """How rows with this problem are put right."""
    return str(REPAIRS.get(code, code))


def refusal(error: UnreadableSheet) -> str:
    """Why a file cannot be read, and what to do."""
    said: dict[str, str] = {
        Fault.EMPTY: _("This file is empty."),
        Fault.PASSWORD: _(
            "This workbook is locked with a password. Save it without one and bring it again."
        ),
        Fault.OLD_EXCEL: _(
            "This is a workbook of an old Excel (.xls). Save it as .xlsx or CSV and bring it so."
        ),
        Fault.BINARY_EXCEL: _(
            "This is a binary workbook (.xlsb). Save it as .xlsx or CSV and bring it so."
        ),
        Fault.OPEN_DOCUMENT: _(
            "This is an OpenDocument file (.ods). Save it as .xlsx or CSV and bring it so."
        ),
        Fault.PDF: _(
            "This is a PDF, which holds no rows. Export the list as .xlsx or CSV and bring that."
        ),
        Fault.NOT_A_SHEET: _("This is not a spreadsheet. Bring an .xlsx or a CSV file."),
        Fault.TOO_BIG_INSIDE: _(
            "Unpacked, this workbook is far larger than a list of members. "
            "Save only its table as a CSV file and bring that."
        ),
        Fault.ENTITIES: _(
            "This workbook holds something that no spreadsheet program writes, so it is not "
            "opened. Save its table as a CSV file and bring that."
        ),
        Fault.BROKEN: _(
            "This file is damaged and breaks off. Open it in your spreadsheet program, save it "
            "anew, and bring it again."
        ),
        Fault.NO_ROWS: _("There are no rows in this file."),
    }
    return said.get(error.fault) or _of_a_row(error)


def _of_a_row(error: UnreadableSheet) -> str:
    row = {"row": error.row}
    if error.fault is Fault.OPEN_QUOTE:
        return _("A quotation mark opens in row %(row)d and is never closed.") % row
    if error.fault is Fault.TOO_MANY_COLUMNS:
        return _("Row %(row)d has more than %(most)d columns.") % (row | {"most": COLUMNS})
    return _("There are more than %(most)d rows. Divide the file and bring the parts.") % {
        "most": ROWS
    }
