"""Who points at a row: what nobody points at may go, everything else has been worked with."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import models


def referenced(
    model: type[models.Model],
    ids: Iterable[UUID],
    *,
    but_not_by: Mapping[type[models.Model], Iterable[UUID] | None],
) -> set[UUID]:
    """Those of these rows that some other row names, of whatever room; a query for each relation.

    Args:
        but_not_by: rows that do not count, by their model; None: none of that model does.
    """
    wanted, found = list(ids), set[UUID]()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.concrete:
            continue
        other: Any = relation.related_model
        if but_not_by.get(other, ()) is None:
            continue
        column = relation.field.attname
        rows = other.objects.filter(**{f"{column}__in": wanted})
        rows = rows.exclude(pk__in=list(but_not_by.get(other, ()) or ()))
        found.update(rows.order_by().values_list(column, flat=True).distinct())
    return found
