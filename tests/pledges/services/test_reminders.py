"""One kind letter to whoever is far behind; never a second."""

from datetime import timedelta

import pytest
import time_machine

from alliance.services import consent
from pledges.models import Pledge, PledgeDrive
from pledges.services import pledges, reminders
from pledges.tasks import remind_at_risk
from tests.factories import pledges as make
from tests.pledges.reading import last_mail, mails

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def told() -> list[str]:
    """To whom the letter went, in this alliance."""
    return [to for template, to, _key in mails() if template == "at_risk"]


@pytest.fixture
def day_46(eves_pledge):
    """Eve has bought nothing for 46 days."""
    with time_machine.travel(eves_pledge.confirmed_at + timedelta(days=46), tick=False):
        yield eves_pledge


def test_once_and_never_again(day_46):
    PledgeDrive.objects.update(perk="A coffee on the house")
    remind_at_risk()
    remind_at_risk()
    with time_machine.travel(day_46.confirmed_at + timedelta(days=200)):
        remind_at_risk()
    assert told() == ["eve@example.com"]
    card = f"http://oak-street.commonweal.test/pledge/card/{day_46.card_secret}/"
    assert last_mail().context == {
        "business": "Ben's Bakery",
        "title": "A second oven",
        "amount": "$240",
        "months": 12,
        "left": "$240",
        "perk": "A coffee on the house",
        "url": card,
        "pass_on_url": f"{card}pass-on/",
        "change_url": f"{card}amount/",
    }
    assert last_mail().key == f"pledge-at-risk:{day_46.pk}"


def test_not_on_day_45(eves_pledge):
    with time_machine.travel(eves_pledge.confirmed_at + timedelta(days=45)):
        remind_at_risk()
    assert told() == []


def test_the_alliance_may_wait_longer(day_46):
    make.a_plain_policy(at_risk_days=60)
    remind_at_risk()
    assert told() == []


def test_who_buys_is_left_in_peace(day_46, ben):
    """Half of an even pace: 46/365 of $240 is $30.25."""
    make.a_confirmed_purchase(day_46, by=ben, spent_minor=15_13)
    remind_at_risk()
    assert told() == []


@pytest.mark.parametrize("state", ["unqualified", "completed", "ended_early"])
def test_not_in_a_drive_that_is_over(day_46, state):
    PledgeDrive.objects.update(state=state)
    remind_at_risk()
    assert told() == []


def test_not_after_the_term(eves_pledge):
    with time_machine.travel(eves_pledge.term_ends_at):
        remind_at_risk()
    assert told() == []


def test_not_without_consent(day_46):
    consent.withdraw(email=day_46.email, purpose="pledges", subject_id=day_46.pk)
    remind_at_risk()
    assert (told(), Pledge.objects.get().reminded_at) == ([], None)


def test_who_was_behind_when_the_sweep_began_and_withdrew_since(day_46):
    (behind,) = reminders.due()
    pledges.cancel(pledge=day_46)
    assert (reminders.remind(pledge=behind), told()) == (False, [])
