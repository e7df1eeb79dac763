"""The status of many memberships in one query, the same as of each by itself."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.tenancy.scope import in_alliance
from members.models import (
    STANDING,
    Business,
    Cancellation,
    Hold,
    Membership,
    MembershipPeriod,
    PeriodSource,
    Status,
)
from members.queries.memberships import history_of, status_of, today
from members.queries.standing import standing, with_status
from members.status import History, Since, paid_until_on, status_on
from members.terms import same_day_later
from tests.factories import members as make
from tests.members.histories import DAYS, days_of, histories
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

OFTEN = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def possible(history: History) -> History:
    """Made into one that the database takes: no overlap among what stands, one open end each."""
    periods = []
    for term in history.periods:
        clashes = any(
            other.starts_on <= term.ends_on and term.starts_on <= other.ends_on
            for other in periods
            if other.voided_on is None
        )
        voided_on = term.voided_on or (term.paid_on + timedelta(days=9) if clashes else None)
        periods.append(replace(term, voided_on=voided_on))
    return replace(
        history,
        periods=tuple(periods),
        holds=one_open(history.holds),
        cancellations=one_open(history.cancellations),
    )


def one_open(ends: tuple[Since, ...]) -> tuple[Since, ...]:
    """Those that have an end, and the first that has none."""
    still = [each for each in ends if each.until is None]
    return tuple(each for each in ends if each.until or each is still[0])


def write(found: list[History]) -> list[Membership]:
    """A membership for each history, written directly."""
    tier = make.a_tier()
    names = [f"shop-{next(make.number)}" for _ in found]
    shops = Business.objects.bulk_create(
        Business(trade_name=n, legal_name=n, slug=n, segment="food") for n in names
    )
    made = Membership.objects.bulk_create(
        Membership(business=shop, tier=tier, joined_on=history.joined_on)
        for shop, history in zip(shops, found, strict=True)
    )
    pairs = list(zip(made, found, strict=True))
    MembershipPeriod.objects.bulk_create(
        MembershipPeriod(
            membership=membership,
            tier=tier,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            paid_on=term.paid_on,
            voided_on=term.voided_on,
            source=PeriodSource.IMPORTED,
        )
        for membership, history in pairs
        for term in history.periods
    )
    Hold.objects.bulk_create(
        Hold(membership=m, starts_on=e.from_on, released_on=e.until, reason="Asked for a rest.")
        for m, history in pairs
        for e in history.holds
    )
    Cancellation.objects.bulk_create(
        Cancellation(membership=m, cancelled_on=e.from_on, revoked_on=e.until)
        for m, history in pairs
        for e in history.cancellations
    )
    return made


@OFTEN
@given(st.lists(histories().map(possible), min_size=1, max_size=8), DAYS, st.integers(0, 10_000))
def test_the_query_says_what_the_function_says(found, day, which):
    with transaction.atomic():
        made = write(found)
        turns = days_of(found[which % len(found)])
        for asked in (day, turns[which % len(turns)], turns[which // 7 % len(turns)]):
            rows = standing(asked).filter(pk__in=[m.pk for m in made]).order_by("id")
            assert list(rows.values_list("pk", "status", "paid_until")) == [
                (m.pk, status_on(asked, history), paid_until_on(asked, history))
                for m, history in zip(made, found, strict=True)
            ]
        assert [history_of(m).joined_on for m in made] == [h.joined_on for h in found]
        transaction.set_rollback(True)


def test_the_histories_reach_every_status():
    """Else the property above would say little."""
    seen = set()

    @settings(max_examples=300, database=None, deadline=None)
    @given(histories().map(possible), DAYS)
    def look(history, day):
        seen.update(status_on(each, history) for each in (day, *days_of(history)))

    look()
    assert seen == set(Status.values)


def test_staff_lists_filter_and_sort_by_it_in_one_query():
    for name in ("Ada's Antiques", "Bike Barn", "Corner Cafe"):
        make.a_business(trade_name=name, slug=name[:4].lower().replace("'", "").strip())
    antiques, barn, cafe = Business.objects.order_by("trade_name").exclude(slug="bens-bakery")[:3]
    make.a_member(business=antiques)
    make.a_term(make.a_membership(business=barn), starts_on=today() - timedelta(days=380))
    make.a_membership(business=cafe)
    rows = with_status(Membership.objects.select_related("business"))
    assert queries_of(lambda: list(rows.filter(status__in=STANDING).order_by("status"))) == 1
    assert [(m.business.trade_name, m.status) for m in rows.order_by("-status")] == [
        ("Corner Cafe", "pending"),
        ("Ada's Antiques", "new"),
        ("Bike Barn", "grace"),
    ]
    assert [m.business for m in rows.filter(status="grace")] == [barn]
    assert rows.filter(status__in=STANDING).count() == 2
    assert dict(rows.values_list("business__slug", "paid_until")) == {
        antiques.slug: same_day_later(today(), 12) - timedelta(days=1),
        barn.slug: today() - timedelta(days=16),
        cafe.slug: None,
    }


def test_businesses_by_the_status_of_their_membership():
    member = make.a_member()
    make.a_business()
    rows = with_status(Business.objects.all(), membership="memberships__")
    found = dict(rows.values_list("pk", "status"))
    assert found.pop(member.business_id) == "new"
    # Without a membership there is nothing to compute from.
    assert set(found.values()) == {"pending"}


def test_the_neighbours_are_not_among_them(neighbour):
    make.a_member()
    with in_alliance(neighbour.alliance):
        theirs = make.a_member()
    assert theirs.pk not in set(standing().values_list("pk", flat=True))
    with in_alliance(neighbour.alliance):
        assert list(standing().values_list("pk", "status")).count((theirs.pk, "new")) == 1


def test_it_is_today_where_no_day_is_given():
    member = make.a_member()
    found = standing().get(pk=member.pk)
    assert (found.status, status_of(member)) == ("new", Status.NEW)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_the_first_and_the_last_day_that_there_is(day):
    member = make.a_member()
    assert standing(day).get(pk=member.pk).status in ("pending", "lapsed")


def test_the_plan_touches_each_row_once_however_many_memberships():
    """By index: the work grows with the rows of the memberships, not with their square."""
    write([History(date(2016, 1, 1))] * 50)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = standing(date(2026, 1, 1)).explain()
    assert "Index" in plan
    assert "members_membershipperiod" in plan
