"""A circle that confirms at the same moment, and an offer that is taken while the giver buys."""

from functools import partial

import pytest
from django.db.models import Sum

from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from pledges.models import Display, DriveStep, Pledge, PledgeDrive, Redemption, WayIn
from pledges.services import pledges, redemptions, reminders, transfers
from tests.factories import pledges as make
from tests.pledges.at_once import at_once, broker_instead_of_eager

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


def test_eight_confirm_at_once_and_the_drive_opens_once(oak_street, bakery, ben, ada):
    with in_alliance(oak_street):
        drive = make.a_private_drive(business=bakery, by=ben, reviewer=ada)
        make.a_plain_policy(private_pledgers=5)
        waiting = [make.an_intended_pledge(drive, f"p{n}@example.com") for n in range(8)]
    presses = [partial(pledges.confirm, pledge=pledge, version=1) for pledge in waiting]
    answers = at_once(oak_street, presses)
    assert {type(answer) for answer in answers} == {Pledge}
    with in_alliance(oak_street):
        assert PledgeDrive.objects.get().state == "gathering"
        assert DriveStep.objects.filter(to_state="gathering").count() == 1
        assert Pledge.objects.filter(state="active").count() == 8


@pytest.mark.parametrize("repeat", range(3))
def test_two_friends_of_one_another_and_a_till_in_between(oak_street, oven, ben, repeat):
    """Each passes to the other while both buy: no deadlock, and the sum never grows."""
    with in_alliance(oak_street):
        pair = [make.an_active_pledge(oven, f"p{n}@example.com") for n in range(2)]
        offers = [
            transfers.offer(pledge=mine, name="Friend", email=other.email)
            for mine, other in (pair, reversed(pair))
        ]
    words = {"name": "Friend", "display": Display.FULL, "wording": "I mean to buy."}
    buy = {"purchase_minor": 35_00, "way_in": WayIn.CODE, "by": ben}
    deeds = [
        *(partial(transfers.accept, transfer=offer, **words) for offer in offers for _n in "abc"),
        *(partial(redemptions.claim, pledge=pledge, **buy) for pledge in pair),
    ]
    answers = at_once(oak_street, deeds)
    assert {type(answer) for answer in answers} <= {Pledge, Redemption, DomainError}
    with in_alliance(oak_street):
        standing = Pledge.objects.confirmed()
        assert standing.aggregate(sum=Sum("amount_minor"))["sum"] == 480_00
        for pledge in Pledge.objects.all():
            assert pledge.honoured_minor <= pledge.held_minor <= pledge.amount_minor


def test_a_pledger_at_risk_is_written_to_once_by_ten_sweeps(oak_street, eves_pledge):
    with in_alliance(oak_street):
        began = eves_pledge.confirmed_at.replace(year=eves_pledge.confirmed_at.year - 1)
        ends = eves_pledge.term_ends_at.replace(year=eves_pledge.term_ends_at.year + 1)
        Pledge.objects.update(confirmed_at=began, term_ends_at=ends)
    answers = at_once(oak_street, [partial(reminders.remind, pledge=eves_pledge)] * 10)
    assert sorted(answers) == [*[False] * 9, True]
