"""What the directory counts for the value statement; unknown is never zero."""

from datetime import date

import pytest

from alliance.tenancy.scope import in_alliance
from directory import value
from directory.models import CountKind, DailyCount, Referral
from members.models import Business

pytestmark = pytest.mark.usefixtures("in_oak_street")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def counted(business, day, count, kind=CountKind.VIEW):
    DailyCount.objects.create(business=business, day=day, kind=kind, count=count)


def figures(business):
    return {figure.key: figure.count(business.pk, *YEAR) for figure in value.FIGURES}


NOTHING = {
    "directory.views": None, "directory.website": None, "directory.calls": None,
    "directory.directions": None, "directory.mail": None, "directory.referred": None,
    "directory.won": None,
}  # fmt: skip


def test_where_nothing_was_counted_nothing_is_known(bakery, mill_lane, next_door, dan):
    with in_alliance(mill_lane):
        counted(next_door, date(2026, 5, 1), 7)
        Referral.objects.create(business=next_door, wanted="Milk", seat=dan)
    assert figures(bakery) == NOTHING


def test_the_year_is_summed_by_kind(bakery):
    counted(bakery, date(2025, 12, 31), 100)
    counted(bakery, date(2026, 1, 1), 2)
    counted(bakery, date(2026, 12, 31), 3)
    counted(bakery, date(2026, 12, 31), 4, CountKind.CALL)
    counted(bakery, date(2027, 1, 1), 100)
    assert figures(bakery) == NOTHING | {
        "directory.views": 5, "directory.calls": 4, "directory.website": 0,
        "directory.directions": 0, "directory.mail": 0,
    }  # fmt: skip


def test_who_was_never_looked_at_while_others_were_has_none(bakery, florist):
    counted(Business.objects.get(slug="fays-flowers"), date(2026, 5, 1), 7)
    assert figures(bakery)["directory.views"] == 0


def test_customers_sent_and_won(bakery, ada):
    from alliance import clock

    day = clock.now()
    Referral.objects.create(business=bakery, wanted="Bread", seat=ada)
    year = (date(day.year, 1, 1), date(day.year, 12, 31))
    assert (value.referred(bakery.pk, *year), value.won(bakery.pk, *year)) == (1, None)
    Referral.objects.create(
        business=bakery, wanted="Rolls", seat=ada, outcome="not_won", answered_at=day
    )
    assert (value.referred(bakery.pk, *year), value.won(bakery.pk, *year)) == (2, 0)
    Referral.objects.create(
        business=bakery, wanted="Cake", seat=ada, outcome="won", answered_at=day
    )
    assert (value.referred(bakery.pk, *year), value.won(bakery.pk, *year)) == (3, 1)
    before = (date(day.year - 1, 1, 1), date(day.year - 1, 12, 31))
    assert (value.referred(bakery.pk, *before), value.won(bakery.pk, *before)) == (None, None)
