"""Prompts: due by day, facilitators first, skipped where the group talks by itself."""

from datetime import date, timedelta

import pytest

from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from groups.models import Post, PromptRun, Topic
from groups.services import groups, posts, prompts, rounds
from tests.factories import groups as make
from tests.groups.reading import mails
from tests.members.reading import on

pytestmark = pytest.mark.usefixtures("theirs")
# A Monday after the first week of its month.
MONDAY, WEDNESDAY = date(2027, 3, 8), date(2027, 3, 10)
FIRST_FRIDAY, SECOND_FRIDAY = date(2027, 3, 5), date(2027, 3, 12)


@pytest.fixture(autouse=True)
def _here(in_oak_street):
    """Everything happens in oak_street."""


def runs() -> list[tuple[str, str, str]]:
    rows = PromptRun.objects.order_by("due_on", "id")
    return [(run.due_on.isoformat(), run.title, run.state) for run in rows]


def last() -> PromptRun:
    return PromptRun.objects.select_related("group").latest("due_on", "id")


def talked() -> list[tuple[str, str]]:
    return list(Post.objects.order_by("id").values_list("words", "author__seat__person__name"))


@pytest.fixture
def fays(bakers, fay):
    """Fay has introduced herself among the bakers."""
    return make.introduced(bakers, fay)


def test_what_is_due_on_which_day(bakers):
    for day in (MONDAY, MONDAY + timedelta(days=1), WEDNESDAY, FIRST_FRIDAY, SECOND_FRIDAY):
        rounds.prepare(day)
        rounds.prepare(day)
    assert runs() == [
        ("2027-03-05", "A win and a failure of this month", "waiting"),
        ("2027-03-08", "What are you stuck with this week?", "waiting"),
        ("2027-03-10", "What has saved you time lately?", "waiting"),
    ]


def test_the_words_not_read_for_the_longest_time_come_next(bakers):
    for week in range(5):
        rounds.prepare(MONDAY + timedelta(weeks=week))
    titles = [title for _day, title, _state in runs()]
    assert len(set(titles[:4])) == 4
    assert titles[4] == titles[0]


def test_the_evening_before_the_facilitator_is_told(oak_street, bakers, fays, fay):
    with on("2027-03-07", 18):
        assert rounds.go_round(oak_street) == 0
        assert rounds.go_round(oak_street) == 0
    told = [row for row in mails() if row[0] == "prompt"]
    assert told == [("prompt", fay.person.email)]
    assert (talked(), [state for *_, state in runs()]) == ([], ["waiting"])


def test_posted_in_the_morning_with_the_facilitators_answer(oak_street, bakers, fays, fay):
    with on("2027-03-07", 18):
        rounds.go_round(oak_street)
        rounds.answer(run=last(), words="My dough is too warm.", by=fay)
    with on("2027-03-08", 7):
        assert rounds.go_round(oak_street) == 0
    with on("2027-03-08", 8):
        assert rounds.go_round(oak_street) == 1
        assert rounds.go_round(oak_street) == 0
    assert talked() == [
        ("One thing that you cannot solve alone. What have you tried, and what would help?", "Fay"),
        ("My dough is too warm.", "Fay"),
    ]
    topic = Topic.objects.get()
    assert (topic.title, topic.kind) == ("What are you stuck with this week?", "talk")
    run = PromptRun.objects.get(due_on=MONDAY)
    assert (run.state, run.topic_key) == ("posted", topic.pk)
    with pytest.raises(DomainError, match="already"):
        rounds.answer(run=run, words="Late.", by=fay)


def test_without_a_facilitator_who_is_introduced_it_is_left_out(oak_street, bakers):
    with on("2027-03-08", 9):
        rounds.go_round(oak_street)
    run = PromptRun.objects.get(due_on=MONDAY)
    assert (run.state, run.why) == ("skipped", "no facilitator has introduced themselves here")


@pytest.mark.parametrize(("many", "state"), [(10, "posted"), (11, "skipped")])
def test_a_group_that_talks_needs_no_prompt(oak_street, bakers, fays, fay, many, state):
    with on("2027-03-06"):
        topic = posts.start_topic(group=bakers, kind="talk", title="Rye", words="Rye?", by=fay)
        for number in range(many - 1):
            posts.reply(topic=topic, words=f"Rye number {number}.", by=fay)
    with on("2027-03-08", 9):
        rounds.go_round(oak_street)
    assert PromptRun.objects.get(due_on=MONDAY).state == state


def test_what_is_said_under_a_prompt_did_not_come_by_itself(oak_street, bakers, fays, fay):
    with on("2027-03-08", 9):
        rounds.go_round(oak_street)
        for number in range(12):
            posts.reply(topic=Topic.objects.get(), words=f"Answer {number}.", by=fay)
    with on("2027-03-10", 9):
        rounds.go_round(oak_street)
    assert PromptRun.objects.get(due_on=WEDNESDAY).state == "posted"


def test_a_stale_prompt_is_left_out(oak_street, bakers, fays):
    rounds.prepare(MONDAY)
    with on("2027-03-11", 9):
        assert rounds.go_round(oak_street) == 0
    assert PromptRun.objects.get(due_on=MONDAY).why == "its day was over"


def test_a_closed_group_is_asked_nothing(oak_street, bakers, fays, ada):
    rounds.prepare(MONDAY)
    groups.archive_group(group=bakers, why="Done.", by=ada)
    with on("2027-03-08", 9):
        assert rounds.go_round(oak_street) == 0
    assert runs() == [("2027-03-08", "What are you stuck with this week?", "skipped")]


def test_own_words_and_an_end(bakers, ada):
    own = prompts.add_to_week(
        group=bakers,
        kind="ask",
        cadence="weekly",
        weekday=1,
        title="Who has flour?",
        words="Say how much.",
        by=ada,
    )
    tuesday = MONDAY + timedelta(days=1)
    rounds.prepare(tuesday)
    assert runs() == [("2027-03-09", "Who has flour?", "waiting")]
    prompts.end_prompt(prompt=own, by=ada)
    assert rounds.prepare(tuesday + timedelta(weeks=1)) == []
    assert rounds.skip(run=last(), why="Not today.", by=ada).state == "skipped"


def test_the_neighbours_prompts_stay_theirs(oak_street, bakers, fays, theirs):
    with in_alliance(theirs.alliance):
        before = runs()
    with on("2027-03-08", 9):
        rounds.go_round(oak_street)
    with in_alliance(theirs.alliance):
        assert runs() == before
    assert {oak_street.pk, theirs.alliance.pk} == set(rounds.alliances_with_groups())
