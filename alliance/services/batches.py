"""Letters that go out one after the other: they share a line and what was asked for them all."""

import time
from collections.abc import Sequence
from contextlib import suppress
from smtplib import SMTPException
from types import TracebackType
from typing import Self

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from alliance.models import OutboxMessage
from alliance.services import mail

log = structlog.get_logger("commonweal.outbox")

# What was asked for letters that go out together is asked anew after so many seconds: where the
# mail server is slow, the last of them are as fresh as the first.
FRESH_SECONDS = 1.0


class Batch:
    """`with Batch(messages) as batch:` render and send each of them once, in any order."""

    def __init__(self, messages: Sequence[OutboxMessage]) -> None:
        self._waiting = {message.pk: message for message in messages}
        self._makers: dict[str, tuple[float, mail.Fresh | None]] = {}
        self._line: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hang_up()

    def render(self, message: OutboxMessage) -> EmailMessage:
        """The message as it stands now, in the alliance's open scope.

        Raises:
            mail.NothingToSay: its words are asked for when it goes out, and there are none.
        """
        try:
            return mail.render(message, make=self._maker(message))
        finally:
            self._waiting.pop(message.pk, None)

    def send(self, email: EmailMessage) -> None:
        """Hands it to the mail server, by the line that the one before has left open.

        Raises:
            SMTPException, OSError: it was not taken; the next one gets a new line.
        """
        try:
            self._line = self._line or get_connection()
            self._line.open()
            email.connection = self._line
            email.send()
        except Exception:
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        # What was sent was sent, however the server takes leave.
        line, self._line = self._line, None
        if line is not None:
            with suppress(SMTPException, OSError):
                line.close()

    def _maker(self, message: OutboxMessage) -> mail.Fresh | None:
        """Who makes its words, asked for with all of its kind that still wait."""
        if not mail.goes_together(message.template):
            return None
        asked_at, make = self._makers.get(message.template, (-FRESH_SECONDS, None))
        if make is not None and time.monotonic() - asked_at < FRESH_SECONDS:
            return make
        waiting = [
            each.context for each in self._waiting.values() if each.template == message.template
        ]
        now = time.monotonic()
        try:
            with transaction.atomic():
                make = mail.maker_of(message.template, waiting)
        except Exception as error:
            # One that cannot be told must not hold back those beside it.
            log.warning("mail_not_together", template=message.template, error=type(error).__name__)
            return mail.maker_of(message.template, [message.context])
        self._makers[message.template] = now, make
        return make
