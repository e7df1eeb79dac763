"""Referrals: customers sent to members, and what came of it."""

from datetime import timedelta

import pytest
import time_machine

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage
from directory.models import Outcome, Referral
from directory.queries.referrals import Outcomes, outcomes
from directory.services import referrals
from members.models import Business
from tests.factories.directory import a_listed_business

pytestmark = pytest.mark.usefixtures("in_oak_street")


@pytest.fixture
def referral(listed, ada) -> Referral:
    """Somebody wants bread, and left a number."""
    return referrals.give(
        businesses=[listed], wanted="Bread for forty", contact="Eve, 555-0101", by=ada
    )[0]


def test_the_member_is_written_to_without_the_contact(referral, listed):
    letter = OutboxMessage.objects.get()
    assert (letter.template, letter.to) == ("directory/email/referral", "ben@example.org")
    assert letter.context["wanted"] == "Bread for forty"
    assert "555-0101" not in str(letter.context)


def test_several_members_may_be_told(listed, florist, ada):
    flowers = Business.objects.get(slug="fays-flowers")
    made = referrals.give(businesses=[listed, flowers], wanted="A wedding", by=ada)
    assert [row.business for row in made] == [listed, flowers]
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize(("count", "wanted", "field"), [(0, "Bread", "businesses"),
                         (6, "Bread", "businesses"), (1, " ", "wanted")])  # fmt: skip
def test_what_is_refused(ada, count, wanted, field):
    chosen = [a_listed_business() for _n in range(count)]
    with pytest.raises(DomainError) as refused:
        referrals.give(businesses=chosen, wanted=wanted, by=ada)
    assert (refused.value.field, Referral.objects.count()) == (field, 0)


def test_only_members_in_good_standing_are_sent_anybody(bakery, ada):
    with pytest.raises(DomainError, match="Ben's Bakery is no member in good standing"):
        referrals.give(businesses=[bakery], wanted="Bread", by=ada)


def test_the_member_says_what_came_of_it_and_the_contact_is_forgotten(referral, ben):
    assert outcomes() == Outcomes(given=1, answered=0, won=0)
    referrals.answer(referral=referral, outcome=Outcome.WON, words=" Each month. ", by=ben)
    referral.refresh_from_db()
    assert (referral.outcome, referral.outcome_words, referral.contact) == (
        "won", "Each month.", "",
    )  # fmt: skip
    assert outcomes() == Outcomes(given=1, answered=1, won=1)
    referrals.answer(referral=referral, outcome=Outcome.NOT_WON, by=ben)
    assert outcomes() == Outcomes(given=1, answered=1, won=0)


def test_another_member_does_not(referral, florist):
    with pytest.raises(DomainError, match="another member"):
        referrals.answer(referral=referral, outcome=Outcome.WON, by=florist)


def test_a_contact_that_nobody_answered_for_is_forgotten_after_half_a_year(oak_street, referral):
    with time_machine.travel(clock.now() + timedelta(days=179)):
        assert referrals.forget_contacts(oak_street) == 0
    with time_machine.travel(clock.now() + timedelta(days=181)):
        assert referrals.forget_contacts(oak_street) == 1
    referral.refresh_from_db()
    assert (referral.contact, referral.wanted) == ("", "Bread for forty")
