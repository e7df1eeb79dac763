"""How much a spreadsheet may hold, and what is said of one that cannot be read."""

from enum import StrEnum

ROWS, COLUMNS, CELL = 20_000, 200, 10_000
# What a sheet may number its rows up to, and how many of its first rows may stand above the data.
LAST_ROW, TOP_ROWS = 1_048_576, 25

MEGABYTE = 1024 * 1024
# Of a workbook, which is an archive: what its parts may come to once unpacked.
ENTRIES, ENTRY_BYTES, ALL_BYTES, RATIO = 2_000, 100 * MEGABYTE, 150 * MEGABYTE, 250
# A row, or what stands between two, is built as a tree in memory before anybody can look at it.
STRETCH_TAGS, STRETCH_BYTES, STRINGS = 200_000, 24 * MEGABYTE, 500_000


class Fault(StrEnum):
    """Why a file is refused as a whole."""

    EMPTY = "empty"
    PASSWORD = "password"
    OLD_EXCEL = "old_excel"
    BINARY_EXCEL = "binary_excel"
    OPEN_DOCUMENT = "open_document"
    PDF = "pdf"
    NOT_A_SHEET = "not_a_sheet"
    TOO_BIG_INSIDE = "too_big_inside"
    ENTITIES = "entities"
    BROKEN = "broken"
    OPEN_QUOTE = "open_quote"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    NO_ROWS = "no_rows"


class UnreadableSheet(Exception):
    """A file that cannot be read; `row` says where, when that is known."""

    def __init__(self, fault: Fault, *, row: int = 0) -> None:
        super().__init__(fault.value)
        self.fault, self.row = fault, row
