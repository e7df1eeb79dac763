"""Numbers of papers: without a gap and without a double, however many ask at once."""

from django.db import connection

from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import current_alliance
from members.models import DocumentKind


def next_number(kind: DocumentKind, *, year: int) -> int:
    """The next number of this year's series, from 1.

    Whoever asks next waits until this transaction ends; if it fails, the
    number is given to them. So ask late, in the transaction of the paper.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO members_documentseries (id, alliance_id, kind, year, last)
               VALUES (%s, %s, %s, %s, 1)
               ON CONFLICT (alliance_id, kind, year)
               DO UPDATE SET last = members_documentseries.last + 1
               RETURNING last""",
            [uuid7(), current_alliance().pk, kind.value, year],
        )
        return int(cursor.fetchone()[0])
