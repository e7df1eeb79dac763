"""A loan as people live it: from a drive's draft to the last payment, to the cent.

The two cases of the specification, each with its own pledges, walked by the
business, a customer, two of the alliance's people and the lender.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from ledger.chart import LOAN_CONTRA, LOAN_FEES, LOAN_INTEREST, LOAN_PRINCIPAL
from ledger.queries.balances import balance_minor, trial_balance
from lending import tasks as lending_tasks
from lending.models import Lender, Loan, LoanState, Outcome
from members.services.businesses import add_representative
from pledges import tasks as pledge_tasks
from pledges.models import DriveState, PledgeDrive
from tests.e2e.conftest import PHONE
from tests.e2e.living_town import Town, town
from tests.e2e.test_pledging import fill_pledge
from tests.e2e.visitor import Visitor
from tests.factories import lending as make
from tests.factories import pledges as make_pledges

__all__ = ["town"]
pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]


@dataclass(frozen=True)
class Case:
    """What the specification tells of one loan; amounts as pages show them, or minor units."""

    amounts_minor: tuple[int, ...]
    base: str
    asked: str
    months: int
    margin: str
    apr: str
    monthly_fee: str
    payment: str
    interest_minor: int
    last_minor: int
    total: str
    all_in: str
    seen: tuple[str, ...]


CASES = {
    "100 times $240": Case(
        amounts_minor=(240_00,) * 100,
        base="$24,000",
        asked="4,800",
        months=12,
        margin="60",
        apr="3.99",
        monthly_fee="0",
        payment="$408.70",
        interest_minor=104_36,
        last_minor=408_66,
        total="$4,904.36",
        all_in="3.99",
        seen=("1.70\u00a0×", "34.1%"),
    ),
    # Pledges go in steps of $10: half of them $470, half $480, come to the reported pool.
    "130 times $475": Case(
        amounts_minor=(470_00,) * 65 + (480_00,) * 65,
        base="$61,750",
        asked="10,000",
        months=12,
        margin="50",
        apr="3.99",
        monthly_fee="99",
        payment="$851.45",
        interest_minor=217_44,
        last_minor=851_49 + 99_00,
        total="$11,405.44",
        all_in="25",
        seen=(),
    ),
}


def noon(day: date) -> datetime:
    return datetime.combine(day, time(20), tzinfo=UTC)


def a_drive_is_written_and_read(ben: Visitor, ada: Visitor) -> None:
    """Ben writes his appeal and hands it in; Ada reads it and opens it to his own circle."""
    ben.go("/me/drive/new/bens-bakery/")
    page = ben.page
    page.get_by_label("Title").fill("A second oven")
    page.get_by_label("In one sentence").fill("So that nobody waits an hour on Fridays.")
    page.get_by_label("Your story").fill("We opened in 2014.\n\nOne oven is not enough any more.")
    page.get_by_label("What the money does").fill("One deck oven\nA new flue")
    page.locator("label.choice", has_text="12 months").click()
    page.get_by_label("The pledges are to back a loan").check()
    page.locator("label.choice", has_text="Standard").click()
    ben.press("Save the draft")
    ben.press("Submit it")
    ada.go("/staff/drives/a-second-oven/")
    ada.press("Approve the drive")


def eve_pledges(town: Town, street: Alliance, drive: PledgeDrive, amount_minor: int) -> None:
    """A customer of the owner's circle opens the private link, pledges, and presses the link."""
    eve = town.visitor("eve", **PHONE)
    with in_alliance(street):
        secret = drive.private_secret
    eve.go(f"/pledge/private/{secret}/")
    fill_pledge(eve, email="eve@example.com", name="Eve Castellano", amount=amount_minor // 100)
    eve.press("Pledge")
    letter = next(sent for sent in mail.outbox if sent.to == ["eve@example.com"])
    eve.go(re.findall(r"http\S+/pledge/confirm/\S+", letter.body)[0])
    eve.press("Yes, I pledge")
    eve.sees("Your pledge stands.")


def the_circle_and_the_street_pledge(street: Alliance, drive: PledgeDrive, case: Case) -> None:
    """Everybody else, through the same services as the form and the link."""
    with in_alliance(street):
        for n, amount_minor in enumerate(case.amounts_minor[1:]):
            make_pledges.an_active_pledge(
                drive, f"customer{n}@example.net", name=f"Customer {n}", amount_minor=amount_minor
            )
            drive.refresh_from_db()


def a_loan_is_asked_for(ben: Visitor, case: Case) -> None:
    """From the drive's own page to the application that was handed in."""
    ben.go("/me/drive/a-second-oven/")
    ben.follow("Ask for a loan")
    ben.sees(case.base)
    ben.follow("Write the application")
    page = ben.page
    page.get_by_label("How much would you borrow?").fill(case.asked)
    page.get_by_label("In how many months").fill(str(case.months))
    page.get_by_label("Your gross margin").fill(case.margin)
    page.get_by_label("What is it for?").fill("A second deck oven and its flue.")
    ben.press("Save the draft")
    ben.press("Hand it in")
    ben.sees("0 of two people have approved it.")


def two_people_approve_it(ada: Visitor, otis: Visitor) -> None:
    """From the desk's queue; whoever has approved cannot be the second."""
    for staff in (ada, otis):
        staff.go("/staff/loans/applications/")
        staff.follow(re.compile("Ben's Bakery|A second oven"))
        staff.press("Approve")
    otis.sees("approved")


def lena_offers(lena: Visitor, case: Case) -> None:
    """The lender reckons first, then makes the offer."""
    lena.go("/lend/")
    lena.follow(re.compile("Ben's Bakery|A second oven"))
    page = lena.page
    page.get_by_label("Amount", exact=True).fill(case.asked)
    page.get_by_label("Yearly rate, in percent").fill(case.apr)
    page.get_by_label("Months", exact=True).fill(str(case.months))
    page.get_by_label("Fee each month").fill(case.monthly_fee)
    lena.press("Reckon")
    lena.sees(case.payment, case.total, f"{case.all_in}%", *case.seen)
    lena.press("Make this offer")


def ben_accepts(ben: Visitor, case: Case) -> None:
    """Offers side by side, the whole cost, a tick, and days to think again."""
    ben.go("/me/drive/a-second-oven/loan/")
    ben.sees("Offers, side by side", case.payment)
    ben.follow("Look at it")
    ben.sees(case.payment, case.total, f"{case.all_in}%", *case.seen)
    ben.page.get_by_label("I have read what this loan costs").check()
    ben.press("Accept this offer")
    ben.sees("You may change your mind until")


def in_the_books(loan: Loan) -> tuple[int, ...]:
    """Principal, interest, fees of the loan in the ledger, and the other side."""
    accounts = (LOAN_PRINCIPAL, LOAN_INTEREST, LOAN_FEES, LOAN_CONTRA)
    return tuple(balance_minor(account, party=loan.pk) for account in accounts)


def it_is_repaid(town: Town, street: Alliance, lena: Visitor, loan: Loan) -> None:
    """Each month the payment comes on its day, and the books follow the schedule."""
    with in_alliance(street):
        lines = list(loan.lines.in_force())
    for line in lines:
        town.move_to(noon(line.due_on))
        lending_tasks.pass_days()
        lena.go(f"/lend/loans/{loan.pk}/")
        lena.page.get_by_label("Amount", exact=True).fill(f"{line.due_minor / 100:.2f}")
        lena.page.get_by_label("Paid on").fill(line.due_on.isoformat())
        lena.press("Record it")
        with in_alliance(street):
            loan.refresh_from_db()
            assert in_the_books(loan) == (line.balance_minor, 0, 0, -line.balance_minor)
            assert loan.balance_minor == line.balance_minor


@dataclass(frozen=True)
class People:
    """Who takes part besides Ben and Ada."""

    otis: Seat
    lender: Lender
    lena: Seat


def a_street_with_a_lender(ben: Seat) -> People:
    """A neighbour's drive that Ben stands behind, a lending officer, a bank and its Lena."""
    shop = make_pledges.a_business()
    nia = add_representative(business=shop, person=make.a_person("Nia"), by=None).seat
    drive = make.a_backed_drive(
        business=shop, by=nia, people=1, state=DriveState.GATHERING, title="A colder cellar"
    )
    make_pledges.an_active_pledge(drive, ben.person.email, name="Ben")
    lender = make.a_lender(name="Oak Savings Bank")
    return People(make.an_officer("Otis"), lender, make.a_lender_seat(lender))


@pytest.mark.parametrize("name", CASES)
def test_a_loan_from_the_drives_draft_to_the_last_payment(
    name: str, town: Town, oak_street: Alliance, ada: Seat, ben: Seat
) -> None:
    case = CASES[name]
    with in_alliance(oak_street):
        others = a_street_with_a_lender(ben)
    ben_sees, ada_sees = town.visitor("ben", ben), town.visitor("ada", ada)
    otis_sees, lena_sees = town.visitor("otis", others.otis), town.visitor("lena", others.lena)

    a_drive_is_written_and_read(ben_sees, ada_sees)
    with in_alliance(oak_street):
        drive = PledgeDrive.objects.select_related("business").get(slug="a-second-oven")
        assert drive.state == DriveState.PRIVATE
    eve_pledges(town, oak_street, drive, case.amounts_minor[0])
    the_circle_and_the_street_pledge(oak_street, drive, case)
    assert drive.state == DriveState.GATHERING
    assert drive.gathering_ends_at

    town.move_to(drive.gathering_ends_at + timedelta(hours=1))
    pledge_tasks.end_due()
    a_loan_is_asked_for(ben_sees, case)
    two_people_approve_it(ada_sees, otis_sees)
    ben_sees.go("/me/drive/a-second-oven/loan/")
    ben_sees.press(re.compile("Let them see it"))
    lena_offers(lena_sees, case)
    ben_accepts(ben_sees, case)

    with in_alliance(oak_street):
        loan = Loan.objects.select_related("offer").get()
    town.move_to(loan.cooling_ends_at + timedelta(hours=12))
    lending_tasks.pass_days()
    with in_alliance(oak_street):
        drive.refresh_from_db()
        assert drive.state == DriveState.FINANCED
    lena_sees.go(f"/lend/loans/{loan.pk}/")
    lena_sees.press(re.compile("paid out"))
    with in_alliance(oak_street):
        drive.refresh_from_db()
        loan.refresh_from_db()
        lines = list(loan.lines.in_force())
        assert (drive.state, loan.state) == (DriveState.SERVING, LoanState.ACTIVE)
        assert sum(line.interest_minor for line in lines) == case.interest_minor
        assert lines[-1].due_minor == case.last_minor
    town.visitor("eve").go("/pledge/a-second-oven/")
    town.visitor("eve").sees(case.payment, case.total)

    it_is_repaid(town, oak_street, lena_sees, loan)
    with in_alliance(oak_street):
        assert (loan.state, loan.outcome, loan.balance_minor) == ("closed", Outcome.REPAID, 0)
        assert trial_balance().is_balanced
    ben_sees.go("/me/drive/a-second-oven/loan/")
    ben_sees.sees("repaid")
    pledge_tasks.end_due()
    with in_alliance(oak_street):
        drive.refresh_from_db()
        assert drive.state == DriveState.COMPLETED
