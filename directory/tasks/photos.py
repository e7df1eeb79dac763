"""Photographs that nobody shows any more."""

from celery import shared_task

from alliance.models import Alliance
from directory.services import photos


@shared_task(name="directory.forget_photographs")
def forget_photographs() -> None:
    """Beat, daily: files of photographs that have been out of use for thirty days."""
    photos.forget_all_unused(Alliance.objects.all())
