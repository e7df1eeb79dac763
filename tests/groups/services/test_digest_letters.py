"""Letters that go out together: what happens after the first of them counts for the second."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from alliance import clock
from alliance.models import OutboxMessage
from alliance.services import batches, outbox
from alliance.tenancy.scope import in_alliance
from groups.models import GroupMember, Post
from groups.queries import readings
from groups.services import digests, groups, members
from groups.tasks import write_digests
from moderation.services import blocks, cases
from tests.factories import groups as make
from tests.groups.services.conftest import MONDAY

pytestmark = pytest.mark.usefixtures("theirs")


class Interrupted(EmailBackend):
    """A mail server: when it has taken the first letter, something happens."""

    happens = None

    def send_messages(self, messages):
        sent = super().send_messages(messages)
        change, Interrupted.happens = Interrupted.happens, None
        if change:
            change()
        return sent


CHANGES = [
    "hidden", "left", "muted", "stopped", "seat ended", "seat ran out", "no login", "closed",
]  # fmt: skip


@pytest.fixture
def second_letter(oak_street, bakers, talk, ada, cleo, settings, monkeypatch):
    """`second_letter(change)`: who gets their letter, where this happens after the first of two."""
    settings.EMAIL_BACKEND = f"{__name__}.Interrupted"
    monkeypatch.setattr(digests, "A_SECOND", 1)
    with clock.at(MONDAY - timedelta(hours=9)), in_alliance(oak_street):
        second = make.introduced(bakers)
    with clock.at(MONDAY):
        write_digests()
    with in_alliance(oak_street):
        OutboxMessage.objects.exclude(template=digests.TEMPLATE).delete()

    def happen(change) -> None:
        with in_alliance(oak_street):
            member = GroupMember.objects.get(pk=second.pk)
            match change:
                case "hidden":
                    post = Post.objects.get(topic=talk, number=1)
                    cases.hide(case=cases.open_case(subject=post, reason="Look.", by=cleo), by=cleo)
                case "left":
                    members.leave(member=member, by=second.seat)
                case "muted":
                    members.mute(member=member, by=second.seat)
                case "stopped":
                    digests.stop(person=second.seat.person)
                case "seat ended":
                    type(ada).objects.filter(pk=second.seat_id).update(ended_at=clock.now())
                case "seat ran out":
                    type(ada).objects.filter(pk=second.seat_id).update(expires_at=clock.now())
                case "no login":
                    type(ada.person).objects.filter(pk=second.seat.person_id).update(
                        is_active=False
                    )
                case "closed":
                    groups.archive_group(group=bakers, why="All is said.", by=ada)

    def second_letter(change) -> list[str]:
        before = len(mail.outbox)
        Interrupted.happens = lambda: happen(change)
        with clock.at(MONDAY + timedelta(hours=1)):
            outbox.deliver(oak_street)
        told = [each.to[0] for each in mail.outbox[before:] if "topic" in each.subject]
        return ["ben" if to == "ben@example.org" else "second" for to in told]

    return second_letter


@pytest.mark.parametrize("change", CHANGES)
def test_what_happens_between_two_letters_of_a_batch_counts_for_the_second(second_letter, change):
    assert second_letter(change) == ["ben"]


@pytest.mark.parametrize("change", CHANGES)
def test_control_not_asked_for_each_letter_it_does_not(second_letter, change, monkeypatch):
    monkeypatch.setattr(readings, "standing_of", lambda reading: reading.standing)
    assert second_letter(change) == ["ben", "second"]


def test_who_blocks_in_between_is_asked_again_after_a_second(
    oak_street, bakers, ben, fay, second_letter, monkeypatch
):
    monkeypatch.setattr(batches, "FRESH_SECONDS", 0)
    with in_alliance(oak_street):
        reader = GroupMember.objects.get(seat__person__name__startswith="Neighbour", group=bakers)

    def block() -> None:
        with in_alliance(oak_street):
            blocks.block(by=reader.seat, person=fay.person)

    Interrupted.happens = block
    with clock.at(MONDAY + timedelta(hours=1)):
        outbox.deliver(oak_street)
    assert [each.to for each in mail.outbox if "topic" in each.subject] == [["ben@example.org"]]
