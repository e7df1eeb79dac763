"""Short ways to read a sheet in a test."""

import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from members.sheets.limits import UnreadableSheet
from members.sheets.table import open_table

DATA = Path(__file__).parents[2] / "data"


def given(name: str) -> bytes:
    """One of the spreadsheets in tests/data."""
    return (DATA / name).read_bytes()


def rows_of(content: bytes) -> list[list[str]]:
    """Headings and rows, all at once."""
    table = open_table(content)
    return [table.headings, *(row.cells for row in table.rows)]


def fault_of(content: bytes) -> str:
    """Why it cannot be read; empty where it can."""
    try:
        rows_of(content)
    except UnreadableSheet as error:
        return error.fault.value
    return ""


def packed(book: Workbook) -> bytes:
    """A workbook's bytes."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(*rows: Iterable[Any]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    return packed(book)


def archive(entries: dict[str, bytes], *, pack: int = ZIP_DEFLATED) -> bytes:
    """A zip file."""
    out = BytesIO()
    with ZipFile(out, "w", pack) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one of its parts put in place of the old one."""
    with ZipFile(BytesIO(content)) as old:
        entries = {entry: old.read(entry) for entry in old.namelist()}
    return archive(entries | {name: part})


def part_of(content: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with ZipFile(BytesIO(content)) as book:
        return book.read(name)


def changed(part: bytes, pattern: bytes, put: bytes) -> bytes:
    """The part with every match replaced, of which there is one at least."""
    made, times = re.subn(pattern, put, part)
    assert times, pattern
    return made
