"""Confirmations of local ownership that run out."""

from celery import shared_task

from alliance.models import Alliance
from directory.services import attestations


@shared_task(name="directory.remind_of_ownership")
def remind_of_ownership() -> None:
    """Beat, daily: letters to the businesses whose confirmation ends within sixty days."""
    attestations.remind_all(Alliance.objects.all())
