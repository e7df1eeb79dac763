"""No more than a row is held at a time, and of a workbook's rows their empty husks.

openpyxl's parser keeps an emptied element for each row it has passed, some 400
bytes; with 20,000 rows, the most that are taken, these are 8 MB.
"""

import tracemalloc

import pytest

from members.sheets.table import open_table
from tests.members.rosters import as_csv, as_workbook, roster

KINDS = {"csv": as_csv, "workbook": as_workbook}
FEW, MANY = 200, 2_000
GROWS = {"csv": 200_000, "workbook": 600 * (MANY - FEW)}


def peak(content: bytes) -> int:
    """The most memory that reading takes beside the file itself."""
    tracemalloc.start()
    try:
        for _row in open_table(content).rows:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", KINDS)
def test_ten_times_the_rows_take_hardly_more_memory(kind):
    few, many = (KINDS[kind](roster(count)) for count in (FEW, MANY))
    open_table(few)  # what is imported and remembered once
    assert peak(many) - peak(few) < GROWS[kind]


def test_control_a_list_of_the_rows_would_show():
    few, many = (as_csv(roster(count)) for count in (FEW, MANY))

    def held(content: bytes) -> int:
        tracemalloc.start()
        try:
            assert list(open_table(content).rows)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert held(many) - held(few) > 1_500_000
