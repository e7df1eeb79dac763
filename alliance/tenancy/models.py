"""What every tenant's row has in common, and the key between two of them."""

from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from django.db import models
from django_scopes import ScopedManager

from alliance.tenancy.scope import current_alliance


def uuid7() -> UUID:
    """A time-ordered identifier: new rows land side by side in the index."""
    return uuid_utils.compat.uuid7()


class TenantForeignKey(models.ForeignKey):
    """A key between two rows of one alliance.

    Django would reference `target(id)` alone, which PostgreSQL checks past
    row-level security, so that another alliance's row could be referenced.
    `alliance.tenancy.database` adds `(alliance_id, x_id) → (alliance_id, id)`
    after each migrate; Django's own constraint is left out.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)


def scoped(queryset: type["models.QuerySet[Any]"] = models.QuerySet) -> Any:
    """A manager of this queryset that sees the current alliance and raises without one."""
    return ScopedManager(alliance="alliance", _manager_class=models.Manager.from_queryset(queryset))


class TenantModel(models.Model):
    """A row that belongs to one alliance.

    `objects` sees the current alliance only and raises where no scope is open.
    `append_only = True` on a model takes UPDATE and DELETE from the
    application's role; `changeable` names the few columns that it may still
    write, such as the day on which a row ceased to count.
    """

    append_only = False
    changeable: ClassVar[tuple[str, ...]] = ()

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    alliance = models.ForeignKey(
        "alliance.Alliance", on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects: ClassVar[Any] = scoped()

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A row is born in the scope that is open; from_db() passes positional
        # arguments and is left alone.
        if not args and "alliance" not in kwargs and "alliance_id" not in kwargs:
            kwargs["alliance"] = current_alliance()
        super().__init__(*args, **kwargs)


def tenant_models() -> list[type[TenantModel]]:
    """Every concrete tenant model of every installed app, in a stable order."""
    from django.apps import apps

    found = [m for m in apps.get_models() if issubclass(m, TenantModel)]
    return sorted(found, key=lambda model: model._meta.db_table)
