"""Writing in a group: through the gate, once, in order, with a history."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from alliance.models import AuditEntry, OutboxMessage, StoredFile
from alliance.tenancy.scope import in_alliance
from groups.models import FollowKind, Helped, Mention, Post, PostPicture, PostVersion, Topic
from groups.services import pictures, posts, reading
from groups.services.gate import NotIntroduced
from moderation.services import blocks
from tests.factories import groups as make
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


def told(topic) -> dict[str, object]:
    """A topic's row as it is now."""
    row = Topic.objects.get(pk=topic.pk)
    return {
        "last": row.last_number,
        "posts": row.post_count,
        "answered": row.answered_at is not None,
        "by": str(row.last_by.seat.person),
    }


def test_a_topic_begins_with_its_first_post(bakers, ben, ben_writes):
    topic = posts.start_topic(
        group=bakers, kind="help_wanted", title="  Rye ", words="Who has **rye**?", by=ben,
        is_tough_ok=True,
    )  # fmt: skip
    post = talk.opening(topic)
    assert (topic.title, topic.kind, topic.is_tough_ok, topic.number) == (
        "Rye",
        "help_wanted",
        True,
        1,
    )
    assert (post.number, post.words, post.html) == (
        1, "Who has **rye**?", "<p>Who has <strong>rye</strong>?</p>\n",
    )  # fmt: skip
    assert told(topic) == {"last": 1, "posts": 1, "answered": False, "by": "Ben"}
    bakers.refresh_from_db()
    assert bakers.last_post_at == Topic.objects.get().last_post_at
    assert [row.action for row in AuditEntry.objects.filter(action__startswith="topic.")] == [
        "topic.started"
    ]
    ben_writes.refresh_from_db()
    assert ben_writes.state == "active"


def test_replies_count_and_answer(flour, fay, fay_writes, ben):
    talk.a_reply(flour, ben, "I ask again.")
    assert told(flour) == {"last": 2, "posts": 2, "answered": False, "by": "Ben"}
    answer = talk.a_reply(flour, fay, "I do.")
    assert (answer.number, told(flour)) == (
        3, {"last": 3, "posts": 3, "answered": True, "by": "Fay"},
    )  # fmt: skip


def test_nobody_writes_before_an_introduction(bakers, flour, fay, fay_writes, ada):
    stranger, new = make.a_members_seat("Ida"), make.a_members_seat("Joe")
    make.a_member(bakers, new)
    post = talk.opening(flour)
    for seat in (stranger, new, ada):
        for act in (
            lambda seat=seat: talk.a_topic(bakers, seat),
            lambda seat=seat: talk.a_reply(flour, seat),
            lambda seat=seat: posts.edit(post=post, words="x", by=seat),
            lambda seat=seat: posts.helped(post=post, by=seat),
            lambda seat=seat: posts.unhelp(post=post, by=seat),
            lambda seat=seat: pictures.add(
                post=post, content=talk.a_picture().content, words="x", by=seat
            ),
        ):
            with pytest.raises(NotIntroduced):
                act()
    assert (Topic.objects.count(), Post.objects.count()) == (1, 1)
    assert (PostPicture.objects.count(), Helped.objects.count()) == (0, 0)


def test_what_is_refused_leaves_nothing(bakers, ben, ben_writes):
    for fields in (
        {"title": ""}, {"title": "x" * 121}, {"title": "a\0"}, {"kind": "party"},
        {"words": ""}, {"words": "a\0b"}, {"words": "x" * 1_000_000}, {"words": ">" * 10_000},
        {"pictures": [pictures.Brought(b"GIF89a", "x")]},
        {"pictures": [pictures.Brought(talk.a_picture().content, "")]},
        {"pictures": [talk.a_picture()] * 5},
    ):  # fmt: skip
        with pytest.raises(DomainError) as refused:
            talk.a_topic(bakers, ben, **fields)
        assert refused.value.field in ("title", "kind", "words", "picture", "picture_words")
    assert (Topic.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_another_wording_is_kept_with_the_one_before(flour, ben, fay, fay_writes):
    post = talk.opening(flour)
    posts.edit(post=post, words="Who has rye flour?", by=ben, title="Rye flour", kind="talk")
    post.refresh_from_db()
    assert (post.words, post.edited_at is not None) == ("Who has rye flour?", True)
    assert Topic.objects.get().title == "Rye flour"
    versions = [(row.number, row.words, row.by) for row in PostVersion.objects.all()]
    assert versions == [(1, "Who has flour?", ben)]
    with pytest.raises(DomainError, match="Only its author"):
        posts.edit(post=post, words="Mine", by=fay)
    posts.edit(post=post, words="Who has rye flour?", by=ben)
    assert PostVersion.objects.count() == 1


def test_helped_me_counts_each_member_once(flour, ben, fay, fay_writes):
    post = talk.opening(flour)
    for _again in range(2):
        posts.helped(post=post, by=fay)
    post.refresh_from_db()
    assert (post.helped_count, Helped.objects.count()) == (1, 1)
    with pytest.raises(DomainError, match="Somebody else"):
        posts.helped(post=post, by=ben)
    for _again in range(2):
        posts.unhelp(post=post, by=fay)
    post.refresh_from_db()
    assert (post.helped_count, Helped.objects.count()) == (0, 0)


def mails() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(template__in=("groups/email/named", "groups/email/written"))
    return [(row.template.rpartition("/")[2], row.to) for row in rows.order_by("id")]


def test_a_member_of_the_group_is_named_nobody_else(flour, ben, fay, fay_writes):
    make.a_members_seat("Gil")
    post = talk.a_reply(flour, ben, "@fay and @gil and @dan, look.")
    assert [row.member for row in Mention.objects.all()] == [fay_writes]
    assert post.html == ('<p><strong class="mention">@Fay</strong> and @gil and @dan, look.</p>\n')
    assert mails() == [("named", fay.person.email)]
    posts.edit(post=post, words="Nobody any more.", by=ben)
    assert (Mention.objects.count(), mails()) == (0, [("named", fay.person.email)])


def test_who_blocks_is_not_named_and_hears_nothing(flour, ben, fay, fay_writes):
    blocks.block(by=fay, person=ben.person)
    post = talk.a_reply(flour, ben, "@fay, look.")
    assert (post.html, Mention.objects.count(), mails()) == ("<p>@fay, look.</p>\n", 0, [])


def test_who_mutes_is_named_as_ever_and_hears_nothing(flour, ben, fay, fay_writes):
    reading.follow(member=fay_writes, topic=flour, kind=FollowKind.TRACK)
    blocks.mute(by=fay, person=ben.person)
    post = talk.a_reply(flour, ben, "@fay, look.")
    assert ('class="mention"' in post.html, mails()) == (True, [])
    blocks.unmute(by=fay, person=ben.person)
    talk.a_reply(flour, ben)
    assert mails() == [("written", fay.person.email)]


def test_a_locked_topic_takes_no_post(flour, ben):
    Topic.objects.update(locked_at=clock.now())
    with pytest.raises(DomainError, match="closed"):
        talk.a_reply(flour, ben)
    with pytest.raises(DomainError, match="closed"):
        posts.edit(post=talk.opening(flour), words="x", by=ben)


def test_an_answer_to_a_post_of_another_topic_is_refused(flour, ben, bakers):
    other = talk.a_topic(bakers, ben)
    with pytest.raises(DomainError, match="another topic"):
        talk.a_reply(flour, ben, reply_to=talk.opening(other))


def test_pictures_hold_nothing_but_what_they_show(flour, ben):
    post = talk.a_reply(flour, ben, "Look.", pictures=[talk.a_picture()])
    picture = PostPicture.objects.get()
    assert (picture.post, picture.words, picture.width, picture.height) == (
        post, "Loaves cooling on the sill", 300, 200,
    )  # fmt: skip
    for file in StoredFile.objects.all():
        assert bytes(file.content)[:4] == b"RIFF"
        assert b"secret oven" not in bytes(file.content)
    pictures.remove(picture=picture, by=ben)
    assert [bytes(file.content) for file in StoredFile.objects.all()] == [b"", b""]


def test_a_burst_is_held_and_its_author_told(flour, ben):
    made = [talk.a_reply(flour, ben) for _post in range(12)]
    hidden = Post.objects.filter(hidden_at__isnull=False)
    assert 0 < hidden.count() < len(made)
    row = Topic.objects.get()
    assert row.post_count == 13 - hidden.count()


def test_numbers_are_of_one_alliance(flour, theirs):
    with in_alliance(theirs.alliance):
        topic = talk.a_topic(theirs.group, theirs.dan)
    assert (theirs.community.topic.number, topic.number, flour.number) == (1, 2, 1)


def test_an_introduction_of_a_week_ago_still_counts(flour, ben):
    with clock.at(clock.now() + timedelta(days=30)):
        assert talk.a_reply(flour, ben).number == 2
