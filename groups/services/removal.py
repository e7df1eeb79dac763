"""What follows when something of the talk is hidden, shown, or taken away for good."""

from django.db import transaction

from groups.models import Draft, Mention, Post, PostPicture, PostVersion, Topic
from groups.services import pictures, texts, topics, versions


@transaction.atomic
def topic_changed(topic: Topic) -> None:
    """Hidden or shown: lists and counts follow. May be called again."""
    versions.bump(topic.group_id)
    found = topics.locked(topic)
    if found.merged_into_id is None:
        topics.count_again(found)


@transaction.atomic
def post_changed(post: Post) -> None:
    """The same for a post."""
    now = Post.objects.select_related("topic").get(pk=post.pk)
    topic_changed(now.topic)


def picture_changed(picture: PostPicture) -> None:
    """The same for a picture."""
    versions.bump(picture.post.group_id)


@transaction.atomic
def empty_topic(topic: Topic) -> None:
    """Title, words and pictures of all its author wrote to open it are gone."""
    Topic.objects.filter(pk=topic.pk).update(title="…")
    Draft.objects.filter(topic=topic).delete()
    for post in Post.objects.filter(topic=topic, number=1).select_related("topic"):
        empty_post(post)


@transaction.atomic
def empty_post(post: Post) -> None:
    """Its words, those that it had before, and its pictures are gone; nobody finds it."""
    Post.objects.filter(pk=post.pk).update(words="", html="", document=texts.nothing())
    PostVersion.objects.filter(post=post).update(words="")
    Mention.objects.filter(post=post).delete()
    for picture in PostPicture.objects.filter(post=post):
        pictures.empty(picture)
    versions.bump(post.group_id)


@transaction.atomic
def empty_picture(picture: PostPicture) -> None:
    """What it showed and what was said of it are gone."""
    PostPicture.objects.filter(pk=picture.pk).update(words="")
    pictures.empty(picture)
    versions.bump(picture.post.group_id)
