"""Referrals that nobody has answered."""

from celery import shared_task

from alliance.models import Alliance
from directory.services import referrals


@shared_task(name="directory.forget_contacts")
def forget_contacts() -> None:
    """Beat, daily: how to reach people who asked half a year ago is forgotten."""
    referrals.forget_all_contacts(Alliance.objects.all())
