"""Pages of long lists by key, never by offset: the thousandth costs what the first does."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest

SIZE = 25


@dataclass(frozen=True)
class Page:
    """One page of rows, and the query string of the next where there is one."""

    rows: list[Any]
    next_query: str | None
    is_first: bool


def page_of(rows: QuerySet[Any], request: HttpRequest, *, size: int = SIZE) -> Page:
    """The page that `?after=` asks for, of rows ordered by ("-<instant>", "-id").

    A cursor that cannot be read shows the first page.
    """
    moment = rows.query.order_by or rows.model._meta.ordering
    field = str(moment[0]).removeprefix("-")
    cursor = _read(request.GET.get("after", ""))
    if cursor:
        at, pk = cursor
        rows = rows.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "id__lt": pk}))
    found = list(rows.order_by(f"-{field}", "-id")[: size + 1])
    query = None
    if len(found) > size:
        found = found[:size]
        parameters = request.GET.copy()
        parameters["after"] = _write(getattr(found[-1], field), found[-1].pk)
        query = parameters.urlencode()
    return Page(rows=found, next_query=query, is_first=cursor is None)


def _write(at: datetime, pk: UUID) -> str:
    return urlsafe_b64encode(f"{at.isoformat()}|{pk}".encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, pk = text.partition("|")
        moment, key = datetime.fromisoformat(at), UUID(pk)
    except ValueError:
        return None
    # We write instants with their zone; without one it is not ours.
    return (moment, key) if moment.tzinfo else None
