"""Text with delimiters: comma, semicolon, tab or bar, whatever the spreadsheet's country writes."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from members.sheets.encodings import encoding_of
from members.sheets.inert import plain
from members.sheets.limits import CELL, COLUMNS, TOP_ROWS, Fault, UnreadableSheet
from members.sheets.synonyms import is_known

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_LINES = 200
# Excel's own first line, "sep=;", and the way it is told to keep a number's zeros: ="02139".
_SEPARATOR = re.compile(r"\ufeff?\"?sep=(.)\"?\s*\Z", re.IGNORECASE)
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"\Z')
FORMULA = "#FORMULA!"


def text_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row's number, as the spreadsheet counts, and its cells.

    Raises:
        UnreadableSheet: a quotation mark that is never closed, or too many columns.
    """
    encoding = encoding_of(content)
    delimiter, skipped = _delimiter(_lines(content, encoding))
    lines = _lines(content, encoding)
    for _n in range(skipped):
        next(lines, None)
    number = skipped
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            number += 1
            if len(cells) > COLUMNS and any(cells[COLUMNS:]):
                raise UnreadableSheet(Fault.TOO_MANY_COLUMNS, row=number)
            yield number, [text_cell(cell) for cell in cells[:COLUMNS]]
    except csv.Error as error:
        raise UnreadableSheet(Fault.OPEN_QUOTE, row=number + 1) from error


def text_cell(cell: str) -> str:
    """What was meant: without the apostrophe of an export, line ends as one character."""
    if found := _KEPT_AS_TEXT.match(cell):
        return found[1][:CELL]
    if cell.startswith("=") and len(cell) > 1:
        return FORMULA
    return plain(cell).replace("\r\n", "\n").replace("\r", "\n")[:CELL]


def _lines(content: bytes, encoding: str) -> Iterator[str]:
    # BytesIO shares the bytes it is given; decoding goes on line by line.
    with TextIOWrapper(BytesIO(content), encoding, errors="replace", newline="") as text:
        for line in text:
            yield line.replace("\x00", "")


def _delimiter(lines: Iterator[str]) -> tuple[str, int]:
    """The delimiter, and how many lines to skip before the first row."""
    sample = [line for line, _n in zip(lines, range(SAMPLE_LINES), strict=False)]
    if sample and (said := _SEPARATOR.match(sample[0])):
        return said[1], 1
    return max(DELIMITERS, key=lambda mark: _fit(sample, mark)), 0


def _fit(sample: list[str], delimiter: str) -> tuple[int, float]:
    """How many headings it shows, and how well the lines agree on a number of columns."""
    try:
        rows = [cells for cells in csv.reader(sample, delimiter=delimiter) if cells]
    except csv.Error:
        return 0, 0
    known = max((sum(map(is_known, cells)) for cells in rows[:TOP_ROWS]), default=0)
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not widths:
        return 0, 0
    width, lines = widths.most_common(1)[0]
    return known if known > 1 else 0, lines + min(width, COLUMNS) / (COLUMNS + 1)
