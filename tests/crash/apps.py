"""What the harness changes in the product, by settings of its own; never part of the product."""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.db import transaction


class SecondTransaction(AppConfig):
    """The control: mail written after the commit instead of with it. It must lose mail.

    Without this, a harness whose kills never strike at the right moment would
    look like a proof.
    """

    name = "tests.crash"
    label = "crash_control"

    def ready(self) -> None:
        from alliance.services import outbox
        from alliance.tenancy.scope import current_alliance, in_alliance

        with_the_change = outbox.enqueue

        def after_the_change(**message: Any) -> None:
            alliance = current_alliance()

            def write() -> None:
                with in_alliance(alliance):
                    with_the_change(**message)

            transaction.on_commit(write)

        outbox.enqueue = after_the_change  # type: ignore[assignment]


class ShortLease(AppConfig):
    """What a killed worker had claimed comes free after seconds: a small run need not wait."""

    name = "tests.crash"
    label = "crash_quick"

    def ready(self) -> None:
        from alliance.services import outbox

        outbox.LEASE = timedelta(seconds=6)
