"""Kinds of work that the shell itself puts into the staff desk's queue."""

from django.utils.translation import gettext_lazy as _

from alliance.access import MEND_OUTBOX
from alliance.models import OutboxMessage
from alliance.staff_queue import Work

KINDS = (
    Work(
        key="alliance.failed_mail",
        label=_("Mail that could not be sent"),
        act=_("Look"),
        url_name="staff:failed_mail",
        action=MEND_OUTBOX,
        waiting=lambda: OutboxMessage.objects.filter(dead_at__isnull=False),
        since="dead_at",
    ),
)
