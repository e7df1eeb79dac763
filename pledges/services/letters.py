"""A business writes to those who stand by its drive: once a week at most, to each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import celery, clock, links
from alliance.addresses import normalise_email
from alliance.errors import DomainError
from alliance.models import Alliance, JobProgress, OutboxMessage, Seat
from alliance.services import audit, consent, jobs, outbox
from alliance.tenancy.scope import across_alliances, current_alliance, in_alliance
from members.queries import businesses as members
from pledges.models import DriveLetter, LetterStop, Pledge, PledgeDrive
from pledges.models.drives import RUNNING_STATES
from pledges.models.letters import LONGEST
from pledges.models.pledges import STANDING_STATES
from pledges.services import moves
from pledges.services.mailing import PURPOSE, card_url

log = structlog.get_logger("commonweal.pledges")

STOP = "drive-letter-stop"
APART = timedelta(days=7)
# A letter whose worker has died is taken up again after this.
PATIENCE = timedelta(minutes=10)
BATCH = 200


@transaction.atomic
def write_letter(*, drive: PledgeDrive, subject: str, body: str, by: Seat) -> DriveLetter:
    """Keeps the letter and has it sent, in batches by a worker, to all whose pledge stands.

    Raises:
        DomainError: `by` does not speak for the business, the drive does not
            run, nobody stands by it, a letter went out within seven days, or
            the words are missing or too long.
    """
    drive = moves.locked(drive)
    if not members.speaks_for(by, drive.business):
        raise DomainError(_("Only %(business)s can do that.") % {"business": drive.business})
    if not subject.strip():
        raise DomainError(_("Say what it is about."), field="subject")
    if not body.strip() or len(body) > LONGEST:
        raise DomainError(_("Write up to 4,000 characters."), field="body")
    if drive.state not in RUNNING_STATES:
        raise DomainError(_("This drive is over, and its pledgers are left in peace."))
    if (again := may_write_from(drive)) is not None:
        day = again.astimezone(current_alliance().zone).date()
        raise DomainError(_("One letter a week. The next can go on %(day)s.") % {"day": day})
    count = recipients(drive)
    if not count:
        raise DomainError(_("Nobody’s pledge stands yet."))
    job = jobs.start(title=(_("Letter: %s") % subject.strip())[:120], total=count, by=by)
    letter = DriveLetter.objects.create(
        drive=drive,
        subject=subject.strip(),
        body=body.strip(),
        seat=by,
        job_id=job.pk,
        created_at=clock.now(),
    )
    audit.record(by=by, action="drive.letter_sent", subject=drive, letter=str(letter.pk))
    alliance_id, letter_id = str(current_alliance().pk), str(letter.pk)
    transaction.on_commit(lambda: _wake(alliance_id, letter_id), robust=True)
    return letter


def may_write_from(drive: PledgeDrive) -> datetime | None:
    """When the next letter may go out, where that is later than now."""
    last = DriveLetter.objects.filter(drive=drive, created_at__gt=clock.now() - APART).first()
    return last.created_at + APART if last else None


def recipients(drive: PledgeDrive) -> int:
    """How many people's pledges stand; who wants no letters is left out when it goes out."""
    return Pledge.objects.filter(drive=drive, state__in=STANDING_STATES).count()


def send_letter(*, alliance: Alliance, letter_id: UUID) -> int:
    """Puts a letter into the outbox for each pledger, batch by batch; how many have one.

    Run again, after a worker has died or while another runs, it adds nothing
    that is there: a message's key is the letter and the pledge.
    """
    with in_alliance(alliance):
        letter = DriveLetter.objects.select_related("drive__business").get(pk=letter_id)
        job = JobProgress.objects.filter(pk=letter.job_id).first()
        rows = Pledge.objects.filter(drive=letter.drive_id, state__in=STANDING_STATES)
        waiting = list(rows.order_by("pk").values_list("pk", flat=True))
    if letter.finished_at is not None or letter.is_hidden:
        return letter.sent_count
    for start in range(0, len(waiting), BATCH):
        with in_alliance(alliance):
            _send_batch(letter, waiting[start : start + BATCH])
            if job:
                jobs.advance(job=job, done=start + BATCH)
    with in_alliance(alliance):
        sent = OutboxMessage.objects.filter(key__startswith=f"drive-letter:{letter.pk}:").count()
        unfinished = DriveLetter.objects.filter(
            pk=letter.pk, finished_at__isnull=True, hidden_at__isnull=True
        )
        unfinished.update(sent_count=sent, finished_at=clock.now())
        if job:
            jobs.finish(job=job, message=_("On its way to %d people.") % sent)
    return sent


def unfinished() -> Sequence[tuple[UUID, UUID]]:
    """Letters that should have gone out by now: alliance and letter."""
    with across_alliances(reason="Find letters to pledgers whose worker has died."):
        old = DriveLetter.objects.filter(
            finished_at__isnull=True, hidden_at__isnull=True, created_at__lte=clock.now() - PATIENCE
        )
        return list(old.order_by("created_at").values_list("alliance_id", "pk"))


@transaction.atomic
def hold_back(*, letter: DriveLetter) -> int:
    """Takes what has not gone out yet back from the outbox, once the letter is hidden; how many.

    Shown again, it goes to those who had none: the sweep takes it up.
    """
    waiting = OutboxMessage.objects.filter(
        key__startswith=f"drive-letter:{letter.pk}:", sent_at__isnull=True
    )
    count, _each = waiting.delete()
    if count:
        DriveLetter.objects.filter(pk=letter.pk).update(finished_at=None)
    return count


@transaction.atomic
def stop(*, drive: PledgeDrive, email: str) -> None:
    """This address gets no more letters of this drive; twice changes nothing."""
    row = LetterStop(drive=drive, email_normalised=normalise_email(email), at=clock.now())
    LetterStop.objects.bulk_create([row], ignore_conflicts=True)


def _send_batch(letter: DriveLetter, pledge_ids: list[UUID]) -> None:
    # Hidden since the last batch: the rest waits.
    if not DriveLetter.objects.filter(pk=letter.pk, hidden_at__isnull=True).exists():
        return
    # As they are now: who has withdrawn since the letter was written gets none.
    pledges = Pledge.objects.filter(pk__in=pledge_ids, state__in=STANDING_STATES).order_by("pk")
    stopped = set(
        LetterStop.objects.filter(drive=letter.drive_id).values_list("email_normalised", flat=True)
    )
    for pledge in pledges:
        agrees = consent.has(email=pledge.email, purpose=PURPOSE, subject_id=pledge.pk)
        if agrees and pledge.email_normalised not in stopped:
            _send(letter, pledge)


def _send(letter: DriveLetter, pledge: Pledge) -> None:
    token = links.sign(STOP, {"drive": str(letter.drive_id), "email": pledge.email})
    outbox.enqueue(
        key=f"drive-letter:{letter.pk}:{pledge.pk}",
        template="pledges/email/letter",
        to=pledge.email,
        context={
            "business": letter.drive.business.trade_name,
            "title": letter.drive.shown_title,
            "subject_line": letter.subject,
            "letter": letter.body,
            "url": card_url(pledge),
            "unsubscribe_url": current_alliance().url(
                reverse("pledges:stop_letters", args=[token])
            ),
            "unsubscribes_in_one_press": True,
        },
        confirmed=True,
    )


def _wake(alliance_id: str, letter_id: str) -> None:
    try:
        celery.start("pledges.send_letter", alliance_id=alliance_id, letter_id=letter_id)
    except celery.BrokerAway as error:
        # The sweep takes it up.
        log.warning("not_woken", alliance_id=alliance_id, error=type(error).__name__)
