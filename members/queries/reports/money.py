"""Dues by month, read from the books: what was asked, taken back, received and returned."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.db.models.functions import Coalesce

from ledger.chart import RECEIVABLE
from ledger.models import Entry, EntryKind, Line

# Whatever is asked of a member or comes from them moves the receivable: up by
# an invoice or a refund, down by a payment or a credit note.
SIGNS = {
    EntryKind.INVOICE: 1,
    EntryKind.CREDIT_NOTE: -1,
    EntryKind.PAYMENT: -1,
    EntryKind.REFUND: 1,
}


@dataclass(frozen=True)
class Money:
    """Sums in minor units by day and kind; reversals count against what they reverse."""

    rows: Sequence[tuple[date, EntryKind, int]]
    known_from: date | None

    def between(self, first: date, last: date) -> Counter[EntryKind] | None:
        """What moved on these days, each kind above zero; None where the books begin later."""
        if self.known_from is None or last < self.known_from:
            return None
        found: Counter[EntryKind] = Counter()
        for day, kind, amount in self.rows:
            if first <= day <= last:
                found[kind] += amount
        return found


def lines_of(kind: EntryKind, first: date, last: date) -> Any:
    """The lines behind one sum, with their entries."""
    return _lines().filter(caused=kind, entry__on__range=(first, last)).select_related("entry")


def money_between(first: date, last: date) -> Money:
    """Every day's sums, in one query and one for the first day of the books."""
    rows = (
        _lines()
        .filter(caused__in=SIGNS, entry__on__range=(first, last))
        .order_by()
        .values_list("entry__on", "caused")
        .annotate(amount=Sum("amount_minor"))
    )
    begins = Entry.objects.order_by("on").values_list("on", flat=True).first()
    return Money(
        rows=[(day, EntryKind(kind), SIGNS[EntryKind(kind)] * sum_) for day, kind, sum_ in rows],
        known_from=begins,
    )


def _lines() -> Any:
    caused = Coalesce("entry__reverses__kind", "entry__kind")
    return Line.objects.filter(account__key=RECEIVABLE.key).annotate(caused=caused)
