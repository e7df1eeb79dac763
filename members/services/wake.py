"""Waking a task once the change that it is for has been committed."""

import structlog
from django.db import transaction

from alliance import celery
from alliance.tenancy.scope import current_alliance

log = structlog.get_logger("commonweal.members")


def after_commit(task: str, **arguments: str) -> None:
    """Starts a task of the current alliance after the commit.

    For work that a sweep finds too: a broker that cannot be reached is logged
    and otherwise left to the sweep.
    """
    alliance_id = str(current_alliance().pk)
    transaction.on_commit(lambda: now(task, alliance_id=alliance_id, **arguments), robust=True)


def now(task: str, **arguments: str) -> None:
    """Starts a task at once, or leaves it to the sweep."""
    try:
        celery.start(task, **arguments)
    except celery.BrokerAway as error:
        log.warning("not_woken", task=task, error=type(error).__name__)
