"""Kinds of work that the room of loans puts into the staff desk's queue."""

from django.utils.translation import gettext_lazy as _

from alliance.staff_queue import Work
from lending.models import ApplicationState, Loan, LoanApplication, LoanState
from lending.rules import APPROVE_LOANS, SEE_LOANS

KINDS = (
    Work(
        key="lending.applications_to_approve",
        label=_("Loan applications to approve"),
        act=_("Read"),
        url_name="lending_staff:applications",
        action=APPROVE_LOANS,
        waiting=lambda: LoanApplication.objects.filter(state=ApplicationState.SUBMITTED),
        since="submitted_at",
        query="?show=waiting",
    ),
    Work(
        key="lending.loans_in_arrears",
        label=_("Loans in arrears"),
        act=_("Look"),
        url_name="lending_staff:loans",
        action=SEE_LOANS,
        waiting=lambda: Loan.objects.filter(state=LoanState.IN_ARREARS),
        since="late_since",
        query="?show=arrears",
    ),
)
