"""A term that is over; a card that was lost."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from alliance.errors import TooManyMessages
from pledges.models import Pledge
from pledges.services import pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import mails, money_of, refusal, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_a_pledge_lapses_when_its_last_day_ends_and_not_a_second_before(eves_pledge):
    with time_machine.travel(eves_pledge.term_ends_at - timedelta(seconds=1), tick=False):
        assert pledges.lapse(pledge=eves_pledge).state == "active"
    with time_machine.travel(eves_pledge.term_ends_at, tick=False):
        pledge = pledges.lapse(pledge=eves_pledge)
    assert (pledge.state, pledge.ended_at) == ("lapsed", eves_pledge.term_ends_at)
    assert steps_of(pledge)[2:] == [("lapsed", 240_00, 240_00)]


def test_lapsing_twice_changes_nothing(eves_pledge, oak_street):
    with time_machine.travel(eves_pledge.term_ends_at):
        pledges.lapse(pledge=eves_pledge)
        before = row_counts(oak_street)
        assert pledges.lapse(pledge=eves_pledge).version == 3
    assert row_counts(oak_street) == before


def test_nobody_is_written_to(eves_pledge):
    before = mails()
    with time_machine.travel(eves_pledge.term_ends_at):
        pledges.lapse(pledge=eves_pledge)
    assert mails() == before


def test_a_promise_that_was_never_confirmed_has_no_term_to_end(oven):
    intended = make.an_intended_pledge(oven)
    with time_machine.travel(timezone.now() + timedelta(days=800)):
        assert pledges.lapse(pledge=intended).state == "intended"


def test_nothing_is_counted_once_the_term_is_over_whatever_beat_has_done(eves_pledge, ben):
    with time_machine.travel(eves_pledge.term_ends_at):
        assert refusal(
            redemptions.claim, pledge=eves_pledge, purchase_minor=100, way_in="code", by=ben
        ) == ("This pledge does not stand any more.", None)


def test_what_was_bought_on_the_last_day_still_fulfils_a_lapsed_pledge(eves_pledge, ben):
    with time_machine.travel(eves_pledge.term_ends_at - timedelta(seconds=1)):
        claim = make.a_claim(eves_pledge, by=ben, spent_minor=240_00)
    with time_machine.travel(eves_pledge.term_ends_at):
        pledges.lapse(pledge=eves_pledge)
    with time_machine.travel(claim.confirm_due_at):
        redemptions.confirm_silent(redemption=claim)
    assert money_of(eves_pledge) == ("fulfilled", 240_00, 240_00, 240_00)


def test_the_neighbours_pledge_is_not_found_from_here(neighbour):
    with pytest.raises(Pledge.DoesNotExist):
        pledges.lapse(pledge=neighbour.pledge)


def test_a_lost_card_is_mailed_again_to_the_address_that_pledged(eves_pledge):
    before = len(mails())
    assert pledges.send_cards(email="EVE+shopping@example.com") == 1
    ((template, to, key),) = mails()[before:]
    assert (template, to) == ("card", "eve@example.com")
    assert key.startswith(f"pledge-card:{eves_pledge.pk}:")


@pytest.mark.parametrize("address", ["nobody@example.com", "gus@example.com"])
def test_an_address_without_pledges_here_gets_nothing(eves_pledge, address):
    before = mails()
    assert pledges.send_cards(email=address) == 0
    assert mails() == before


def test_cards_of_pledges_that_ended_are_not_sent(eves_pledge):
    pledges.cancel(pledge=eves_pledge)
    before = mails()
    assert pledges.send_cards(email="eve@example.com") == 0
    assert mails() == before


HALF_PAST = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)


def test_a_card_goes_out_again_once_an_hour_however_often_somebody_asks(eves_pledge):
    before = len(mails())
    for minutes in (0, 1, 29, 30):
        with time_machine.travel(HALF_PAST + timedelta(minutes=minutes), tick=False):
            assert pledges.send_cards(email="eve@example.com") == 1
    assert mails()[before:] == [
        ("card", "eve@example.com", f"pledge-card:{eves_pledge.pk}:2026-12-01T20"),
        ("card", "eve@example.com", f"pledge-card:{eves_pledge.pk}:2026-12-01T21"),
    ]


def test_a_full_inbox_gets_no_card(oven, eves_pledge):
    for key in ("k2", "k3"):  # after the confirmation, two links to change the pledge
        make.an_intended_pledge(oven, form_key=key)
    before = mails()
    with pytest.raises(TooManyMessages):
        pledges.send_cards(email="eve@example.com")
    assert mails() == before


def test_whoever_has_many_pledges_gets_all_their_cards(oak_street, bakery, ben, ada):
    for n in range(5):
        drive = make.an_open_drive(business=bakery, by=ben, reviewer=ada, title=f"Oven {n}")
        with time_machine.travel(timezone.now() - timedelta(days=9 - n)):
            make.an_active_pledge(drive)
        drive.state = "completed"
        drive.save(update_fields=["state"])
    before = len(mails())
    assert pledges.send_cards(email="eve@example.com") == 5
    assert [(template, to) for template, to, _key in mails()[before:]] == [
        ("card", "eve@example.com")
    ] * 5
