"""A member's year: to how many gatherings its people came."""

from datetime import timedelta

import pytest

from alliance.tenancy.scope import in_alliance
from gatherings.services import attendance, rsvps
from gatherings.value import FIGURES, gatherings_attended
from members.value import figures
from tests.factories import gatherings as make

pytestmark = pytest.mark.usefixtures("theirs")


def test_each_date_once_whoever_of_its_people_came(oak_street, breakfast, bakery, ben, ada):
    with in_alliance(oak_street):
        other = make.a_date(by=ada, starts_on=make.in_days(9))
        for date in (breakfast, other):
            rsvp = rsvps.come(occurrence=date, person=ben.person, seat=ben, wording="Yes.")
            if date is breakfast:
                with make.at_the_door(date):
                    attendance.record(rsvp=rsvp, by=ada)
        day = breakfast.local_start.date()
        assert gatherings_attended(bakery.pk, day, day) == 1
        later = day + timedelta(days=1)
        assert gatherings_attended(bakery.pk, later, later) is None
        with make.at_the_door(other):
            attendance.nobody_came(occurrence=other, by=ada)
        assert gatherings_attended(bakery.pk, day, later + timedelta(days=2)) == 1
        assert gatherings_attended(bakery.pk, later, later + timedelta(days=2)) == 0
    assert set(FIGURES) <= set(figures())
