"""What was decided to go is gone: words, earlier words, pictures, and what finds them."""

import pytest

from alliance.models import StoredFile
from groups.models import Mention, Post, PostPicture, PostVersion, Topic
from groups.queries import search
from groups.services import posts
from moderation import content
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


def test_a_post_is_emptied(flour, ben, fay, fay_writes):
    post = talk.a_reply(flour, ben, "@fay, zanzibar.", pictures=[talk.a_picture()])
    posts.edit(post=post, words="@fay, zanzibar again.", by=ben)
    content.of(post).emptied(Post.objects.get(pk=post.pk))
    post.refresh_from_db()
    assert (post.words, post.html) == ("", "")
    assert [row.words for row in PostVersion.objects.all()] == [""]
    assert [bytes(row.content) for row in StoredFile.objects.all()] == [b"", b""]
    assert (Mention.objects.count(), search.search([fay], "zanzibar").posts) == (0, [])


def test_a_topic_and_a_picture_are_emptied(flour, ben):
    topic = talk.a_topic(flour.group, ben, title="Zanzibar", pictures=[talk.a_picture()])
    picture = PostPicture.objects.select_related("post").get()
    content.of(picture).emptied(picture)
    picture.refresh_from_db()
    assert (picture.words, picture.removed_at is not None) == ("", True)
    content.of(topic).emptied(topic)
    assert Topic.objects.get(pk=topic.pk).title == "…"
    assert talk.opening(topic).words == ""
    assert search.search([ben], "zanzibar").posts == []


@pytest.mark.parametrize("key", ["groups.topic", "groups.post", "groups.picture"])
def test_each_kind_says_what_the_moderation_asks(flour, circle, ben, fay, key):
    topic = talk.a_topic(circle, fay, title="Night", pictures=[talk.a_picture()])
    subject = {
        "groups.topic": topic,
        "groups.post": talk.opening(topic),
        "groups.picture": PostPicture.objects.get(),
    }[key]
    kind = content.by_key(key)
    assert content.find(key, subject.pk) == subject
    assert [seat.person for seat in kind.authors(subject)] == [fay.person]
    assert kind.title(subject) == "Night"
    assert kind.words(subject)
    assert kind.space(subject) == circle.space
    assert (kind.may_read(subject, [fay]), kind.may_read(subject, [ben])) == (True, False)
    assert kind.url(subject).startswith("/groups/night-circle/topics/")
    assert kind.edit_url(subject).startswith("/groups/posts/")
