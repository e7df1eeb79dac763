"""Letters of a group's talk are stopped by the link at their foot, and begun again."""

import pytest
from django.urls import reverse

from alliance import links
from alliance.tenancy.scope import in_alliance
from groups.models import FollowKind, Habit
from groups.services import reading, talk_letters


@pytest.fixture
def foot(oak_street, ben_writes):
    """The address at the foot of Ben's letters."""
    with in_alliance(oak_street):
        token = links.sign(talk_letters.STOP, {"member": str(ben_writes.pk)})
        return reverse("groups:stop_talk_letters", args=[token])


def is_stopped(alliance, member):
    with in_alliance(alliance):
        return Habit.objects.filter(member=member, no_letters_at__isnull=False).exists()


def test_one_press_stops_them_and_another_brings_them_back(visit, oak_street, foot, ben_writes):
    nobody = visit(oak_street)
    assert b"No more letters?" in nobody.get(foot).content
    assert not is_stopped(oak_street, ben_writes)

    stopped = nobody.post(foot, {"List-Unsubscribe": "One-Click"})

    assert b"Write to me again" in stopped.content
    assert is_stopped(oak_street, ben_writes)
    assert b"Letters again" in nobody.post(foot, {"step": "again"}).content
    assert not is_stopped(oak_street, ben_writes)


@pytest.mark.parametrize(("kind", "stopped"), [(FollowKind.TRACK, False), (FollowKind.MUTE, True)])
def test_whoever_follows_asks_for_letters(oak_street, flour, ben_writes, kind, stopped):
    with in_alliance(oak_street):
        reading.stop_letters(member=ben_writes)
        reading.follow(member=ben_writes, topic=flour, kind=kind)
    assert is_stopped(oak_street, ben_writes) is stopped
