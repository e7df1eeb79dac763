"""The value statement: help given and received, in its year, by the business's people."""

from datetime import date, timedelta

import pytest

from alliance import clock
from groups import value
from groups.services import posts
from tests.factories import groups as make

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")


def test_help_given_and_received(bakers, ben, bakery, fay):
    make.introduced(bakers, ben)
    make.introduced(bakers, fay)
    topic = posts.start_topic(group=bakers, kind="talk", title="Rye", words="Rye?", by=fay)
    answer = posts.reply(topic=topic, words="Yes, from the mill.", by=ben)
    posts.helped(post=answer, by=fay)
    fays = fay.represents.get().business_id
    today = clock.now().date()
    first, last = today - timedelta(days=2), today + timedelta(days=1)

    def figures(business_id, start: date, end: date) -> list[int]:
        return [figure.count(business_id, start, end) for figure in value.FIGURES]

    assert figures(bakery.pk, first, last) == [1, 0]
    assert figures(fays, first, last) == [0, 1]
    assert figures(fays, first - timedelta(days=9), first - timedelta(days=3)) == [0, 0]
