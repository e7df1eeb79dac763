"""Shifts, places on them, hours, thanks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage
from members.models import ShiftSignup, VolunteerHours, VolunteerShift
from members.queries import volunteers as queries
from members.services import volunteers

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

NOW = datetime(2026, 6, 1, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _first_of_june():
    with clock.at(NOW):
        yield


@pytest.fixture
def stall(ada) -> VolunteerShift:
    """Two hours at the market tomorrow, for two people."""
    return volunteers.plan_shift(
        title="Market stall",
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=1, hours=2),
        places=2,
        is_policy=False,
        by=ada,
    )


def letters() -> list[tuple[str, str]]:
    return list(OutboxMessage.objects.order_by("created_at", "id").values_list("template", "to"))


def test_a_place_is_taken_once_and_given_back(stall, ben):
    assert volunteers.sign_up(shift=stall, by=ben) == volunteers.sign_up(shift=stall, by=ben)
    assert [shift.taken for shift in queries.shifts_ahead()] == [1]
    assert volunteers.leave(shift=stall, by=ben)
    assert not volunteers.leave(shift=stall, by=ben)
    assert [shift.taken for shift in queries.shifts_ahead()] == [0]


def test_a_full_shift_takes_nobody(stall, ada, ben, cleo):
    for seat in (ada, ben):
        volunteers.sign_up(shift=stall, by=seat)
    with pytest.raises(DomainError, match="All places"):
        volunteers.sign_up(shift=stall, by=cleo)
    assert ShiftSignup.objects.count() == 2


def test_a_shift_that_moves_is_told(stall, ada, ben):
    volunteers.sign_up(shift=stall, by=ben)
    volunteers.change_shift(shift=stall, by=ada, title="Market stand")
    assert letters() == []
    volunteers.change_shift(shift=stall, by=ada, place="Under the arches")
    volunteers.cancel_shift(shift=stall, by=ada)
    volunteers.cancel_shift(shift=stall, by=ada)
    assert letters() == [("members/email/shift", "ben@example.org")] * 2
    with pytest.raises(DomainError, match="no longer takes"):
        volunteers.sign_up(shift=stall, by=ada)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"ends_at": NOW}, "ends_at"), ({"places": 0}, "places")],
)
def test_a_change_that_cannot_be(stall, ada, ben, wrong, field):
    volunteers.sign_up(shift=stall, by=ben)
    with pytest.raises(DomainError) as refused:
        volunteers.change_shift(shift=stall, by=ada, **wrong)
    assert refused.value.field == field


def test_hours_of_those_who_came_count_once(stall, ada, ben, cleo):
    for seat in (ben, ada):
        volunteers.sign_up(shift=stall, by=seat)
    with pytest.raises(DomainError, match="once a shift is over"):
        volunteers.confirm_shift(shift=stall, came=[ben], by=ada)
    with clock.at(NOW + timedelta(days=2)):
        assert volunteers.confirm_shift(shift=stall, came=[ben, cleo], by=ada) == 1
        assert volunteers.confirm_shift(shift=stall, came=[ben], by=ada) == 0
    assert [(g.seat, g.minutes, g.policy_minutes) for g in queries.givers(2026)] == [(ben, 120, 0)]


def test_logged_hours_count_once_confirmed(ada, ben):
    hours = volunteers.log_hours(
        seat=ben, on=date(2026, 5, 30), minutes=90, is_policy=True, what="City hall"
    )
    assert (list(queries.to_confirm()), queries.minutes_of(ben, 2026)) == ([hours], 0)
    assert volunteers.confirm_hours(hours=hours, by=ada)
    assert not volunteers.confirm_hours(hours=hours, by=ada)
    assert [(g.minutes, g.policy_minutes) for g in queries.givers(2026)] == [(90, 90)]
    assert volunteers.remove_hours(hours=hours, by=ada)
    assert (queries.givers(2026), VolunteerHours.objects.count()) == ([], 1)


@pytest.mark.parametrize(
    ("on", "minutes", "field"),
    [
        (date(2026, 6, 2), 60, "on"),
        (date(2026, 6, 1), 4, "hours"),
        (date(2026, 6, 1), 1441, "hours"),
    ],
)
def test_hours_that_cannot_be(ben, on, minutes, field):
    with pytest.raises(DomainError) as refused:
        volunteers.log_hours(seat=ben, on=on, minutes=minutes)
    assert (refused.value.field, VolunteerHours.objects.count()) == (field, 0)


def test_thanks_are_said_once(ada, ben):
    hours = volunteers.log_hours(seat=ben, on=date(2026, 5, 30), minutes=90)
    volunteers.confirm_hours(hours=hours, by=ada)
    assert volunteers.thank(seat=ben, words="You carried every table.", by=ada) == 90
    with pytest.raises(DomainError, match="already"):
        volunteers.thank(seat=ben, words="Again!", by=ada)
    assert letters() == [("members/email/thanks", "ben@example.org")]
