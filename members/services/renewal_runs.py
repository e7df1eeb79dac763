"""A renewal run: the invoices of all terms that end in a month, and their letters.

Safe to start again: a term is renewed by one invoice, and a letter goes out once.
"""

from datetime import date
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from alliance.errors import DomainError
from alliance.models import Alliance, JobProgress, JobState, Seat
from alliance.services import audit, exports, jobs
from alliance.tenancy.scope import current_alliance, in_alliance
from members.models import Membership
from members.queries.memberships import today
from members.queries.renewal_runs import preview
from members.services import billing, invoices, letters

log = structlog.get_logger("commonweal.renewals")
# The books wait for a transaction to end; so many invoices hold them for half a second.
CHUNK = 20


def obstacle() -> str:
    """What keeps every invoice from being issued now; empty where nothing does."""
    try:
        billing.legal_words(today().year)
    except DomainError as error:
        return error.message
    return ""


@transaction.atomic
def start(*, month: date, by: Seat) -> JobProgress:
    """Queues the run of one month; its page shows the progress.

    Raises:
        DomainError: there is nothing to issue, or the law's question is open.
    """
    if words := obstacle():
        raise DomainError(words)
    count = len(preview(month).to_issue)
    if not count:
        raise DomainError(_("Every term that ends in this month has its invoice."))
    title = _("Renewals of %(month)s") % {"month": date_format(month, "F Y")}
    audit.record(
        by=by,
        action="renewals.run",
        subject=current_alliance(),
        month=month.strftime("%Y-%m"),
        count=count,
    )
    return exports.start(
        "members.renew_month", title=title, total=count, by=by, month=month.isoformat()
    )


def run(*, alliance: Alliance, job_id: UUID, month: date) -> None:
    """Issues what is missing, chunk by chunk; a job that has ended stays as it is."""
    with in_alliance(alliance):
        job = JobProgress.objects.select_related("seat").get(pk=job_id)
        if job.state != JobState.RUNNING:
            return
        due = [(ending.membership.pk, ending.ends_on) for ending in preview(month).to_issue]
    issued = silent = refused = 0
    try:
        for place in range(0, len(due), CHUNK):
            with in_alliance(alliance), override(alliance.language):
                for membership_id, ends_on in due[place : place + CHUNK]:
                    try:
                        silent += not _renew(membership_id, ends_on, by=job.seat)
                        issued += 1
                    except DomainError as error:
                        refused += 1
                        log.warning("not_renewed", membership=str(membership_id), why=str(error))
                jobs.advance(job=job, done=min(place + CHUNK, len(due)))
    except Exception:
        with in_alliance(alliance):
            jobs.fail(job=job, message=_("Something broke on the way. Please start it again."))
        raise
    with in_alliance(alliance), override(alliance.language):
        jobs.finish(job=job, message=_summary(issued, silent, refused))


def _renew(membership_id: UUID, ends_on: date, *, by: Seat | None) -> bool:
    """Whether a letter went with the invoice."""
    membership = Membership.objects.select_related("tier", "business").get(pk=membership_id)
    invoice = invoices.renew(membership=membership, ends_on=ends_on, by=by)
    return letters.invoice_issued(invoice) is not None


def _summary(issued: int, silent: int, refused: int) -> str:
    words = [
        ngettext("%(count)d invoice issued.", "%(count)d invoices issued.", issued)
        % {"count": issued}
    ]
    if silent:
        words.append(
            ngettext(
                "%(count)d member has no e-mail address; print the invoice.",
                "%(count)d members have no e-mail address; print their invoices.",
                silent,
            )
            % {"count": silent}
        )
    if refused:
        words.append(
            ngettext("%(count)d was refused.", "%(count)d were refused.", refused)
            % {"count": refused}
        )
    return " ".join(words)
