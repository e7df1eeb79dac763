"""The day's order: the same for everyone, another each day, and fair over thirty."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from alliance import clock
from alliance.models import Alliance
from directory.models import DirectoryEntry
from directory.queries.search import Asked, search
from directory.services import entries
from members.models import Business
from tests.factories.directory import a_listed_business

pytestmark = pytest.mark.usefixtures("next_door", "in_oak_street")

START = datetime(2026, 12, 1, 20, tzinfo=UTC)
LISTINGS, DAYS, BLOCKS = 60, 30, 6
# χ² with (60 - 1) × (6 - 1) = 295 degrees of freedom exceeds this in 1 of 1,000 fair orders
# (Wilson–Hilferty: 295 · (1 − 2/(9·295) + 3.0902 · √(2/(9·295)))³).
CRITICAL = 374.9


def order(*, size: int = LISTINGS) -> list[str]:
    names = dict(DirectoryEntry.objects.values_list("pk", "name"))
    return [names[row.entry] for row in search(Asked(), size=size).rows]


def chi_square(orders: list[list[str]]) -> float:
    """How far each listing's places in six blocks of the list are from equally often."""
    expected = len(orders) / BLOCKS
    seen = {(name, block): 0 for name in orders[0] for block in range(BLOCKS)}
    for names in orders:
        for place, name in enumerate(names):
            seen[name, place * BLOCKS // len(names)] += 1
    return sum((count - expected) ** 2 / expected for count in seen.values())


@pytest.fixture
def listings(in_oak_street: Alliance) -> None:
    businesses = [a_listed_business(slug=f"s{n}", trade_name=f"Shop {n:02}") for n in range(3)]
    first = businesses[0]
    more = [
        Business(
            trade_name=f"Shop {n:02}",
            legal_name=f"Shop {n:02}",
            slug=f"s{n}",
            segment=first.segment,
        )
        for n in range(3, LISTINGS)
    ]
    Business.objects.bulk_create(more)
    entries.refresh()
    until = START.date() + timedelta(days=DAYS)
    DirectoryEntry.objects.update(shown_until=until)


@pytest.mark.usefixtures("listings")
def test_thirty_days_are_fair() -> None:
    orders = []
    for day in range(DAYS):
        with clock.at(START + timedelta(days=day)):
            orders.append(order())

    assert all(sorted(names) == sorted(orders[0]) for names in orders)
    assert chi_square(orders) < CRITICAL


@pytest.mark.usefixtures("listings")
def test_control_an_order_that_favours_somebody_is_found() -> None:
    fair = [order()]
    favoured = [
        ["Shop 00", *(name for name in names if name != "Shop 00")]
        for names in [fair[0][n:] + fair[0][:n] for n in range(DAYS)]
    ]

    assert chi_square(favoured) > CRITICAL
    assert chi_square([fair[0]] * DAYS) > CRITICAL


@pytest.mark.usefixtures("listings")
def test_the_order_is_the_same_for_everyone_all_day_and_another_tomorrow() -> None:
    with clock.at(START):
        morning = order()
    with clock.at(START + timedelta(hours=10)):
        evening = order()
    with clock.at(START + timedelta(days=1)):
        tomorrow = order()

    assert morning == evening
    assert morning != tomorrow


def test_nothing_that_money_buys_stands_in_the_order() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = "
            "'directory_entry' AND column_name ~ 'sponsor|tier|price|paid|weight|rank'"
        )
        assert cursor.fetchall() == []
