"""Meetings: facilitators plan, the group answers, commitments are carried until they end."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from gatherings.models import Gathering, Rsvp
from gatherings.queries import dates, people
from gatherings.services import reminders
from groups.models import Commitment, GroupMember, Meeting
from groups.queries import meetings as queries
from groups.services import commitments, meetings, members
from groups.services.gate import NotIntroduced
from groups.services.meetings import Item
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.factories.gatherings import in_days
from tests.gatherings.reading import mails

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def evening(oak_street, bakers, ben, fay):
    """The bakers meet in a week; Fay facilitates, Ben is a member."""
    with in_alliance(oak_street):
        make.introduced(bakers, ben)
        make.introduced(bakers, fay)
        return around.a_meeting(bakers, fay)


def test_a_meeting_is_a_closed_gathering_with_an_agenda(in_oak_street, evening, fay):
    gathering = Gathering.objects.get(pk=evening.gathering_id)
    assert (gathering.audience, gathering.state, gathering.invites) == (
        "closed",
        "published",
        "nobody",
    )
    agenda = [(item.kind, item.minutes) for item in evening.agenda.all()]
    assert agenda == [("check_in", 15), ("hot_seat", 40), ("commitments", 15)]
    only = queries.date_of(evening)
    assert (evening.starts_at, evening.ends_at) == (only.starts_at, only.ends_at)


def test_who_may_plan(in_oak_street, bakers, bens, ben, fay, circle, cleo):
    with pytest.raises(NotIntroduced):
        around.a_meeting(bakers, ben)
    make.an_introduction(bakers, ben)
    with pytest.raises(DomainError, match="facilitators"):
        around.a_meeting(bakers, ben)
    with pytest.raises(NotIntroduced):
        around.a_meeting(circle, cleo)
    assert around.a_meeting(circle, fay).group == circle
    with pytest.raises(DomainError, match="where you meet"):
        around.a_meeting(circle, fay, place_name="", address="", online_url="")
    with pytest.raises(DomainError, match="still to come"):
        around.a_meeting(circle, fay, starts_on=in_days(-3))
    assert Meeting.objects.count() == 1


def test_members_come_and_stay_away(in_oak_street, evening, ben, fay, tess):
    with pytest.raises(NotIntroduced):
        meetings.come(meeting=evening, by=tess, wording="Yes.")
    rsvp = meetings.come(meeting=evening, by=ben, wording="Yes.")
    assert meetings.come(meeting=evening, by=ben, wording="Yes.") == rsvp
    assert ("coming", "ben@example.org") in mails()
    assert people.ahead_of(ben.person) == [rsvp]
    assert [each.name for each in dates.listed([ben])] == ["Bakers' evening"]
    assert list(dates.listed([tess])) == []
    meetings.stay_away(meeting=evening, by=ben)
    meetings.stay_away(meeting=evening, by=fay)
    assert Rsvp.objects.get(pk=rsvp.pk).state == "withdrawn"


def test_who_has_left_is_neither_reminded_nor_shown(oak_street, evening, ben, fay):
    with in_alliance(oak_street):
        for seat in (ben, fay):
            meetings.come(meeting=evening, by=seat, wording="Yes.")
        members.leave(member=GroupMember.objects.get(seat=ben), by=ben)
        assert people.calendar_of(ben.person) == []
    with clock.at(evening.starts_at - timedelta(days=1)):
        assert reminders.send_due(oak_street) == 1
    with in_alliance(oak_street):
        assert [to for what, to in mails() if what == "reminder"] == [fay.person.email]


def test_another_time_moves_the_answers_too(in_oak_street, evening, ben, fay):
    meetings.come(meeting=evening, by=ben, wording="Yes.")
    fields = {"title": "Later", "words": "", "place_name": "The mill", "minutes": 60}
    local = evening.starts_at.astimezone(in_oak_street.zone)
    moved = meetings.change(
        meeting=evening, by=fay, starts_on=in_days(9), starts_time=local.time(), **fields
    )
    assert moved.starts_at == evening.starts_at + timedelta(days=2)
    assert moved.ends_at - moved.starts_at == timedelta(hours=1)
    assert ("changed", "ben@example.org") in mails()
    assert Rsvp.objects.get().occurrence == queries.date_of(moved)


def test_called_off_with_a_reason(in_oak_street, evening, ben, fay):
    meetings.come(meeting=evening, by=ben, wording="Yes.")
    with pytest.raises(DomainError):
        meetings.call_off(meeting=evening, reason=" ", by=fay)
    off = meetings.call_off(meeting=evening, reason="The oven broke.", by=fay)
    assert off.gathering.is_cancelled
    assert ("cancelled", "ben@example.org") in mails()
    with pytest.raises(DomainError, match="does not take place"):
        commitments.commit(meeting=off, words="Count flour.", by=ben)


def test_who_was_there(in_oak_street, evening, ben, fay, theirs):
    member = GroupMember.objects.get(seat=ben)
    with pytest.raises(DomainError, match="hour before"):
        meetings.note_attendance(meeting=evening, member=member, came=True, by=fay)
    with clock.at(evening.starts_at):
        for _n in range(2):
            meetings.note_attendance(meeting=evening, member=member, came=True, by=fay)
        with pytest.raises(DomainError, match="facilitators"):
            meetings.note_attendance(meeting=evening, member=member, came=True, by=ben)
        only = queries.date_of(evening)
        assert [(str(p.member.seat.person), p.came) for p in queries.places(evening, only)] == [
            ("Ben", True),
            ("Fay", False),
        ]
        assert Rsvp.objects.get().seat == ben
        meetings.note_attendance(meeting=evening, member=member, came=False, by=fay)
        assert [place.came for place in queries.places(evening, only)] == [False, False]


def test_the_agenda_in_another_order(in_oak_street, evening, ben, fay, circle):
    seat = GroupMember.objects.get(seat=ben)
    items = [Item("hot_seat", 60, "My second shop", seat), Item("check_in", 10)]
    meetings.set_agenda(meeting=evening, items=items, by=fay)
    assert [(i.position, i.kind, i.minutes, i.member, i.words) for i in evening.agenda.all()] == [
        (1, "hot_seat", 60, seat, "My second shop"),
        (2, "check_in", 10, None, ""),
    ]
    stranger = GroupMember.objects.get(group=circle)
    for wrong in ([], [Item("dance", 5)], [Item("other", 0)], [Item("hot_seat", 5, "", stranger)],
                  [Item("other", 5, "a\x00b")], [Item("other", 5)] * 21):  # fmt: skip
        with pytest.raises(DomainError):
            meetings.set_agenda(meeting=evening, items=wrong, by=fay)
    assert evening.agenda.count() == 2


def test_commitments_are_carried_until_they_end(in_oak_street, bakers, evening, ben, fay):
    flour = commitments.commit(meeting=evening, words="Count the flour.", by=ben)
    bread = commitments.commit(meeting=evening, words="Visit two mills in spring.", by=fay)
    second = around.a_meeting(bakers, fay, days=35)
    third = around.a_meeting(bakers, fay, days=63)

    def carried(meeting):
        return [(each.commitment, each.times) for each in queries.carried_to(meeting)]

    assert carried(evening) == []
    assert carried(second) == [(flour, 1), (bread, 1)]
    with clock.at(second.starts_at + timedelta(hours=1)):
        commitments.end(commitment=flour, is_done=True, by=ben)
        assert carried(second) == [(flour, 1), (bread, 1)]
        assert carried(third) == [(bread, 2)]
    meetings.call_off(meeting=second, reason="Snow.", by=fay)
    assert carried(third) == [(bread, 1)]
    Commitment.objects.filter(pk=bread.pk).update(hidden_at=clock.now())
    assert carried(third) == []


def test_whose_commitment_it_is(in_oak_street, bakers, evening, ben, fay):
    made = commitments.commit(meeting=evening, words="Count the flour.", by=fay)
    with pytest.raises(DomainError, match="promised"):
        commitments.end(commitment=made, is_done=True, by=ben)
    own = commitments.commit(meeting=evening, words="Call the miller.", by=ben)
    ended = commitments.end(commitment=own, is_done=False, by=fay)
    assert (ended.done_at, ended.let_go_at is not None, ended.ended_by) == (None, True, fay)
    assert commitments.end(commitment=own, is_done=True, by=ben).done_at is None
    for wrong in ("", "x" * 301, "a\x00b"):
        with pytest.raises(DomainError):
            commitments.commit(meeting=evening, words=wrong, by=ben)


def test_a_hidden_meeting_is_nowhere(in_oak_street, bakers, evening, ben, fay):
    rsvp = meetings.come(meeting=evening, by=ben, wording="Yes.")
    Meeting.objects.filter(pk=evening.pk).update(hidden_at=clock.now())
    assert list(queries.of_group(bakers)) == queries.ahead(bakers) == []
    assert list(dates.listed([ben])) == people.ahead_of(ben.person) == []
    assert rsvp not in people.calendar_of(ben.person)
    with pytest.raises(DomainError, match="not shown"):
        meetings.come(meeting=evening, by=fay, wording="Yes.")
