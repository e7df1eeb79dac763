"""One row's cells, understood: our fields with plain values, and a sentence for each that is not.

Values are what JSON keeps: text, whole numbers, days as 2026-03-31, lists of
text. What an export writes goes through here too, so that both sides of a
comparison are written alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from members.models import Relief, RepresentativeKind, Segment, SizeBand, Status
from members.services.imports.fields import FIELDS
from members.services.imports.words import Problem
from members.sheets import values, words
from members.sheets.delimited import FORMULA
from members.sheets.synonyms import folded

Fields = dict[str, Any]
_a_url = URLValidator(schemes=["http", "https"])
CATEGORIES, CATEGORY = 3, 60
# What a row must not come in with half-read.
_VITAL = frozenset({"joined_on", "paid_from", "paid_until", "paid_on", "dues"})
_STATUSES = {
    Status.PENDING: words.PENDING,
    Status.LAPSED: words.LAPSED,
    Status.CANCELLED: words.CANCELLED,
    Status.SUSPENDED: words.SUSPENDED,
}


@dataclass
class Reading:
    """How this file writes things, and what the alliance calls them."""

    order: str = values.MONTH_FIRST
    digits: int = 2
    tiers: dict[str, str] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own = {folded(str(s.label)): s.value for s in Segment}
        self.segments = own | self.segments
        self.kinds = {folded(str(k.label)): k.value for k in RepresentativeKind}
        self.reliefs = {folded(str(r.label)): r.value for r in Relief}
        self.bands = {folded(str(b.label)): b.value for b in SizeBand}
        self.statuses = {folded(str(s.label)): _STATUSES.get(s, words.STANDING) for s in Status}


class Row:
    """One row on its way: `fields` fill up, `problems` say what does not fit."""

    def __init__(self, reading: Reading, headings: Mapping[str, str] | None = None) -> None:
        self.reading, self.headings = reading, headings or {}
        self.fields: Fields = {}
        self.problems: list[Problem] = []
        # Words that the staff may still explain: which tier, which kind of business.
        self.unknown: dict[str, str] = {}

    def read(self, texts: Mapping[str, str]) -> "Row":
        """Understands the row's cells, given by field."""
        for key, text in texts.items():
            if not text:
                continue
            if text == FORMULA:
                self.problem("formula", key, _("a formula without its value"))
                continue
            value = _READERS.get(key, Row._line)(self, key, text)
            if value not in (None, "", []):
                self.fields[key] = value
        self._complete()
        return self

    def problem(self, code: str, key: str, says: str, *, refuses: bool = False) -> None:
        """Notes one thing, in a sentence that begins with the column's name."""
        column = self.headings.get(key) or str(FIELDS[key].label)
        self.problems.append(
            {"code": code, "field": key, "says": f"{column}: {says}.", "refuses": refuses}
        )

    def _unread(self, code: str, key: str, text: str, says: str) -> None:
        shown = text if len(text) <= 60 else f"{text[:59]}…"
        self.problem(code, key, f"“{shown}” {says}", refuses=key in _VITAL)

    def _line(self, key: str, text: str) -> str:
        return self._fitting(key, values.one_line(text))

    def _lines(self, key: str, text: str) -> str:
        return self._fitting(key, values.several_lines(text))

    def _fitting(self, key: str, line: str) -> str:
        longest = FIELDS[key].longest
        if len(line) <= longest:
            return line
        if key in ("trade_name", "legal_name"):
            self.problem("too_long", key, _("longer than %d letters") % longest, refuses=True)
        else:
            self.problem("shortened", key, _("shortened to %d letters") % longest)
        return line[:longest].rstrip()

    def _email(self, key: str, text: str) -> str | None:
        found = values.an_email(text)
        if found and len(found) <= FIELDS[key].longest and _is_valid(validate_email, found):
            return found
        self._unread("email", key, text, _("is not an e-mail address"))
        return None

    def _phone(self, key: str, text: str) -> str | None:
        if found := values.a_phone(text):
            return self._fitting(key, found)
        self._unread("phone", key, text, _("is not a phone number"))
        return None

    def _website(self, key: str, text: str) -> str | None:
        found = values.a_website(text)
        if found and len(found) <= FIELDS[key].longest and _is_valid(_a_url, found):
            return found
        self._unread("website", key, text, _("is not the address of a website"))
        return None

    def _day(self, key: str, text: str) -> str | None:
        found = values.a_date(text, self.reading.order)
        if found and 1800 <= found.year <= 2200:
            return found.isoformat()
        self._unread("date", key, text, _("is not a day that we can read"))
        return None

    def _year(self, key: str, text: str) -> int | None:
        number = values.a_whole_number(text)
        if number is None and (day := values.a_date(text, self.reading.order)):
            number = day.year
        if number is not None and 1000 <= number <= 2200:
            return number
        self._unread("number", key, text, _("is not a year"))
        return None

    def _degrees(self, key: str, text: str) -> str | None:
        most = 90 if key == "latitude" else 180
        try:
            number = Decimal(text.replace(",", "."))
            if abs(number) <= most:
                return format(round(number, 6).normalize(), "f")
        except InvalidOperation:
            pass
        self._unread("number", key, text, _("is not a place on the map"))
        return None

    def _money(self, key: str, text: str) -> int | None:
        amount = values.an_amount(text, self.reading.digits)
        if amount is None or amount.minor < 0:
            self._unread("money", key, text, _("is not an amount of dues"))
        elif not amount.is_exact:
            self._unread("money", key, text, _("has more decimals than this money"))
        else:
            return amount.minor
        return None

    def _categories(self, key: str, text: str) -> list[str]:
        parts = text.split(";") if ";" in text else text.split(",")
        lines = [line for part in parts if (line := values.one_line(part))]
        found = list(dict.fromkeys(line[:CATEGORY].rstrip() for line in lines))
        if len(found) > CATEGORIES or any(len(line) > CATEGORY for line in lines):
            self.problem("shortened", key, _("only three short ones are kept"))
        return found[:CATEGORIES]

    def _segment(self, key: str, text: str) -> str | None:
        name = folded(text)
        if found := self.reading.segments.get(name) or words.a_segment(text):
            return found
        self.unknown[key] = values.one_line(text)[:60]
        self._unread("segment", key, text, _("is a kind of business that we do not know"))
        return None

    def _tier(self, key: str, text: str) -> str | None:
        line = values.one_line(text)
        for name in (line, line.casefold(), folded(line)):
            if found := self.reading.tiers.get(name):
                return found
        self.unknown[key] = line[:60]
        self.problem("tier", key, _("there is no tier “%s” here") % line[:60], refuses=True)
        return None

    def _choice(self, key: str, text: str) -> str | None:
        own, other = {
            "contact_kind": (self.reading.kinds, words.a_kind),
            "relief": (self.reading.reliefs, words.a_relief),
            "size_band": (self.reading.bands, words.a_size_band),
            "status": (self.reading.statuses, words.a_status),
        }[key]
        if found := own.get(folded(text)) or other(text):
            return found
        self._unread("word", key, text, _("is a word that we do not know"))
        return None

    def _complete(self) -> None:
        """What follows from several cells together."""
        fields = self.fields
        parts = [fields.pop(key, "") for key in ("contact_first", "contact_last")]
        if any(parts):
            fields.setdefault("contact_name", " ".join(filter(None, parts))[:120])
        if not name_of(fields):
            self.problem("no_name", "trade_name", _("nothing stands there"), refuses=True)
        self._look_at_days()

    def _look_at_days(self) -> None:
        begins, ends = self.fields.get("paid_from"), self.fields.get("paid_until")
        if begins and ends and ends < begins:
            self.problem(
                "days_wrong",
                "paid_until",
                _("a day before the first one that is paid"),
                refuses=True,
            )


def _is_valid(validator: Callable[[str], None], value: str) -> bool:
    try:
        validator(value)
    except ValidationError:
        return False
    return True


def name_of(fields: Fields) -> str:
    """What the business is called, by whichever of its names the row gives."""
    return str(fields.get("trade_name") or fields.get("legal_name") or "")


def day_of(fields: Fields, key: str) -> date | None:
    """A day among the fields."""
    return date.fromisoformat(fields[key]) if fields.get(key) else None


_READERS: dict[str, Callable[[Row, str, str], Any]] = {
    "blurb": Row._lines,
    "email": Row._email,
    "contact_email": Row._email,
    "phone": Row._phone,
    "website": Row._website,
    "founded_year": Row._year,
    "latitude": Row._degrees,
    "longitude": Row._degrees,
    "dues": Row._money,
    "categories": Row._categories,
    "segment": Row._segment,
    "tier": Row._tier,
    "contact_kind": Row._choice,
    "relief": Row._choice,
    "size_band": Row._choice,
    "status": Row._choice,
    **dict.fromkeys(_VITAL - {"dues"}, Row._day),
    "at_location_since": Row._day,
}
