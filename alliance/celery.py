"""The Celery application: tasks carry ids, open their own scope, and run at least once."""

import os
from typing import Any
from uuid import UUID

from celery import Celery, Task
from celery.signals import beat_init, setup_logging, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.local")


class AllianceTask(Task):
    """A task inside one alliance: called with `alliance_id`, runs with the alliance.

    The task's function gets the Alliance as its first argument; it opens
    `in_alliance` itself where it needs one transaction, so that no task
    waits on the network inside it.
    """

    abstract = True
    # Celery would hold the call against the function's own signature, which
    # takes an Alliance and knows no `alliance_id`.
    typing = False

    def __call__(self, *args: Any, alliance_id: str, **kwargs: Any) -> Any:
        from alliance.models import Alliance

        alliance = Alliance.objects.select_related("network").get(pk=UUID(alliance_id))
        return self.run(alliance, *args, **kwargs)


app = Celery("commonweal")
app.config_from_object("django.conf:settings", namespace="CELERY")


# What `start` raises where nobody can be woken.
BrokerAway = Task.OperationalError


def start(name: str, **arguments: str) -> None:
    """Wakes a task by its name, as services do: they know no tasks, which stand above them.

    Raises:
        BrokerAway: the broker cannot be reached.
    """
    app.tasks[name].delay(**arguments)


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Django's settings have configured logging; Celery would do it again, otherwise."""


@worker_init.connect
@beat_init.connect
def refuse_unsafe_role(**kwargs: Any) -> None:
    """Workers and beat stop here rather than run past row-level security."""
    from django.db import OperationalError

    from alliance.tenancy.guard import UnsafeRole, refuse_unsafe_role

    try:
        refuse_unsafe_role()
    except (UnsafeRole, OperationalError) as error:
        # Celery logs what a receiver raises and starts all the same, unless it is an exit.
        raise SystemExit(str(error)) from error
