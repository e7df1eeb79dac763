"""Who stands on the front page today: the first of the day's order, so everybody in turn."""

from datetime import date

from django.db import connection

from alliance import clock
from alliance.tenancy.scope import current_alliance
from directory.models import DirectoryEntry
from directory.queries.results import Card, cards_of


def featured(count: int) -> list[Card]:
    """The first cards of the day's order."""
    day = clock.now().astimezone(current_alliance().zone).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM directory_entry "
            "WHERE alliance_id = %(alliance)s AND shown_until >= %(day)s "
            "ORDER BY hashtextextended(business_id::text, %(seed)s), id LIMIT %(count)s",
            {
                "alliance": current_alliance().pk,
                "day": day,
                "seed": day.toordinal(),
                "count": count,
            },
        )
        return cards_of([pk for (pk,) in cursor.fetchall()], day)


def listed_count(day: date | None = None) -> int:
    """How many are in the directory on that day, today where none is given."""
    return DirectoryEntry.objects.public(day).count()
