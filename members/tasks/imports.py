"""Spreadsheets in and out, in the worker."""

from uuid import UUID

from celery import shared_task

from alliance.celery import AllianceTask
from alliance.models import Alliance
from members.services import member_exports
from members.services.imports import inviting, working


@shared_task(name="members.work_on_import", base=AllianceTask)
def work_on_import(alliance: Alliance, *, run_id: str) -> None:
    """Does what a run waits for: reads, checks, brings in, takes back."""
    working.work_on(alliance=alliance, run_id=UUID(run_id))


@shared_task(name="members.sweep_imports")
def sweep_imports() -> None:
    """Beat, every minute: wakes a worker for runs that one has left behind."""
    working.sweep()


@shared_task(name="members.forget_imports")
def forget_imports() -> None:
    """Beat, daily: what old imports brought along is forgotten."""
    working.forget_old()


@shared_task(name="members.invite_imported", base=AllianceTask)
def invite_imported(alliance: Alliance, *, job_id: str, run_id: str) -> None:
    """Writes to the people whom a run let in."""
    inviting.write(alliance=alliance, job_id=UUID(job_id), run_id=UUID(run_id))


@shared_task(name="members.export", base=AllianceTask)
def export_members(alliance: Alliance, *, job_id: str, kind: str) -> None:
    """Writes all members into the job's file."""
    member_exports.write(alliance=alliance, job_id=UUID(job_id), kind=kind)
