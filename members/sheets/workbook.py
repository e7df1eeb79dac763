"""Excel workbooks, read with openpyxl cell by cell into text."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from itertools import zip_longest
from typing import Any

from openpyxl import load_workbook

from members.sheets.archive import check_archive
from members.sheets.delimited import FORMULA
from members.sheets.inert import plain
from members.sheets.limits import CELL, COLUMNS, LAST_ROW, Fault, UnreadableSheet

_ZEROS = re.compile(r"0{2,}\Z")


@dataclass(frozen=True)
class Sheets:
    """Which sheet is read, and which others hold something too."""

    name: str
    others: tuple[str, ...]
    has_formulas: bool


def workbook_sheets(content: bytes) -> Sheets:
    """The first visible sheet with rows, and the other visible ones that have some.

    Raises:
        UnreadableSheet: the workbook is a bomb, broken, or holds nothing.
    """
    has_formulas = check_archive(content)
    book = _open(content, values=True)
    if not book.worksheets:
        raise UnreadableSheet(Fault.BROKEN)
    try:
        filled = [
            sheet.title
            for sheet in book.worksheets
            if sheet.sheet_state == "visible" and _has_rows(sheet)
        ]
    except Exception as error:
        raise UnreadableSheet(Fault.BROKEN) from error
    finally:
        book.close()
    if not filled:
        raise UnreadableSheet(Fault.NO_ROWS)
    return Sheets(filled[0], tuple(filled[1:]), has_formulas)


def workbook_rows(content: bytes, sheets: Sheets) -> Iterator[tuple[int, list[str]]]:
    """Each row's number and its cells as text; formulas by the value they were saved with.

    Raises:
        UnreadableSheet: too many columns, or a sheet that breaks off.
    """
    values = _open(content, values=True)
    # A formula that was never calculated has no value; only the formula itself tells it
    # from an empty cell, so a workbook with formulas is read twice, side by side.
    formulas = _open(content, values=False) if sheets.has_formulas else None
    try:
        rows = _raw_rows(values, sheets.name)
        shadows = _raw_rows(formulas, sheets.name) if formulas else iter(())
        for number, (row, shadow) in enumerate(zip_longest(rows, shadows, fillvalue=()), start=1):
            if number > LAST_ROW:
                raise UnreadableSheet(Fault.TOO_MANY_ROWS, row=number)
            if not row and not shadow:
                # A cell far below brings a million of these along.
                continue
            if len(row) > COLUMNS and any(cell.value is not None for cell in row[COLUMNS:]):
                raise UnreadableSheet(Fault.TOO_MANY_COLUMNS, row=number)
            yield number, _texts(row, shadow)
    except UnreadableSheet:
        raise
    except Exception as error:
        # openpyxl names no family of errors: a broken part may raise anything.
        raise UnreadableSheet(Fault.BROKEN) from error
    finally:
        for book in filter(None, (values, formulas)):
            book.close()


def _open(content: bytes, *, values: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load_workbook(
                BytesIO(content), read_only=True, data_only=values, keep_links=False
            )
        except Exception as error:
            raise UnreadableSheet(Fault.BROKEN) from error


def _raw_rows(book: Any, name: str) -> Iterator[tuple[Any, ...]]:
    sheet = book[name]
    # What a sheet says of its own size is often wrong, and rows beyond it would be left out.
    sheet.reset_dimensions()
    return sheet.iter_rows()


def _has_rows(sheet: Any) -> bool:
    sheet.reset_dimensions()
    rows = zip(sheet.iter_rows(values_only=True), range(1_000), strict=False)
    return any(any(value not in (None, "") for value in row) for row, _n in rows)


def _texts(row: tuple[Any, ...], shadow: tuple[Any, ...]) -> list[str]:
    texts = [_text(cell) for cell in row[:COLUMNS]]
    for place, formula in enumerate(shadow[:COLUMNS]):
        if formula.value is None or formula.data_type != "f":
            continue
        texts.extend([""] * (place + 1 - len(texts)))
        # One that came out as an empty text says so by its type; one that never came out does not.
        is_empty_text = place < len(row) and row[place].data_type == "str"
        texts[place] = texts[place] or ("" if is_empty_text else FORMULA)
    return texts


def _text(cell: Any) -> str:
    """A value as one would type it: days as 2026-03-31, whole numbers without a point."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return plain(value.replace("_x000D_", "")).replace("\r\n", "\n").replace("\r", "\n")[:CELL]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number(value, cell)
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        )
    return value.isoformat() if isinstance(value, date | time) else str(value)[:CELL]


def _number(value: float, cell: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return format(value, ".15g")
    # "00000" is how a postal code keeps its zeros.
    form = str(cell.number_format)
    return str(int(value)).zfill(len(form) if _ZEROS.match(form) else 0)
