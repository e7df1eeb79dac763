"""What a listing says, as one value: the same for a draft, a preview and what is shown.

No Django here. `Content.of(json)` and `content.as_json()` are each other's
inverse; forms check what people type, this module only carries it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

FIELDS = ("street", "phone", "email", "website")


@dataclass(frozen=True)
class Span:
    """Open on a weekday (0 is Monday) from `opens` to `closes`, in minutes after its midnight.

    Past midnight `closes` is above 1,440.
    """

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True)
class SpecialDay:
    """A day that goes otherwise: closed, or open from `opens` to `closes` (minutes)."""

    on: date
    opens: int | None = None
    closes: int | None = None
    note: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "on": date.fromisoformat(data["on"])})


@dataclass(frozen=True)
class Hours:
    """The week of one place, and the days that go otherwise."""

    week: tuple[Span, ...] = ()
    special: tuple[SpecialDay, ...] = ()
    by_appointment: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            week=tuple(Span(**span) for span in data.get("week", ())),
            special=tuple(SpecialDay.of(day) for day in data.get("special", ())),
            by_appointment=bool(data.get("by_appointment")),
        )


@dataclass(frozen=True)
class Branch:
    """A further place of the business; its first one stands with the business itself."""

    name: str = ""
    street: str = ""
    neighbourhood: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    hours: Hours = Hours()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{**data, "hours": Hours.of(data.get("hours", {}))})


@dataclass(frozen=True)
class Picture:
    """A photograph by its id, and what it shows in words."""

    photo: str
    words: str = ""


@dataclass(frozen=True)
class Shows:
    """Which of the business's own facts the public sees; the e-mail address only when asked for."""

    street: bool = True
    phone: bool = True
    email: bool = False
    website: bool = True


@dataclass(frozen=True)
class Content:
    """Everything that a listing adds to the facts of its business.

    `blurb` is the business's own short text where it is to be changed with
    this content; None leaves it as it is.
    """

    blurb: str | None = None
    about: str = ""
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    accepts_pledges: bool = False
    cause: str = ""
    shows: Shows = Shows()
    pictures: tuple[Picture, ...] = ()
    hours: Hours = Hours()
    branches: tuple[Branch, ...] = ()
    is_open_data: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """What was stored; a field that was unknown then has its default, one unknown now is left.

        So a version written years ago can still be read.
        """
        known = {field.name for field in fields(cls)}
        made: dict[str, Any] = {name: value for name, value in data.items() if name in known}
        for name in ("tags", "languages", "values", "asks", "offers"):
            made[name] = tuple(data.get(name, ()))
        made["shows"] = Shows(**data.get("shows", {}))
        made["pictures"] = tuple(Picture(**picture) for picture in data.get("pictures", ()))
        made["hours"] = Hours.of(data.get("hours", {}))
        made["branches"] = tuple(Branch.of(branch) for branch in data.get("branches", ()))
        return cls(**made)

    def as_json(self) -> dict[str, Any]:
        """Plain lists, texts and numbers; days as ISO 8601."""
        return _plain(asdict(self))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
