"""A borrower pledges at a neighbour before its own drive opens."""

from datetime import timedelta

import pytest
import time_machine

from alliance import clock
from members.services.businesses import add_representative
from pledges.models import PledgeDrive
from pledges.policy import policy
from pledges.queries.reciprocity import Reciprocity, reciprocity
from pledges.services import drives, pledges
from tests.factories import pledges as make
from tests.pledges.reading import queries_of, refusal

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

UNMET = (
    "Before this drive opens, somebody of Ben's Bakery pledges at another member. Nobody has yet.",
    None,
)


@pytest.fixture
def kiln(cleo, ada):
    """Another member's drive, open to all."""
    pottery = make.a_business(trade_name="Pottery", slug="pottery")
    owner = add_representative(business=pottery, person=cleo.person, by=None).seat
    return make.an_open_drive(business=pottery, by=owner, reviewer=ada, title="Kiln")


@pytest.fixture
def submitted(ada, bakery, ben):
    """The bakery's drive in an alliance that asks for reciprocity alone."""
    drive = drives.submit_drive(drive=make.a_draft(business=bakery, by=ben), by=ben)
    make.a_plain_policy(asks_reciprocity=True)
    return drive


def asked(kiln) -> None:
    """The kiln's factory has put the plain policy there: asks again."""
    make.a_plain_policy(asks_reciprocity=True)


def approve(drive: PledgeDrive, ada) -> tuple[str, str | None]:
    return refusal(drives.approve_drive, drive=drive, by=ada)


def test_nobody_has_pledged_so_it_does_not_open(submitted, kiln, ada):
    asked(kiln)
    assert approve(submitted, ada) == UNMET
    found = reciprocity(submitted, policy())
    assert found == Reciprocity(is_asked=True, open_drives=(kiln,))


@pytest.mark.parametrize("address", ["ben@example.org", "BEN+shop@example.org"])
def test_who_has_confirmed_a_pledge_opens_it(submitted, kiln, ada, address):
    asked(kiln)
    make.an_active_pledge(kiln, address, name="Ben")
    assert reciprocity(submitted, policy()) == Reciprocity(is_asked=True, is_met=True)
    assert approve(submitted, ada) == ("", None)


def test_the_businesss_own_address_counts_too(submitted, kiln, ada, bakery):
    asked(kiln)
    bakery.email = "shop@bakery.example"
    bakery.save(update_fields=["email"])
    make.an_active_pledge(kiln, "shop@bakery.example")
    assert approve(submitted, ada) == ("", None)


def test_what_does_not_count(submitted, kiln, ada):
    """Not yet confirmed; void; somebody else's."""
    asked(kiln)
    make.an_active_pledge(kiln, "eve@example.com")
    pledge = make.an_intended_pledge(kiln, "ben@example.org")
    assert approve(submitted, ada) == UNMET
    pledge = pledges.confirm(pledge=pledge, version=pledge.version)
    pledges.void(pledge=pledge, reason="Made up.", by=ada)
    assert approve(submitted, ada) == UNMET


def test_a_pledge_withdrawn_since_was_a_pledge(submitted, kiln, ada):
    asked(kiln)
    pledges.cancel(pledge=make.an_active_pledge(kiln, "ben@example.org"))
    assert approve(submitted, ada) == ("", None)


def test_with_nobody_to_pledge_at_it_passes(submitted, ada):
    assert reciprocity(submitted, policy()) == Reciprocity(is_asked=True, can_be_met=False)
    assert approve(submitted, ada) == ("", None)


def test_a_neighbours_drive_that_ended_before_ours_was_written_was_no_chance(
    kiln, ada, bakery, ben
):
    with time_machine.travel(kiln.gathering_ends_at + timedelta(days=1)):
        drive = drives.submit_drive(drive=make.a_draft(business=bakery, by=ben), by=ben)
        asked(kiln)
        assert approve(drive, ada) == ("", None)


def test_a_neighbours_drive_that_ended_since_was_one(submitted, kiln, ada):
    asked(kiln)
    with time_machine.travel(kiln.gathering_ends_at + timedelta(days=1)):
        assert approve(submitted, ada) == UNMET
        assert reciprocity(submitted, policy()).open_drives == ()


def test_a_private_drive_is_no_place_to_send_them(submitted, kiln):
    asked(kiln)
    make.brought_to(kiln, "private")
    assert reciprocity(submitted, policy()).can_be_met is False


def test_it_is_asked_only_of_borrowers_and_only_where_the_alliance_asks(submitted, kiln, ada):
    assert not reciprocity(submitted, policy()).is_asked
    asked(kiln)
    submitted.seeks_loan = False
    assert reciprocity(submitted, policy()) == Reciprocity(is_asked=False)


def test_it_costs_a_handful_of_queries(submitted, kiln):
    asked(kiln)
    assert clock.now() < kiln.gathering_ends_at
    assert queries_of(lambda: reciprocity(submitted, policy())) == 5
