"""Visits counted without cookies: how often, never who (ADR-0022)."""

import hashlib
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from alliance import clock, links, memory
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import current_alliance
from directory.models import CountKind
from members.models import Business
from members.queries.memberships import today


def visitor_key(*, network: str, agent: str) -> str | None:
    """What makes two visits of one day the same visitor's; None where nothing can be remembered.

    A hash with a secret that lives until midnight: tomorrow the same visitor has
    another, and nobody, we included, can tell whose it was.
    """
    day = today()
    place = f"visits:{day}:secret"
    memory.add(place, links.new_secret(), seconds=_seconds_left(day))
    secret = memory.recall(place)
    if not secret:
        return None
    return hashlib.sha256(f"{secret}|{network}|{agent}".encode()).hexdigest()[:32]


@transaction.atomic
def count(*, business: Business, kind: CountKind, visitor_key: str | None) -> bool:
    """Counts one visit, a visitor's once a day for each kind; whether it was counted.

    Without a key everything counts: a memory that is away must not lose visits.
    """
    day = today()
    if visitor_key and not _is_first(business, kind, visitor_key, day):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            {
                "id": uuid7(),
                "alliance": current_alliance().pk,
                "business": business.pk,
                "day": day,
                "kind": kind,
            },
        )
    return True


def _is_first(business: Business, kind: CountKind, visitor_key: str, day: date) -> bool:
    key = f"visits:{day}:{business.pk}:{kind}:{visitor_key}"
    return memory.add(key, 1, seconds=_seconds_left(day))


def _seconds_left(day: date) -> int:
    """Until the alliance's midnight, at least one."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, tzinfo=current_alliance().zone)
    return max(1, round((midnight - clock.now()).total_seconds()))


_UPSERT = """
INSERT INTO directory_dailycount (id, alliance_id, business_id, day, kind, count)
VALUES (%(id)s, %(alliance)s, %(business)s, %(day)s, %(kind)s, 1)
ON CONFLICT (alliance_id, business_id, day, kind)
DO UPDATE SET count = directory_dailycount.count + 1
"""
