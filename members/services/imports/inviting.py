"""Writing to the people whom a run let in: a step of its own, since an import is silent."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, UUIDField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.errors import DomainError, TooManyMessages
from alliance.models import Alliance, JobProgress, JobState, Seat
from alliance.services import audit, exports, jobs, outbox, seats
from alliance.tenancy.scope import current_alliance, in_alliance
from members.models import ImportRow, ImportRun, ImportState, Representative
from members.services.imports import runs

TASK = "members.invite_imported"
CHUNK = 50


@transaction.atomic
def start(*, run_id: UUID, by: Seat) -> JobProgress:
    """Sets a worker to write to everybody whom the run let in and who still has that seat.

    Raises:
        DomainError: the run is not in, or brought nobody.
    """
    run = runs.locked(run_id)
    count = people_of(run).count() if run.state == ImportState.COMMITTED else 0
    if not count:
        raise DomainError(_("There is nobody to write to."))
    audit.record(by=by, action="import.invited", subject=run, people=count)
    title = _("Invitations to the contacts of “%s”") % run.file.name
    return exports.start(TASK, title=title, total=count, by=by, run_id=str(run.pk))


def people_of(run: ImportRun) -> QuerySet[Representative]:
    """Who got their place beside a business by this run, and has it."""
    rows = ImportRow.objects.filter(run=run, done_at__isnull=False)
    made = rows.filter(before__made__has_key="representative")
    ids = made.annotate(person=Cast(KT("before__made__representative"), UUIDField()))
    return Representative.objects.live().filter(pk__in=ids.values("person"))


def write(*, alliance: Alliance, job_id: UUID, run_id: UUID) -> None:
    """Writes to each of them once, however often this runs."""
    with in_alliance(alliance):
        job = JobProgress.objects.select_related("seat__person").get(pk=job_id)
        ids = list(
            people_of(runs.runs().get(pk=run_id)).order_by("pk").values_list("pk", flat=True)
        )
    if job.state != JobState.RUNNING:
        return
    for start_at in range(0, len(ids), CHUNK):
        with in_alliance(alliance):
            chunk = Representative.objects.filter(pk__in=ids[start_at : start_at + CHUNK])
            for representative in chunk.select_related("business", "seat__person"):
                _invite(representative, by=str(job.seat.person) if job.seat else alliance.name)
            jobs.advance(job=job, done=start_at + CHUNK)
    with in_alliance(alliance):
        jobs.finish(job=job)


def _invite(representative: Representative, *, by: str) -> None:
    person = representative.seat.person
    try:
        outbox.enqueue(
            key=f"representative-invited:{representative.pk}",
            template="members/email/seat_given",
            to=person.email,
            context={
                "name": person.name,
                "email": person.email,
                "business": representative.business.trade_name,
                "kind": str(representative.get_kind_display()),
                "by": by,
                "action_url": current_alliance().url(reverse("account_login")),
            },
            confirmed=seats.has_proven(person, person.email),
        )
    except TooManyMessages:
        # Somebody with many businesses has had three letters within the hour; one is enough.
        return
