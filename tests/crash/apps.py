"""What the harness changes in the product, by settings of its own; never part of the product."""

from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from typing import Any
from uuid import uuid4

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


class BusyMorning(AppConfig):
    """Many small batches of digests, sent slowly; and two controls, by an alliance's name.

    One writes the letters' messages when all of their rows are there, instead of
    with them: it must lose letters. One does not look for what is written already,
    and names no cause by which a second message would be known: it must double them.
    """

    name = "tests.crash"
    label = "crash_digests"

    def ready(self) -> None:
        from alliance.services import outbox
        from groups.services import digests

        outbox.LEASE = timedelta(seconds=6)
        digests.BATCH, digests.A_SECOND = 5, 20
        _write_messages_last()
        _forget_what_is_written()


def _write_messages_last() -> None:
    from alliance.services import outbox
    from alliance.tenancy.scope import current_alliance, in_alliance
    from groups.services import digests

    with_the_rows, write = outbox.enqueue_all, digests.write_letters
    held: list[outbox.Letter] = []

    def enqueue_all(*, template: str, letters: Iterable[outbox.Letter]) -> None:
        if current_alliance().slug == "messages-last":
            held.extend(letters)
        else:
            with_the_rows(template=template, letters=letters)

    def write_letters(alliance: Any) -> int:
        held.clear()
        written = write(alliance)
        with in_alliance(alliance):
            with_the_rows(template=digests.TEMPLATE, letters=list(held))
        return written

    outbox.enqueue_all = enqueue_all
    digests.write_letters = write_letters


def _forget_what_is_written() -> None:
    from alliance.services import outbox
    from alliance.tenancy.scope import current_alliance
    from groups.services import digests

    remembering, known = digests.digests.readers, outbox.enqueue_all

    def readers(run: Any, **asked: Any) -> Any:
        if current_alliance().slug == "forgetful":
            run = copy(run)
            run.pk = uuid4()
        return remembering(run, **asked)

    def enqueue_all(*, template: str, letters: Iterable[outbox.Letter]) -> None:
        if current_alliance().slug == "forgetful":
            letters = [
                outbox.Letter(f"digest:{uuid4()}", each.to, each.context, each.due_at)
                for each in letters
            ]
        known(template=template, letters=letters)

    digests.digests.readers = readers
    outbox.enqueue_all = enqueue_all
