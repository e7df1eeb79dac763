"""The mailed link is pressed: a promise becomes a pledge, and its term begins."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from alliance import clock
from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge
from pledges.services import drives, pledges
from tests.factories import pledges as make
from tests.pledges.reading import last_mail, mails, refusal, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def test_a_press_makes_it_active_and_its_term_begins(oven):
    intended = make.an_intended_pledge(oven)
    noon = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    with time_machine.travel(noon, tick=False):
        pledge = pledges.confirm(pledge=intended, version=1)
    assert (pledge.state, pledge.version, pledge.confirmed_at) == ("active", 2, noon)
    assert pledge.term_ends_at == datetime(2027, 12, 2, tzinfo=LOS_ANGELES)
    assert steps_of(pledge) == [("made", 0, 240_00), ("confirmed", 240_00, 240_00)]


def test_the_card_goes_out_once(oven):
    pledge = make.an_active_pledge(oven)
    assert mails()[-2:] == [
        ("confirm", "eve@example.com", f"pledge-confirm:{pledge.pk}:1"),
        ("card", "eve@example.com", f"pledge-card:{pledge.pk}"),
    ]
    assert last_mail().context == {
        "business": "Ben's Bakery",
        "title": "A second oven",
        "amount": "$240",
        "months": 12,
        "url": f"http://oak-street.commonweal.test/pledge/card/{pledge.card_secret}/",
        "code": f"{pledge.code[:4]} {pledge.code[4:]}",
    }


def test_a_second_press_changes_nothing(oven, oak_street):
    pledge = make.an_active_pledge(oven)
    before = row_counts(oak_street)
    again = pledges.confirm(pledge=pledge, version=1)
    assert (again, again.version, again.confirmed_at) == (pledge, 2, pledge.confirmed_at)
    assert row_counts(oak_street) == before


def test_a_link_that_a_newer_one_replaced_confirms_nothing(oven):
    make.an_intended_pledge(oven)
    pledge = make.an_intended_pledge(oven, amount_minor=300_00)
    assert refusal(pledges.confirm, pledge=pledge, version=1) == (
        "A newer message replaced this one. Please use the newest.",
        None,
    )
    assert pledges.confirm(pledge=pledge, version=2).state == "active"


def test_a_link_of_a_drive_that_has_closed_confirms_nothing(oven):
    pledge = make.an_intended_pledge(oven)
    with time_machine.travel(oven.gathering_ends_at, tick=False):
        assert refusal(pledges.confirm, pledge=pledge, version=1) == (
            "This drive takes no new pledges any more. Thank you for thinking of it.",
            None,
        )
    assert Pledge.objects.get().confirmed_at is None


def test_a_promise_that_was_released_unconfirmed_is_not_confirmed_any_more(oven, ada):
    pledge = make.an_intended_pledge(oven)
    drives.end_drive(drive=oven, reason="The oven came.", by=ada)
    assert refusal(pledges.confirm, pledge=pledge, version=1)[0] != ""
    assert Pledge.objects.get().state == "released"


def test_a_void_promise_is_not_confirmed_any_more(oven, ada):
    pledge = make.an_intended_pledge(oven)
    pledges.void(pledge=pledge, reason="Made up.", by=ada)
    for version in (1, 2):
        assert refusal(pledges.confirm, pledge=pledge, version=version)[0] != ""
    assert Pledge.objects.get().state == "void"


def test_a_press_after_withdrawing_shows_the_withdrawn_pledge(eves_pledge):
    pledges.cancel(pledge=eves_pledge)
    assert pledges.confirm(pledge=eves_pledge, version=1).state == "cancelled"


def test_pledging_again_while_active_does_not_confirm_a_second_time(oven, eves_pledge):
    make.an_intended_pledge(oven, amount_minor=300_00)
    assert pledges.confirm(pledge=eves_pledge, version=1).amount_minor == 240_00


def test_the_neighbours_pledge_is_not_found_from_here(neighbour):
    with pytest.raises(Pledge.DoesNotExist):
        pledges.confirm(pledge=neighbour.pledge, version=2)
    with in_alliance(neighbour.alliance):
        assert pledges.confirm(pledge=neighbour.pledge, version=2) == neighbour.pledge


def test_history_may_be_loaded_with_its_own_moment(oven):
    long_ago = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)
    intended = make.an_intended_pledge(oven)
    with clock.at(long_ago):
        pledge = pledges.confirm(pledge=intended, version=1)
    assert pledge.term_ends_at - long_ago > timedelta(days=365)
    assert pledge.steps.values_list("kind", "at").first() == ("confirmed", long_ago)
