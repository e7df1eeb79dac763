"""Pages of long lists by key, never by offset: the thousandth costs what the first does."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

SIZE = 25
NUMBER = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class Page:
    """One page of rows, and the query string of the next where there is one."""

    rows: list[Any]
    next_query: str | None
    is_first: bool


def page_of(
    rows: QuerySet[Any], request: HttpRequest, *, is_rising: bool = False, size: int = SIZE
) -> Page:
    """The page that `?after=` asks for, of rows ordered by ("-<instant>", "-id").

    With `is_rising` the earliest comes first. A cursor that cannot be read shows
    the first page.
    """
    moment = rows.query.order_by or rows.model._meta.ordering
    keys = (str(moment[0]).removeprefix("-"), "id")
    cursor = _read(_asked(request))
    return _page(rows, request, keys=keys, cursor=cursor, size=size, is_rising=is_rising)


def numbered_page_of(
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    keys: Sequence[str] = ("number",),
    size: int = SIZE,
) -> Page:
    """The same for rows that whole numbers order, highest first; `keys` are unique together."""
    parts = _asked(request).split("|")
    are_ours = len(parts) == len(keys) and all(NUMBER.fullmatch(part) for part in parts)
    cursor = tuple(int(part) for part in parts) if are_ours else None
    return _page(rows, request, keys=keys, cursor=cursor, size=size)


def day_page_of(
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    field: str,
    is_rising: bool = False,
    size: int = SIZE,
) -> Page:
    """The same for rows ordered by a day, latest first, or with `is_rising` earliest first."""
    day, _, pk = _asked(request).partition("|")
    cursor: tuple[date, UUID] | None
    try:
        cursor = (date.fromisoformat(day), UUID(pk))
    except ValueError:
        cursor = None
    return _page(rows, request, keys=(field, "id"), cursor=cursor, size=size, is_rising=is_rising)


def text_page_of(
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    field: str,
    is_rising: bool = True,
    size: int = SIZE,
) -> Page:
    """The same for rows ordered by words that are never NULL, the first of the alphabet first."""
    words, _, pk = _asked(request).rpartition("|")
    cursor: tuple[str, UUID] | None
    try:
        # PostgreSQL refuses a NUL wherever it would arrive.
        cursor = None if "\x00" in words else (words, UUID(pk))
    except ValueError:
        cursor = None
    return _page(rows, request, keys=(field, "id"), cursor=cursor, size=size, is_rising=is_rising)


def _page(
    rows: QuerySet[Any],
    request: HttpRequest,
    *,
    keys: Sequence[str],
    cursor: Sequence[Any] | None,
    size: int,
    is_rising: bool = False,
) -> Page:
    if cursor is not None:
        rows = rows.filter(_beyond(keys, cursor, "gt" if is_rising else "lt"))
    sign = "" if is_rising else "-"
    found = list(rows.order_by(*(f"{sign}{key}" for key in keys))[: size + 1])
    query = None
    if len(found) > size:
        found = found[:size]
        parameters = request.GET.copy()
        last = [attrgetter(key.replace("__", "."))(found[-1]) for key in keys]
        parameters["after"] = _write(*last)
        query = parameters.urlencode()
    return Page(rows=found, next_query=query, is_first=cursor is None)


def _beyond(keys: Sequence[str], cursor: Sequence[Any], than: str) -> Q:
    """Rows whose keys, read together, come before ("lt") or after ("gt") the cursor's."""
    beyond = Q(**{f"{keys[-1]}__{than}": cursor[-1]})
    for key, value in reversed(list(zip(keys[:-1], cursor[:-1], strict=True))):
        beyond = Q(**{f"{key}__{than}": value}) | Q(**{key: value}) & beyond
    return beyond


def _write(*keys: Any) -> str:
    parts = [key.isoformat() if isinstance(key, date) else str(key) for key in keys]
    return urlsafe_b64encode("|".join(parts).encode()).decode().rstrip("=")


def _asked(request: HttpRequest) -> str:
    cursor = request.GET.get("after", "")
    try:
        return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError:
        return ""


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    at, _, pk = cursor.partition("|")
    try:
        moment, key = datetime.fromisoformat(at), UUID(pk)
    except ValueError:
        return None
    # We write instants with their zone; without one it is not ours.
    return (moment, key) if moment.tzinfo else None
