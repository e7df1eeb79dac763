"""A loan repaid by a share of what pledgers buy: the floor, shares, ahead, behind; never fined."""

from datetime import date, timedelta

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from lending.models import Lender, Loan, Outcome, Repayment
from lending.queries.accounts import account
from lending.services import offers, schedules
from pledges.models import Pledge, PledgeDrive, Redemption
from tests.factories import lending as make
from tests.factories import pledges as pledge_make
from tests.lending.conftest import PAID_OUT
from tests.lending.paying import now_of, parts_of, pass_days, pay, take_back
from tests.lending.reading import in_the_books, moments, noon, whole

pytestmark = pytest.mark.django_db
TOTAL = 4_904_36
FLOOR = 272_46
# The first three periods end on these days; ten days later they are due.
FIRST, SECOND, THIRD = "2026-03-11", "2026-05-10", "2026-07-09"
FLEXIBLE = offers.Terms(4_800_00, make.WORKED.apr, 12, repayment=Repayment.FLEXIBLE)


@pytest.fixture
def flexible(in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender) -> Loan:
    """The worked case as a flexible loan, paid out on 10 January 2026."""
    return make.a_loan(backed, by=ben, lender=oak_bank, terms=FLEXIBLE, paid_out_at=PAID_OUT)


def dues(loan: Loan) -> list[int]:
    return [line.due_minor for line in loan.lines.in_force()]


def buy(loan: Loan, amount: int, day: str, by: Seat) -> None:
    """Pledgers buy for so much, $200 each at most, and it is confirmed that day."""
    pledges = Pledge.objects.filter(drive=loan.drive, held_minor=0).order_by("id")
    with clock.at(noon(day)):
        for pledge in list(pledges):
            if amount:
                spent = min(amount, 200_00)
                pledge_make.a_confirmed_purchase(pledge, by=by, spent_minor=spent)
                amount -= spent
    Redemption.objects.filter(decided_at__gt=noon(day)).update(decided_at=noon(day))
    assert not amount


# --- the plan -------------------------------------------------------------------


def test_its_share_and_floor_are_those_of_the_truth_box(flexible: Loan) -> None:
    plan = schedules.plan_of(flexible)

    assert (plan.total_due_minor, plan.floor_minor) == (TOTAL, FLOOR)
    assert round(plan.share * 1000) == 352
    # At an honour of .75, as the specification has it.
    offer = flexible.offer
    offer.honour = type(offer.honour)("0.75")
    flexible.offer = offer
    assert round(schedules.plan_of(flexible).share * 1000) == 272


def test_it_shows_the_floor_for_eight_periods_and_the_rest_after_eighteen_months(
    flexible: Loan,
) -> None:
    lines = list(flexible.lines.in_force())

    assert dues(flexible) == [*[FLOOR] * 8, 2_724_68]
    assert [line.due_on for line in lines[:2]] == [date(2026, 3, 21), date(2026, 5, 20)]
    assert (lines[-1].number, lines[-1].due_on) == (9, date(2027, 7, 10))
    assert sum(line.interest_minor for line in lines) == 104_36


# --- what a period asks for --------------------------------------------------------


def test_a_good_period_asks_for_the_share_of_what_was_bought(flexible: Loan, ben: Seat) -> None:
    buy(flexible, 2_000_00, "2026-02-01", ben)
    pass_days(flexible, "2026-03-10")
    assert dues(flexible)[0] == FLOOR
    pass_days(flexible, FIRST)

    # 35.232% of $2,000.
    assert dues(flexible) == [704_65, *[FLOOR] * 7, TOTAL - 704_65 - 7 * FLOOR]
    assert in_the_books(flexible)[1] == flexible.lines.in_force()[0].interest_minor == 14_99


def test_a_slow_period_asks_for_the_floor_and_nothing_grows(flexible: Loan, ben: Seat) -> None:
    buy(flexible, 100_00, "2026-02-01", ben)
    pass_days(flexible, FIRST, SECOND, THIRD, "2027-07-11")

    assert dues(flexible) == [*[FLOOR] * 8, 2_724_68]
    assert sum(in_the_books(flexible)[:3]) == TOTAL
    assert (now_of(flexible).state, now_of(flexible).late_since) == (
        "in_arrears", date(2026, 3, 21),
    )  # fmt: skip


def test_what_was_bought_counts_in_the_period_in_which_it_was_confirmed(
    flexible: Loan, ben: Seat
) -> None:
    """The period ends when 11 March begins, in the alliance's zone: at 7 in UTC."""
    end = schedules.start_of(date(2026, 3, 11), flexible.alliance.zone)
    buy(flexible, 1_000_00, "2026-03-01", ben)
    Redemption.objects.update(decided_at=end)
    pass_days(flexible, FIRST)
    assert dues(flexible)[0] == FLOOR
    pass_days(flexible, SECOND)
    assert dues(flexible)[1] == 352_32


def test_only_what_was_confirmed_counts(flexible: Loan, ben: Seat) -> None:
    pledge = Pledge.objects.filter(drive=flexible.drive).first()
    with clock.at(noon("2026-02-01")):
        pledge_make.a_claim(pledge, by=ben, spent_minor=240_00)
    pass_days(flexible, FIRST)

    assert dues(flexible)[0] == FLOOR


def test_very_good_periods_repay_it_early(flexible: Loan, ben: Seat) -> None:
    buy(flexible, 16_000_00, "2026-02-01", ben)
    pass_days(flexible, FIRST)
    assert dues(flexible) == [TOTAL]
    pay(flexible, TOTAL, FIRST)

    assert (now_of(flexible).outcome, now_of(flexible).balance_minor) == (Outcome.EARLY, 0)


# --- paid ahead ---------------------------------------------------------------------


def test_a_payment_ahead_of_its_period_counts_for_it(flexible: Loan, ben: Seat) -> None:
    payment = pay(flexible, 704_65, "2026-02-01")
    assert parts_of(payment)[3] == 0
    assert sum(dues(flexible)) == TOTAL
    buy(flexible, 1_000_00, "2026-02-01", ben)
    pass_days(flexible, FIRST)

    # The share is $352.32. $272.46 went to the first period, $432.19 to the next ones.
    found = account(flexible, date(2026, 3, 11))
    assert (found.paid_minor, sum(dues(flexible))) == (704_65, TOTAL)
    assert not found.overdue


def test_a_little_ahead_pays_a_part_of_the_next_line_and_puts_nothing_off(flexible: Loan) -> None:
    pay(flexible, FLOOR + 1_00, "2026-02-01")
    assert dues(flexible) == [*[FLOOR] * 8, 2_724_68]
    pay(flexible, 10_00, "2026-02-02")
    lines = list(flexible.lines.in_force())

    assert lines[1].owed_minor == FLOOR - 11_00
    pass_days(flexible, FIRST, SECOND)
    assert account(flexible, date(2026, 5, 10)).due_now_minor == FLOOR - 11_00


def test_much_ahead_on_a_line_that_is_paid_in_part_keeps_what_was_paid(flexible: Loan) -> None:
    pay(flexible, FLOOR + 1_00, "2026-02-01")
    pay(flexible, 1_000_00, "2026-02-02")

    assert sum(dues(flexible)) == TOTAL
    assert account(flexible, date(2026, 2, 2)).paid_minor == FLOOR + 1_001_00


def test_all_of_it_closes_it_and_more_is_returned(flexible: Loan) -> None:
    assert account(flexible, date(2026, 2, 1)).payoff_minor == TOTAL
    payment = pay(flexible, TOTAL + 7, "2026-02-01")

    assert parts_of(payment) == (0, 104_36, 4_800_00, 7)
    assert now_of(flexible).outcome == Outcome.EARLY


def test_the_share_above_what_was_paid_in_part_falls_due_with_the_next(
    flexible: Loan, ben: Seat
) -> None:
    pay(flexible, 100_00, "2026-02-01")
    buy(flexible, 2_000_00, "2026-02-01", ben)
    pass_days(flexible, FIRST)

    assert dues(flexible)[:3] == [FLOOR, FLOOR + 704_65 - FLOOR, FLOOR]
    assert sum(dues(flexible)) == TOTAL


# --- taken back ------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [1, 100_00, FLOOR, FLOOR + 1_00, 1_000_00, TOTAL, TOTAL + 1])
@pytest.mark.parametrize("day", ["2026-02-01", FIRST, "2026-04-01"])
def test_what_is_taken_back_leaves_everything_as_it_was(
    flexible: Loan, lena: Seat, amount: int, day: str
) -> None:
    pass_days(flexible, day)
    before = whole(flexible)
    payment = pay(flexible, amount, day)
    take_back(payment, day, by=lena)

    assert whole(flexible) == before


@pytest.mark.parametrize("amount", [FLOOR, FLOOR + 1_00, 500_00, 1_000_00])
def test_what_bounces_after_periods_were_reckoned_asks_for_no_more_than_without_it(
    flexible: Loan, lena: Seat, ben: Seat, amount: int
) -> None:
    """The share of a good period stood above what was paid: the lines were drawn anew since."""
    payment = pay(flexible, amount, "2026-02-01")
    buy(flexible, 2_000_00, "2026-02-02", ben)
    buy(flexible, 1_000_00, "2026-04-02", ben)
    pass_days(flexible, FIRST, SECOND)
    take_back(payment, "2026-05-12", by=lena)
    pass_days(flexible, "2026-05-12")

    assert sum(dues(flexible)) == TOTAL
    assert in_the_books(flexible)[0] == 4_800_00
    overdue_and_next = account(flexible, date(2026, 5, 12)).due_now_minor
    assert FLOOR <= overdue_and_next <= 704_65 + 352_32 + FLOOR


def test_two_payments_with_a_period_between_are_taken_back_one_after_the_other(
    flexible: Loan, lena: Seat, ben: Seat
) -> None:
    first = pay(flexible, 600_00, "2026-02-01")
    buy(flexible, 2_000_00, "2026-02-02", ben)
    pass_days(flexible, FIRST)
    second = pay(flexible, 900_00, "2026-03-15")
    pass_days(flexible, SECOND)
    for payment in (second, first):
        take_back(payment, "2026-05-12", by=lena)
        assert sum(dues(flexible)) == TOTAL
    pay(flexible, TOTAL, "2026-05-12")
    assert now_of(flexible).state == "closed"
    assert in_the_books(flexible) == (0, 0, 0, 0)


# --- to the end -------------------------------------------------------------------------


def test_who_pays_what_each_period_asks_is_done_after_eighteen_months(flexible: Loan) -> None:
    for number in range(1, 10):
        line = flexible.lines.in_force().get(number=number)
        pass_days(flexible, str(line.due_on - timedelta(days=1)))
        pay(flexible, line.due_minor, str(line.due_on))

    assert (now_of(flexible).state, now_of(flexible).outcome) == ("closed", Outcome.REPAID)
    assert "late" not in moments(flexible)
    assert sum(payment.paid_minor for payment in flexible.payments.all()) == TOTAL
