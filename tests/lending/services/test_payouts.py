"""A loan is paid out, once, after the days to think again."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from lending.models import Lender, Loan
from lending.services import loans, offers, payouts
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.conftest import PAID_OUT
from tests.lending.reading import in_the_books, letters, moments, noon
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
# oak_street's clocks.
HERE = ZoneInfo("America/Los_Angeles")
SIGNED = datetime(2026, 1, 5, 18, tzinfo=UTC)


@pytest.fixture
def accepted(in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender) -> Loan:
    """The worked case, signed on 5 January 2026."""
    with clock.at(SIGNED):
        return make.an_accepted_loan(backed, by=ben, lender=oak_bank)


def state_of(loan: Loan) -> str:
    return Loan.objects.get(pk=loan.pk).state


def drive_of(loan: Loan) -> str:
    return PledgeDrive.objects.get(pk=loan.drive_id).state


def test_it_is_paid_out_once_and_begins(accepted: Loan, lena: Seat) -> None:
    pay = {"loan": accepted, "on": date(2026, 1, 9), "by": lena}
    with clock.at(PAID_OUT):
        paid = payouts.pay_out(**pay)
        assert refusal(payouts.pay_out, **pay)[0] == "This loan is being repaid now."

    assert (paid.state, paid.balance_minor, drive_of(paid)) == ("active", 4_800_00, "serving")
    assert in_the_books(paid) == (4_800_00, 0, 0, -4_800_00)
    assert (paid.lines.count(), paid.lines.first().due_on) == (12, date(2026, 2, 9))
    assert moments(paid) == ["accepted", "paid_out"]
    assert letters("loan-paid-out") == [("ben@example.org", "loan-paid-out")]
    with clock.at(PAID_OUT):
        assert refusal(loans.change_mind, loan=paid, by=paid.accepted_by)[0] != ""
        assert refusal(loans.call_off, loan=paid, by=lena, reason="x")[0] == (
            "This loan is being repaid now."
        )


@pytest.mark.parametrize("on", [date(2026, 1, 8), date(2026, 1, 5), date(2026, 1, 11)])
def test_the_day_is_after_the_days_to_think_and_not_to_come(
    accepted: Loan, lena: Seat, on: date
) -> None:
    with clock.at(PAID_OUT):
        assert refusal(payouts.pay_out, loan=accepted, on=on, by=lena) == (
            "Enter the day on which it was paid, after the days to change one's mind.", "on",
        )  # fmt: skip
    assert (state_of(accepted), accepted.lines.count()) == ("accepted", 0)


def test_only_the_lender_pays_out(accepted: Loan, ben: Seat, ada: Seat, otis: Seat) -> None:
    other = make.a_lender_seat(make.a_lender(name="Fern Fund"), "Fay")
    with clock.at(PAID_OUT):
        for seat in (ben, ada, otis, other):
            assert refusal(payouts.pay_out, loan=accepted, on=loans.today(), by=seat)[0] == (
                "Only Oak Savings Bank can do that."
            )
    assert state_of(accepted) == "accepted"


def test_what_was_called_off_is_not_paid_out(accepted: Loan, ben: Seat, lena: Seat) -> None:
    with clock.at(SIGNED):
        loans.change_mind(loan=accepted, by=ben)
    with clock.at(PAID_OUT):
        assert refusal(payouts.pay_out, loan=accepted, on=loans.today(), by=lena)[0] == (
            "This loan is called off now."
        )


def test_an_upfront_fee_is_charged_and_kept_at_once(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat
) -> None:
    terms = offers.Terms(4_800_00, make.WORKED.apr, 12, upfront_fee_minor=48_00)
    loan = make.a_loan(backed, by=ben, terms=terms, paid_out_at=PAID_OUT)

    assert in_the_books(loan) == (4_800_00, 0, 0, -4_800_00)
    assert loan.offer.truth_box.received_minor == 4_752_00
    assert sum(line.due_minor for line in loan.lines.all()) == 4_904_36


def test_a_loan_of_the_last_of_january_falls_due_on_the_last_of_each_month(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat
) -> None:
    loan = make.a_loan(backed, by=ben, paid_out_at=noon("2026-01-31"))

    assert [line.due_on.isoformat() for line in loan.lines.all()] == [
        "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31",
        "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31",
    ]  # fmt: skip
