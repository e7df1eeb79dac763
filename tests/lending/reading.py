"""What a loan is at one moment, as plain values that a test compares whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from alliance.models import OutboxMessage
from ledger.chart import LOAN_CONTRA, LOAN_FEES, LOAN_INTEREST, LOAN_PRINCIPAL
from ledger.queries.balances import balance_minor, trial_balance
from lending.models import Loan, LoanApplication, ScheduleLine
from lending.queries.accounts import account


def noon(day: date | str, days: int = 0) -> datetime:
    """An instant in the middle of that day, or so many days later, in every zone used here."""
    start = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(start + timedelta(days=days), datetime.min.time(), tzinfo=UTC).replace(
        hour=20
    )


def in_the_books(loan: Loan) -> tuple[int, int, int, int]:
    """Principal, interest, fees of the loan and the other side, in minor units."""
    return tuple(  # type: ignore[return-value]
        balance_minor(standard, party=loan.pk)
        for standard in (LOAN_PRINCIPAL, LOAN_INTEREST, LOAN_FEES, LOAN_CONTRA)
    )


def schedule_of(loan: Loan) -> list[tuple[Any, ...]]:
    """The lines in force: number, day, fee, interest, principal, balance; paid of each; charged."""
    return [
        (
            line.number,
            line.due_on.isoformat(),
            (line.fee_minor, line.interest_minor, line.principal_minor, line.balance_minor),
            (line.paid_fee_minor, line.paid_interest_minor, line.paid_principal_minor),
            line.charged_on and line.charged_on.isoformat(),
        )
        for line in ScheduleLine.objects.in_force().filter(loan=loan)
    ]


def whole(loan: Loan) -> dict[str, Any]:
    """Everything that a payment may change, histories apart."""
    now = Loan.objects.get(pk=loan.pk)
    return {
        "state": (now.state, now.outcome, now.closed_on),
        "balance": now.balance_minor,
        "late_since": now.late_since,
        "books": in_the_books(now),
        "schedule": schedule_of(now),
    }


def assert_adds_up(loan: Loan) -> None:
    """What is always true of a loan that was paid out and not written off."""
    now = Loan.objects.select_related("offer").get(pk=loan.pk)
    lines = list(ScheduleLine.objects.in_force().filter(loan=now))
    charged = [line.owed for line in lines if line.charged_on]
    unpaid_principal = sum(line.owed.principal_minor for line in lines)
    principal, interest, fees, other = in_the_books(now)
    found = account(now, now.disbursed_on)

    assert unpaid_principal == now.balance_minor == principal >= 0
    assert (interest, fees) == (
        sum(part.interest_minor for part in charged),
        sum(part.fees_minor for part in charged),
    )
    assert principal + interest + fees + other == 0
    assert found.total_minor - found.paid_minor == found.owed_minor
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert trial_balance().is_balanced


def moments(loan: Loan) -> list[str]:
    """The loan's history, oldest first."""
    return list(loan.steps.order_by("id").values_list("moment", flat=True))


def path_of(application: LoanApplication) -> list[str]:
    """The states that an application came to, oldest first."""
    return list(application.steps.order_by("id").values_list("to_state", flat=True))


def letters(beginning: str = "") -> list[tuple[str, str]]:
    """Who was written to, and the first words of the key, oldest first."""
    found = OutboxMessage.objects.filter(key__startswith=beginning).order_by("id")
    return [(message.to, message.key.split(":")[0]) for message in found]
