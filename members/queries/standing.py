"""The status of many memberships on a day, computed by the database in one query.

Says the same as `members.status.status_on`, which is the one to read first; a
property test holds them together.
"""

from datetime import date
from typing import Any

from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.expressions import Combinable, Func
from django.db.models.functions import Cast

from members.models import Membership
from members.queries.memberships import today
from members.status import NEW_DAYS, RENEWING_DAYS
from members.terms import GRACE_DAYS

# %(a)s, %(m)s, %(j)s and %(d)s: the row's alliance, its id, its joined_on, and the day.
# The end before the first gap after the terms that have begun: where a term
# leaves a gap, what stands before it (`earlier`) is the end.
PAID_UNTIL = """(
    SELECT CASE WHEN bool_or(starts_on <= %(d)s) THEN coalesce(
        min(earlier) FILTER (WHERE starts_on > %(d)s AND starts_on > earlier + 1), max(ends_on)
    ) END
    FROM (
        SELECT starts_on, ends_on, max(ends_on) OVER (
            ORDER BY starts_on, ends_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS earlier
        FROM members_membershipperiod
        WHERE alliance_id = %(a)s AND membership_id = %(m)s
          AND paid_on <= %(d)s AND (voided_on IS NULL OR voided_on > %(d)s)
    ) AS counted
)"""
HAS_RUN = """EXISTS (
    SELECT 1 FROM members_membershipperiod
    WHERE alliance_id = %(a)s AND membership_id = %(m)s
      AND greatest(starts_on, paid_on) <= %(d)s
      AND (voided_on IS NULL OR voided_on > greatest(starts_on, paid_on))
)"""
# OFFSET 0 keeps the subquery whole: pulled up, it would run again for each WHEN.
STATUS = f"""(CASE
    WHEN EXISTS (
        SELECT 1 FROM members_cancellation
        WHERE alliance_id = %(a)s AND membership_id = %(m)s
          AND cancelled_on <= %(d)s AND (revoked_on IS NULL OR revoked_on > %(d)s)
    ) THEN 'cancelled'
    WHEN EXISTS (
        SELECT 1 FROM members_hold
        WHERE alliance_id = %(a)s AND membership_id = %(m)s
          AND starts_on <= %(d)s AND (released_on IS NULL OR released_on > %(d)s)
    ) THEN 'suspended'
    ELSE (
        SELECT CASE
            WHEN until IS NULL THEN CASE WHEN {HAS_RUN} THEN 'lapsed' ELSE 'pending' END
            WHEN until < %(d)s - {GRACE_DAYS} THEN 'lapsed'
            WHEN until < %(d)s THEN 'grace'
            WHEN %(d)s < %(j)s + {NEW_DAYS} THEN 'new'
            WHEN until - %(d)s <= {RENEWING_DAYS} THEN 'renewing'
            ELSE 'current'
        END FROM (SELECT {PAID_UNTIL} AS until OFFSET 0) AS paid
    )
END)"""


def standing(day: date | None = None) -> QuerySet[Membership]:
    """Every membership with its `status` and `paid_until` on that day (today where none is given).

    Whoever counts as a member then: `.filter(status__in=STANDING)`.
    """
    return with_status(Membership.objects.all(), day)


def with_status(
    rows: QuerySet[Any], day: date | Combinable | None = None, *, membership: str = ""
) -> QuerySet[Any]:
    """Adds `status` and `paid_until` as of that day, to be filtered and sorted by.

    `membership` is the way from the rows to their membership ("memberships__");
    without one they are memberships themselves; `day` may be an expression that
    gives each row a day of its own. `paid_until` is the last day
    covered without a gap, None where no term has begun.
    """
    on = day or today()
    return rows.annotate(
        status=_OfMembership(STATUS, on, membership, output_field=CharField()),
        paid_until=_OfMembership(PAID_UNTIL, on, membership, output_field=DateField()),
    )


class _OfMembership(Func):
    """A subquery about one membership, whatever alias the outer query gives its table."""

    def __init__(self, template: str, day: date | Combinable, way: str, **extra: Any) -> None:
        self.words = template
        names = (F(f"{way}alliance_id"), F(f"{way}pk"), F(f"{way}joined_on"))
        on = Value(day) if isinstance(day, date) else day
        super().__init__(*names, Cast(on, DateField()), **extra)

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        parts = dict(
            zip("amjd", (compiler.compile(e) for e in self.get_source_expressions()), strict=True)
        )
        return _filled(self.words, parts)


def _filled(words: str, parts: dict[str, tuple[str, Any]]) -> tuple[str, list[Any]]:
    """Puts each part where its name stands, and its parameters in the order of those places."""
    pieces: list[str] = []
    parameters: list[Any] = []
    for piece in words.split("%("):
        name, marker, rest = piece.partition(")s")
        if marker and name in parts:
            sql, values = parts[name]
            pieces.append(sql + rest)
            parameters.extend(values)
        else:
            pieces.append(piece)
    return "".join(pieces), parameters
