"""Reads that every request makes, as statements that are written once.

Django takes several times longer to build such a statement than PostgreSQL to
answer it. Only for these few: whatever else is read goes through the ORM.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

from alliance.tenancy.models import TenantModel
from alliance.tenancy.scope import current_alliance

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """Whole rows of one model by a condition in SQL, its values given at each call.

    A tenant's rows are those of the current alliance, whatever the condition says;
    `tests/alliance/test_prepared.py` compares each of ours with the ORM's own answer.
    """

    def __init__(self, model: type[M], where: str, *, order: str = "") -> None:
        self.model, self.where, self.order = model, where, order
        self.is_scoped = issubclass(model, TenantModel)

    def rows(self, *values: Any) -> list[M]:
        """The rows that fit, in their order.

        Raises:
            NoAlliance: a tenant's rows, outside a scope.
        """
        given = (current_alliance().pk, *values) if self.is_scoped else values
        with connection.cursor() as cursor:
            cursor.execute(self._statement, given)
            found = cursor.fetchall()
        alias, names = connection.alias, self._names
        return [self.model.from_db(alias, names, self._read(row)) for row in found]

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields]

    @cached_property
    def _statement(self) -> str:
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self.model._meta.concrete_fields)
        own = "alliance_id = %s AND " if self.is_scoped else ""
        order = f" ORDER BY {self.order}" if self.order else ""
        table = quote(self.model._meta.db_table)
        return f"SELECT {columns} FROM {table} WHERE {own}({self.where}){order}"

    @cached_property
    def _converters(self) -> list[tuple[int, Any, Callable[..., Any]]]:
        return [
            (place, field.cached_col, convert)
            for place, field in enumerate(self.model._meta.concrete_fields)
            for convert in (
                *connection.ops.get_db_converters(field.cached_col),
                *field.get_db_converters(connection),
            )
        ]

    def _read(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, column, convert in self._converters:
            values[place] = convert(values[place], column, connection)
        return values
