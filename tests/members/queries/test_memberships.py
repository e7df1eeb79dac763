"""Reads of memberships: today, settings, statuses of many, what stands."""

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members.models import DuesSettings, LobbyingShare, Membership, Status
from members.queries.memberships import (
    history_of,
    last_end,
    lobbying_basis_points,
    settings,
    standing_terms,
    status_of,
    statuses_of,
    today,
)
from members.services import memberships
from members.status import History, Paid, Since
from members.terms import Term
from tests.factories import members as make
from tests.members.reading import on
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


@pytest.mark.parametrize(
    ("moment", "here", "there"),
    [
        ("2027-01-01T04:59:59", "2026-12-31", "2026-12-31"),
        ("2027-01-01T05:00:00", "2026-12-31", "2027-01-01"),
        ("2027-01-01T07:59:59", "2026-12-31", "2027-01-01"),
        ("2027-01-01T08:00:00", "2027-01-01", "2027-01-01"),
        ("2026-07-01T06:59:59", "2026-06-30", "2026-07-01"),
    ],
)
def test_the_day_begins_at_midnight_where_the_alliance_is(neighbour, moment, here, there):
    with clock.at(datetime.fromisoformat(moment).replace(tzinfo=UTC)):
        assert today() == D(here)
        with in_alliance(neighbour.alliance):
            assert today() == D(there)


def test_without_a_decision_the_defaults_hold(neighbour):
    with in_alliance(neighbour.alliance):
        DuesSettings.objects.create(legal_form="501c6", days_to_pay=5)
        LobbyingShare.objects.create(year=2026, basis_points=900)
    assert (settings().legal_form, settings().days_to_pay) == ("other", 30)
    assert lobbying_basis_points(2026) is None
    DuesSettings.objects.create(legal_form="501c3", days_to_pay=14)
    LobbyingShare.objects.create(year=2026, basis_points=0)
    assert (settings().legal_form, settings().days_to_pay) == ("501c3", 14)
    assert (lobbying_basis_points(2026), lobbying_basis_points(2027)) == (0, None)


@pytest.fixture
def member(bakery):
    """Paid for 2026 from 10 March, held for a week in May, ended and back in June."""
    with on("2026-03-10"):
        made = make.a_membership(business=bakery)
    make.a_paid_term(made, "2026-03-10")
    for day, act, more in (
        ("2026-05-01", memberships.hold, {"reason": "A rest."}),
        ("2026-05-08", memberships.release, {}),
        ("2026-06-01", memberships.cancel, {}),
        ("2026-06-03", memberships.revoke_cancellation, {}),
    ):
        with on(day):
            act(membership=made, by=None, **more)
    return made


def test_a_history_is_all_that_the_rows_say(member):
    assert history_of(member) == History(
        joined_on=D("2026-03-10"),
        periods=(Paid(D("2026-03-10"), D("2027-03-09"), D("2026-03-10")),),
        holds=(Since(D("2026-05-01"), D("2026-05-08")),),
        cancellations=(Since(D("2026-06-01"), D("2026-06-03")),),
    )


def test_statuses_of_many_cost_as_much_as_of_one(member):
    with on("2026-06-10"):
        assert (status_of(member), status_of(member, D("2026-06-01"))) == (
            Status.CURRENT,
            Status.CANCELLED,
        )
    others = [make.a_membership() for _n in range(20)]
    every = list(Membership.objects.all())
    assert queries_of(lambda: statuses_of(every, D("2026-05-07"))) == 3
    found = statuses_of(Membership.objects.all(), D("2026-05-07"))
    assert found == {str(member.pk): "suspended"} | {str(m.pk): "pending" for m in others}


def test_what_stands_and_until_when(member):
    assert (last_end(make.a_membership()), standing_terms(make.a_membership())) == (None, [])
    second = make.a_paid_term(member, "2027-01-10")
    third = make.a_paid_term(member, "2027-01-11")
    make.a_credit(third, "2027-02-01")
    assert last_end(member) == D("2028-03-09")
    assert standing_terms(member) == [
        Term(D("2026-03-10"), D("2027-03-09")),
        Term(D("2027-03-10"), D("2028-03-09")),
    ]
    make.a_credit(second, "2027-02-02")
    assert last_end(member) == D("2027-03-09") == D("2028-03-09") - timedelta(days=366)
