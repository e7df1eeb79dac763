"""Corrections: sent by strangers, settled by the desk, their addresses forgotten."""

from datetime import timedelta

import pytest
import time_machine

from alliance import clock
from alliance.errors import DomainError, TooManyMessages
from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from directory.models import Correction
from directory.services import corrections
from tests.factories.directory import a_listed_business

pytestmark = pytest.mark.usefixtures("in_oak_street")


def letters():
    return [(row.template, row.to, row.context) for row in OutboxMessage.objects.all()]


def test_it_waits_and_nobody_is_written_to(bakery):
    made = corrections.send(business=bakery, words=" Closed on Mondays. ", email="eve@example.com")
    assert (made.words, made.email, made.settled_at) == (
        "Closed on Mondays.", "eve@example.com", None,
    )  # fmt: skip
    assert letters() == []


def test_the_same_words_again_add_nothing(bakery):
    first = corrections.send(business=bakery, words="Closed on Mondays.")
    assert corrections.send(business=bakery, words="Closed on Mondays.") == first
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("words", ["", " \n "])
def test_something_must_be_said(bakery, words):
    with pytest.raises(DomainError) as refused:
        corrections.send(business=bakery, words=words)
    assert refused.value.field == "words"


def test_one_address_is_heard_ten_times_a_day(bakery):
    for n in range(corrections.PER_ADDRESS):
        corrections.send(business=a_listed_business(), words=f"{n}", email="Eve@example.com")
    with pytest.raises(TooManyMessages):
        corrections.send(business=bakery, words="One more", email="eve@example.com")
    corrections.send(business=bakery, words="Without an address")
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1)):
        corrections.send(business=bakery, words="The next day", email="eve@example.com")


def test_of_one_listing_thirty_wait_at_most(bakery, ada):
    for n in range(corrections.PER_LISTING):
        made = corrections.send(business=bakery, words=f"{n}")
    with pytest.raises(TooManyMessages):
        corrections.send(business=bakery, words="One more")
    corrections.settle(correction=made, outcome="Done.", thanks=False, by=ada)
    corrections.send(business=bakery, words="One more")


def test_settled_the_address_is_forgotten(bakery, ada):
    made = corrections.send(business=bakery, words="Closed.", email="eve@example.com")
    corrections.settle(correction=made, outcome=" Mended. ", thanks=False, by=ada)
    made.refresh_from_db()
    assert (made.email, made.outcome, made.settler) == ("", "Mended.", ada)
    assert letters() == []


def test_the_sender_may_be_thanked_without_a_word_that_was_typed(bakery, ada):
    made = corrections.send(business=bakery, words="SECRET words", email="eve@example.com")
    corrections.settle(correction=made, outcome="SECRET outcome", thanks=True, by=ada)
    found = letters()
    assert found == [
        ("directory/email/correction_thanks", "eve@example.com", {"business": "Ben's Bakery"})
    ]
    assert not OutboxMessage.objects.get().is_confirmed


def test_thanks_count_against_the_inbox(bakery, ada):
    for n in range(4):
        made = corrections.send(business=bakery, words=f"{n}", email="eve@example.com")
        if n < 3:
            corrections.settle(correction=made, outcome="Done.", thanks=True, by=ada)
    with pytest.raises(TooManyMessages):
        corrections.settle(correction=made, outcome="Done.", thanks=True, by=ada)
    corrections.settle(correction=made, outcome="Done.", thanks=False, by=ada)


def test_it_is_settled_once_and_with_words(bakery, ada):
    made = corrections.send(business=bakery, words="Closed.")
    with pytest.raises(DomainError, match="Say what you did"):
        corrections.settle(correction=made, outcome=" ", thanks=False, by=ada)
    corrections.settle(correction=made, outcome="Done.", thanks=False, by=ada)
    with pytest.raises(DomainError, match="settled already"):
        corrections.settle(correction=made, outcome="Again.", thanks=False, by=ada)


def test_the_neighbours_are_theirs(bakery, mill_lane, next_door):
    with in_alliance(mill_lane):
        corrections.send(business=next_door, words="Closed.")
    assert Correction.objects.count() == 0
