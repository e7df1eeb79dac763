"""Calls for help: the facilitators at 24 hours, the staff at 48, once each; and the share."""

from datetime import timedelta

import pytest

from alliance import clock, staff_queue
from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from groups.models import HelpWantedStep, Topic
from groups.queries import answered
from groups.services import help_wanted
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def call(oak_street, bakers, ben, ben_writes):
    with in_alliance(oak_street):
        return talk.a_topic(bakers, ben, kind="help_wanted")


def after(oak_street, call, **hours) -> tuple[list[str], list[str]]:
    """Steps and letters when so much time has passed and the sweep went round twice."""
    with clock.at(call.created_at + timedelta(**hours)):
        for _round in range(2):
            help_wanted.pass_on(oak_street)
    with in_alliance(oak_street):
        mails = OutboxMessage.objects.filter(template="groups/email/help_waits")
        return (
            list(HelpWantedStep.objects.order_by("at").values_list("step", flat=True)),
            sorted(mails.values_list("to", flat=True)),
        )


def test_the_ladder(oak_street, call, fay, ada, cleo):
    assert after(oak_street, call, hours=23) == ([], [])
    first = [fay.person.email]
    assert after(oak_street, call, hours=25) == (["facilitator"], first)
    both = sorted([*first, ada.person.email, cleo.person.email])
    assert after(oak_street, call, hours=49) == (["facilitator", "staff"], both)
    with in_alliance(oak_street):
        assert answered.waiting_for_staff().count() == 1
        labels = [str(row.label) for row in staff_queue.rows([cleo])]
    assert "Calls for help that nobody answers" in labels


def test_an_answer_a_lock_or_hiding_ends_it(oak_street, call, fay, fay_writes):
    with in_alliance(oak_street):
        talk.a_reply(call, fay, "I can.")
    assert after(oak_street, call, hours=49) == ([], [])


def test_only_calls_for_help_climb(oak_street, flour):
    assert after(oak_street, flour, hours=49) == ([], [])


def test_alliances_with_due(oak_street, call, theirs):
    with clock.at(call.created_at + timedelta(hours=25)):
        assert list(help_wanted.alliances_with_due()) == [oak_street.pk]


def test_what_is_asked_in_a_circle_reaches_no_staff(oak_street, circle, fay):
    with in_alliance(oak_street):
        call = talk.a_topic(circle, fay, kind="help_wanted")
    steps, mails = after(oak_street, call, hours=49)
    assert (steps, mails) == (["facilitator", "staff"], [fay.person.email] * 2)
    with in_alliance(oak_street):
        assert answered.waiting_for_staff().count() == 0


def test_the_share_is_told_from_five_up(oak_street, bakers, ben, ben_writes, fay, fay_writes):
    now = clock.now()
    with in_alliance(oak_street):
        for n in range(5):
            with clock.at(now - timedelta(days=20 - n)):
                topic = talk.a_topic(bakers, ben, kind="help_wanted")
            with clock.at(now - timedelta(days=20 - n) + timedelta(hours=n * 10)):
                talk.a_reply(topic, fay)
        assert answered.share_of(bakers.pk) == answered.Share(5, 3)
        assert answered.share_of_all().percent == 60
        Topic.objects.filter(pk=topic.pk).update(kind="talk")
        assert answered.share_of(bakers.pk).percent is None
        assert answered.shares([bakers.pk]) == {bakers.pk: answered.Share(4, 3)}
