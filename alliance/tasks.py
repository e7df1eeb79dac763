"""Celery's side of the services: fetch, call one service."""

from datetime import timedelta

from celery import shared_task
from django.contrib.sessions.models import Session

from alliance import clock
from alliance.celery import AllianceTask
from alliance.models import Alliance
from alliance.services import outbox


@shared_task(name="alliance.sweep_outbox")
def sweep_outbox() -> None:
    """Beat, every five seconds: wakes a delivery where mail is due."""
    outbox.sweep()


@shared_task(name="alliance.deliver_mail", base=AllianceTask)
def deliver_mail(alliance: Alliance) -> None:
    """Sends what is due in one alliance."""
    outbox.deliver(alliance)


@shared_task(name="alliance.forget_old_work")
def forget_old_work() -> None:
    """Beat, hourly: ends what nobody needs any more, sessions first."""
    Session.objects.filter(expire_date__lt=clock.now() - timedelta(days=1)).delete()
