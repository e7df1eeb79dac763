"""Custodians lock, move, merge and hide; facilitators pin; nobody else does either."""

import pytest

from alliance.errors import DomainError
from alliance.models import Role, Seat
from groups.models import Post, Topic
from groups.services import tending
from moderation.models import Case, Stewardship
from tests.factories import groups as make
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


@pytest.fixture
def custodian(bakers) -> Seat:
    return Stewardship.objects.get(role=Role.CUSTODIAN, space=bakers.space).seat


@pytest.fixture
def elsewhere(circle) -> Seat:
    """Who looks after another group."""
    return Stewardship.objects.get(role=Role.CUSTODIAN, space=circle.space).seat


def row(topic) -> dict[str, object]:
    found = Topic.objects.get(pk=topic.pk)
    return {
        "group": found.group.slug,
        "pinned": found.is_pinned,
        "locked": found.is_locked,
        "posts": found.post_count,
        "last": found.last_number,
        "merged": found.merged_into_id,
    }


def test_each_power_is_of_its_role(flour, custodian, fays_charter, elsewhere, ben, cleo, tess):
    for seat in (custodian, cleo):
        tending.lock(topic=flour, by=seat)
        assert row(flour)["locked"]
        tending.unlock(topic=flour, by=seat)
        assert not row(flour)["locked"]
    for seat in (fays_charter, cleo):
        tending.pin(topic=flour, by=seat)
        assert row(flour)["pinned"]
        tending.unpin(topic=flour, by=seat)
    for seat in (fays_charter, elsewhere, ben, tess):
        for act in (tending.lock, tending.unlock):
            with pytest.raises(DomainError, match="look after"):
                act(topic=flour, by=seat)
        with pytest.raises(DomainError, match="look after"):
            tending.hide(subject=flour, reason="x", by=seat)
    for seat in (custodian, elsewhere, ben, tess):
        with pytest.raises(DomainError, match="look after"):
            tending.pin(topic=flour, by=seat)


def test_five_are_pinned(flour, bakers, fays_charter, fay, fay_writes):
    for _n in range(5):
        topic = talk.a_topic(bakers, fay)
        Topic.objects.filter(pk=topic.pk).update(hidden_at=None)
        tending.pin(topic=topic, by=fays_charter)
    with pytest.raises(DomainError, match="At most 5"):
        tending.pin(topic=flour, by=fays_charter)


def test_hiding_opens_a_case(flour, custodian):
    tending.hide(subject=flour, reason="It names somebody.", by=custodian)
    case = Case.objects.get()
    assert (case.kind, case.subject_id, Topic.objects.get().is_hidden) == (
        "groups.topic", flour.pk, True,
    )  # fmt: skip


def test_two_become_one(flour, bakers, custodian, ben, fay, fay_writes, theirs):
    talk.a_reply(flour, fay, "I do.")
    other = talk.a_topic(bakers, fay, title="Wheat", words="And wheat?")
    tending.merge(topic=other, into=flour, by=custodian)
    words = [(p.number, p.words) for p in Post.objects.filter(topic=flour).order_by("number")]
    assert words == [(1, "Who has flour?"), (2, "I do."), (3, "And wheat?")]
    assert (row(flour)["posts"], row(flour)["last"]) == (3, 3)
    assert row(other)["merged"] == flour.pk
    assert talk.a_reply(flour, ben, "Thanks.").number == 4
    with pytest.raises(DomainError, match="part of another"):
        talk.a_reply(other, ben)
    with pytest.raises(DomainError, match="Choose another"):
        tending.merge(topic=flour, into=flour, by=custodian)


def test_a_topic_moves_with_its_posts_but_not_out_of_a_circle(
    flour, circle, bakers, millers, cleo, custodian, elsewhere, fay
):
    with pytest.raises(DomainError, match="look after"):
        tending.move(topic=flour, to=millers, by=custodian)
    tending.move(topic=flour, to=millers, by=cleo)
    assert row(flour)["group"] == "millers"
    assert set(Post.objects.values_list("group__slug", flat=True)) == {"millers"}
    secret = talk.a_topic(circle, fay)
    for seat in (cleo, elsewhere):
        with pytest.raises(DomainError):
            tending.move(topic=secret, to=bakers, by=seat)


def test_nobody_tends_a_neighbours_topic(theirs, flour):
    with pytest.raises(DomainError):
        tending.lock(topic=flour, by=make.a_members_seat())
