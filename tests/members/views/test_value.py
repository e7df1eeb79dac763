"""What a membership brought, as its member and the desk read it."""

from datetime import date

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members import value
from members.models import Membership, VolunteerHours
from members.services import value_statements
from members.value import Figure
from tests.factories import members as make
from tests.members.reading import on
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import active_parts, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def me(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)


@pytest.fixture
def member(oak_street, bakery, ben) -> Membership:
    """The bakery's membership of 2024, with an hour and a half given in May 2026."""
    with in_alliance(oak_street):
        with on("2024-01-01"):
            membership = make.a_membership(business=bakery)
        make.a_term(membership, starts_on=date(2026, 1, 1))
        VolunteerHours.objects.create(
            seat=ben, on=date(2026, 5, 1), minutes=90, confirmed_at=clock.now()
        )
        return membership


@pytest.fixture
def sent(oak_street, member):
    """The statement that went with the letter about the end of 2026."""
    with in_alliance(oak_street), on("2026-12-01"):
        return value_statements.statement_for(membership=member, ends_on=date(2026, 12, 31))


def test_the_year_so_far_without_a_statement(me, member):
    page = me.get("/me/value/")
    read = words(page)
    assert (page.status_code, title(page), active_parts(page)) == (200, "What it brought", [])
    assert "Hours your people gave 1 h 30 min" in read
    assert "What they promised to spend $0" in read
    assert "The first statement comes with the letter about the next term" in read


def test_a_statement_is_kept_as_it_was_sent(me, member, sent, oak_street, ben):
    with in_alliance(oak_street):
        VolunteerHours.objects.create(
            seat=ben, on=date(2026, 5, 2), minutes=30, confirmed_at=clock.now()
        )
    read = words(me.get("/me/value/"))
    assert "Hours your people gave 2 hours" in read
    assert "From 1 December 2025 to 30 November 2026 As it was counted on 1 December 2026" in read
    assert "Hours your people gave 1 h 30 min" in read


def test_unmeasured_is_said(me, member, monkeypatch):
    unknown = Figure("rooms.views", "Views of your page", lambda *days: None, 1)
    monkeypatch.setattr(value, "_figures", {unknown.key: unknown})
    assert "Views of your page not measured" in words(me.get("/me/value/"))


def test_on_the_members_page_stands_the_last_one(me, member, sent):
    read = words(me.get("/me/"))
    assert "What it brought From 1 Dec 2025 to 30 Nov 2026:" in read
    assert 'href="/me/value/"' in text(me.get("/me/"))


def test_the_desk_reads_the_same(desk, member, sent):
    page = desk.get("/staff/members/bens-bakery/value/")
    assert (page.status_code, title(page)) == (200, "What it brought: Ben's Bakery")
    assert "Hours your people gave 1 h 30 min" in words(page)
    assert 'href="/staff/members/bens-bakery/value/"' in text(
        desk.get("/staff/members/bens-bakery/")
    )


def test_without_a_membership_there_is_nothing_to_sum_up(me, desk, bakery):
    words_of_none = "Without a membership there is nothing to sum up yet."
    assert words_of_none in words(me.get("/me/value/"))
    assert words_of_none in words(desk.get("/staff/members/bens-bakery/value/"))


def test_who_speaks_for_nobody_has_no_such_page(visit, oak_street, cleo, member):
    assert visit(oak_street, cleo).get("/me/value/").status_code == 404
    assert visit(oak_street, cleo).get("/staff/members/bens-bakery/value/").status_code == 200


def test_nothing_of_the_neighbour(me, desk, visit, member, neighbour):
    with in_alliance(neighbour.alliance):
        with on("2024-01-01"):
            theirs = make.a_membership(business=neighbour.business)
        make.a_term(theirs, starts_on=date(2026, 1, 1))
    assert desk.get("/staff/members/dans-dairy/value/").status_code == 404
    assert me.get("/me/value/?business=dans-dairy").status_code == 404
    page = visit(neighbour.alliance, neighbour.dan).get("/me/value/")
    assert "Hours your people gave 0 hours" in words(page)


def test_ten_years_cost_what_one_does(me, member, oak_street):
    with in_alliance(oak_street):
        value_statements.statement_for(membership=member, ends_on=date(2026, 12, 31))
    me.get("/me/value/")
    one = queries_of(lambda: me.get("/me/value/"))
    with in_alliance(oak_street):
        for year in range(2016, 2026):
            value_statements.statement_for(membership=member, ends_on=date(year, 12, 31))
    assert queries_of(lambda: me.get("/me/value/")) == one
