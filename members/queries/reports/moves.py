"""Who came and who went: the days on which memberships began and ceased to be active."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from members.status import GRACE_DAYS


class Move(TextChoices):
    """Why a membership is active from a day on, or no longer is."""

    JOINED = "joined", _("Joined")
    BROUGHT = "brought", _("Brought from another system")
    RETURNED = "returned", _("Reinstated")
    RELEASED = "released", _("Released from a suspension")
    LAPSED = "lapsed", _("Lapsed")
    ENDED = "ended", _("Cancelled")
    SUSPENDED = "suspended", _("Suspended")
    CREDITED = "credited", _("Taken back by a credit note")


CAME = (Move.JOINED, Move.BROUGHT, Move.RETURNED, Move.RELEASED)
LEFT = (Move.LAPSED, Move.ENDED, Move.SUSPENDED, Move.CREDITED)


@dataclass(frozen=True)
class Moves:
    """All moves up to a day, counted by day: (day, move, how many), oldest first."""

    rows: Sequence[tuple[date, Move, int]]

    @property
    def known_from(self) -> date | None:
        """The day of the first record; what was before is unknown."""
        return self.rows[0][0] if self.rows else None

    def between(self, first: date, last: date) -> Counter[Move] | None:
        """How many moves of each kind on these days; None where all of them are unknown."""
        if self.known_from is None or last < self.known_from:
            return None
        found: Counter[Move] = Counter()
        for day, move, count in self.rows:
            if first <= day <= last:
                found[move] += count
        return found

    def active_on(self, day: date) -> int | None:
        """How many were active at the end of that day; None before the first record."""
        if self.known_from is None or day < self.known_from:
            return None
        return sum(change for when, change in self._changes if when <= day)

    def attrition(self, first: date, last: date) -> float | None:
        """Who ceased to be active on these days, as a share of who was before them."""
        before, moves = self.active_on(first - timedelta(days=1)), self.between(first, last)
        if not before or moves is None:
            return None
        return sum(moves[move] for move in LEFT) / before

    @cached_property
    def _changes(self) -> list[tuple[date, int]]:
        return [(day, count if move in CAME else -count) for day, move, count in self.rows]


def moves_until(last: date) -> Moves:
    """Every move up to that day, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{moves_sql()}
            SELECT day, move, count(*) FROM moves WHERE day <= %(until)s
            GROUP BY day, move ORDER BY day, move""",
            {"alliance": current_alliance().pk, "until": last},
        )
        return Moves([(day, Move(move), count) for day, move, count in cursor.fetchall()])


def moves_sql(*, narrow: str = "") -> str:
    """A WITH that ends in `moves (membership_id, day, move)`, some of them after `until`.

    Parameters: alliance, until, and those of `narrow`, which may name
    memberships ("AND membership_id = ANY(%(memberships)s)").

    A membership is active while a term that counts has begun and its grace has
    not run out, less what cancellations and suspensions cut off: exactly when
    its status is new, current, renewing or grace. People act at noon and grace
    ends at midnight; so who pays a day too late has lapsed in between.
    """
    return f"""
    WITH covered AS (
        SELECT membership_id, range_agg(tsrange(
            greatest(starts_on, paid_on) + time '12:00',
            least(voided_on + time '12:00', (ends_on + {GRACE_DAYS + 1})::timestamp)
        )) AS times
        FROM members_membershipperiod
        WHERE alliance_id = %(alliance)s
          AND greatest(starts_on, paid_on)
              <= least(voided_on - 1, ends_on + {GRACE_DAYS}, %(until)s::date) {narrow}
        GROUP BY membership_id
    ), away AS (
        SELECT membership_id,
               range_agg(tsrange(from_on + time '12:00', until_on + time '12:00')) AS times
        FROM (
            SELECT membership_id, starts_on, released_on FROM members_hold
            WHERE alliance_id = %(alliance)s {narrow}
            UNION ALL
            SELECT membership_id, cancelled_on, revoked_on FROM members_cancellation
            WHERE alliance_id = %(alliance)s {narrow}
        ) AS breaks (membership_id, from_on, until_on)
        GROUP BY membership_id
    ), spells AS (
        SELECT membership_id, lower(spell) AS began, upper(spell) AS ceased,
               row_number() OVER (PARTITION BY membership_id ORDER BY spell) AS place
        FROM covered LEFT JOIN away USING (membership_id),
             unnest(covered.times - coalesce(away.times, '{{}}')) AS spell
    ), moves (membership_id, day, move) AS (
        SELECT membership_id, began::date, CASE
            WHEN place = 1 THEN CASE WHEN EXISTS (
                SELECT 1 FROM members_membershipperiod p JOIN members_membership m
                  ON m.alliance_id = p.alliance_id AND m.id = p.membership_id
                WHERE p.alliance_id = %(alliance)s AND p.membership_id = spells.membership_id
                  AND p.source = 'imported' AND m.joined_on < began::date
                  AND greatest(p.starts_on, p.paid_on) = began::date
            ) THEN 'brought' ELSE 'joined' END
            WHEN {_on("hold", "released_on", "began")} THEN 'released'
            ELSE 'returned' END
        FROM spells
        UNION ALL
        SELECT membership_id, ceased::date, CASE
            WHEN ceased::time = time '00:00' THEN 'lapsed'
            WHEN {_on("cancellation", "cancelled_on", "ceased")} THEN 'ended'
            WHEN {_on("hold", "starts_on", "ceased")} THEN 'suspended'
            ELSE 'credited' END
        FROM spells
    )
    """


def _on(table: str, column: str, moment: str) -> str:
    """Whether the spell's membership has a row of that table on the day of the moment."""
    return f"""EXISTS (
        SELECT 1 FROM members_{table} WHERE alliance_id = %(alliance)s
        AND membership_id = spells.membership_id AND {column} = {moment}::date
    )"""
