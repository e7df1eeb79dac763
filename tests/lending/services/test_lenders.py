"""Lenders, their people, and the alliance's own rules for loans."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from alliance import clock
from alliance.models import Alliance, Role, Seat
from lending.models import Lender, LenderSeat, LendingPolicy, Loan
from lending.queries import backing
from lending.queries import lenders as queries
from lending.services import lenders
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.reading import letters
from tests.pledges.reading import audited, refusal

pytestmark = pytest.mark.django_db
ENDED = "This lender takes no applications any more."


def test_a_lender_is_added_once_under_its_name(in_oak_street: Alliance, ada: Seat) -> None:
    lender = make.a_lender(by=ada, name="Fern Fund", kind="revolving_fund")

    assert audited("lender.added") == [("lender.added", ada.pk, lender.pk, {"name": "Fern Fund"})]
    with pytest.raises(ValidationError):
        make.a_lender(name="Fern Fund")


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"kind": "pawnshop"}, {"licence_note": ""}, {"cap_minor": 99_99}],
)
def test_what_does_not_fit_is_refused(in_oak_street: Alliance, fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        make.a_lender(**fields)
    assert not Lender.objects.exists()


def test_what_is_changed_is_written_down_and_the_same_again_is_not(
    oak_bank: Lender, in_oak_street: Alliance, ada: Seat
) -> None:
    for _press in range(2):
        lenders.change_lender(lender=oak_bank, by=ada, about="Round the corner.", ended_at="x")
    found = Lender.objects.get(pk=oak_bank.pk)

    assert (found.about, found.ended_at) == ("Round the corner.", None)
    assert [entry[3] for entry in audited("lender.changed")] == [{"fields": ["about"]}]


def test_people_are_invited_and_leave_with_their_last_place(
    oak_bank: Lender, in_oak_street: Alliance, ada: Seat
) -> None:
    other = make.a_lender(name="Fern Fund")
    here = {"email": "lena@example.org", "name": "Lena", "by": ada}
    first = lenders.invite(lender=oak_bank, **here)
    assert lenders.invite(lender=oak_bank, **here) == first
    second = lenders.invite(lender=other, **here)
    seat = Seat.objects.get(pk=first.seat_id)

    assert (seat.role, second.seat_id) == (Role.LENDER, seat.pk)
    assert letters("seat-invited") == [("lena@example.org", "seat-invited")]
    assert set(queries.lenders_of([seat])) == {oak_bank, other}
    for _press in range(2):
        lenders.end_place(place=first, by=ada)
    assert list(queries.lenders_of([seat])) == [other]
    assert Seat.objects.get(pk=seat.pk).ended_at is None
    lenders.end_place(place=second, by=ada)
    assert Seat.objects.get(pk=seat.pk).ended_at is not None
    assert not queries.speaks_for(seat, other)


def test_nobody_is_invited_to_a_lender_that_ended(
    oak_bank: Lender, in_oak_street: Alliance, ada: Seat
) -> None:
    lenders.end_lender(lender=oak_bank, by=ada)

    assert refusal(lenders.invite, lender=oak_bank, email="x@example.org", name="X", by=ada) == (
        ENDED, None,
    )  # fmt: skip
    assert not LenderSeat.objects.exists()


def test_a_seat_that_runs_out_speaks_for_nobody(
    oak_bank: Lender, in_oak_street: Alliance, lena: Seat
) -> None:
    Seat.objects.filter(pk=lena.pk).update(expires_at=clock.now() + timedelta(days=1))
    assert queries.speaks_for(lena, oak_bank)
    with clock.at(clock.now() + timedelta(days=2)):
        assert not queries.speaks_for(lena, oak_bank)
        assert queries.people_of(oak_bank) == []


def test_a_lender_ends_when_nothing_of_it_is_open(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, lena: Seat, ada: Seat
) -> None:
    application = make.an_approved_application(backed, by=ben)
    offer = make.an_offer(application, by=ben, lender=oak_bank)
    end = {"lender": oak_bank, "by": ada}
    assert refusal(lenders.end_lender, **end)[0].startswith("An offer of this lender is open.")
    loan = make.loans.accept(offer=offer, by=ben)
    assert refusal(lenders.end_lender, **end)[0].startswith("Loans of this lender are running")
    make.loans.change_mind(loan=loan, by=ben)
    first, second = lenders.end_lender(**end), lenders.end_lender(**end)

    assert first.ended_at == second.ended_at is not None
    assert not application.sharings.live().exists()
    assert not queries.speaks_for(lena, oak_bank)


def test_the_rules_are_set_once_for_the_alliance(in_oak_street: Alliance, ada: Seat) -> None:
    assert (backing.policy().advance, LendingPolicy.objects.count()) == (Decimal("0.20"), 0)
    lenders.set_policy(by=ada, advance=Decimal("0.33"), offer_days=3)
    lenders.set_policy(by=ada, cooling_days=5)
    found = LendingPolicy.objects.get()

    assert (str(found.advance), found.offer_days, found.cooling_days) == ("0.330", 3, 5)


@pytest.mark.parametrize(
    "fields",
    [
        {"advance": Decimal("0.331")},
        {"advance": Decimal(0)},
        {"reference_apr": Decimal("4.1")},
        {"cooling_days": 2},
        {"offer_days": 2},
        {"offer_days": 61},
    ],
)
def test_rules_out_of_their_range_are_refused(
    in_oak_street: Alliance, ada: Seat, fields: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        lenders.set_policy(by=ada, **fields)
    assert not LendingPolicy.objects.exists()


def test_nothing_of_the_neighbours_can_be_named(
    in_oak_street: Alliance, their_loan: Loan, ada: Seat
) -> None:
    theirs = their_loan.lender
    missing = (Lender.DoesNotExist, IntegrityError)

    with pytest.raises(missing):
        lenders.change_lender(lender=theirs, by=ada, about="Mine.")
    with pytest.raises(missing):
        lenders.end_lender(lender=theirs, by=ada)
    assert refusal(lenders.invite, lender=theirs, email="x@example.org", name="X", by=ada)[0] == (
        ENDED
    )
