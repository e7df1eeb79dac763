"""Digests: one letter a person and morning, of what they may read and is not hidden then."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance import clock
from alliance.models import OutboxMessage
from alliance.services import outbox
from alliance.tenancy.scope import in_alliance
from groups.models import (
    DigestLetter,
    DigestRun,
    Follow,
    GroupMember,
    Post,
    ReadMark,
    Topic,
)
from groups.services import digests, members, posts
from groups.tasks import write_digests
from moderation.services import blocks
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.groups.services.conftest import MONDAY

pytestmark = pytest.mark.usefixtures("theirs")
DAY = timedelta(days=1)


def wants(seat, digest, **fields) -> None:
    GroupMember.objects.filter(seat=seat).update(digest=digest, **fields)


def morning(alliance, moment=MONDAY):
    """What goes out that morning, asked for twice."""
    before = len(mail.outbox)
    with clock.at(moment):
        for _n in range(2):
            write_digests()
    with clock.at(moment + timedelta(hours=1)):
        outbox.deliver(alliance)
    return [each for each in mail.outbox[before:] if "topic" in each.subject]


def test_one_letter_on_monday_with_the_time_it_takes(oak_street, talk):
    sent = morning(oak_street)
    assert [(each.to, each.subject) for each in sent] == [
        (["ben@example.org"], "1 topic with news in your groups, Monday, 15 March")
    ]
    assert "== Bakers (about 1 of your 30 minutes this week)" in sent[0].body
    assert "Fay: What do you pay for a sack?" in sent[0].body
    assert f"/groups/bakers/topics/{talk.number}/" in sent[0].body
    assert sent[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/groups/digests/stop/" in sent[0].extra_headers["List-Unsubscribe"]
    with in_alliance(oak_street):
        member = GroupMember.objects.get(seat__person__email="ben@example.org")
        assert DigestLetter.objects.get().spent == {str(member.pk): 1}


def test_weekly_once_a_week_daily_each_day_and_never_never(oak_street, bakers, talk, ben, fay):
    assert len(morning(oak_street)) == 1
    with clock.at(MONDAY + timedelta(hours=2)), in_alliance(oak_street):
        posts.reply(topic=talk, words="Nine at the mill.", by=fay)
    assert morning(oak_street, MONDAY + DAY) == []
    with in_alliance(oak_street):
        wants(ben, "daily")
    # What was written since the run before, that day's silence included.
    with clock.at(MONDAY + DAY + timedelta(hours=2)), in_alliance(oak_street):
        posts.reply(topic=talk, words="Eight, I hear now.", by=fay)
    letters = morning(oak_street, MONDAY + 2 * DAY)
    assert ["Eight, I hear now." in each.body for each in letters] == [True]
    assert "Nine at the mill." not in letters[0].body
    with in_alliance(oak_street):
        wants(ben, "none")
        with clock.at(MONDAY + 3 * DAY):
            posts.reply(topic=talk, words="Seven?", by=fay)
    assert morning(oak_street, MONDAY + 7 * DAY) == []


def test_not_before_seven_in_the_morning_there(oak_street, talk):
    early = MONDAY - timedelta(minutes=31)
    assert morning(oak_street, early) == []
    with clock.at(early):
        assert oak_street.pk not in digests.alliances_due()
    with clock.at(MONDAY):
        assert oak_street.pk in digests.alliances_due()


def test_all_groups_in_one_letter(oak_street, bakers, millers, talk, ben, fay):
    with clock.at(MONDAY - timedelta(hours=5)), in_alliance(oak_street):
        questions = {each.pk: "Rye." for each in millers.questions.all()}
        for seat in (ben, fay):
            member = make.a_member(millers, seat, answers=questions)
            make.an_introduction(millers, seat)
            assert member.pk
        around.a_topic(millers, fay, title="A new stone", words="Who has seen one?")
        GroupMember.objects.filter(seat=ben, group=millers).update(digest="daily")
    sent = morning(oak_street)
    assert [each.to for each in sent] == [["ben@example.org"]]
    assert sent[0].body.index("== Bakers") < sent[0].body.index("== Millers")
    assert sent[0].subject.startswith("2 topics")


@pytest.mark.parametrize(
    "change",
    ["post hidden", "topic hidden", "merged", "left", "muted", "stopped", "read", "topic muted",
     "blocked", "author muted", "seat ended", "closed"],
)  # fmt: skip
def test_what_happened_between_writing_and_sending_counts(
    oak_street, bakers, talk, ben, fay, change
):
    with clock.at(MONDAY):
        write_digests()
    with in_alliance(oak_street):
        assert OutboxMessage.objects.filter(template=digests.TEMPLATE).count() == 1
        member = GroupMember.objects.get(seat=ben)
        now = clock.now()
        match change:
            case "post hidden":
                Post.objects.update(hidden_at=now)
            case "topic hidden":
                Topic.objects.update(hidden_at=now)
            case "merged":
                other = around.a_topic(bakers, fay, title="All prices", words="Here, then.")
                Topic.objects.filter(pk=talk.pk).update(merged_into=other)
            case "left":
                members.leave(member=member, by=ben)
            case "muted":
                members.mute(member=member, by=ben)
            case "stopped":
                digests.stop(person=ben.person)
            case "read":
                ReadMark.objects.create(member=member, topic=talk, number=1)
            case "topic muted":
                Follow.objects.create(member=member, topic=talk, kind="mute")
            case "blocked":
                blocks.block(by=ben, person=fay.person)
            case "author muted":
                blocks.mute(by=ben, person=fay.person)
            case "seat ended":
                type(ben).objects.filter(pk=ben.pk).update(ended_at=now)
            case "closed":
                type(bakers).objects.filter(pk=bakers.pk).update(state="archived")
    with clock.at(MONDAY + timedelta(hours=1)):
        outbox.deliver(oak_street)
    assert [each for each in mail.outbox if "topic" in each.subject] == []


def test_the_neighbour_reads_its_own(oak_street, theirs, talk):
    with clock.at(MONDAY - timedelta(hours=10)), in_alliance(theirs.alliance):
        email = make.introduced(theirs.group).seat.person.email
        around.a_topic(theirs.group, theirs.dan, title="Whey", words="Who wants it?")
    sent = morning(theirs.alliance)
    assert [each.to for each in sent] == [[email]]
    assert "Whey" in sent[0].body
    assert "Flour" not in sent[0].body


def test_the_week_s_minutes_are_not_exceeded(oak_street, bakers, talk, ben, fay):
    with clock.at(MONDAY - timedelta(hours=3)), in_alliance(oak_street):
        wants(ben, "daily", budget_minutes=5)
        Post.objects.update(words="flour " * 800)
        around.a_topic(bakers, fay, title="Long", words="Bread is a long story of its own.")
        Post.objects.filter(topic__title="Long").update(words="bread " * 900)
    sent = morning(oak_street)
    assert "about 5 of your 5 minutes this week" in sent[0].body
    assert "Also new:\n- Flour prices" in sent[0].body
    with clock.at(MONDAY + timedelta(hours=2)), in_alliance(oak_street):
        around.a_topic(bakers, fay, title="Yeast", words="Does yours sleep too?")
    later = morning(oak_street, MONDAY + DAY)
    assert "about 5 of your 5 minutes this week" in later[0].body
    assert "Does yours sleep" not in later[0].body
    assert "- Yeast:" in later[0].body


def test_a_run_that_was_cut_off_is_taken_up_and_writes_nobody_twice(
    oak_street, bakers, talk, monkeypatch
):
    monkeypatch.setattr(digests, "BATCH", 2)
    with clock.at(MONDAY - timedelta(hours=9)), in_alliance(oak_street):
        for _n in range(4):
            make.introduced(bakers)
    real, calls = digests._write, []

    def dies(run, readers, *, already):
        real(run, readers, already=already)
        calls.append(len(readers))
        if len(calls) == 2:
            raise KeyboardInterrupt

    with clock.at(MONDAY):
        monkeypatch.setattr(digests, "_write", dies)
        with pytest.raises(KeyboardInterrupt):
            digests.write_letters(oak_street)
        with in_alliance(oak_street):
            # The second batch went with its transaction.
            assert OutboxMessage.objects.filter(template=digests.TEMPLATE).count() == 2
            assert DigestRun.objects.get().finished_at is None
        write_digests()
        with in_alliance(oak_street):
            rows = OutboxMessage.objects.filter(template=digests.TEMPLATE)
            assert rows.count() == DigestLetter.objects.count() == 5
            assert len(set(rows.values_list("to", flat=True))) == 5
            assert DigestRun.objects.get().finished_at is not None


def test_a_week_without_a_worker_loses_nothing(oak_street, bakers, talk, ben, fay):
    with in_alliance(oak_street):
        wants(ben, "daily")
    morning(oak_street)
    with clock.at(MONDAY + DAY), in_alliance(oak_street):
        posts.reply(topic=talk, words="Said on Tuesday.", by=fay)
    sent = morning(oak_street, MONDAY + 4 * DAY)
    assert ["Said on Tuesday." in each.body for each in sent] == [True]


def test_writing_costs_the_same_for_many(oak_street, bakers, talk, django_assert_max_num_queries):
    def cost(moment) -> int:
        with clock.at(moment), CaptureQueriesContext(connection) as asked:
            digests.write_letters(oak_street)
        return len(asked.captured_queries)

    few = cost(MONDAY)
    with clock.at(MONDAY + timedelta(hours=1)), in_alliance(oak_street):
        for _n in range(6):
            member = make.introduced(bakers)
            wants(member.seat, "daily")
        Post.objects.update(created_at=clock.now())
    assert cost(MONDAY + DAY) <= few


def test_sending_asks_little_for_each_letter(oak_street, bakers, talk):
    with clock.at(MONDAY - timedelta(hours=9)), in_alliance(oak_street):
        for _n in range(9):
            make.introduced(bakers)
    with clock.at(MONDAY):
        write_digests()
        with in_alliance(oak_street):
            OutboxMessage.objects.exclude(template=digests.TEMPLATE).delete()
    with clock.at(MONDAY + timedelta(hours=1)), CaptureQueriesContext(connection) as asked:
        assert outbox.deliver(oak_street) == 10
    told = [q["sql"] for q in asked.captured_queries]
    shared, scope = 9, ("SET ", "SAVEPOINT", "RELEASE")
    # How the reader stands, and that the letter went out; one reader has a week's minutes.
    assert len([sql for sql in told if not sql.startswith(scope)]) <= shared + 10 * 2 + 2 + 3


def test_old_letters_are_forgotten(oak_street, talk):
    morning(oak_street)
    with in_alliance(oak_street):
        assert DigestLetter.objects.count() == 1
    morning(oak_street, MONDAY + 61 * DAY)
    with in_alliance(oak_street):
        assert DigestLetter.objects.count() == 0
