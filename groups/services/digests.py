"""Digests: each morning one letter a person at most, however often a worker dies.

A run stands for one morning of one alliance. For each reader it writes one row
and one message with that row's id, both in one transaction; a run that was cut
off is taken up and finds the rows that are there. The words are asked for when
a letter goes out (`digest_letters`).
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

import structlog
from django.db import transaction

from alliance import clock
from alliance.models import Alliance, Person
from alliance.services import outbox
from alliance.tenancy.scope import across_alliances, in_alliance
from groups.models import INSIDE, LIVE_GROUPS, Digest, DigestLetter, DigestRun, GroupMember
from groups.queries import digests

log = structlog.get_logger("commonweal.groups")

TEMPLATE = "groups/email/digest"
MORNING = time(7)
BATCH = 500
# So many letters a second become due: whatever else is mailed meanwhile does not wait behind all.
A_SECOND = 50
# After a long silence nobody is told of more than this.
LONGEST_DAY, LONGEST_WEEK = timedelta(days=7), timedelta(days=21)
REMEMBERED = timedelta(days=60)


def alliances_due() -> Sequence[UUID]:
    """Alliances where it is past seven in the morning and today's letters are not all written."""
    with across_alliances(reason="Find alliances whose digests of this morning are due."):
        wanting = GroupMember.objects.filter(
            state__in=INSIDE,
            digest__in=(Digest.DAILY, Digest.WEEKLY),
            group__state__in=LIVE_GROUPS,
        )
        owners = set(wanting.order_by().values_list("alliance_id", flat=True).distinct())
        alliances = list(Alliance.objects.filter(pk__in=owners))
        days = {each.pk: _local(each).date() for each in alliances}
        done = set(
            DigestRun.objects.filter(
                on__in=set(days.values()), finished_at__isnull=False
            ).values_list("alliance_id", "on")
        )
    return sorted(
        each.pk
        for each in alliances
        if each.is_open and _local(each).time() >= MORNING and (each.pk, days[each.pk]) not in done
    )


def write_letters(alliance: Alliance) -> int:
    """Writes this morning's letters of one alliance, batch by batch; how many it wrote."""
    with in_alliance(alliance):
        run = _run_of(_local(alliance))
        _forget()
    if run.finished_at is not None:
        return 0
    written, after = 0, None
    while True:
        with in_alliance(alliance):
            readers = digests.readers(run, after=after, limit=BATCH)
            _write(run, readers, already=written)
        if not readers:
            break
        written, after = written + len(readers), readers[-1].person_id
    with in_alliance(alliance):
        DigestRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(
            finished_at=clock.now()
        )
    log.info("digests_written", alliance=alliance.slug, letters=written)
    return written


@transaction.atomic
def stop(*, person: Person) -> None:
    """No group of this alliance sends this person a digest any more; twice changes nothing."""
    live = GroupMember.objects.live().filter(seat__person=person)
    live.exclude(digest=Digest.NONE).update(digest=Digest.NONE)


def _write(run: DigestRun, readers: Sequence[digests.Reader], *, already: int) -> None:
    """The rows and their messages, in the caller's transaction."""
    now = clock.now()
    rows = [DigestLetter(run=run, person_id=reader.person_id, at=now) for reader in readers]
    DigestLetter.objects.bulk_create(rows, ignore_conflicts=True)
    # Another worker may have written some of them: the row that is there counts.
    kept = dict(
        DigestLetter.objects.filter(
            run=run, person__in=[reader.person_id for reader in readers]
        ).values_list("person_id", "pk")
    )
    outbox.enqueue_all(
        template=TEMPLATE,
        letters=[
            outbox.Letter(
                key=f"digest:{run.pk}:{reader.person_id}",
                to=reader.email,
                context={"letter": str(kept[reader.person_id])},
                due_at=now + timedelta(seconds=(already + place) // A_SECOND),
            )
            for place, reader in enumerate(readers)
        ],
    )


def _run_of(local: datetime) -> DigestRun:
    """Today's run, made now if there is none; it begins where the one before ended."""
    today = local.date()
    known = DigestRun.objects.filter(on=today).first()
    if known is not None:
        return known
    now = clock.now()
    before = DigestRun.objects.filter(on__lt=today).order_by("-on").first()
    week = DigestRun.objects.filter(on__lt=today, week_since__isnull=False).order_by("-on").first()
    since = max(before.until, now - LONGEST_DAY) if before else now - timedelta(days=1)
    run = DigestRun(on=today, since=since, week_since=_week_since(local, week), until=now)
    DigestRun.objects.bulk_create([run], ignore_conflicts=True)
    return DigestRun.objects.get(on=today)


def _week_since(local: datetime, before: DigestRun | None) -> datetime | None:
    """From when a weekly letter tells, where this morning is the first of its week."""
    monday = local.date() - timedelta(days=local.weekday())
    now = clock.now()
    if before is None:
        return now - timedelta(days=7) if local.weekday() == 0 else None
    if before.on >= monday:
        return None
    return max(before.until, now - LONGEST_WEEK)


def _local(alliance: Alliance) -> datetime:
    return clock.now().astimezone(alliance.zone)


def _forget() -> None:
    DigestLetter.objects.filter(at__lt=clock.now() - REMEMBERED).delete()
