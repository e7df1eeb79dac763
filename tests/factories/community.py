"""A group that has been through everything: one row of each kind of groups and moderation."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

from django.db.models import F

from alliance import clock
from alliance.models import Person, Role, Seat
from alliance.services.seats import give_seat
from groups.models import (
    DigestLetter,
    DigestRun,
    FollowKind,
    Group,
    GroupMember,
    HelpWantedStep,
    Prompt,
    PromptRun,
    Topic,
)
from groups.services import (
    board_answers,
    commitments,
    drafts,
    feed_links,
    meetings,
    members,
    posts,
)
from groups.services import reading as marks
from moderation import content
from moderation.models import Outcome, Writing
from moderation.queries import agreements
from moderation.services import agreements as accepting
from moderation.services import appeals, blocks, decisions, flags, notes
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.factories import talk

# As the rooms have registered them: moderation's own tests know none but theirs.
KINDS = dict(content._kinds)


def a_community(*, director: Seat, member: Seat, keeper: Person) -> SimpleNamespace:
    """A group on request that `keeper` looks after, with `member` in it; what they wrote and did.

    The keeper's reply was flagged by the member and decided by the director,
    and an appeal waits; nobody else is silenced or hidden.
    """
    with _every_kind():
        seat = give_seat(person=keeper, role=Role.MEMBER, by=director)
        group = make.a_group(
            by=director,
            name="Cheesemakers",
            slug="cheesemakers",
            kind="request",
            custodian=keeper,
            facilitator=keeper,
            questions=["What do you make?"],
        )
        own, kept = _let_in(group, member, by=seat), _let_in(group, seat, by=director)
        topic = _talk(own, kept)
        entry = _board(own, kept)
        meeting = _meeting(own, kept)
        _prompts_and_letters(own, topic)
        case = _case(own, kept, topic, director=director)
        # An hour ago, so that nobody who writes next is in a hurry.
        Writing.objects.update(at=F("at") - timedelta(hours=1))
    return SimpleNamespace(
        group=group, member=own, keeper=kept, topic=topic, entry=entry, meeting=meeting, case=case
    )


@contextmanager
def _every_kind() -> Iterator[None]:
    with mock.patch.object(content, "_kinds", KINDS):
        yield


def _let_in(group: Group, seat: Seat, *, by: Seat) -> GroupMember:
    answers = {question.pk: "Blue, in caves." for question in group.questions.all()}
    asks = members.join(group=group, version=make.version_of(group), answers=answers, by=seat)
    member = members.let_in(member=asks, by=by)
    make.an_introduction(group, seat, story="We age our cheese in the old mill's cellar.")
    member.refresh_from_db()
    return member


def _talk(own: GroupMember, kept: GroupMember) -> Topic:
    topic = talk.a_topic(own.group, kept.seat, title="Rennet", words="Which rennet do you take?")
    name = own.seat.person.name.lower()
    pictures = [talk.a_picture("Wheels on a shelf")]
    post = talk.a_reply(topic, own.seat, "The vegetable one.", pictures=pictures)
    post = posts.edit(post=post, words="The vegetable one, from thistles.", by=own.seat)
    talk.a_reply(topic, kept.seat, f"Thank you @{name}, though it smells of you.")
    posts.helped(post=post, by=kept.seat)
    drafts.keep(group=own.group, by=own.seat, topic=topic, words="Half a thought on whey.")
    marks.mark_read(member=own, topic=topic, number=2)
    marks.read_all(member=kept)
    marks.follow(member=own, topic=topic, kind=FollowKind.TRACK)
    HelpWantedStep.objects.create(topic=topic, step="facilitator")
    return topic


def _board(own: GroupMember, kept: GroupMember) -> object:
    entry = around.an_entry(own.seat, title="A cheese press", words="For one weekend in May.")
    given = board_answers.answer(entry=entry, words="Ours stands idle then.", by=kept.seat)
    board_answers.change_answer(answer=given, words="Ours stands idle all May.", by=kept.seat)
    return entry


def _meeting(own: GroupMember, kept: GroupMember) -> object:
    meeting = around.a_meeting(own.group, kept.seat, title="Cellar evening")
    meetings.come(meeting=meeting, by=own.seat, wording="You come to the cellar.")
    commitments.commit(meeting=meeting, words="Turn the wheels daily.", by=own.seat)
    feed_links.link_of(member=own)
    return meeting


def _prompts_and_letters(own: GroupMember, topic: Topic) -> None:
    prompt = Prompt.objects.filter(group=own.group).first()
    PromptRun.objects.create(
        group=own.group,
        prompt=prompt,
        wording=prompt,
        due_on=clock.now().date(),
        title="What goes sour?",
        words="One thing that went sour this week.",
    )
    now = clock.now()
    run = DigestRun.objects.create(on=now.date(), since=now - timedelta(days=1), until=now)
    spent = {str(own.pk): 3}
    DigestLetter.objects.create(run=run, person=own.seat.person, spent=spent)


def _case(own: GroupMember, kept: GroupMember, topic: Topic, *, director: Seat) -> object:
    rude = topic.posts.get(number=3)
    agreement = agreements.agreements_of(own.group.space)[1]
    case = flags.flag(subject=rude, agreement=agreement, note="It is rude.", by=own.seat).case
    decisions.decide(
        case=case, outcome=Outcome.MUTE, agreement=agreement, reasons="It insults.", by=director
    )
    case.refresh_from_db()
    appeals.appeal(case=case, words="It was meant to be funny.", by=kept.seat)
    notes.write(about=kept.seat.person, words="Jokes late at night.", by=director, case=case)
    blocks.block(by=own.seat, person=director.person)
    blocks.mute(by=kept.seat, person=director.person)
    newest = agreements.current(None)
    assert newest is not None
    accepting.accept(agreement_set=newest, by=own.seat)
    return case
