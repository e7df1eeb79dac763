"""CSV as it comes: any encoding, any delimiter, anything inside the quotation marks."""

import csv
from io import StringIO

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from members.sheets import delimited
from members.sheets.encodings import encoding_of
from members.sheets.inert import inert, plain, quoted
from members.sheets.limits import CELL, COLUMNS
from tests.members.sheets.reading import fault_of, given, rows_of

NAMES = "Name,Town\nCafé Olé,Oakland\nZoë’s,Málaga\n"
WESTERN = "Name,Town\nCafé Olé,Oakland\nNúñez & Söhne,Málaga\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_the_same_words_in_any_encoding(encoding):
    assert rows_of(NAMES.encode(encoding)) == [
        ["Name", "Town"],
        ["Café Olé", "Oakland"],
        ["Zoë’s", "Málaga"],
    ]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "mac_roman"])
@pytest.mark.parametrize("plain_rows", [0, 3_000])
def test_one_byte_a_letter_is_told_by_the_lines_that_have_some(encoding, plain_rows):
    text = WESTERN + "Corner Bakery,Oakland\n" * plain_rows
    assert rows_of(text.encode(encoding))[1:3] == [
        ["Café Olé", "Oakland"],
        ["Núñez & Söhne", "Málaga"],
    ]


def test_a_letter_cut_at_the_end_of_a_block_is_still_utf_8():
    text = "a" * (64 * 1024 - 1) + "é,b\n"
    assert encoding_of(text.encode()) == "utf-8"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_most_lines_agree_on(delimiter):
    rows = [["Name", "Town", "Note"], ["A, B; C", "O|K", "x"], ["D", "E", "a; b, c"]]
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert rows_of(out.getvalue().encode()) == rows


def test_excels_own_line_about_the_delimiter_wins():
    assert rows_of(b'sep=;\r\nName;Town\r\n"Smith, Jones";Oakland\r\n') == [
        ["Name", "Town"],
        ["Smith, Jones", "Oakland"],
    ]


def test_line_breaks_and_marks_inside_a_cell_stay_inside():
    content = b'Name,Note\r\n"Ben""s","one\r\ntwo\rthree\n\nfour"\r\n'
    assert rows_of(content) == [["Name", "Note"], ['Ben"s', "one\ntwo\nthree\n\nfour"]]


def test_a_nul_between_the_letters_is_left_out():
    assert rows_of(b"Name,Town\nB\x00en,Oak\x00land\n") == [["Name", "Town"], ["Ben", "Oakland"]]


def test_blank_lines_and_empty_columns_at_the_end_do_not_count():
    content = b"\n,,,\nName,Town,,,\n\nBen,Oakland,,,\n,,,,\n  , ,\n"
    assert rows_of(content) == [["Name", "Town"], ["Ben", "Oakland"]]


def test_rows_keep_the_number_that_the_spreadsheet_shows():
    from members.sheets.table import open_table

    table = open_table(b'\nName\n"a\nb"\n\nc\n')
    assert [(row.number, row.cells) for row in table.rows] == [(3, ["a\nb"]), (5, ["c"])]


def test_a_quotation_mark_that_is_never_closed_is_said_with_its_row():
    content = b'Name,Town\nBen,Oakland\n"Cleo,Oakland\n' + b"x,y\n" * 60_000
    assert fault_of(content) == "open_quote"


def test_a_stray_quotation_mark_inside_a_cell_is_a_mark():
    assert rows_of(b'Name,Town\nThe 12" Pizza,Oakland\n')[1] == ['The 12" Pizza', "Oakland"]


def test_too_many_columns_and_a_cell_too_long():
    wide = ",".join(f"c{n}" for n in range(COLUMNS + 1)).encode()
    assert fault_of(b"Name\nx\n" + wide) == "too_many_columns"
    assert fault_of(b"Name\nx\n" + b",".join([b"x"] * COLUMNS) + b",,,,") == ""
    assert len(rows_of(b"Name\n" + b"x" * (CELL + 5))[1][0]) == CELL


def test_a_number_kept_as_text_and_a_formula():
    assert rows_of(b'Name,Zip,Sum\nBen,"=""02139""",=SUM(A1:A9)\n')[1] == [
        "Ben",
        "02139",
        delimited.FORMULA,
    ]


def test_latin_1_with_quoted_line_breaks_from_a_real_system():
    rows = rows_of(given("memberclicks.csv"))
    assert (rows[0][0], rows[0][-1], len(rows)) == ("Organization Name", "Notes", 6)
    assert rows[1][0] == "Café Olé"
    assert rows[1][-1] == 'Wants the "corner" table\nat every meeting'
    assert rows[4][0] == "Zeitlers Schuhe – Repair"


def test_utf_16_with_tabs_and_semicolons_with_a_mark_from_real_systems():
    assert [row[3] for row in rows_of(given("wild_apricot.txt"))[1:]] == [
        "Pierogi House",
        "Pierogi House",
        "O’Neill & Daughters, LLC",
        "Ito Ceramics",
    ]
    assert rows_of(given("neon.csv"))[1][1:4] == ["Atelier Brünn; Papier", "Maker", "1.250,00 €"]


ACTIVE = st.text(alphabet="'=+-@|%\t\r\n＝＋－＠ab1,.;\" ", max_size=12)


@each(st.one_of(ACTIVE, st.text(st.characters(codec="utf-8", exclude_characters="\x00"))))
def test_what_is_made_harmless_comes_back_as_it_was(text):
    assert plain(inert(text)) == text
    assert plain(quoted(text)) == text


@each(st.one_of(ACTIVE, st.text(st.characters(codec="utf-8", exclude_characters="\x00"))))
def test_nothing_that_goes_out_would_run(text):
    out = inert(text)
    bare = out.replace(",", "").replace(".", "").removeprefix("-")
    assert out[:1] not in tuple("=+@|%\t\r\n＝＋－＠")
    assert not out.startswith("-") or (bare.isascii() and bare.isdigit())


@each(st.lists(st.lists(ACTIVE, min_size=3, max_size=3), min_size=1, max_size=5))
def test_rows_of_nasty_cells_through_a_file(rows):
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Business name", "Town", "Note"])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    read = [[*row, "", "", ""][:3] for row in rows_of(out.getvalue().encode())[1:]]
    meant = [[cell.replace("\r\n", "\n").replace("\r", "\n").strip() for cell in r] for r in rows]
    assert read == [row for row in meant if any(row)]
