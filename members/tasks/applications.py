"""Applications: what has run out, and many approved at once."""

from uuid import UUID

from celery import shared_task

from alliance.celery import AllianceTask
from alliance.models import Alliance
from members.services import application_ends, bulk_approvals


@shared_task(name="members.expire_applications")
def expire_applications() -> None:
    """Every hour: drafts, questions and unpaid approvals of thirty days ago."""
    for alliance in application_ends.alliances_with_due():
        application_ends.expire_due(alliance)


@shared_task(name=bulk_approvals.TASK, base=AllianceTask)
def approve_applications(
    alliance: Alliance, *, job_id: str, seat_id: str, application_ids: str
) -> None:
    """Approves what the staff ticked and confirmed."""
    bulk_approvals.run(
        alliance=alliance,
        job_id=UUID(job_id),
        seat_id=UUID(seat_id),
        application_ids=[UUID(each) for each in application_ids.split(",")],
    )
