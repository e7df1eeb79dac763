"""A member's account over some days, read from the books themselves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from ledger.chart import RECEIVABLE
from ledger.models import Entry, EntryKind, Line
from ledger.queries import balance_minor
from members.models import Business

# An entry's memo begins with the numbers of its papers; the member's name follows.
NUMBERS = re.compile(r"(?:[CR]-)?\d{4}-\d{4,}(?: · \d{4}-\d{4,})?", re.ASCII)


@dataclass(frozen=True)
class StatementLine:
    """One booking: what it was, on which side, and the balance after it."""

    on: date
    kind: str
    words: str
    amount_minor: int
    balance_minor: int
    entry_id: UUID

    @property
    def charged_minor(self) -> int | None:
        return self.amount_minor if self.amount_minor > 0 else None

    @property
    def settled_minor(self) -> int | None:
        return -self.amount_minor if self.amount_minor < 0 else None


@dataclass(frozen=True)
class Statement:
    """What was owed before, what happened, what is owed after; above zero the member owes it."""

    business: Business
    from_on: date
    to_on: date
    opening_minor: int
    lines: Sequence[StatementLine]

    @property
    def closing_minor(self) -> int:
        return self.lines[-1].balance_minor if self.lines else self.opening_minor


def statement(business: Business, *, from_on: date, to_on: date) -> Statement:
    """The account of a member between two days, both included."""
    opening = balance_minor(RECEIVABLE, party=business.pk, on=from_on - timedelta(days=1))
    rows = Line.objects.filter(
        account__key=RECEIVABLE.key,
        party=business.pk,
        entry__on__gte=from_on,
        entry__on__lte=to_on,
    ).select_related("entry")
    balance, lines = opening, []
    for row in rows.order_by("entry__on", "entry__number", "position"):
        balance += row.amount_minor
        lines.append(
            StatementLine(
                on=row.entry.on,
                kind=row.entry.get_kind_display(),
                words=_words(row.entry),
                amount_minor=row.amount_minor,
                balance_minor=balance,
                entry_id=row.entry_id,
            )
        )
    return Statement(business, from_on, to_on, opening, lines)


def owed_minor(business: Business) -> int:
    """What the member owes by the books now; below zero, what the alliance owes them."""
    return balance_minor(RECEIVABLE, party=business.pk)


def _words(entry: Entry) -> str:
    numbers = NUMBERS.match(entry.memo)
    if numbers and entry.kind in (EntryKind.INVOICE, EntryKind.PAYMENT, EntryKind.CREDIT_NOTE):
        return numbers[0]
    return entry.memo
