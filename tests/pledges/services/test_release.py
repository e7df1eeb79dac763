"""A drive that ends lets go of whoever pledged, and tells those who had confirmed."""

import pytest

from alliance.tenancy.scope import in_alliance
from pledges.services import pledges
from tests.factories import pledges as make
from tests.pledges.reading import last_mail, mails, money_of, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("in_oak_street")


@pytest.fixture
def released(neighbour, oven, ben, ada, oak_street):
    """Five pledges, each in another state, after their drive let go of them."""
    found = {
        "intended": make.an_intended_pledge(oven, "intended@example.com"),
        "active": make.an_active_pledge(oven, "active@example.com"),
        "cancelled": make.an_active_pledge(oven, "cancelled@example.com"),
        "fulfilled": make.an_active_pledge(oven, "fulfilled@example.com"),
        "void": make.an_active_pledge(oven, "void@example.com"),
    }
    make.a_confirmed_purchase(found["fulfilled"], by=ben, spent_minor=240_00)
    pledges.cancel(pledge=found["cancelled"])
    pledges.void(pledge=found["void"], reason="Made up.", by=ada)
    before = len(mails())
    count = pledges.release_all(drive=oven, reason="The oven came by itself.", by=ada)
    return found, count, mails()[before:]


def test_those_that_waited_or_stood_open_are_released_the_others_stay(released):
    found, count, _mailed = released
    assert count == 2
    assert {name: money_of(pledge)[0] for name, pledge in found.items()} == {
        "intended": "released",
        "active": "released",
        "cancelled": "cancelled",
        "fulfilled": "fulfilled",
        "void": "void",
    }


def test_only_a_confirmed_address_is_told(released):
    found, _count, mailed = released
    assert mailed == [("released", "active@example.com", f"pledge-released:{found['active'].pk}")]
    context = last_mail().context
    assert (context["reason"], context["business"]) == (
        "The oven came by itself.",
        "Ben's Bakery",
    )


def test_the_history_says_who_and_why(released, ada):
    found, _count, _mailed = released
    last = found["active"].steps.latest("id")
    assert (last.kind, last.reason, last.seat_id) == (
        "released",
        "The oven came by itself.",
        ada.pk,
    )
    assert steps_of(found["intended"]) == [("made", 0, 240_00), ("released", 240_00, 240_00)]
    assert type(found["active"]).objects.get(pk=found["active"].pk).ended_at is not None


def test_releasing_again_changes_nothing(released, oven, ada, oak_street):
    before = row_counts(oak_street)
    assert pledges.release_all(drive=oven, reason="Again.", by=ada) == 0
    assert row_counts(oak_street) == before


def test_the_neighbours_pledges_stay(released, neighbour):
    with in_alliance(neighbour.alliance):
        assert money_of(neighbour.pledge)[0] == "active"
