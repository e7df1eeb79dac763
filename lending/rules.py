"""Who may do what with loans."""

from django.utils.translation import gettext_lazy as _

from alliance.access import Action
from alliance.models import Role

SEE_LOANS = Action(
    "lending.see",
    _("See loan applications, offers and loans"),
    frozenset({Role.OWNER, Role.TREASURER, Role.LENDING_OFFICER, Role.AUDITOR}),
)
APPROVE_LOANS = Action(
    "lending.approve",
    _("Approve or return loan applications"),
    frozenset({Role.OWNER, Role.TREASURER, Role.LENDING_OFFICER}),
)
MANAGE_LENDERS = Action(
    "lending.manage_lenders",
    _("Add lenders and their people, set the rules for loans"),
    frozenset({Role.OWNER, Role.LENDING_OFFICER}),
)
RECORD_PAYMENTS = Action(
    "lending.record_payments",
    _("Record what was paid on loans"),
    frozenset({Role.OWNER, Role.TREASURER, Role.LENDING_OFFICER}),
)
LEND = Action("lending.lend", _("Speak for a lender"), frozenset({Role.LENDER}))
ACTIONS = (SEE_LOANS, APPROVE_LOANS, MANAGE_LENDERS, RECORD_PAYMENTS, LEND)

APPROVALS_NEEDED = 2
