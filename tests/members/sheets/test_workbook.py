"""Excel workbooks: values as one would type them, whatever the workbook looks like."""

from datetime import date, datetime, time

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from members.sheets.delimited import FORMULA
from members.sheets.limits import COLUMNS, ROWS
from members.sheets.table import open_table
from tests.members.sheets.reading import (
    changed,
    fault_of,
    given,
    packed,
    part_of,
    rows_of,
    with_part,
    workbook,
)


def test_values_read_as_typed():
    row = ["Ben", 12, 12.0, 12.5, 1e15, True, date(2026, 3, 31), datetime(2026, 3, 31, 9, 5)]
    assert rows_of(workbook(["Name", *"bcdefgh"], row))[1] == [
        "Ben", "12", "12", "12.5", "1000000000000000", "yes", "2026-03-31", "2026-03-31 09:05",
    ]  # fmt: skip


def test_times_errors_and_line_ends():
    row = ["Ben", time(9, 30), "#N/A", "a_x000D_\nb", "  c  "]
    assert rows_of(workbook(["Name", *"bcde"], row))[1] == ["Ben", "09:30:00", "#N/A", "a\nb", "c"]


def test_days_counted_from_1904_and_postal_codes_that_keep_their_zeros():
    assert rows_of(given("salesforce.xlsx"))[1] == [
        "Beacon Hill Coffee", "1 Beacon St", "Boston", "MA", "02139", "6175550120", "Restaurant",
        "14", "Corner shop", "2026-12-31",
    ]  # fmt: skip


def test_the_same_day_from_either_calendar():
    found = []
    for epoch in (None, CALENDAR_MAC_1904):
        book = Workbook()
        if epoch:
            book.epoch = epoch
        book.active.append(["Name", "Day"])
        book.active.append(["Ben", date(2024, 2, 29)])
        found.append(rows_of(packed(book))[1])
    assert found == [["Ben", "2024-02-29"]] * 2


def test_merged_headings_below_a_title_become_one_line():
    table = open_table(given("chambermaster.xlsx"))
    assert table.headings == [
        "Company Name",
        "Primary Contact: First Name",
        "Primary Contact: Last Name",
        "Primary Contact: Email",
        "Physical Address: Address 1",
        "Physical Address: City",
        "Physical Address: Zip Code",
        "Membership: Type",
        "Membership: Join Date",
        "Membership: Paid Through",
        "Annual Dues",
        "No. of Employees",
    ]
    assert (table.sheet, table.other_sheets) == ("Members", ("Archive",))
    rows = list(table.rows)
    assert [(row.number, row.cells[0]) for row in rows] == [
        (5, "Honeycrumb Bakery"),
        (6, "The Missing Link Bicycles"),
        (7, FORMULA),
        (8, "Walden Pond Books"),
    ]
    assert rows[1].cells[8:] == ["2024-02-29", "2027-02-28", "$80.00", "1-5"]
    assert rows[3].cells[10] == FORMULA


def test_a_formula_with_its_value_reads_as_the_value_an_empty_text_as_empty():
    content = workbook(["Name", "Sum", "Text"], ["Ben", "=1+1", '=""'])
    sheet = part_of(content, "xl/worksheets/sheet1.xml")
    assert rows_of(content)[1] == ["Ben", FORMULA, FORMULA]
    calculated = changed(sheet, rb"<f>1\+1</f><v(?: ?/>|></v>)", b"<f>1+1</f><v>2</v>")
    calculated = changed(
        calculated, rb'<c r="C2"><f>""</f><v(?: ?/>|></v>)', b'<c r="C2" t="str"><f>""</f><v></v>'
    )
    assert rows_of(with_part(content, "xl/worksheets/sheet1.xml", calculated))[1] == ["Ben", "2"]


def test_text_that_begins_like_a_formula_is_text_in_a_workbook():
    book = Workbook()
    book.active.append(["Name", "Note"])
    book.active.append(["x", "y"])
    for cell, value in (("A2", "=SUM"), ("B2", "'=quoted")):
        book.active[cell].value = value
        book.active[cell].data_type = "s"
    assert rows_of(packed(book))[1] == ["=SUM", "=quoted"]


def test_what_a_sheet_says_of_its_own_size_is_not_believed():
    content = workbook(["Name", "Town"], ["Ben", "Oakland"], ["Cleo", "Berkeley"])
    sheet = part_of(content, "xl/worksheets/sheet1.xml")
    lying = changed(sheet, rb'<dimension ref="A1:B3" ?/>', b'<dimension ref="A1"/>')
    assert len(rows_of(with_part(content, "xl/worksheets/sheet1.xml", lying))) == 3


def test_a_stray_cell_at_the_very_end_does_not_hide_or_add_anything():
    book = Workbook()
    book.active.append(["Name"])
    book.active.append(["Ben"])
    book.active.cell(1_048_576, 40).value = " "
    assert rows_of(packed(book)) == [["Name"], ["Ben"]]


def test_a_row_numbered_beyond_the_end_is_refused():
    content = workbook(["Name"], ["Ben"])
    sheet = part_of(content, "xl/worksheets/sheet1.xml").replace(b'r="2"', b'r="99999999999"')
    assert fault_of(with_part(content, "xl/worksheets/sheet1.xml", sheet)) == "too_many_rows"


def test_the_first_visible_sheet_with_rows_is_read():
    book = Workbook()
    book.active.title = "Empty"
    hidden = book.create_sheet("Hidden")
    hidden.append(["Secret"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Real").append(["Name"])
    book["Real"].append(["Ben"])
    table = open_table(packed(book))
    assert (table.sheet, table.other_sheets, table.headings) == ("Real", (), ["Name"])


def test_a_workbook_without_rows():
    assert fault_of(packed(Workbook())) == "no_rows"


def test_one_row_more_than_allowed_and_one_column():
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Name"])
    for n in range(ROWS + 1):
        sheet.append([f"b{n}"])
    assert fault_of(packed(book)) == "too_many_rows"
    assert fault_of(workbook(["Name"], ["x"] * (COLUMNS + 1))) == "too_many_columns"


@pytest.mark.parametrize("damage", ["cut", "xml", "missing"])
def test_a_damaged_workbook_is_damaged(damage):
    content = workbook(["Name"], ["Ben"])
    broken = {
        "cut": content[: len(content) // 2],
        "xml": with_part(content, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"),
        "missing": with_part(content, "xl/workbook.xml", b"<workbook/>"),
    }[damage]
    assert fault_of(broken) == "broken"
