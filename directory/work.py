"""Kinds of work that the directory puts into the staff desk's queue."""

from django.utils.translation import gettext_lazy as _

from alliance.staff_queue import Work
from directory.models import Correction
from directory.queries import ownership
from directory.rules import CONFIRM_OWNERSHIP, MANAGE_LISTINGS

KINDS = (
    Work(
        key="directory.claims",
        label=_("Local ownership to confirm"),
        act=_("Look"),
        url_name="directory_staff:ownership",
        action=CONFIRM_OWNERSHIP,
        waiting=ownership.claimed,
        since="claimed_at",
    ),
    Work(
        key="directory.expiring",
        label=_("Confirmed ownership that runs out"),
        act=_("Look"),
        url_name="directory_staff:ownership",
        action=CONFIRM_OWNERSHIP,
        waiting=ownership.expiring,
        since="since",
        query="#expiring",
    ),
    Work(
        key="directory.appeals",
        label=_("Appeals about local ownership"),
        act=_("Decide"),
        url_name="directory_staff:ownership",
        action=CONFIRM_OWNERSHIP,
        waiting=ownership.appeals,
        since="made_at",
    ),
    Work(
        key="directory.corrections",
        label=_("Corrections from visitors"),
        act=_("Settle"),
        url_name="directory_staff:corrections",
        action=MANAGE_LISTINGS,
        waiting=lambda: Correction.objects.filter(settled_at__isnull=True),
        since="sent_at",
    ),
)
