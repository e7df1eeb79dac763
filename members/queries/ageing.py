"""How long what is owed has been owed, on any day.

Read from what was issued, paid, credited and given back up to that day, not
from the counts beside an invoice, which know only today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.scope import current_alliance
from members.models import RefundState

# An invoice in parts owes each part on that part's own day.
OWED = """
    SELECT i.id, coalesce(p.due_on, i.due_on) AS due_on,
           CASE WHEN p.invoice_id IS NULL THEN i.total_minor - i.covered
                ELSE least(p.amount_minor, p.reached - i.covered) END AS owed
    FROM (
        SELECT id, due_on, total_minor, coalesce((
            SELECT sum(amount_minor) FROM members_creditnote c
            WHERE c.alliance_id = v.alliance_id AND c.invoice_id = v.id
              AND c.issued_on <= %(on)s
        ), 0) + coalesce((
            SELECT sum(amount_minor) FROM members_payment p
            WHERE p.alliance_id = v.alliance_id AND p.invoice_id = v.id
              AND p.received_on <= %(on)s
        ), 0) - coalesce((
            SELECT sum(r.amount_minor) FROM members_refund r
            JOIN members_payment p ON p.alliance_id = r.alliance_id AND p.id = r.payment_id
            WHERE p.alliance_id = v.alliance_id AND p.invoice_id = v.id
              AND r.state = %(done)s AND r.done_on <= %(on)s
        ), 0) AS covered
        FROM members_invoice v WHERE alliance_id = %(alliance)s AND issued_on <= %(on)s
    ) i
    LEFT JOIN (
        SELECT invoice_id, due_on, amount_minor,
               sum(amount_minor) OVER (PARTITION BY invoice_id ORDER BY position) AS reached
        FROM members_instalment WHERE alliance_id = %(alliance)s
    ) p ON p.invoice_id = i.id
    WHERE i.total_minor > i.covered
"""
AGES = f"""
    SELECT CASE WHEN due_on > %(on)s THEN 'later' WHEN %(on)s - due_on <= 30 THEN '0-30'
                WHEN %(on)s - due_on <= 60 THEN '31-60' WHEN %(on)s - due_on <= 90 THEN '61-90'
                ELSE '90-more' END AS age, id, owed
    FROM ({OWED}) o WHERE owed > 0
"""
LABELS = {
    "later": _("not due yet"),
    "0-30": _("0–30 days"),
    "31-60": _("31–60 days"),
    "61-90": _("61–90 days"),
    "90-more": _("more than 90 days"),
}


@dataclass(frozen=True)
class Age:
    """One line of the table: how many invoices, and how much is owed on them."""

    key: str
    label: Any
    count: int
    owed_minor: int


@dataclass(frozen=True)
class Ageing:
    """What was owed at the end of a day, by age. An invoice in parts may stand in two lines."""

    on: date
    ages: Sequence[Age]
    count: int

    @property
    def owed_minor(self) -> int:
        return sum(age.owed_minor for age in self.ages)


def ageing(on: date) -> Ageing:
    """What is owed by age, at the end of that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT age, count(DISTINCT id), sum(owed) FROM ({AGES}) a GROUP BY GROUPING SETS "
            "((age), ())",
            _parameters(on),
        )
        found = {age: (count, int(owed or 0)) for age, count, owed in cursor.fetchall()}
    return Ageing(
        on=on,
        ages=[Age(key, label, *found.get(key, (0, 0))) for key, label in LABELS.items()],
        count=found.get(None, (0, 0))[0],
    )


def owed_by_invoice(on: date, age: str = "") -> dict[UUID, int]:
    """What was owed on each invoice at the end of that day; of one age only where it is given."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, sum(owed) FROM ({AGES}) a WHERE %(age)s IN ('', age) GROUP BY id",
            {**_parameters(on), "age": age},
        )
        return {pk: int(owed) for pk, owed in cursor.fetchall()}


def _parameters(on: date) -> dict[str, Any]:
    alliance = str(current_alliance().pk)
    return {"on": on, "alliance": alliance, "done": RefundState.DONE.value}
