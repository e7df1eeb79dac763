"""What groups and moderation have, for whoever tries every address with it."""

from datetime import time, timedelta
from uuid import UUID, uuid4

from alliance import clock, links
from alliance.models import Role, Seat
from groups.models import Commitment, GroupMember, Meeting, PromptRun
from groups.services import (
    board,
    board_answers,
    board_reminders,
    commitments,
    digest_letters,
    drafts,
    feed_links,
    meetings,
    members,
    prompts,
    replies,
    talk_letters,
)
from moderation.queries import agreements
from moderation.services import blocks, flags, stewards
from tests.architecture.addresses import addresses
from tests.factories import groups as make
from tests.factories import talk


def furnish_community(slug: str, *, by: Seat, member: Seat, words: str) -> dict[str, str]:
    """A group with talk, a meeting, a request to join; the board; a case and a steward to be.

    `words` stand in what is written once and never changed: what was flagged, and why.
    """
    group = make.a_group(
        by=by, name=slug[:80], slug=f"g-{slug[:60]}", kind="request", facilitator=member.person
    )
    own = make.introduced(group, member)
    other = make.introduced(group, make.a_members_seat())
    asking = make.a_members_seat()
    asks = members.join(group=group, version=make.version_of(group), by=asking)
    topic = talk.a_topic(group, other.seat, words=words)
    # A number that is nobody's at the neighbour's.
    topic.number += 100 * len(group.alliance.slug)
    topic.save(update_fields=["number"])
    post = talk.a_reply(topic, member, pictures=[talk.a_picture()])
    draft = drafts.keep(group=group, by=member, topic=topic, words="Half a thought.")
    flag = flags.flag(
        subject=topic.posts.get(number=1),
        agreement=agreements.agreements_of(group.space)[1],
        note=words,
        by=member,
    )
    blocks.block(by=member, person=asking.person)
    blocks.mute(by=member, person=asking.person)
    asked = stewards.invite(
        person=other.seat.person, role=Role.ADVISOR, space=group.space, by=by, why="From the start."
    )
    return {
        **_names(group.slug, "slug"),
        **_board(own),
        **_meeting(own),
        **_names(str(topic.number), "number"),
        "groups:request_yes/member_id": str(asks.pk),
        "groups:request_no/member_id": str(asks.pk),
        "member_id": str(other.pk),
        "post_id": str(post.pk),
        "picture_id": str(post.pictures.get().pk),
        "draft_id": str(draft.pk),
        **_prompts(own, by=by),
        **links_of(own, topic.pk),
        "key": "groups.post",
        "moderation:flag/pk": str(post.pk),
        "moderation_staff:open_case/pk": str(post.pk),
        "moderation:agreement_version/version_id": str(make.version_of(group)),
        "case_id": str(flag.case_id),
        "api-own-case-detail/pk": str(flag.case_id),
        "api-own-case-appeal/pk": str(flag.case_id),
        "api-case-detail/pk": str(flag.case_id),
        "api-case-decision/pk": str(flag.case_id),
        "api-topic-detail/number": str(topic.number),
        "api-post-detail/pk": str(post.pk),
        "api-post-helped/pk": str(post.pk),
        "person_id": str(asking.person_id),
        "stewardship_id": str(asked.pk),
    }


def _names(value: str, parameter: str) -> dict[str, str]:
    """This value at every address of the room that takes the parameter."""
    return {
        f"{address.name}/{parameter}": value
        for address in addresses("alliance.urls")
        if address.name.startswith(("groups", "api-group", "api-board", "api-meeting"))
        and parameter in address.parameters
    }


def _board(own: GroupMember) -> dict[str, str]:
    entry = board.put_up(
        kind="ask", title="A ladder", words=f"For a week. {uuid4()}", segment="", by=own.seat
    )
    answer = board_answers.answer(entry=entry, words=f"I have one. {uuid4()}", by=own.seat)
    # Both were changed, so that each has words of before.
    new = {"kind": "ask", "title": "A long ladder", "words": f"For two weeks. {uuid4()}"}
    board.change(entry=entry, segment="", by=own.seat, **new)
    board_answers.change_answer(answer=answer, words=f"I had one. {uuid4()}", by=own.seat)
    return {
        **_names(str(entry.pk), "entry_id"),
        **_names(str(answer.pk), "answer_id"),
        "groups:keep_entry/token": board_reminders.url_of(entry).split("/")[-2],
    }


def _meeting(own: GroupMember) -> dict[str, str]:
    day = clock.now().date() + timedelta(days=9)
    meeting: Meeting = meetings.plan(
        group=own.group,
        by=own.seat,
        starts_on=day,
        starts_time=time(8),
        minutes=60,
        title="First Tuesday",
        words="Before we open.",
        place_name="The long table",
    )
    said: Commitment = commitments.commit(meeting=meeting, words="Call the mill.", by=own.seat)
    return {
        "meeting_id": str(meeting.pk),
        "gathering_id": str(meeting.gathering_id),
        "commitment_id": str(said.pk),
    }


def _prompts(own: GroupMember, *, by: Seat) -> dict[str, str]:
    prompt = prompts.add_to_week(
        group=own.group,
        kind="ask",
        cadence="weekly",
        weekday=0,
        title="What do you need?",
        words="One thing.",
        by=by,
    )
    run = PromptRun.objects.create(
        group=own.group,
        prompt=prompt,
        wording=prompt,
        due_on=clock.now().date(),
        title="What do you need?",
        words="One thing.",
    )
    general = prompts.add_to_library(kind="ask", title="Anything?", words="Ask.", by=by)
    return {
        "groups:end_prompt/prompt_id": str(prompt.pk),
        "groups_staff:end_prompt/prompt_id": str(general.pk),
        "groups:prompt_run/run_id": str(run.pk),
    }


def links_of(own: GroupMember, topic: UUID) -> dict[str, str]:
    """The signed and secret addresses that stand in letters and feed readers."""
    secret = feed_links.link_of(member=own).secret
    return {
        "groups:stop_digests/token": links.sign(
            digest_letters.STOP, {"person": str(own.seat.person_id)}
        ),
        "groups:reply_by_link/token": replies.url_of(own, topic).split("/")[-2],
        "groups:stop_talk_letters/token": links.sign(talk_letters.STOP, {"member": str(own.pk)}),
        "groups:news/secret": secret,
        "groups:calendar/secret": secret,
    }
