"""Monthly counts: right to the piece for staff, from five up for everybody."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from moderation.models import Case
from moderation.queries import counts
from moderation.services import appeals, cases
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")

MAY = datetime(2031, 5, 10, 12, tzinfo=UTC)


def a_decided_case(ben, mia, cleo, *, hours=2, outcome="hide"):
    case = make.a_case(make.a_note(ben), by=mia)
    with clock.at(clock.now() + timedelta(hours=hours)):
        make.a_decision(case, by=cleo, outcome=outcome)
    return case


def test_below_five_nothing_is_said_and_from_five_the_number(ben, mia, cleo):
    with clock.at(MAY):
        for _ in range(4):
            a_decided_case(ben, mia, cleo)
        assert counts.months(count=1) == [
            counts.Month(date(2031, 5, 1), None, None, None, None, None)
        ]
        a_decided_case(ben, mia, cleo)
        assert counts.months(count=1) == [counts.Month(date(2031, 5, 1), 5, 5, None, None, 2.0)]


def test_staff_see_all_of_it(ben, mia, cleo, ada):
    with clock.at(MAY):
        first = a_decided_case(ben, mia, cleo, hours=1)
        second = a_decided_case(ben, mia, cleo, hours=5)
        a_decided_case(ben, mia, cleo, hours=9, outcome="keep")
    with clock.at(MAY + timedelta(days=1)):
        for case, outcome in ((first, "keep"), (second, "hide")):
            appeals.appeal(case=case, words="Please.", by=ben)
            agreement = None if outcome == "keep" else make.an_agreement()
            appeals.hear(
                case=case, outcome=outcome, agreement=agreement, reasons="So it is.", by=ada
            )
        assert counts.months(count=1, exact=True) == [
            counts.Month(date(2031, 5, 1), 3, 2, 2, 1, 5.0)
        ]


def test_a_month_begins_by_the_alliances_clock(ben, mia):
    # Five in the morning in London on the first is the evening before on Oak Street.
    with clock.at(datetime(2031, 6, 1, 5, tzinfo=UTC)):
        make.a_case(make.a_note(ben), by=mia)
    with clock.at(datetime(2031, 6, 2, 5, tzinfo=UTC)):
        june, may = counts.months(count=2, exact=True)
    assert (june.first_day, june.flags, may.first_day, may.flags) == (
        date(2031, 6, 1), 0, date(2031, 5, 1), 1,
    )  # fmt: skip


def test_twelve_months_cross_the_year_and_older_ones_stay_away(ben, mia):
    with clock.at(datetime(2030, 3, 10, tzinfo=UTC)):
        make.a_case(make.a_note(ben), by=mia)
    with clock.at(datetime(2031, 2, 20, tzinfo=UTC)):
        found = counts.months(exact=True)
        assert [month.first_day for month in (found[0], found[2], found[11])] == [
            date(2031, 2, 1), date(2030, 12, 1), date(2030, 3, 1),
        ]  # fmt: skip
        assert [month.flags for month in found] == [0] * 11 + [1]
        assert sum(month.flags or 0 for month in counts.months(count=11, exact=True)) == 0


def test_what_nobody_acted_on_and_what_staff_opened_tells_no_hours(ben, mia, cleo):
    make.a_case(make.a_note(ben), by=mia)
    cases.open_case(subject=make.a_note(ben), reason="Seen.", by=cleo)
    assert counts.months(count=1, exact=True)[0].median_hours is None


def test_the_neighbours_are_not_counted(ben, mia, neighbour, mill_lane):
    for _ in range(5):
        make.a_case(make.a_note(ben), by=mia)
    assert counts.months(count=1)[0].flags == 5
    with in_alliance(mill_lane):
        assert counts.months(count=1, exact=True)[0].flags == 1


def test_it_costs_five_queries_however_much_there_is(ben, mia, django_assert_num_queries):
    for _ in range(5):
        make.a_case(make.a_note(ben), by=mia)
    assert Case.objects.count() == 5
    with django_assert_num_queries(5):
        counts.months(count=24)
