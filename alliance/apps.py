"""The shell's start: Celery, and the rings that follow each migrate."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def protect_tables(**kwargs: Any) -> None:
    """After each migrate: policies, composite keys and grants for every table."""
    from alliance.tenancy import database

    database.protect(app_role=database.app_role())


class AllianceConfig(AppConfig):
    """Places, people and tenancy."""

    name = "alliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from alliance import celery, navigation, staff_queue
        from alliance.access import (
            CHANGE_ALLIANCE,
            MANAGE_KEYS,
            MANAGE_SEATS,
            MEND_OUTBOX,
            SEE_AUDIT,
            SEE_DESK,
        )
        from alliance.work import KINDS

        # Every process knows every task by name: services start them so.
        celery.app.autodiscover_tasks(force=True)
        # Sent once per app, all after the last migration: one of them is enough.
        post_migrate.connect(protect_tables, sender=self)
        for kind in KINDS:
            staff_queue.register(kind)
        navigation.register(navigation.Door(_("Desk"), "staff:desk", 90, SEE_DESK))
        navigation.register_landing(navigation.Door(_("Desk"), "staff:desk", 0, SEE_DESK))
        navigation.register_staff(
            navigation.Door(_("What waits"), "staff:desk", 0, SEE_DESK),
            navigation.Door(_("Settings"), "staff:own_alliance", 79, CHANGE_ALLIANCE),
            navigation.Door(_("Seats"), "staff:seats", 80, MANAGE_SEATS),
            navigation.Door(_("API keys"), "staff:api_keys", 81, MANAGE_KEYS),
            navigation.Door(_("Audit log"), "staff:audit_log", 82, SEE_AUDIT),
            navigation.Door(_("Failed mail"), "staff:failed_mail", 83, MEND_OUTBOX),
        )
