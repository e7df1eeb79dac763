"""Topics and posts in the state that a test starts from."""

from io import BytesIO
from itertools import count
from typing import Any

from PIL import Image

from alliance.models import Seat
from groups.models import Group, Post, Topic
from groups.services import posts
from groups.services.pictures import Brought

number = count(1)


def a_topic(group: Group, by: Seat, **fields: Any) -> Topic:
    """A topic with its first post."""
    place = next(number)
    return posts.start_topic(
        group=group,
        by=by,
        **{
            "kind": "talk",
            "title": f"Flour {place}",
            "words": f"Who has flour of the kind number {place}?",
        }
        | fields,
    )


def a_reply(topic: Topic, by: Seat, words: str = "", **fields: Any) -> Post:
    """The next post."""
    words = words or f"The mill by the river has it, in sacks of {next(number)} pounds."
    return posts.reply(topic=topic, by=by, words=words, **fields)


def opening(topic: Topic) -> Post:
    """The post that opens a topic."""
    return Post.objects.get(topic=topic, number=1)


def a_picture(words: str = "Loaves cooling on the sill") -> Brought:
    """A photograph with a place in its metadata, as a phone writes it."""
    image = Image.new("RGB", (300, 200), "olive")
    exif = Image.Exif()
    exif[0x010E] = "secret oven"
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return Brought(out.getvalue(), words)
