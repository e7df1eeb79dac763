"""Late payments: the ladder, catching up, giving up."""

from datetime import date

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from ledger.models import Entry, EntryKind
from ledger.queries.balances import trial_balance
from lending.models import Loan, LoanApplication, LoanMoment, Outcome, ScheduleLine
from lending.services import arrears
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.paying import now_of, pass_days, pay, take_back
from tests.lending.reading import in_the_books, letters, moments, noon, whole
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
Q = 408_70
DUE = "2026-02-10"


@pytest.fixture(autouse=True)
def _loan(in_oak_street: Alliance, loan: Loan) -> None:
    """Every test runs inside oak_street, with the worked loan."""


def days_after(days: int) -> str:
    """So many days after the first payment fell due."""
    return noon(DUE, days).date().isoformat()


@pytest.mark.parametrize(
    ("days", "state", "told"),
    [
        (0, "active", []),
        (1, "in_arrears", ["late"]),
        (29, "in_arrears", ["late"]),
        (30, "in_arrears", ["late_30"]),
        (59, "in_arrears", ["late_30"]),
        (60, "in_arrears", ["late_60"]),
        (300, "in_arrears", ["late_60"]),
    ],
)
def test_how_late_it_is_goes_by_the_days(
    loan: Loan, days: int, state: str, told: list[str]
) -> None:
    found = pass_days(loan, days_after(days))

    assert found.state == state
    assert found.late_since == (date(2026, 2, 10) if days else None)
    assert moments(loan)[2:] == told


def test_each_step_is_told_once_to_both_sides(loan: Loan) -> None:
    pass_days(loan, *(days_after(days) for days in (0, 1, 2, 28, 29, 30, 31, 59, 60, 61, 100)))

    assert moments(loan)[2:] == ["late", "late_30", "late_60"]
    assert letters("loan-late") == [
        (to, f"loan-{moment}")
        for moment in ("late", "late_30", "late_60")
        for to in ("ben@example.org", "lena@example.org")
    ]


def test_a_day_that_passes_twice_changes_nothing(loan: Loan) -> None:
    pass_days(loan, days_after(35))
    before, entries = whole(loan), Entry.objects.count()
    pass_days(loan, days_after(35))

    assert (whole(loan), Entry.objects.count()) == (before, entries)


def test_who_catches_up_is_in_time_again_and_the_ladder_begins_anew(loan: Loan) -> None:
    pass_days(loan, days_after(5))
    pay(loan, Q, days_after(6))
    found = now_of(loan)
    assert (found.state, found.late_since) == ("active", None)

    pass_days(loan, "2026-03-11")
    assert now_of(loan).late_since == date(2026, 3, 10)
    assert moments(loan)[2:] == ["late", "caught_up", "late"]


def test_who_pays_the_oldest_only_is_late_since_the_next(loan: Loan) -> None:
    pass_days(loan, "2026-04-15")
    assert now_of(loan).late_since == date(2026, 2, 10)
    # Interest of all three first, then the principal of the oldest: a payment more is not enough.
    pay(loan, Q, "2026-04-15")
    assert now_of(loan).late_since == date(2026, 2, 10)
    pay(loan, 28_00, "2026-04-15")
    assert now_of(loan).late_since == date(2026, 3, 10)
    # Less late than before is not told, and not more than before is not told again.
    pass_days(loan, "2026-04-15", "2026-04-20", "2026-05-15")
    assert moments(loan)[2:] == ["late_60"]


def test_a_late_last_payment_closes_it(loan: Loan) -> None:
    for line in list(loan.lines.in_force())[:-1]:
        pay(loan, line.due_minor, str(line.due_on))
    pass_days(loan, "2027-01-12")
    assert now_of(loan).state == "in_arrears"
    pay(loan, 408_66, "2027-01-12")
    found = now_of(loan)

    assert (found.state, found.outcome, found.late_since) == ("closed", Outcome.REPAID, None)
    assert moments(loan)[-2:] == ["late", "closed"]


def test_what_bounces_makes_it_late_again_and_that_is_told(loan: Loan, lena: Seat) -> None:
    pass_days(loan, days_after(2))
    payment = pay(loan, 6_000_00, days_after(3))
    assert now_of(loan).state == "closed"
    take_back(payment, days_after(4), by=lena)

    assert (now_of(loan).state, now_of(loan).late_since) == ("in_arrears", date(2026, 2, 10))
    assert moments(loan)[2:] == ["late", "closed", "opened_again", "late"]


def test_interest_is_charged_on_the_day_it_falls_due_whenever_beat_comes(loan: Loan) -> None:
    pass_days(loan, "2026-03-25")

    assert list(
        ScheduleLine.objects.exclude(charged_on=None).values_list("number", "charged_on")
    ) == [(1, date(2026, 2, 10)), (2, date(2026, 3, 10))]
    assert in_the_books(loan)[1] == 15_96 + 14_65
    days = Entry.objects.filter(kind=EntryKind.LOAN_CHARGE).values_list("on", flat=True)
    assert set(days) == {date(2026, 2, 10), date(2026, 3, 10)}


def test_the_day_is_the_alliances_own_also_where_the_clocks_change(loan: Loan) -> None:
    """10 March ends at 7 in the morning of the 11th in UTC: on the 8th clocks went forward."""
    pay(loan, Q, DUE)
    with clock.at(noon("2026-03-11").replace(hour=6, minute=59)):
        assert arrears.pass_day(loan=loan).late_since is None
    with clock.at(noon("2026-03-11").replace(hour=7, minute=0)):
        assert arrears.pass_day(loan=loan).late_since == date(2026, 3, 10)


def test_month_ends_are_late_from_the_day_after(backed: PledgeDrive, loan: Loan, ben: Seat) -> None:
    pay(loan, 6_000_00, "2026-01-20")
    PledgeDrive.objects.filter(pk=backed.pk).update(state="qualified")
    other = make.a_loan(backed, by=ben, paid_out_at=noon("2026-01-31"))

    assert pass_days(other, "2026-02-28").late_since is None
    assert pass_days(other, "2026-03-01").late_since == date(2026, 2, 28)
    assert pass_days(other, "2026-04-29").state == "in_arrears"
    assert moments(other)[2:] == ["late", "late_60"]


# --- giving up ----------------------------------------------------------------


def test_the_lender_writes_off_after_sixty_days_and_the_books_are_empty(
    loan: Loan, lena: Seat, ben: Seat, otis: Seat
) -> None:
    give_up = {"loan": loan, "reason": "The bakery has closed."}
    pass_days(loan, days_after(59))
    with clock.at(noon(days_after(59))):
        assert refusal(arrears.write_off, **give_up, by=lena)[0] == (
            "Only a loan that is sixty days late can be written off."
        )
    with clock.at(noon(days_after(60))):
        for seat in (ben, otis):
            assert refusal(arrears.write_off, **give_up, by=seat)[0] == (
                "Only Oak Savings Bank can do that."
            )
        assert refusal(arrears.write_off, loan=loan, reason=" ", by=lena)[1] == "reason"
        pay(loan, 5_00, days_after(60))
        found = arrears.write_off(**give_up, by=lena)
        assert refusal(arrears.write_off, **give_up, by=lena)[0] != ""

    assert (found.state, found.outcome, found.balance_minor, found.late_since) == (
        "closed", Outcome.WRITTEN_OFF, 0, None,
    )  # fmt: skip
    assert in_the_books(loan) == (0, 0, 0, 0)
    assert trial_balance().is_balanced
    assert Entry.objects.filter(kind=EntryKind.WRITE_OFF).count() == 1
    assert loan.steps.latest("id").reason == "The bakery has closed."
    assert letters("loan-closed") == [
        ("ben@example.org", "loan-closed"), ("lena@example.org", "loan-closed"),
    ]  # fmt: skip


def test_a_loan_that_was_written_off_neither_ages_nor_takes_money_back(
    loan: Loan, lena: Seat
) -> None:
    payment = pay(loan, 5_00, DUE)
    pass_days(loan, days_after(61))
    with clock.at(noon(days_after(61))):
        arrears.write_off(loan=loan, reason="Closed.", by=lena)
        before = whole(loan)
    with clock.at(noon(days_after(90))):
        arrears.pass_day(loan=loan)
        assert whole(loan) == before
        for act in (make.repayment.take_back,):
            assert refusal(act, payment=payment, reason="x", by=lena)[0].startswith(
                "This loan is closed"
            )


def test_nothing_of_the_neighbours_is_written_off_or_grows_late(
    loan: Loan, their_loan: Loan, lena: Seat
) -> None:
    for act in (
        lambda: arrears.pass_day(loan=their_loan),
        lambda: arrears.write_off(loan=their_loan, reason="x", by=lena),
    ):
        with pytest.raises((LoanApplication.DoesNotExist, PledgeDrive.DoesNotExist)):
            act()
    assert LoanMoment.LATE not in moments(loan)
