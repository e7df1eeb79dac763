"""A file as one table: where its headings stand, and the rows below them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from members.sheets import synonyms
from members.sheets.archive import check_declared
from members.sheets.delimited import text_rows
from members.sheets.kinds import Kind, kind_of
from members.sheets.limits import ROWS, TOP_ROWS, Fault, UnreadableSheet
from members.sheets.workbook import workbook_rows, workbook_sheets


@dataclass(frozen=True)
class Row:
    """One filled row; `number` is what the spreadsheet shows beside it."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The headings, each with a name of its own, and the filled rows below them.

    `sheet` is the sheet that is read of a workbook, `other_sheets` are those
    left aside although they hold something.
    """

    headings: list[str]
    rows: Iterator[Row]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


def look_at(content: bytes) -> Kind:
    """What can be said without unpacking or decoding: enough to refuse a file at the form.

    Raises:
        UnreadableSheet: it is not a spreadsheet that we read, or too big inside.
    """
    kind = kind_of(content)
    if kind is Kind.WORKBOOK:
        check_declared(content)
    return kind


def open_table(content: bytes) -> Table:
    """The table of a file; its rows are read as they are asked for.

    Raises:
        UnreadableSheet: here, or later while rows are read.
    """
    if look_at(content) is Kind.TEXT:
        return _below_headings(text_rows(content))
    sheets = workbook_sheets(content)
    return _below_headings(workbook_rows(content, sheets), sheets.name, sheets.others)


def _below_headings(
    rows: Iterator[tuple[int, list[str]]], sheet: str = "", others: tuple[str, ...] = ()
) -> Table:
    numbered = (Row(number, _trimmed(cells)) for number, cells in rows)
    filled = (row for row in numbered if row.cells)
    top = list(islice(filled, TOP_ROWS))
    if not top:
        raise UnreadableSheet(Fault.NO_ROWS)
    place = max(range(len(top)), key=lambda n: (_likeness(top[n].cells), -n))
    headings, last = _headings(top, place)
    below = chain(top[last + 1 :], filled)
    return Table(_named(headings, top[last + 1 :]), _at_most(below), sheet, others)


def _at_most(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > ROWS:
            raise UnreadableSheet(Fault.TOO_MANY_ROWS, row=row.number)
        yield row


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at the end, and none at all where all are empty."""
    stripped = [cell.strip() for cell in cells]
    while stripped and not stripped[-1]:
        stripped.pop()
    return stripped


def _likeness(cells: list[str]) -> tuple[int, int]:
    """How much a row looks like headings: names that are known, then several different words."""
    known = sum(synonyms.is_known(cell) for cell in cells)
    texts = {cell for cell in cells if cell and len(cell) <= 60 and not cell[0].isdigit()}
    return (known, 0) if known > 1 else (min(known, 1), min(len(texts), 2))


def _headings(top: list[Row], place: int) -> tuple[list[str], int]:
    """The headings at `place`, joined with a row above or below that belongs to them."""
    here = top[place].cells
    if place + 1 < len(top) and _are_under(top[place + 1].cells, here):
        return _joined(here, top[place + 1].cells), place + 1
    above = top[place - 1].cells if place else []
    if _are_under(here, above):
        return _joined(above, here), place
    return here, place


def _are_under(below: list[str], above: list[str]) -> bool:
    """Whether `below` splits up merged headings of `above`: known names where those leave gaps."""
    if not below or not any(synonyms.is_known(cell) for cell in above):
        return False
    filled = [place for place, cell in enumerate(below) if cell]
    known = sum(synonyms.is_known(below[place]) for place in filled)
    gaps = sum(place >= len(above) or not above[place] for place in filled)
    return known >= 2 and known * 2 > len(filled) and gaps > 0


def _joined(above: list[str], below: list[str]) -> list[str]:
    """ "Contact" over "First name" and "Last name" becomes "Contact: First name" and so on."""
    joined, group = [], ""
    for place in range(max(len(above), len(below))):
        over = above[place] if place < len(above) else ""
        under = below[place] if place < len(below) else ""
        group = over or (group if under else "")
        joined.append(f"{group}: {under}" if group and under else group or under)
    return joined


def _named(headings: list[str], sample: list[Row]) -> list[str]:
    """Each heading once and none empty, up to the last column in which something stands."""
    width = max([len(headings), *(len(row.cells) for row in sample)])
    named: list[str] = []
    for place in range(width):
        name = " ".join((headings[place] if place < len(headings) else "").split())[:120]
        named.append(_once(name or _letters(place), named))
    return named


def _once(name: str, taken: list[str]) -> str:
    count, tried = 1, name
    while tried in taken:
        count += 1
        tried = f"{name} ({count})"
    return tried


def _letters(place: int) -> str:
    """A column as spreadsheets call it: 0 → A, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
