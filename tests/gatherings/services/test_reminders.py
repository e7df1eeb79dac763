"""Reminders: a day and two hours before, once, to those who come and to nobody else."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from gatherings.models import Reminder, ReminderKind, Rsvp
from gatherings.services import dates, gatherings, reminders, rsvps
from gatherings.tasks import send_reminders
from tests.factories import gatherings as make
from tests.gatherings.reading import last_mail, mails

pytestmark = pytest.mark.usefixtures("theirs")
DAY, HOURS = timedelta(days=1), timedelta(hours=2)


def swept(occurrence, *, before: timedelta) -> list[tuple[str, str]]:
    """What beat writes so long before it begins, asked for twice."""
    with clock.at(occurrence.starts_at - before):
        for _n in range(2):
            send_reminders()
    with in_alliance(occurrence.alliance):
        return [row for row in mails() if row[0] == "reminder"]


def test_a_day_and_two_hours_before_once_each(oak_street, breakfast, eves):
    assert swept(breakfast, before=DAY + timedelta(minutes=1)) == []
    assert swept(breakfast, before=DAY) == [("reminder", "eve@example.com")]
    assert swept(breakfast, before=DAY - timedelta(hours=5)) == [("reminder", "eve@example.com")]
    assert swept(breakfast, before=HOURS) == [("reminder", "eve@example.com")] * 2
    assert swept(breakfast, before=timedelta(minutes=-1)) == [("reminder", "eve@example.com")] * 2
    with in_alliance(oak_street):
        assert [r.kind for r in Reminder.objects.order_by("id")] == ["day", "hours"]
        assert last_mail().context["is_tomorrow"] is False


def test_a_sweep_that_was_late_sends_the_later_one_alone(breakfast, eves):
    assert len(swept(breakfast, before=timedelta(hours=1))) == 1


def test_the_neighbours_are_reminded_of_their_own(theirs, breakfast):
    assert swept(theirs.date, before=DAY) == [("reminder", "gus@example.com")]


def test_whoever_asked_in_the_last_hour_is_not_reminded(oak_street, breakfast):
    with clock.at(breakfast.starts_at - DAY - timedelta(minutes=50)), in_alliance(oak_street):
        make.an_rsvp(breakfast)
    assert swept(breakfast, before=DAY) == []
    assert swept(breakfast, before=HOURS) == [("reminder", "eve@example.com")]


def test_not_those_who_wait_withdrew_or_never_confirmed(oak_street, breakfast):
    with in_alliance(oak_street):
        ann = make.an_rsvp(breakfast, "ann@example.com")
        for name in ("bob", "cat", "dee"):
            make.an_rsvp(breakfast, f"{name}@example.com")
        make.an_asked(breakfast, "asked@example.com")
        rsvps.withdraw(rsvp=ann)
    assert swept(breakfast, before=DAY) == [
        ("reminder", "bob@example.com"),
        ("reminder", "cat@example.com"),
    ]


def test_not_for_what_is_called_off(oak_street, ada, breakfast, eves):
    with in_alliance(oak_street):
        supper = make.a_date(by=ada)
        make.an_rsvp(supper)
        dates.cancel_date(occurrence=breakfast, reason="Rain.", by=ada)
        gatherings.cancel_gathering(gathering=supper.gathering, reason="Rain.", by=ada)
    assert swept(breakfast, before=DAY) == swept(supper, before=HOURS) == []


def test_a_date_that_is_moved_is_reminded_of_again(oak_street, breakfast, eves):
    assert len(swept(breakfast, before=DAY)) == 1
    with clock.at(breakfast.starts_at - DAY), in_alliance(oak_street):
        later = timedelta(days=10)
        moved = dates.change_date(
            occurrence=breakfast,
            by=None,
            starts_at=breakfast.starts_at + later,
            ends_at=breakfast.ends_at + later,
        )
    assert len(swept(moved, before=DAY)) == 2


def test_control_without_the_row_a_second_sweep_finds_them_again(oak_street, breakfast, eves):
    with clock.at(breakfast.starts_at - DAY), in_alliance(oak_street):
        assert list(reminders.due(ReminderKind.DAY)) == [Rsvp.objects.get(pk=eves.pk)]
        reminder = Reminder.objects.create(rsvp=eves, kind="day", starts_at=breakfast.starts_at)
        assert list(reminders.due(ReminderKind.DAY)) == []
        assert reminder.starts_at == breakfast.starts_at
