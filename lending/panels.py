"""What the room of loans puts on the pages of drives."""

from typing import Any

from django.http import HttpRequest

from alliance.access import seat_for
from lending.models import LoanState
from lending.queries import borrowing
from lending.queries.accounts import account
from lending.queries.truth import truth_of
from lending.rules import SEE_LOANS
from lending.services import loans


def on_drive(request: HttpRequest) -> dict[str, Any] | None:
    """On the public page: the truth box of its loan in plain words, or that there is none yet."""
    drive = getattr(request, "pledge_drive", None)
    if drive is None or not drive.seeks_loan:
        return None
    loan = borrowing.loan_of(drive)
    if loan is None or loan.state == LoanState.ACCEPTED:
        return {"loan": None}
    return {"loan": loan, "truth": truth_of(loan.offer)}


def on_own_drive(request: HttpRequest) -> dict[str, Any] | None:
    """On the business's page: the next payment, or where the application stands."""
    drive = getattr(request, "pledge_drive", None)
    if drive is None or not drive.seeks_loan:
        return None
    loan = borrowing.loan_of(drive)
    return {
        "drive": drive,
        "loan": loan,
        "account": account(loan, loans.today()) if loan and loan.is_running else None,
        "application": None if loan else borrowing.application_of(drive),
    }


def on_staff_drive(request: HttpRequest) -> dict[str, Any] | None:
    """On the staff's page of a drive: its application and loan, for whoever may see them."""
    drive = getattr(request, "pledge_drive", None)
    if drive is None or not drive.seeks_loan or not seat_for(request.seats, SEE_LOANS):  # type: ignore[attr-defined]
        return None
    return {
        "loan": borrowing.loan_of(drive),
        "application": borrowing.application_of(drive),
    }
