"""Visits are counted, visitors are not known."""

import re
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from alliance import clock
from alliance.tenancy.scope import in_alliance
from directory.models import CountKind, DailyCount
from directory.services import counts
from tests.factories.directory import a_listed_business
from tests.pledges.at_once import at_once

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZoneInfo("America/Los_Angeles"))


def stored() -> list[tuple[str, str, str, int]]:
    rows = DailyCount.objects.order_by("day", "kind")
    return [(r.business.slug, r.day.isoformat(), r.kind, r.count) for r in rows]


@pytest.fixture
def shop(in_oak_street, next_door):
    return a_listed_business(slug="shop")


def view(shop, *, network="198.51.100.0/24", agent="Firefox", kind=CountKind.VIEW):
    key = counts.visitor_key(network=network, agent=agent)
    return counts.count(business=shop, kind=kind, visitor_key=key)


def test_a_visitor_counts_once_a_day_for_each_kind(shop):
    with clock.at(NOON):
        told = [
            view(shop),
            view(shop),
            view(shop, agent="Safari"),
            view(shop, network="203.0.113.0/24"),
            view(shop, kind=CountKind.CALL),
            view(shop, kind=CountKind.CALL),
        ]
    with clock.at(NOON + timedelta(days=1)):
        told.append(view(shop))

    assert told == [True, False, True, True, True, False, True]
    assert stored() == [
        ("shop", "2026-11-20", "call", 1),
        ("shop", "2026-11-20", "view", 3),
        ("shop", "2026-11-21", "view", 1),
    ]


def test_the_day_is_the_alliances(shop):
    with clock.at(datetime(2026, 11, 21, 7, 59, tzinfo=ZoneInfo("UTC"))):
        view(shop)
    with clock.at(datetime(2026, 11, 21, 8, 0, tzinfo=ZoneInfo("UTC"))):
        view(shop)

    assert [day for _slug, day, _kind, _count in stored()] == ["2026-11-20", "2026-11-21"]


def test_a_key_means_nothing_tomorrow_or_next_door(shop, mill_lane):
    def key():
        return counts.visitor_key(network="198.51.100.0/24", agent="Firefox")

    with clock.at(NOON):
        today, again = key(), key()
        with in_alliance(mill_lane):
            theirs = key()
    with clock.at(NOON + timedelta(days=1)):
        tomorrow = key()

    assert today == again
    assert len({today, theirs, tomorrow}) == 3


def test_nothing_that_is_remembered_names_anybody_or_outlives_the_day(shop):
    with clock.at(NOON):
        view(shop)
    client = redis.from_url(settings.REDIS_URL)
    keys = client.keys("*visits*")
    held = b" ".join([*keys, *(client.get(key) for key in keys)])

    assert len(keys) == 2
    assert re.search(rb"198\.51|Firefox", held) is None
    assert [0 < client.ttl(key) <= 12 * 3600 for key in keys] == [True, True]


def test_without_valkey_everything_counts(shop, settings):
    settings.CACHES = settings.CACHES | {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
    }
    cache.close()
    with clock.at(NOON):
        assert [view(shop), view(shop)] == [True, True]

    assert stored() == [("shop", "2026-11-20", "view", 2)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("visitors", "counted"), [(20, 20), (1, 1)])
def test_twenty_at_once(oak_street, visitors, counted):
    with in_alliance(oak_street):
        shop = a_listed_business(slug="shop")
    acts = [partial(view, shop, agent=f"Browser {n % visitors}") for n in range(20)]

    told = at_once(oak_street, acts, connections=20)

    assert sorted(told) == [False] * (20 - counted) + [True] * counted
    with in_alliance(oak_street):
        assert [count for *_rest, count in stored()] == [counted]
