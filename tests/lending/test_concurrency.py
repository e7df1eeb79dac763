"""Everybody at the same moment, on real PostgreSQL, each with a connection of their own."""

import os
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest

from alliance import clock
from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from lending.models import Approval, Lender, Loan, LoanPayment
from lending.services import applications, loans, repayment
from lending.services.repayment import Paid
from members.services.businesses import add_representative
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.factories.pledges import a_business
from tests.lending.conftest import PAID_OUT
from tests.lending.reading import assert_adds_up, noon
from tests.pledges.at_once import at_once, broker_instead_of_eager
from tests.pledges.test_concurrency import kinds

pytestmark = pytest.mark.django_db(transaction=True)
REPEATS = int(os.environ.get("COMMONWEAL_REPEATS", "2"))


@pytest.fixture(autouse=True)
def _real_broker() -> Iterator[None]:
    with broker_instead_of_eager():
        yield


def recorded(loan: Loan, paid: Paid, by: Seat) -> LoanPayment:
    """On 10 February; a thread has a clock of its own."""
    with clock.at(noon("2026-02-10")):
        return repayment.record(loan=loan, paid=paid, by=by)


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_two_seats_of_one_person_are_one_yes(
    oak_street: Alliance, backed: PledgeDrive, ben: Seat, otis: Seat, repeat: int
) -> None:
    with in_alliance(oak_street):
        application = make.an_application(backed, by=ben)
        other = give_seat(person=otis.person, role=Role.TREASURER, by=None)
    answers = at_once(
        oak_street,
        [partial(applications.approve, application=application, by=s) for s in (otis, other)] * 3,
    )

    assert kinds(answers) == {"LoanApplication": 1, "refused": 5}
    with in_alliance(oak_street):
        application.refresh_from_db()
        assert (application.state, Approval.objects.count()) == ("submitted", 1)


def test_control_without_the_lock_the_constraint_still_holds(
    oak_street: Alliance, backed: PledgeDrive, ben: Seat, otis: Seat
) -> None:
    with in_alliance(oak_street):
        application = make.an_application(backed, by=ben)

    def careless() -> Any:
        return Approval.objects.create(
            application=application, submission=1, person=otis.person, seat=otis
        )

    answers = at_once(oak_street, [careless] * 4)
    assert kinds(answers) == {"Approval": 1, "IntegrityError": 3}


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_of_two_offers_that_are_signed_at_once_one_is(
    oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, repeat: int
) -> None:
    with in_alliance(oak_street):
        application = make.an_approved_application(backed, by=ben)
        both = [
            make.an_offer(application, by=ben, lender=lender)
            for lender in (oak_bank, make.a_lender(name="Fern Fund"))
        ]
    answers = at_once(oak_street, [partial(loans.accept, offer=o, by=ben) for o in both] * 3)

    assert kinds(answers) == {"Loan": 1, "refused": 5}
    with in_alliance(oak_street):
        assert (Loan.objects.count(), Loan.objects.get().state) == (1, "accepted")
        assert sorted(application.offers.values_list("state", flat=True)) == ["accepted", "open"]


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_the_same_form_pressed_ten_times_is_one_payment(
    oak_street: Alliance, loan: Loan, lena: Seat, repeat: int
) -> None:
    paid = Paid(100_00, date(2026, 2, 10), "form-a")
    answers = at_once(oak_street, [partial(recorded, loan, paid, lena)] * 10)

    assert kinds(answers) == {"LoanPayment": 10}
    assert len({answer.pk for answer in answers}) == 1
    with in_alliance(oak_street):
        assert LoanPayment.objects.count() == 1
        assert_adds_up(loan)


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_payments_at_once_never_overpay(
    oak_street: Alliance, loan: Loan, lena: Seat, repeat: int
) -> None:
    """Five times $1,500: the fourth brings more than is owed, and the fifth comes too late."""
    day = date(2026, 2, 10)
    acts = [partial(recorded, loan, Paid(1_500_00, day, f"f{n}"), lena) for n in range(5)]
    answers = at_once(oak_street, acts)

    assert kinds(answers) == {"LoanPayment": 4, "refused": 1}
    with in_alliance(oak_street):
        rows = LoanPayment.objects.all()
        assert sum(row.principal_minor for row in rows) == 4_800_00
        interest = sum(row.interest_minor for row in rows)
        assert sum(row.returned_minor for row in rows) == 6_000_00 - 4_800_00 - interest
        assert Loan.objects.get().state == "closed"
        assert_adds_up(loan)


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_taken_back_many_times_at_once_is_taken_back_once(
    oak_street: Alliance, loan: Loan, lena: Seat, repeat: int
) -> None:
    payment = None
    with in_alliance(oak_street):
        payment = recorded(loan, Paid(1_000_00, date(2026, 2, 10), "f"), lena)
    act = partial(repayment.take_back, payment=payment, reason="It bounced.", by=lena)
    answers = at_once(oak_street, [act] * 6)

    assert kinds(answers) == {"LoanPayment": 6}
    with in_alliance(oak_street):
        assert LoanPayment.objects.count() == 2
        assert Loan.objects.get().balance_minor == 4_800_00
        assert_adds_up(loan)


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_loans_that_are_signed_at_once_have_numbers_of_their_own(
    oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, repeat: int
) -> None:
    acts = []
    with in_alliance(oak_street), clock.at(PAID_OUT):
        pairs = [(backed, ben)]
        for name in ("Moss", "Reed", "Sage"):
            shop = a_business(trade_name=f"{name}'s", slug=name.lower())
            seat = add_representative(business=shop, person=make.a_person(name), by=None).seat
            pairs.append((make.a_backed_drive(business=shop, by=seat), seat))
        for drive, seat in pairs:
            application = make.an_approved_application(drive, by=seat)
            offer = make.an_offer(application, by=seat, lender=oak_bank)
            acts.append(partial(signed, offer, seat))
    answers = at_once(oak_street, acts)

    assert kinds(answers) == {"Loan": 4}
    assert sorted(answer.number for answer in answers) == [1, 2, 3, 4]


def signed(offer: Any, by: Seat) -> Loan:
    with clock.at(PAID_OUT):
        return loans.accept(offer=offer, by=by)
