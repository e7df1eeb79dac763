"""Entries held against the memberships, once on each alliance's day."""

from celery import shared_task

from directory.services import entries


@shared_task(name="directory.keep_entries")
def keep_entries() -> None:
    """Beat, every five minutes: alliances whose day has begun since they were looked at."""
    entries.keep_all()
