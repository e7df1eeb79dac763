"""Loans and lenders through the API: for staff, and for keys with their scope."""

import pytest

from alliance import clock
from alliance.models import Role
from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from tests.factories import lending as make
from tests.lending.views.conftest import noon

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(visit, oak_street, ada):
    return visit(oak_street, ada)


def test_a_loan_tells_its_figures(staff, loan, oak_street, their_loan) -> None:
    with clock.at(noon(2026, 2, 10)), in_alliance(oak_street):
        payment = make.a_payment(loan, 408_70)
    [told] = staff.get("/api/v1/loans/").json()["results"]
    schedule, payments = told.pop("schedule"), told.pop("payments")

    assert told == {
        "id": str(loan.pk),
        "reference": loan.reference,
        "drive": loan.drive.slug,
        "business": "Ben's Bakery",
        "lender": "Oak Savings Bank",
        "state": "active",
        "outcome": "",
        "currency": "USD",
        "amount_minor": 480_000,
        "balance_minor": 440_726,
        "repayment": "level",
        "accepted_at": "2026-01-05T18:00:00Z",
        "disbursed_on": "2026-01-10",
        "late_since": None,
        "closed_on": None,
        "truth": {
            "amount_minor": 480_000,
            "received_minor": 480_000,
            "payment_minor": 40_870,
            "fees_minor": 0,
            "total_due_minor": 490_436,
            "apr": "3.9900",
            "all_in_apr": told["truth"]["all_in_apr"],
            "months": 12,
            "honour": "58.0000",
            "cover": "1.7000",
            "break_even_honour": "34.1000",
            "break_even_spending": "58.7000",
            "base_minor": 2_400_000,
            "pledgers": 100,
        },
    }
    assert float(told["truth"]["all_in_apr"]) == pytest.approx(4.0, abs=0.05)
    assert schedule[0] == {
        "number": 1,
        "due_on": "2026-02-10",
        "due_minor": 40_870,
        "fee_minor": 0,
        "interest_minor": 1_596,
        "principal_minor": 39_274,
        "balance_minor": 440_726,
        "owed_minor": 0,
    }
    assert sum(line["due_minor"] for line in schedule) == 490_436
    assert payments == [
        {
            "id": str(payment.pk),
            "way": "by_hand",
            "on": "2026-02-10",
            "paid_minor": 40_870,
            "fees_minor": 0,
            "interest_minor": 1_596,
            "principal_minor": 39_274,
            "returned_minor": 0,
            "reverses": None,
            "at": "2026-02-10T20:00:00Z",
        }
    ]
    assert staff.get(f"/api/v1/loans/{loan.pk}/").json()["id"] == str(loan.pk)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1), ("?state=active", 1), ("?state=closed", 0), ("?drive=a-second-oven", 1),
        ("?drive=another", 0), ("?drive=&state=", 1),
    ],
)  # fmt: skip
def test_loans_are_asked_for_by_drive_and_state(staff, loan, query: str, count: int) -> None:
    assert len(staff.get(f"/api/v1/loans/{query}").json()["results"]) == count


def test_a_state_that_there_is_not_is_a_bad_request(staff, loan) -> None:
    assert staff.get("/api/v1/loans/?state=lost").status_code == 400


def test_lenders_tell_what_they_have_out(staff, loan, oak_bank, their_loan) -> None:
    [told] = staff.get("/api/v1/lenders/").json()["results"]

    told.pop("created_at")
    assert told == {
        "id": str(oak_bank.pk),
        "name": "Oak Savings Bank",
        "kind": "bank",
        "licence_note": oak_bank.licence_note,
        "about": "",
        "cap_minor": 2_000_000,
        "ended_at": None,
        "running_loans": 1,
        "balance_minor": 480_000,
    }


def test_the_neighbours_are_not_there(staff, loan, their_loan) -> None:
    assert staff.get(f"/api/v1/loans/{their_loan.pk}/").status_code == 404
    assert staff.get(f"/api/v1/lenders/{their_loan.lender_id}/").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/loans/", "/api/v1/lenders/"])
def test_only_staff_and_keys_with_the_scope_read(
    visit, oak_street, ada, ben, lena, loan, path: str
) -> None:
    with in_alliance(oak_street):
        _key, good = keys.make_key(name="Books", scopes=["loans:read"], days=1, by=ada)
        _key, other = keys.make_key(name="Pledges", scopes=["pledges:read"], days=1, by=ada)
        volunteer = make.an_officer("Vera", Role.VOLUNTEER)

    def with_key(secret: str) -> int:
        headers = {"authorization": f"Bearer {secret}"}
        return visit(oak_street).get(path, headers=headers).status_code

    assert (with_key(good), with_key(other)) == (200, 403)
    assert [
        visit(oak_street, seat).get(path).status_code for seat in (ada, ben, lena, volunteer)
    ] == [200, 403, 403, 403]
    assert visit(oak_street).get(path).status_code in (401, 403)
