"""Renewal letters and instalments, swept by beat."""

from celery import shared_task

from members.services import renewals


@shared_task(name="members.send_renewal_letters")
def send_renewal_letters() -> None:
    """Every five minutes: what is due in each alliance by its own clock."""
    for alliance in renewals.alliances_with_letters_due():
        renewals.send_due(alliance)
        renewals.remind_of_instalments(alliance)
