"""What a membership brought: counted once, told in words, kept as it was sent."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members import value
from members.models import Membership, ValueStatement, VolunteerHours
from members.services import value_statements
from members.value import Figure, Unit
from tests.factories import members as make
from tests.factories import pledges as make_pledges
from tests.members.reading import on
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

ENDS_ON = date(2026, 12, 31)
FROM_ON, TO_ON = date(2025, 12, 1), date(2026, 11, 30)


@pytest.fixture
def member(bakery, ben) -> Membership:
    """The bakery's membership since 2023, which runs until the end of 2026."""
    with on("2023-01-01"):
        membership = make.a_membership(business=bakery)
    make.a_term(membership, starts_on=date(2026, 1, 1))
    return membership


@pytest.fixture
def only():
    """`only(figure, …)`: the registry holds these and nothing else."""
    before = dict(value._figures)

    def register(*figures: Figure) -> None:
        value._figures.clear()
        value.register(*figures)

    yield register
    value._figures.clear()
    value._figures.update(before)


def an_hour(seat, day: date, minutes: int = 90, **fields) -> VolunteerHours:
    """Confirmed time of a seat's person."""
    return VolunteerHours.objects.create(
        **{"seat": seat, "on": day, "minutes": minutes, "confirmed_at": clock.now()} | fields
    )


def told(statement: ValueStatement) -> dict[str, str]:
    """A statement's figures in words, by key."""
    return {line.key: line.words for line in value_statements.lines_of(statement)}


def test_a_year_in_figures(member, ben, cleo, oven, neighbour):
    an_hour(ben, FROM_ON)
    an_hour(ben, TO_ON, 60)
    an_hour(ben, date(2026, 12, 1))  # the day after
    an_hour(ben, date(2025, 11, 30))  # the day before
    an_hour(ben, date(2026, 5, 1), confirmed_at=None)
    an_hour(ben, date(2026, 5, 1), removed_at=clock.now())
    an_hour(cleo, date(2026, 5, 1))  # nobody of the bakery
    with time_machine.travel(datetime(2026, 11, 22, 20, 0, tzinfo=UTC)):
        eve = make_pledges.an_active_pledge(oven, "eve@example.com", amount_minor=240_00)
        make_pledges.an_active_pledge(oven, "gil@example.com", amount_minor=100_00)
        make_pledges.an_intended_pledge(oven, "not-yet@example.com")
        make_pledges.a_confirmed_purchase(eve, by=ben, spent_minor=30_00)
    statement = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    assert (statement.from_on, statement.to_on) == (FROM_ON, TO_ON)
    assert told(statement) == {
        "members.years": "3 years",
        "pledges.people": "2",
        "pledges.promised": "$340",
        "pledges.honoured": "$30",
        "gatherings.attended": "not measured",
        "members.minutes": "2 h 30 min",
        "members.resources": "0",
        "groups.help_given": "0",
        "groups.help_received": "0",
        # Nobody has counted anything at any listing yet.
        **{
            f"directory.{name}": "not measured"
            for name in ("views", "website", "calls", "directions", "mail", "referred", "won")
        },
    }


def test_it_is_made_once_and_stays_as_it_was_counted(member, ben):
    an_hour(ben, date(2026, 5, 1), 60)
    first = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    an_hour(ben, date(2026, 5, 2), 60)
    again = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    assert (again.pk, told(again)["members.minutes"]) == (first.pk, "1 hour")
    assert ValueStatement.objects.count() == 1
    so_far = value_statements.so_far(membership=member, day=TO_ON)
    assert {line.key: line.words for line in so_far}["members.minutes"] == "2 hours"


def test_the_application_cannot_change_it(member):
    value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ValueStatement.objects.update(figures=[])


def test_the_first_year_begins_with_joining():
    with on("2026-05-01"):
        member = make.a_membership()
    make.a_term(member, starts_on=date(2026, 5, 1))
    statement = value_statements.statement_for(membership=member, ends_on=date(2027, 4, 30))
    assert (statement.from_on, statement.to_on) == (date(2026, 5, 1), date(2027, 3, 30))


def test_one_year_follows_the_other_without_a_gap(member):
    first = value_statements.statement_for(membership=member, ends_on=date(2027, 12, 31))
    before = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    assert (before.to_on, first.from_on) == (date(2026, 11, 30), date(2026, 12, 1))


def test_a_leap_day_is_in_one_year(member):
    statement = value_statements.statement_for(membership=member, ends_on=date(2024, 3, 30))
    assert (statement.from_on, statement.to_on) == (date(2023, 3, 1), date(2024, 2, 28))


def test_what_nobody_measured_is_said_and_left_out_of_the_letter(member, only):
    only(
        Figure("rooms.views", "Views of your page", lambda *days: None, 1),
        Figure("rooms.leads", "Leads", lambda *days: 0, 2),
        Figure("rooms.talks", "Introductions", lambda *days: 1200, 3),
    )
    statement = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    lines = value_statements.lines_of(statement)
    assert [(line.label, line.words, line.is_measured) for line in lines] == [
        ("Views of your page", "not measured", False),
        ("Leads", "0", True),
        ("Introductions", "1,200", True),
    ]
    letter = value_statements.figures_for_letter(membership=member, ends_on=ENDS_ON)
    assert letter == [{"label": "Introductions", "value": "1,200"}]


def test_a_room_that_is_gone_leaves_its_old_figures_readable(member, only):
    only(Figure("rooms.leads", "Leads", lambda *days: 4, 1))
    statement = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    only()
    assert [(line.label, line.words) for line in value_statements.lines_of(statement)] == [
        ("Leads", "4")
    ]


def test_two_figures_of_one_name_are_refused(only):
    only(Figure("rooms.leads", "Leads", len, 1))
    with pytest.raises(ValueError, match=r"rooms\.leads"):
        value.register(Figure("rooms.leads", "Others", len, 1))


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (None, Unit.MONEY, "not measured"),
        (0, Unit.MONEY, "$0"),
        (1_234_50, Unit.MONEY, "$1,234.50"),
        (1, Unit.YEARS, "1 year"),
        (45, Unit.MINUTES, "45 min"),
        (0, Unit.MINUTES, "0 hours"),
        (60, Unit.MINUTES, "1 hour"),
        (61, Unit.MINUTES, "1 h 1 min"),
    ],
)
def test_figures_in_words(amount, unit, words):
    assert value_statements.in_words(amount, unit) == words


def test_hours_count_for_the_business_that_somebody_spoke_for_then(member, ben, cleo):
    """Whatever seat they gave them by."""
    an_hour(ben, date(2026, 5, 1), 60)
    ben.person.seats.create(alliance=ben.alliance, role="community")
    other = ben.person.seats.get(role="community")
    an_hour(other, date(2026, 5, 2), 60)
    statement = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    assert told(statement)["members.minutes"] == "2 hours"


def test_the_neighbour_counts_its_own(member, ben, neighbour):
    with in_alliance(neighbour.alliance):
        with on("2026-01-01"):
            theirs = make.a_membership(business=neighbour.business)
        make.a_term(theirs, starts_on=date(2026, 1, 1))
        an_hour(neighbour.dan, date(2026, 5, 1), 300)
        statement = value_statements.statement_for(membership=theirs, ends_on=ENDS_ON)
        assert told(statement)["members.minutes"] == "5 hours"
    assert not ValueStatement.objects.exists()
    statement = value_statements.statement_for(membership=member, ends_on=ENDS_ON)
    assert told(statement)["members.minutes"] == "0 hours"


def test_it_costs_the_same_however_much_was_given(member, ben):
    few = queries_of(lambda: value_statements.so_far(membership=member, day=TO_ON))
    for _n in range(20):
        an_hour(ben, date(2026, 5, 1), 60)
    assert queries_of(lambda: value_statements.so_far(membership=member, day=TO_ON)) == few
