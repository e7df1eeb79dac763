"""What the groups' talk puts into the staff desk's queue."""

from django.utils.translation import gettext_lazy as _

from alliance.staff_queue import Work
from groups.queries.answered import waiting_for_staff
from groups.rules import MANAGE_GROUPS

UNANSWERED = Work(
    key="groups.unanswered",
    label=_("Calls for help that nobody answers"),
    act=_("Look"),
    url_name="groups:staff_help",
    action=MANAGE_GROUPS,
    waiting=waiting_for_staff,
    since="created_at",
)
