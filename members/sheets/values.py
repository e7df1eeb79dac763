"""What is written in a cell, understood: dates, money, addresses, names. No Django here.

A function answers None where the cell cannot be understood; an empty cell is
the caller's business.
"""

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from alliance.web_addresses import is_public_website

MONTH_FIRST, DAY_FIRST = "mdy", "dmy"
_EPOCH = date(1899, 12, 30)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d.*)?\Z")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:,? +\d{1,2}:.*)?\Z")
_DAY_NAME = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[ -]+([^\W\d_]{3,9})\.?,?[ -]+(\d{4}|\d{2})\Z")
_NAME_DAY = re.compile(r"([^\W\d_]{3,9})\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})\Z")
_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?\Z")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero janvier",
            "feb february febrero fevrier",
            "mar march marzo mars",
            "apr april abr abril avril",
            "may mayo mai",
            "jun june junio juin",
            "jul july julio juillet",
            "aug august ago agosto aout",
            "sep sept september septiembre septembre",
            "oct october octubre octobre",
            "nov november noviembre novembre",
            "dec december dic diciembre decembre",
        ),
        start=1,
    )
    for name in names.split()
}
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+\.[^\s@<>,;:\"()\[\]]{2,}")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")


def one_line(text: str) -> str:
    """A line without control characters, its spaces single."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(several_lines(text).split())


def several_lines(text: str) -> str:
    """Text without control characters other than line ends; composed as keyboards write it."""
    clean = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in clean if c == "\n" or c == "\t" or not _is_unseen(c))
    return "".join(kept).replace("\t", " ").strip()


def _is_unseen(character: str) -> bool:
    if character in _TURNING:
        return True
    # Half of a pair, or a place in the table that nobody may use: no database takes the first,
    # no workbook the second.
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or (
        ord(character) & 0xFFFE == 0xFFFE
    )


def a_date(text: str, order: str = MONTH_FIRST) -> date | None:
    """A day in one of the usual ways of writing; `order` decides 03/04/2026."""
    text = _WEEKDAY.sub("", text.strip(), count=1)
    if found := _YEAR_FIRST.match(text) or _COMPACT.match(text):
        year, month, day = map(int, found.groups())
        return _day(year, month, day)
    if found := _NUMBERS.match(text):
        first, second, year = map(int, found.groups())
        month, day = (first, second) if order == MONTH_FIRST else (second, first)
        # 25/12 can only be meant one way, whichever order was chosen.
        return _day(_full(year), month, day) or _day(_full(year), day, month)
    if found := _DAY_NAME.match(text):
        return _day(_full(int(found[3])), _month(found[2]), int(found[1]))
    if found := _NAME_DAY.match(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    if _SERIAL.match(text):
        return _EPOCH + timedelta(days=int(float(text)))
    return None


def date_order(texts: list[str]) -> str:
    """Which order these dates tell by a number beyond 12; empty where they tell none, or both."""
    orders = set()
    for text in texts:
        if found := _NUMBERS.match(text.strip()):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                orders.add(DAY_FIRST)
            elif second > 12 >= first:
                orders.add(MONTH_FIRST)
    return orders.pop() if len(orders) == 1 else ""


def has_unclear_dates(texts: list[str]) -> bool:
    """Whether any of these could be read both ways."""
    pairs = (_NUMBERS.match(text.strip()) for text in texts)
    return any(int(p[1]) <= 12 and int(p[2]) <= 12 and p[1] != p[2] for p in pairs if p)


class Amount(NamedTuple):
    """An amount in minor units; `is_exact` is false where it had more decimals than exist."""

    minor: int
    is_exact: bool


def an_amount(text: str, digits: int) -> Amount | None:
    """$1,250.00, 1.250,00 € or 250, in minor units of a currency with that many decimals."""
    bare = re.sub(r"[^0-9.,()'\-−]", "", text.strip()).replace("−", "-").replace("'", "")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if not re.fullmatch(r"-?[0-9.,]*[0-9][0-9.,]*", bare):
        return None
    number = _with_point(bare)
    try:
        value = Decimal(number).scaleb(digits)
        minor = int(value)
    except (InvalidOperation, ValueError):
        return None
    # 1.250 is one and a quarter here and twelve hundred and fifty there.
    is_unclear = len(number.partition(".")[2]) == 3 > digits
    return Amount(minor, minor == value and not is_unclear) if abs(minor) < 2**31 else None


def an_email(text: str) -> str | None:
    """The first address in the cell, its domain in small letters."""
    if found := _EMAIL.search(text.removeprefix("mailto:")):
        local, _at, domain = found[0].rstrip(".").rpartition("@")
        return f"{local}@{domain.lower()}"
    return None


def a_phone(text: str) -> str | None:
    """A number as it is written, kept as text; with fewer than five digits it is none."""
    text = one_line(text)
    if re.fullmatch(r"\d+\.0", text):
        text = text[:-2]
    return text if sum(c.isdigit() for c in text) >= 5 else None


def a_website(text: str) -> str | None:
    """A full address on the public web; what lacks its beginning gets https://."""
    text = "".join(one_line(text).split())
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "https", text
    host, slash, path = rest.partition("/")
    name = host.partition(":")[0]
    if scheme.lower() not in ("http", "https") or not re.fullmatch(
        r"[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}", name
    ):
        return None
    address = f"{scheme.lower()}://{host.lower()}{slash}{path}"
    return address if is_public_website(address) else None


def a_whole_number(text: str) -> int | None:
    """A count: 1,200 or 12.0 too."""
    bare = text.strip().replace(",", "").removesuffix(".0")
    return int(bare) if re.fullmatch(r"\d{1,9}", bare) else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year < 69 else 1900)


def _month(name: str) -> int:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return _MONTHS.get("".join(c for c in plain if not unicodedata.combining(c)), 0)


def _with_point(bare: str) -> str:
    """With one decimal point at most: the last sign of several is it, or one before 1–2 digits."""
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return bare
    mark, other = bare[last], "," if bare[last] == "." else "."
    after = len(bare) - last - 1
    is_decimal = (other in bare or bare.count(mark) == 1) and not (
        mark == "," and after == 3 and other not in bare
    )
    if not is_decimal:
        return bare.replace(".", "").replace(",", "")
    whole = bare[:last].replace(".", "").replace(",", "")
    return f"{whole}.{bare[last + 1 :]}"
