"""A workbook's archive, looked through before anything in it is opened.

First what it says of itself, then what really comes out, stopped at the first
byte too many. openpyxl builds trees of whatever it is given, so the same walk
counts what would become one: a row of ten million cells, a million strings.
"""

import re
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from members.sheets.limits import (
    ALL_BYTES,
    ENTRIES,
    ENTRY_BYTES,
    MEGABYTE,
    RATIO,
    STRETCH_BYTES,
    STRETCH_TAGS,
    STRINGS,
    Fault,
    UnreadableSheet,
)

CHUNK = 256 * 1024
OVERLAP = 64
_BREAK = re.compile(rb"<(?:\w{1,20}:)?(?:row|si)[\s>/]")
_STRING = re.compile(rb"<(?:\w{1,20}:)?si[\s>/]")
_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s>/]")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_KNOWN_ENCODINGS = (b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii")


def check_archive(content: bytes) -> bool:
    """Lets a workbook through whose parts are of an honest size; whether it holds formulas.

    Raises:
        UnreadableSheet: a bomb, a trick with entities, a password, a broken archive.
    """
    check_declared(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            # A list, not `any` alone: every part is walked, whatever the first ones hold.
            found = [_walk(archive, entry) for entry in archive.infolist()]
    except (BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise UnreadableSheet(Fault.BROKEN) from error
    return any(found)


def check_declared(content: bytes) -> None:
    """The part that needs nothing unpacked: what the archive's directory says.

    `zipfile` never reads more of an entry than is declared here, so these sums hold.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableSheet(Fault.BROKEN) from error
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableSheet(Fault.PASSWORD)
    sizes = [entry.file_size for entry in entries]
    if len(entries) > ENTRIES or sum(sizes) > ALL_BYTES or max(sizes, default=0) > ENTRY_BYTES:
        raise UnreadableSheet(Fault.TOO_BIG_INSIDE)
    if any(_is_bloated(entry) for entry in entries):
        raise UnreadableSheet(Fault.TOO_BIG_INSIDE)
    names = [entry.filename for entry in entries]
    packed = {entry.compress_type for entry in entries}
    if len(names) != len(set(names)) or packed - {ZIP_STORED, ZIP_DEFLATED}:
        raise UnreadableSheet(Fault.BROKEN)


def _is_bloated(entry: ZipInfo) -> bool:
    return entry.file_size > MEGABYTE and entry.file_size > RATIO * max(entry.compress_size, 1)


def _walk(archive: ZipFile, entry: ZipInfo) -> bool:
    """Reads one part to its end; whether there is a formula in it."""
    seen = strings = tags = length = 0
    rest, has_formulas = b"", False
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            # UTF-16 is ASCII with a NUL beside each letter; what is looked for is ASCII.
            plain = chunk.replace(b"\x00", b"")
            window = rest + plain
            _refuse_entities(window, is_start=not seen)
            seen += len(chunk)
            if seen > ENTRY_BYTES:
                raise UnreadableSheet(Fault.TOO_BIG_INSIDE)
            strings += len(_STRING.findall(window)) - len(_STRING.findall(rest))
            *_, last = _BREAK.split(window)
            began_anew = last is not window and len(last) < len(window)
            tags = last.count(b"<") if began_anew else tags + plain.count(b"<")
            length = len(last) if began_anew else length + len(plain)
            if tags > STRETCH_TAGS or length > STRETCH_BYTES or strings > STRINGS:
                raise UnreadableSheet(Fault.TOO_BIG_INSIDE)
            has_formulas = has_formulas or bool(_FORMULA.search(window))
            rest = window[-OVERLAP:]
    return has_formulas


def _refuse_entities(window: bytes, *, is_start: bool) -> None:
    # The XML reader fetches nothing and bounds the growth of entities by itself; no
    # spreadsheet has any, so that whoever brings some is refused before it is asked.
    if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
        raise UnreadableSheet(Fault.ENTITIES)
    declared = _ENCODING.search(window[:400]) if is_start else None
    if declared and declared[1].lower() not in _KNOWN_ENCODINGS:
        raise UnreadableSheet(Fault.ENTITIES)
