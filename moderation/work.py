"""Kinds of work that the room puts into the staff desk's queue; what is overdue rises in it."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.staff_queue import Work
from moderation.models import Case
from moderation.rules import ADVISE, SEE_CASES


def _waiting() -> "QuerySet[Case]":
    return Case.objects.undecided().filter(
        Q(first_action_at__isnull=False) | Q(first_due_at__gte=clock.now())
    )


def _overdue() -> "QuerySet[Case]":
    return Case.objects.untouched().filter(first_due_at__lt=clock.now())


def _appeals() -> "QuerySet[Case]":
    return Case.objects.appealed().filter(appeal_due_at__gte=clock.now())


def _late_appeals() -> "QuerySet[Case]":
    return Case.objects.appealed().filter(appeal_due_at__lt=clock.now())


KINDS = (
    Work(
        key="moderation.cases",
        label=_("Flagged or held, to decide"),
        act=_("Look"),
        url_name="moderation_staff:cases",
        action=SEE_CASES,
        waiting=_waiting,
        since="opened_at",
        query="?show=waiting",
    ),
    Work(
        key="moderation.cases_overdue",
        label=_("Overdue: nobody has looked for a day"),
        act=_("Look"),
        url_name="moderation_staff:cases",
        action=SEE_CASES,
        waiting=_overdue,
        since="opened_at",
        query="?show=overdue",
        rises=True,
    ),
    Work(
        key="moderation.appeals",
        label=_("Appeals to hear"),
        act=_("Hear"),
        url_name="moderation_staff:cases",
        action=ADVISE,
        waiting=_appeals,
        since="appealed_at",
        query="?show=appealed",
    ),
    Work(
        key="moderation.appeals_overdue",
        label=_("Overdue: appeals older than three days"),
        act=_("Hear"),
        url_name="moderation_staff:cases",
        action=ADVISE,
        waiting=_late_appeals,
        since="appealed_at",
        query="?show=overdue",
        rises=True,
    ),
)
