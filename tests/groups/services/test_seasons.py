"""What time does: quiet below 14 posts in 28 days, awake again, dormant after 60 days."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.services.seats import end_seat
from groups.models import Group, GroupMember
from groups.services import groups, posts, reading, seasons
from tests.factories import groups as make
from tests.groups.reading import moves_of, steps_of

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")


def later(**span):
    return clock.at(clock.now() + timedelta(**span))


def write(group, seat, many: int) -> None:
    topic = posts.start_topic(group=group, kind="talk", title="Rye", words="Rye?", by=seat)
    for number in range(1, many):
        # Nobody writes so much at once without being held.
        with later(minutes=15 * number):
            posts.reply(topic=topic, words=f"Rye number {number}.", by=seat)


def state(group) -> str:
    return Group.objects.get(pk=group.pk).state


@pytest.mark.parametrize(("many", "expected"), [(13, "quiet"), (14, "open")])
def test_fourteen_posts_in_28_days_keep_it_open(oak_street, bakers, ben, many, expected):
    make.introduced(bakers, ben)
    with later(days=10):
        write(bakers, ben, many)
    with later(days=27):
        seasons.pass_day(oak_street)
        assert state(bakers) == "open"
    with later(days=29):
        seasons.pass_day(oak_street)
        seasons.pass_day(oak_street)
        assert state(bakers) == expected


def test_a_quiet_group_wakes(oak_street, bakers, ben):
    make.introduced(bakers, ben)
    with later(days=29):
        seasons.pass_day(oak_street)
        assert state(bakers) == "quiet"
        write(bakers, ben, 14)
    with later(days=30):
        seasons.pass_day(oak_street)
    assert [step[0] for step in moves_of(bakers)] == ["draft", "open", "quiet", "open"]


def test_an_archived_group_stays(oak_street, bakers, ada):
    groups.archive_group(group=bakers, why="Done.", by=ada)
    with later(days=40):
        assert seasons.settle(bakers).state == "archived"


def test_dormant_after_sixty_days_and_awake_by_writing(oak_street, bakers, ben, fay):
    member, other = make.introduced(bakers, ben), make.a_member(bakers, fay)
    with later(days=59):
        seasons.pass_day(oak_street)
        assert GroupMember.objects.get(pk=member.pk).state == "introduced"
    with later(days=60, minutes=1):
        seasons.pass_day(oak_street)
        seasons.pass_day(oak_street)
        write(bakers, ben, 1)
    assert [step[0] for step in steps_of(member)] == ["agreed", "introduced", "dormant", "active"]
    assert GroupMember.objects.get(pk=other.pk).state == "agreed"


def test_whoever_is_no_member_of_the_alliance_any_more_leaves(oak_street, bakers, ben, fay):
    members = [make.introduced(bakers, ben), make.introduced(bakers, fay)]
    end_seat(seat=ben, by=None)
    seasons.pass_day(oak_street)
    states = [GroupMember.objects.get(pk=member.pk).state for member in members]
    assert states == ["left", "introduced"]


def test_whoever_reads_does_not_sleep(oak_street, bakers, ben, fay):
    member = make.introduced(bakers, ben)
    make.introduced(bakers, fay)
    with later(days=30):
        topic = posts.start_topic(group=bakers, kind="talk", title="Rye", words="Rye?", by=fay)
        reading.mark_read(member=member, topic=topic, number=1)
    with later(days=61):
        seasons.pass_day(oak_street)
        assert GroupMember.objects.get(pk=member.pk).state == "introduced"
    with later(days=91):
        seasons.pass_day(oak_street)
        assert GroupMember.objects.get(pk=member.pk).state == "dormant"
