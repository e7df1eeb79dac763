"""What a file is, by its own bytes: its name and what the browser says may be wrong."""

from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from members.sheets.limits import Fault, UnreadableSheet

SAMPLE = 64 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*")
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"{\\rtf")
_BOMS = (b"\xff\xfe", b"\xfe\xff")
# Tab, line ends, form feed, and the NUL that some exports leave between the letters.
_HARMLESS = frozenset(b"\t\n\r\x0b\x0c\x00\x1a")


class Kind(StrEnum):
    """What can be read."""

    TEXT = "text"
    WORKBOOK = "workbook"


def kind_of(content: bytes) -> Kind:
    """Text with delimiters, or an Excel workbook.

    Raises:
        UnreadableSheet: anything else, named as well as can be.
    """
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise UnreadableSheet(Fault.EMPTY)
    if content.startswith(b"PK"):
        return _kind_of_archive(content)
    if content.startswith(_OLE):
        # A workbook with a password is wrapped in the format of the old ones.
        locked = _ENCRYPTED in content
        raise UnreadableSheet(Fault.PASSWORD if locked else Fault.OLD_EXCEL)
    if content.lstrip()[:5] == b"%PDF-":
        raise UnreadableSheet(Fault.PDF)
    if _is_something_else(content):
        raise UnreadableSheet(Fault.NOT_A_SHEET)
    return Kind.TEXT


def _kind_of_archive(content: bytes) -> Kind:
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist()[:5_000])
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableSheet(Fault.BROKEN) from error
    if "[Content_Types].xml" in names and any(n.startswith("xl/") for n in names):
        if "xl/workbook.bin" in names:
            raise UnreadableSheet(Fault.BINARY_EXCEL)
        return Kind.WORKBOOK
    is_open_document = "mimetype" in names and "content.xml" in names
    raise UnreadableSheet(Fault.OPEN_DOCUMENT if is_open_document else Fault.NOT_A_SHEET)


def _is_something_else(content: bytes) -> bool:
    start = content[:SAMPLE]
    if start.startswith(_BOMS):
        return False
    if start.startswith(_PICTURES + _ARCHIVES):
        return not _looks_like_text(start)
    if start.lstrip(b"\xef\xbb\xbf\r\n\t ")[:10].lower().startswith(_MARKUP):
        return True
    return not _looks_like_text(start)


def _looks_like_text(start: bytes) -> bool:
    odd = sum(byte < 32 and byte not in _HARMLESS for byte in start)
    return odd * 20 < len(start)
