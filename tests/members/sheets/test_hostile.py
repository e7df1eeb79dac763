"""Files that are not what they say, or want to be more: refused by name, before unpacking."""

import tracemalloc
import zipfile
from io import BytesIO

import pytest

from members.sheets import archive as guard
from members.sheets import limits
from members.sheets.limits import MEGABYTE
from members.sheets.table import look_at
from tests.members.sheets.reading import (
    archive,
    fault_of,
    part_of,
    rows_of,
    with_part,
    workbook,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + bytes(64)
SHEET = "xl/worksheets/sheet1.xml"
SMALL = workbook(["Name", "Town"], ["Ben", "Oakland"])

FILES = {
    "nothing": (b"", "empty"),
    "blanks": (b" \r\n\t\n", "empty"),
    "only a mark": (b"\xef\xbb\xbf", "empty"),
    "old Excel": (OLE + b"Workbook", "old_excel"),
    "with a password": (LOCKED, "password"),
    "OpenDocument": (archive({"mimetype": b"x", "content.xml": b"<a/>"}), "open_document"),
    "binary workbook": (
        archive({"[Content_Types].xml": b"", "xl/workbook.bin": b""}),
        "binary_excel",
    ),
    "a letter": (archive({"[Content_Types].xml": b"", "word/document.xml": b""}), "not_a_sheet"),
    "PDF": (b"%PDF-1.7 ...", "pdf"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not_a_sheet"),
    "a web page": (b"<!DOCTYPE html><table><tr><td>Name</td></tr></table>", "not_a_sheet"),
    "a page called .xls": (b"\xef\xbb\xbf<html xmlns:x='urn'><table>", "not_a_sheet"),
    "rich text": (b"{\\rtf1 Name}", "not_a_sheet"),
    "a program": (b"\x7fELF" + bytes(range(1, 32)) * 90, "not_a_sheet"),
    "a cut archive": (SMALL[:200], "broken"),
}


@pytest.mark.parametrize("name", FILES)
def test_each_is_refused_by_its_name(name):
    content, fault = FILES[name]
    assert fault_of(content) == fault


def test_the_ending_of_a_name_says_nothing_the_bytes_do():
    assert (look_at(SMALL), look_at(b"Name,Town\n")) == ("workbook", "text")
    assert fault_of(b"BM,II,MM\nBen,x,y\n") == ""


def peak_of(content: bytes) -> int:
    """How much memory it takes to find out that this is too big inside."""
    tracemalloc.start()
    try:
        assert fault_of(content) == "too_big_inside"
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bomb(megabytes: int) -> bytes:
    """A sheet that is small to send and large to unpack."""
    return with_part(SMALL, SHEET, b"<worksheet>" + b" " * (megabytes * MEGABYTE))


def test_a_bomb_is_refused_by_what_it_says_of_itself_before_anything_is_unpacked():
    content = bomb(99)
    assert len(content) < 200_000
    assert peak_of(content) < 4 * MEGABYTE


def test_a_bomb_that_lies_about_its_size_does_not_get_further():
    content = bytearray(bomb(30))
    with zipfile.ZipFile(BytesIO(bytes(content))) as book:
        real = book.getinfo(SHEET).file_size
    lying = bytes(content).replace(real.to_bytes(4, "little"), (5_000).to_bytes(4, "little"))
    assert lying != bytes(content)
    assert fault_of(lying) == "broken"


def test_many_parts_and_two_of_one_name():
    parts = {f"xl/media/{n}": b"" for n in range(limits.ENTRIES)}
    assert fault_of(archive({"[Content_Types].xml": b"", "xl/a": b"", **parts})) == "too_big_inside"
    out = BytesIO(SMALL)
    with zipfile.ZipFile(out, "a") as book, pytest.warns(UserWarning, match="Duplicate name"):
        book.writestr(SHEET, b"<worksheet/>")
    assert fault_of(out.getvalue()) == "broken"


def test_other_ways_of_packing_are_not_opened():
    content = archive({"[Content_Types].xml": b"", "xl/a": b"x" * 99}, pack=zipfile.ZIP_LZMA)
    assert fault_of(content) == "broken"


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<worksheet>&b;</worksheet>"
)
FETCHING = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'
ELSEWHERE = b'<?xml version="1.0" encoding="cp037"?><worksheet/>'


@pytest.mark.parametrize(
    "part", [ENTITIES, FETCHING, ENTITIES.decode().encode("utf-16"), ELSEWHERE]
)
@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "docProps/core.xml", "xl/media/a.png"])
def test_entities_and_odd_encodings_are_refused_wherever_they_stand(part, name):
    assert fault_of(with_part(SMALL, name, part)) == "entities"


def test_entities_across_the_border_of_two_pieces_are_found():
    for shift in range(-12, 2):
        part = b" " * (guard.CHUNK + shift) + b"<!DOCTYPE a>"
        assert fault_of(with_part(SMALL, "xl/extra.xml", part)) == "entities"


def test_a_row_of_a_million_cells_is_stopped_before_it_becomes_a_tree():
    row = b'<row r="2">' + b"<c/>" * 1_000_000 + b"</row>"
    sheet = part_of(SMALL, SHEET)
    part = sheet.replace(b"</sheetData>", row + b"</sheetData>")
    packed = with_part(SMALL, SHEET, part)
    assert peak_of(packed) < 8 * MEGABYTE


def test_a_million_strings_are_stopped_too():
    part = b"<sst>" + b"".join(b"<si><t>%d</t></si>" % n for n in range(limits.STRINGS + 10))
    assert fault_of(with_part(SMALL, "xl/sharedStrings.xml", part + b"</sst>")) == "too_big_inside"


def test_control_an_honest_workbook_passes_the_same_guard():
    assert rows_of(SMALL) == [["Name", "Town"], ["Ben", "Oakland"]]
    assert guard.check_archive(SMALL) is False
    assert guard.check_archive(workbook(["Name"], ["=A1"])) is True
