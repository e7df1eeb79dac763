"""The outbox: mail that is sent once, whatever dies on the way (ADR-0005).

`enqueue` writes the row with the change that causes it; after the commit a
task is woken. `sweep` finds what nobody was woken for. `deliver` claims a
batch under a lease, sends outside any transaction, and marks what went out.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from alliance import celery, clock
from alliance.addresses import email_digest
from alliance.errors import TooManyMessages
from alliance.models import Alliance, OutboxMessage
from alliance.services import mail
from alliance.services.batches import Batch
from alliance.tenancy.scope import across_alliances, current_alliance, in_alliance

log = structlog.get_logger("commonweal.outbox")

BATCH = 20
LEASE = timedelta(seconds=45)
MAX_TRIES = 8
PER_HOUR, PER_DAY = 3, 10
UNDELIVERED = Q(sent_at__isnull=True, dead_at__isnull=True)
# Noted on a row whose words were asked for when it went out, and were not there any more.
LEFT_OUT = "nothing to say"


def enqueue(
    *,
    key: str,
    template: str,
    to: str,
    context: dict[str, Any],
    confirmed: bool,
    due_at: datetime | None = None,
) -> OutboxMessage:
    """Writes one message to be sent once; the same `key` again adds nothing.

    Args:
        key: names the cause, unique in the alliance ("pledge-confirm:<id>:<version>").
        template: the folder under templates/ with subject.txt, body.txt, body.html.
        context: JSON only; what the templates need.
        confirmed: whether the address has confirmed that it wants our mail. To
            an unconfirmed one at most 3 an hour and 10 a day go out, over all forms.

    Raises:
        TooManyMessages: the inbox has had enough; nothing is written.
    """
    existing = OutboxMessage.objects.filter(key=key).first()
    if existing:
        return existing
    digest = email_digest(to)
    if not confirmed:
        _refuse_flood(digest)
    message = OutboxMessage(
        key=key,
        template=template,
        to=to,
        to_digest=digest,
        is_confirmed=confirmed,
        context=context,
        language=translation.get_language() or current_alliance().language,
        due_at=due_at or clock.now(),
    )
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        # Two requests with one cause at one moment: the second gets the first one's row.
        return OutboxMessage.objects.get(key=key)
    _wake_after_commit(current_alliance().pk)
    return message


@dataclass(frozen=True)
class Letter:
    """One of many letters of a kind: its cause, its reader, what it is about, from when on."""

    key: str
    to: str
    context: dict[str, Any]
    due_at: datetime | None = None


def enqueue_all(*, template: str, letters: Iterable[Letter]) -> None:
    """Writes many letters to confirmed addresses in one statement; a known `key` adds nothing."""
    now, language = clock.now(), translation.get_language() or current_alliance().language
    rows = [
        OutboxMessage(
            key=letter.key,
            template=template,
            to=letter.to,
            to_digest=email_digest(letter.to),
            is_confirmed=True,
            context=letter.context,
            language=language,
            due_at=letter.due_at or now,
        )
        for letter in letters
    ]
    if rows:
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
        _wake_after_commit(current_alliance().pk)


def sweep() -> int:
    """Wakes a delivery for each alliance that has work due; how many there were."""
    now = clock.now()
    with across_alliances(reason="Find which alliances have mail due."):
        due = list(
            OutboxMessage.objects.filter(UNDELIVERED, _free(now), due_at__lte=now)
            .order_by()
            .values_list("alliance_id", flat=True)
            .distinct()
        )
    for alliance_id in due:
        wake(alliance_id)
    return len(due)


def deliver(alliance: Alliance, *, limit: int = 500) -> int:
    """Sends what is due in one alliance, batch by batch; how many went out."""
    sent = 0
    while sent < limit:
        with in_alliance(alliance):
            claimed = _claim()
        if not claimed:
            break
        with Batch(claimed) as batch:
            for message in claimed:
                # A slow mail server must not outlive the lease: whoever claims the
                # row next would send it a second time.
                if message.leased_until and clock.now() > message.leased_until - LEASE / 2:
                    break
                sent += _send(alliance, message, batch)
    return sent


def send_again(message: OutboxMessage) -> bool:
    """Gives a dead letter a new life; whether there was one to revive."""
    revived = OutboxMessage.objects.filter(pk=message.pk, dead_at__isnull=False).update(
        dead_at=None, tries=0, due_at=clock.now(), leased_until=None, last_error=""
    )
    _wake_after_commit(current_alliance().pk)
    return bool(revived)


def wake(alliance_id: UUID) -> None:
    """Tells a worker; a broker that cannot be reached is the sweeper's business."""
    try:
        celery.start("alliance.deliver_mail", alliance_id=str(alliance_id))
    except celery.BrokerAway as error:
        log.warning("not_woken", alliance_id=str(alliance_id), error=type(error).__name__)


def _wake_after_commit(alliance_id: UUID) -> None:
    transaction.on_commit(lambda: wake(alliance_id), robust=True)


def _free(now: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=now)


def _refuse_flood(digest: str) -> None:
    with connection.cursor() as cursor:
        # Two requests for one inbox count one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest])
    now = clock.now()
    # A history that is being told knows nothing of what was written after its moment.
    recent = OutboxMessage.objects.filter(
        to_digest=digest,
        is_confirmed=False,
        created_at__gt=now - timedelta(days=1),
        created_at__lte=now,
    ).aggregate(
        day=Count("pk"), hour=Count("pk", filter=Q(created_at__gt=now - timedelta(hours=1)))
    )
    if recent["hour"] >= PER_HOUR or recent["day"] >= PER_DAY:
        raise TooManyMessages(
            _(
                "We have already written to this address several times. Please look among "
                "the unwanted mail too, or try again in an hour."
            ),
            field="email",
        )


def _claim() -> Sequence[OutboxMessage]:
    now = clock.now()
    due = (
        OutboxMessage.objects.filter(UNDELIVERED, _free(now), due_at__lte=now)
        .order_by("due_at")
        .select_for_update(skip_locked=True)
    )
    batch = list(due[:BATCH])
    OutboxMessage.objects.filter(pk__in=[m.pk for m in batch]).update(
        leased_until=now + LEASE, tries=F("tries") + 1
    )
    for message in batch:
        message.leased_until = now + LEASE
        message.tries += 1
    return batch


def _send(alliance: Alliance, message: OutboxMessage, batch: Batch) -> bool:
    try:
        with in_alliance(alliance):
            email = batch.render(message)
        batch.send(email)
    except mail.NothingToSay:
        _settle(alliance, message, note=LEFT_OUT)
        return False
    except (SMTPException, OSError) as error:
        _put_off(alliance, message, error)
        return False
    except Exception as error:
        # A template that fails must not hold back the messages behind it.
        log.exception("mail_not_rendered", template=message.template, message=str(message.pk))
        _put_off(alliance, message, error)
        return False
    return _settle(alliance, message)


def _settle(alliance: Alliance, message: OutboxMessage, *, note: str = "") -> bool:
    with in_alliance(alliance):
        # The lease is the claim: where it has run out, somebody else owns the row.
        return bool(
            OutboxMessage.objects.filter(
                UNDELIVERED, pk=message.pk, leased_until=message.leased_until
            ).update(sent_at=clock.now(), leased_until=None, context={}, last_error=note)
        )


def _put_off(alliance: Alliance, message: OutboxMessage, error: Exception) -> None:
    now = clock.now()
    wait = 15 * 3 ** (message.tries - 1) * random.uniform(0.8, 1.2)
    is_dead = message.tries >= MAX_TRIES
    with in_alliance(alliance):
        OutboxMessage.objects.filter(
            UNDELIVERED, pk=message.pk, leased_until=message.leased_until
        ).update(
            leased_until=None,
            due_at=now + timedelta(seconds=wait),
            dead_at=now if is_dead else None,
            last_error=type(error).__name__,
        )
