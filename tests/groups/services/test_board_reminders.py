"""A week before an entry comes down its author hears of it once, and keeps it up in one press."""

from datetime import timedelta

import pytest
from django.core import mail

from alliance import clock, links
from alliance.models import OutboxMessage, Seat
from alliance.services import outbox
from alliance.tenancy.scope import in_alliance
from groups import tasks
from groups.models import BoardEntry, GroupMember
from groups.services import board, board_reminders, members
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.groups.here import an_elder

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def entry(oak_street, bakers, ben) -> BoardEntry:
    """Ben's ask."""
    with in_alliance(oak_street):
        make.introduced(bakers, ben)
        an_elder(ben)
        return around.an_entry(ben)


def after(entry: BoardEntry, **days) -> object:
    return clock.at(entry.listed_at + timedelta(**days))


def letters(alliance) -> list[str]:
    with in_alliance(alliance):
        rows = OutboxMessage.objects.filter(template=board_reminders.TEMPLATE)
        return list(rows.order_by("id").values_list("to", flat=True))


def pressed(letter: str) -> str:
    """The token of the link in a letter."""
    return letter.partition("/groups/board/keep/")[2].split("/")[0]


def test_it_is_written_once_though_the_job_runs_each_day(oak_street, entry):
    with after(entry, days=52):
        tasks.remind_of_entries()
    assert letters(oak_street) == []
    for day in (53, 53, 54, 59):
        with after(entry, days=day):
            tasks.remind_of_entries()
    assert letters(oak_street) == ["ben@example.org"]
    with after(entry, days=60):
        assert board_reminders.remind(oak_street) == 0


def test_the_letter_says_which_and_until_when_and_leads_to_one_press(oak_street, entry, ben):
    with after(entry, days=54):
        board_reminders.remind(oak_street)
        outbox.deliver(oak_street)
    [letter] = [each for each in mail.outbox if "comes down soon" in each.subject]
    assert (letter.to, letter.subject) == (
        ["ben@example.org"], "“Who lends a pallet jack?” comes down soon",
    )  # fmt: skip
    html = letter.alternatives[0].content
    for body in (letter.body, html):
        assert f"/groups/board/{entry.pk}/outcome/" in body
    token = pressed(letter.body)
    assert token == pressed(html)
    with in_alliance(oak_street), after(entry, days=55):
        kept = board_reminders.keep_up(board_reminders.opened(token))
        assert (kept.listed_at, kept.is_hanging) == (clock.now(), True)
        again = board_reminders.opened(token)
        assert again.is_done
        assert board_reminders.keep_up(again).listed_at == kept.listed_at
    # Put up anew, it is told of anew before it ends again.
    with after(kept, days=53):
        assert board_reminders.remind(oak_street) == 1
    assert letters(oak_street) == ["ben@example.org", "ben@example.org"]


@pytest.mark.parametrize("what", ["closed", "hidden", "kept up", "gone"])
def test_nothing_is_written_of_what_does_not_end_any_more(oak_street, entry, ben, what):
    with after(entry, days=54):
        board_reminders.remind(oak_street)
        with in_alliance(oak_street):
            if what == "closed":
                board.close(entry=entry, outcome="met", by=ben)
            elif what == "hidden":
                BoardEntry.objects.update(hidden_at=clock.now())
            elif what == "kept up":
                board.put_up_again(entry=entry, by=ben)
            else:
                Seat.objects.filter(pk=ben.pk).update(ended_at=clock.now())
        outbox.deliver(oak_street)
    assert [each for each in mail.outbox if "comes down" in each.subject] == []


def test_the_link_opens_nothing_that_is_closed_hidden_or_anothers(oak_street, theirs, entry, ben):
    with in_alliance(oak_street):
        token = pressed(board_reminders.url_of(entry))
        assert not board_reminders.opened(token).is_done
    with in_alliance(theirs.alliance), pytest.raises(links.BadLink):
        board_reminders.opened(token)
    with in_alliance(oak_street):
        with pytest.raises(links.BadLink):
            board_reminders.opened(token[:-2])
        BoardEntry.objects.update(hidden_at=clock.now())
        with pytest.raises(board_reminders.Gone):
            board_reminders.opened(token)
        BoardEntry.objects.update(hidden_at=None)
        board.close(entry=entry, outcome="met", by=ben)
        with pytest.raises(board_reminders.Gone):
            board_reminders.opened(token)


def test_whoever_is_in_no_group_any_more_keeps_nothing_up(oak_street, entry, ben):
    with in_alliance(oak_street):
        kept = board_reminders.opened(pressed(board_reminders.url_of(entry)))
        members.leave(member=GroupMember.objects.get(seat=ben), by=ben)
        with pytest.raises(board.NotKnownYet):
            board_reminders.keep_up(kept)
        assert BoardEntry.objects.get().listed_at == entry.listed_at


def test_the_neighbours_entries_end_at_the_neighbours(oak_street, theirs, entry):
    with in_alliance(theirs.alliance):
        around.an_entry(theirs.dan, title="Whey to give away")
    with after(entry, days=54):
        assert set(board_reminders.alliances_with_ending()) == {
            oak_street.pk,
            theirs.alliance.pk,
        }
        board_reminders.remind(oak_street)
    assert (letters(oak_street), letters(theirs.alliance)) == (["ben@example.org"], [])
