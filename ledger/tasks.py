"""What the worker does with the books."""

from uuid import UUID

from celery import shared_task

from alliance.celery import AllianceTask
from alliance.models import Alliance
from ledger.queries.journal import Wanted
from ledger.services import exports


@shared_task(name="ledger.export", base=AllianceTask)
def export_journal(alliance: Alliance, *, job_id: str, **wanted: str) -> None:
    """Writes the journal as CSV into the job's row."""
    exports.write_export(alliance=alliance, wanted=Wanted.from_texts(**wanted), job_id=UUID(job_id))
