"""Which encoding a text is in, when nobody has written it down."""

import codecs
import re

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 64 * 1024
# Windows first: it is what spreadsheets write, and Latin-1 is in it. The others only
# where they fit clearly better.
USUAL = "cp1252"
OTHERS = ["cp1252", "mac_roman", "cp1250", "cp1251", "latin_1"]
CLEARLY = 0.02
_LINE_WITH_MORE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*[\r\n]*")


def encoding_of(content: bytes) -> str:
    """The name of the encoding, for `bytes.decode`; never fails."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    if name := _sixteen_bits(content[:SAMPLE]):
        return name
    if _is_utf8(content):
        return "utf-8"
    return _one_byte(content)


def _sixteen_bits(start: bytes) -> str:
    """UTF-16 without its mark: nearly every second byte of western text is zero."""
    half = len(start) // 2
    if half < 2:
        return ""
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = start[offset::2].count(0), start[1 - offset :: 2].count(0)
        if zeros * 10 > half * 7 and others * 10 < half:
            return name
    return ""


def _is_utf8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), SAMPLE):
            decoder.decode(content[start : start + SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _one_byte(content: bytes) -> str:
    # Only lines with something to tell apart: among many plain ones every guess fits.
    sample = bytearray()
    for line in _LINE_WITH_MORE.finditer(content):
        sample += line[0][: SAMPLE - len(sample)]
        if len(sample) >= SAMPLE:
            break
    found = {
        match.encoding: match.chaos for match in from_bytes(bytes(sample), cp_isolation=OTHERS)
    }
    if not found:
        return USUAL
    best = min(found, key=lambda name: found[name])
    is_clear = found[best] + CLEARLY < found.get(USUAL, 1.0)
    return best if is_clear and best != "latin_1" else USUAL
