"""Everybody writes at the same moment: each post has a number of its own, none is left out."""

from functools import partial

import pytest

from alliance.tenancy.scope import in_alliance
from groups.models import Helped, Post, Topic
from groups.services import posts
from tests.factories import groups as make
from tests.factories import talk
from tests.pledges.at_once import at_once, broker_instead_of_eager

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 12


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


@pytest.fixture
def group(oak_street, ada):
    with in_alliance(oak_street):
        return make.a_group(by=ada, name="Bakers", slug="bakers")


@pytest.fixture
def seats(oak_street, group):
    with in_alliance(oak_street):
        return [make.introduced(group).seat for _n in range(PEOPLE)]


def wrong(answers, kind) -> list[object]:
    return [answer for answer in answers if not isinstance(answer, kind)]


def test_replies_are_numbered_one_by_one(oak_street, group, seats):
    with in_alliance(oak_street):
        topic = talk.a_topic(group, seats[0])
    acts = [
        partial(posts.reply, topic=topic, words=f"Answer number {n} of many.", by=seat)
        for n, seat in enumerate(seats)
    ]
    assert wrong(at_once(oak_street, acts), Post) == []
    with in_alliance(oak_street):
        numbers = list(Post.objects.order_by("number").values_list("number", flat=True))
        row = Topic.objects.get()
    assert numbers == list(range(1, PEOPLE + 2))
    assert (row.last_number, row.post_count) == (PEOPLE + 1, PEOPLE + 1)


def test_topics_are_numbered_one_by_one(oak_street, group, seats):
    acts = [
        partial(
            posts.start_topic, group=group, kind="talk", title=f"T{n}",
            words=f"Question number {n} of many.", by=seat,
        )
        for n, seat in enumerate(seats)
    ]  # fmt: skip
    assert wrong(at_once(oak_street, acts), Topic) == []
    with in_alliance(oak_street):
        numbers = list(Topic.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, PEOPLE + 1))


def test_thanks_pressed_many_times_count_once(oak_street, group, seats):
    with in_alliance(oak_street):
        post = talk.opening(talk.a_topic(group, seats[0]))
    acts = [partial(posts.helped, post=post, by=seats[1])] * 8
    acts += [partial(posts.helped, post=post, by=seats[2])] * 8
    assert wrong(at_once(oak_street, acts), type(None)) == []
    with in_alliance(oak_street):
        assert (Helped.objects.count(), Post.objects.get().helped_count) == (2, 2)
