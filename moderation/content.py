"""What can be flagged and hidden: a kind of content joins by declaring itself.

Called in `AppConfig.ready` of the room that holds the content; this room
knows none of them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from alliance.models import Seat
from moderation.models import Space


def _nowhere(_: Any) -> None:
    """It belongs to the alliance as a whole."""
    return None


def _no_url(_: Any) -> str:
    return ""


def _nothing(_: Any) -> None:
    """Nothing to bring up to date."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """A kind of content; every function is given one of its rows.

    `model` has a `hidden_at` (`moderation.models.Moderable`). `authors` are
    the seats that answer for it; the first is whom sanctions reach. `words` is
    everything written in it, kept as evidence. `may_read` says whether
    these seats might read it if it were not hidden. `changed` follows hiding
    and showing: it drops caches and search rows, and may be called again.
    `emptied` takes the words and pictures away for good, after the last appeal.
    `related` are the rows that these functions read, fetched with it.
    """

    key: str
    model: Any
    label: Any
    authors: Callable[[Any], Sequence[Seat]]
    title: Callable[[Any], str]
    words: Callable[[Any], str]
    url: Callable[[Any], str]
    may_read: Callable[[Any, Iterable[Seat]], bool]
    space: Callable[[Any], Space | None] = _nowhere
    edit_url: Callable[[Any], str] = _no_url
    changed: Callable[[Any], None] = _nothing
    emptied: Callable[[Any], None] = _nothing
    related: tuple[str, ...] = ()


_kinds: dict[str, Content] = {}


def register(*kinds: Content) -> None:
    """Adds kinds of content, once each.

    Raises:
        ValueError: another kind has this key, or its model cannot be hidden.
    """
    for kind in kinds:
        if "hidden_at" not in {field.name for field in kind.model._meta.get_fields()}:
            raise ValueError(f"{kind.model.__name__} has no hidden_at.")
        known = _kinds.setdefault(kind.key, kind)
        if known.model is not kind.model:
            raise ValueError(f"Two kinds of content are called {kind.key}.")


def kinds() -> tuple[Content, ...]:
    """Every kind there is, in the order in which they joined."""
    return tuple(_kinds.values())


def by_key(key: str) -> Content | None:
    """The kind of this name."""
    return _kinds.get(key)


def of(subject: Any) -> Content:
    """The kind to which a row belongs.

    Raises:
        LookupError: its model has not joined.
    """
    for kind in _kinds.values():
        if type(subject) is kind.model:
            return kind
    raise LookupError(f"{type(subject).__name__} is no content that is looked after.")


def find(key: str, pk: Any) -> Any:
    """The row of this kind and id in the current alliance.

    None: an unknown kind, an id that is none, no such row, another alliance's.
    """
    kind = _kinds.get(key)
    try:
        subject_id = UUID(str(pk))
    except ValueError:
        return None
    if kind is None:
        return None
    rows = kind.model.objects.filter(pk=subject_id)
    return (rows.select_related(*kind.related) if kind.related else rows).first()
