"""/lend/: what lenders see of applications, offers and loans; the files for their books."""

from csv import reader
from datetime import timedelta
from io import StringIO

import pytest
from django.db.models import F
from django.http import HttpResponse

from alliance import clock
from alliance.models import AuditEntry
from alliance.tenancy.scope import in_alliance
from lending.services import arrears
from pledges.models import Pledge, PledgeDrive
from tests.factories import lending as make
from tests.lending.views.conftest import noon
from tests.pledges.views.browsing import text, words

pytestmark = pytest.mark.django_db


def rows(answer: HttpResponse) -> list[list[str]]:
    """The lines of a downloaded file."""
    return list(reader(StringIO(answer.content.decode("utf-8-sig"))))


def test_an_empty_desk_says_what_will_stand_there(at_the_bank) -> None:
    read = words(at_the_bank.get("/lend/"))

    assert "You speak for: Oak Savings Bank" in read
    assert "No application at present" in read
    assert "You have made no offer yet." in read
    assert "No loan yet." in read


def test_an_application_stands_there_with_its_figures(at_the_bank, shared) -> None:
    read = words(at_the_bank.get("/lend/"))

    assert "Ben's Bakery $4,800 12 $24,000 100" in read
    assert "reckoned carefully: 58%. The careful part is an assumption" in read


def test_the_careful_part_names_whose_pledges_it_comes_from(
    at_the_bank, oak_street, shared, bakery, ben
) -> None:
    with in_alliance(oak_street):
        past = make.a_backed_drive(business=bakery, by=ben, title="A sign", people=4)
        ended = clock.now() - timedelta(days=1)
        Pledge.objects.filter(drive=past).update(
            state="fulfilled",
            held_minor=F("amount_minor"),
            honoured_minor=F("amount_minor"),
            term_ends_at=ended,
        )
    read = words(at_the_bank.get("/lend/"))

    assert "comes from this alliance’s own past pledges: 4 kept, 0 missed." in read


def test_the_limit_is_that_of_the_lender(at_the_bank, oak_street, oak_bank, shared) -> None:
    with in_alliance(oak_street):
        oak_bank.cap_minor = 1_500_00
        oak_bank.save()

    assert "$24,000 100 standard $1,500" in words(at_the_bank.get("/lend/"))


def test_offers_and_loans_stand_there_with_their_sums(at_the_bank, loan, oak_street) -> None:
    with clock.at(noon(2026, 3, 15)):
        with in_alliance(oak_street):
            arrears.pass_day(loan=loan)
        read = words(at_the_bank.get("/lend/"))

    assert "Ben's Bakery accepted $4,800 3.99% 12" in read
    assert "loans being repaid 1 lent on them $4,800 principal owed $4,800" in read
    assert "next payments $1,226.10 $817.40 of it late" in read
    assert f"{loan.reference}, Ben's Bakery in arrears 30-59 days late $4,800 $4,800" in read
    assert "nothing late 0 $0 1 to 29 days late 0 $0 30 to 59 days late 1 $4,800" in read


def test_each_lender_sees_its_own_alone(
    at_the_bank, visit, oak_street, loan, their_loan, fund_application, sol
) -> None:
    bank, fund = text(at_the_bank.get("/lend/")), text(visit(oak_street, sol).get("/lend/"))

    assert ("Ben&#x27;s Bakery" in bank, "Flo&#x27;s Flowers" in bank) == (True, False)
    assert ("Ben&#x27;s Bakery" in fund, "Flo&#x27;s Flowers" in fund) == (False, True)
    assert "Gail" not in bank + fund


def test_whoever_speaks_for_two_sees_both(
    at_the_bank, oak_street, shared, fund_application, hill_fund
) -> None:
    with in_alliance(oak_street):
        make.a_lender_seat(hill_fund, "Lena")
    read = words(at_the_bank.get("/lend/"))

    assert "You speak for: Hill Revolving Fund , Oak Savings Bank" in read.replace(
        "Fund, ", "Fund , "
    )
    assert "Ben's Bakery Oak Savings Bank" in read
    assert "Flo's Flowers Hill Revolving Fund" in read


def test_whoever_lends_comes_to_the_desk_after_signing_in(at_the_bank, at_the_desk) -> None:
    assert at_the_bank.get("/welcome/")["Location"] == "/lend/"
    assert at_the_desk.get("/welcome/")["Location"] == "/staff/"


def test_the_door_shows_to_lenders_alone(at_the_bank, at_the_desk) -> None:
    assert 'href="/lend/"' in text(at_the_bank.get("/"))
    assert 'href="/lend/"' not in text(at_the_desk.get("/"))


def test_the_portfolio_as_a_file(at_the_bank, loan, their_loan, oak_street, lena) -> None:
    with clock.at(noon(2026, 3, 15)):
        answer = at_the_bank.get("/lend/portfolio.csv")

    assert answer["Content-Disposition"] == 'attachment; filename="portfolio.csv"'
    header, *lines = rows(answer)
    assert [dict(zip(header, line, strict=True)) for line in lines] == [
        {
            "loan": loan.reference,
            "lender": "Oak Savings Bank",
            "business": "Ben's Bakery",
            "state": "being repaid",
            "outcome": "",
            "currency": "USD",
            "amount": "4800.00",
            "yearly rate in percent": "3.99",
            "months": "12",
            "repayment": "the same each month",
            "accepted on": "2026-01-05",
            "paid out on": "2026-01-10",
            "principal owed": "4800.00",
            "due now": "1226.10",
            "overdue": "817.40",
            "next payment on": "2026-04-10",
            "late since": "",
            "closed on": "",
        }
    ]
    with in_alliance(oak_street):
        entry = AuditEntry.objects.get(action="loans.exported")
    assert (entry.seat_id, entry.detail) == (lena.pk, {"lender": "Oak Savings Bank"})


def test_a_loans_payments_and_schedule_as_files(at_the_bank, loan, oak_street) -> None:
    with clock.at(noon(2026, 2, 10)), in_alliance(oak_street):
        make.a_payment(loan, 408_70, note="=1+1")
    address = f"/lend/loans/{loan.pk}/"
    _head, payment = rows(at_the_bank.get(f"{address}payments.csv"))
    schedule = rows(at_the_bank.get(f"{address}schedule.csv"))

    assert payment == [
        loan.reference, "2026-02-10", "408.70", "0.00", "15.96", "392.74", "0.00", "USD",
        "transfer, cheque or cash", "'=1+1", "2026-02-10T12:00:00-08:00", "Lena", "", "",
    ]  # fmt: skip
    assert schedule[1] == [
        loan.reference, "1", "2026-02-10", "408.70", "0.00", "15.96", "392.74", "4407.26",
        "408.70", "0.00", "USD",
    ]  # fmt: skip
    assert len(schedule) == 13
    with in_alliance(oak_street):
        actions = AuditEntry.objects.filter(action__endswith="_exported").order_by("id")
        assert list(actions.values_list("action", flat=True)) == [
            "loan.payments_exported",
            "loan.schedule_exported",
        ]


def test_a_name_that_a_spreadsheet_would_run_stays_text(at_the_bank, loan, oak_street) -> None:
    with in_alliance(oak_street):
        drive = PledgeDrive.objects.select_related("business").get(pk=loan.drive_id)
        drive.business.trade_name = "=HYPERLINK(1)"
        drive.business.save()

    assert rows(at_the_bank.get("/lend/portfolio.csv"))[1][2] == "'=HYPERLINK(1)"
