"""Papers and the yearly pile of invoices: what takes longer than a page may."""

from datetime import date
from uuid import UUID

from celery import shared_task

from alliance.celery import AllianceTask
from alliance.models import Alliance
from members.services import papers, renewal_runs


@shared_task(name="members.make_paper", base=AllianceTask)
def make_paper(
    alliance: Alliance, *, job_id: str, kind: str, subject_id: str, language: str, **scope: str
) -> None:
    """Makes one PDF and ends its job with it; `scope` holds the days of a statement."""
    papers.make(
        alliance=alliance,
        job_id=UUID(job_id),
        kind=kind,
        subject_id=UUID(subject_id),
        language=language,
        **scope,
    )


@shared_task(name="members.make_open_papers", base=AllianceTask)
def make_open_papers(alliance: Alliance, *, job_id: str) -> None:
    """Makes the PDFs of all open invoices and ends its job with them in one file."""
    papers.make_open(alliance=alliance, job_id=UUID(job_id))


@shared_task(name="members.renew_month", base=AllianceTask)
def renew_month(alliance: Alliance, *, job_id: str, month: str) -> None:
    """Issues the renewals of one month."""
    renewal_runs.run(alliance=alliance, job_id=UUID(job_id), month=date.fromisoformat(month))
