"""The only two doors to tenants' rows: `in_alliance` and `across_alliances`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction
from django_scopes import get_scope, scope, scopes_disabled

if TYPE_CHECKING:
    from alliance.models import Alliance

log = structlog.get_logger("commonweal.tenancy")


class NoAlliance(RuntimeError):
    """Something asked for the current alliance where no scope is open."""


def current_alliance() -> "Alliance":
    """The alliance whose scope is open.

    Raises:
        NoAlliance: outside `in_alliance`.
    """
    alliance = get_scope().get("alliance")
    if alliance is None:
        raise NoAlliance("No alliance's scope is open here; use in_alliance().")
    return alliance


@contextmanager
def in_alliance(alliance: "Alliance") -> Iterator["Alliance"]:
    """Opens one alliance's scope for the ORM and for the database, in a transaction.

    Nests: on the way out the outer scope is restored. On an exception the
    savepoint's rollback restores the database's setting by itself, and a SET
    in an aborted transaction would hide the error that caused it; hence the
    reset stands after the yield, not in a `finally`.
    """
    outer = get_scope().get("alliance")
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        _set_database_scope(alliance.pk)
        with scope(alliance=alliance):
            yield alliance
        # The outermost transaction's end takes a SET LOCAL with it.
        if is_nested:
            _set_database_scope(outer.pk if outer is not None else None)


@contextmanager
def across_alliances(*, reason: str) -> Iterator[None]:
    """Reads rows of every alliance; the network role may read and nothing else.

    For sweepers and roll-ups that must first learn which alliance has work.
    Each passage is logged with its reason, which must be a sentence.

    Raises:
        ValueError: without a reason.
    """
    if len(reason.split()) < 3:
        raise ValueError("Say in a sentence why every alliance's rows are needed.")
    log.info("across_alliances", reason=reason)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {connection.ops.quote_name(settings.NETWORK_ROLE)}")
        with scopes_disabled():
            yield
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE NONE")


def _set_database_scope(alliance_id: UUID | None) -> None:
    # SET LOCAL rather than set_config(): a distributed database propagates
    # only the former to its workers, and it cannot outlive the transaction.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.alliance = %s", [str(alliance_id or "")])
