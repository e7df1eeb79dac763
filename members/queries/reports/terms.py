"""Retention: terms that came to their end, and which of them were followed by another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from members.status import GRACE_DAYS


class Fate(TextChoices):
    """What became of a term that came to its end."""

    RENEWED = "renewed", _("Renewed")
    OPEN = "open", _("Still in grace")
    LOST = "lost", _("Not renewed")


@dataclass(frozen=True)
class Cohort:
    """The terms that ended on some days; due = renewed + still in grace + not renewed."""

    renewed: int
    open: int
    lost: int

    @property
    def due(self) -> int:
        return self.renewed + self.open + self.lost

    @property
    def retention(self) -> float | None:
        """Renewed ÷ due; None where nothing was due. While some are in grace it may yet grow."""
        return self.renewed / self.due if self.due else None


@dataclass(frozen=True)
class Terms:
    """Terms up to a day, counted: ends by their day, renewals by the day they were entered."""

    fates: Sequence[tuple[date, Fate, int]]
    renewals: Sequence[tuple[date, int]]

    def cohort(self, first: date, last: date) -> Cohort:
        """The terms whose last day was one of these."""
        found: Counter[Fate] = Counter()
        for day, fate, count in self.fates:
            if first <= day <= last:
                found[fate] += count
        return Cohort(renewed=found[Fate.RENEWED], open=found[Fate.OPEN], lost=found[Fate.LOST])

    def renewals_between(self, first: date, last: date) -> int:
        """Renewals that were entered on these days."""
        return sum(count for day, count in self.renewals if first <= day <= last)


def terms_between(first: date, last: date) -> Terms:
    """Every term's end and every renewal on these days, as of the last of them, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{terms_sql()}
            SELECT ends_on, fate, count(*) FROM ends GROUP BY 1, 2
            UNION ALL
            SELECT paid_on, 'renewal', count(*) FROM renewals GROUP BY 1
            ORDER BY 1, 2""",
            {"alliance": current_alliance().pk, "since": first, "until": last, "as_of": last},
        )
        rows = cursor.fetchall()
    return Terms(
        fates=[(day, Fate(kind), count) for day, kind, count in rows if kind != "renewal"],
        renewals=[(day, count) for day, kind, count in rows if kind == "renewal"],
    )


def terms_sql(*, narrow: str = "") -> str:
    """A WITH that ends in `ends (membership_id, …, ends_on, fate)` and `renewals (…, paid_on)`.

    Parameters: alliance, since and until, as_of (until or later), and those of
    `narrow`, as for moves. As it was known at the end of as_of:

    due       a term that ran on its last day, unless the next one was bought with the
              same invoice: who paid for three years is asked once
    renewed   another one begins within its grace, the 30 days after; money that came in
              time and was entered late still makes it so
    renewal   a term that follows another so, by the day from which it counts
    """
    return f"""
    WITH terms AS (
        SELECT p.id, p.membership_id, p.tier_id, p.starts_on, p.ends_on, p.paid_on, p.voided_on,
               l.invoice_id
        FROM members_membershipperiod p
        LEFT JOIN members_invoiceline l
          ON l.alliance_id = p.alliance_id AND l.id = p.invoice_line_id
        WHERE p.alliance_id = %(alliance)s AND p.paid_on <= %(as_of)s
          AND p.ends_on >= %(since)s::date - {GRACE_DAYS}
          AND (p.voided_on IS NULL OR p.voided_on > p.paid_on) {narrow}
    ), pairs AS (
        -- From the table and not from `terms`: an index knows each next term by its start.
        SELECT one.id, next.id AS next_id,
               EXISTS (
                   SELECT 1 FROM members_invoiceline l WHERE l.alliance_id = next.alliance_id
                   AND l.id = next.invoice_line_id AND l.invoice_id = one.invoice_id
               ) AS is_one_sale,
               next.voided_on IS NULL OR next.voided_on
                   > least(greatest(one.ends_on + {GRACE_DAYS}, next.paid_on), %(as_of)s)
                   AS is_renewed,
               one.paid_on <= next.paid_on
               AND (one.voided_on IS NULL OR one.voided_on > next.paid_on) AS is_renewal
        FROM terms one JOIN members_membershipperiod next
          ON next.alliance_id = %(alliance)s AND next.membership_id = one.membership_id
         AND next.starts_on > one.ends_on AND next.starts_on <= one.ends_on + {GRACE_DAYS}
         AND next.paid_on <= %(as_of)s
         AND (next.voided_on IS NULL OR next.voided_on > next.paid_on)
    ), ends AS (
        SELECT terms.*, CASE
            WHEN coalesce(followed.is_renewed, false) THEN 'renewed'
            WHEN ends_on + {GRACE_DAYS} >= %(as_of)s THEN 'open' ELSE 'lost' END AS fate
        FROM terms LEFT JOIN (
            SELECT id, bool_or(is_renewed) AS is_renewed, bool_or(is_one_sale) AS is_one_sale
            FROM pairs GROUP BY id
        ) AS followed USING (id)
        WHERE ends_on BETWEEN %(since)s AND %(until)s
          AND paid_on <= ends_on AND (voided_on IS NULL OR voided_on > ends_on)
          AND NOT coalesce(followed.is_one_sale, false)
    ), renewals AS (
        SELECT terms.* FROM terms
        WHERE paid_on BETWEEN %(since)s AND %(until)s
          AND id IN (SELECT next_id FROM pairs WHERE is_renewal AND NOT is_one_sale)
    )
    """
