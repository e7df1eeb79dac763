"""Entries as tests need them: a valid one unless told otherwise."""

from datetime import date
from typing import Any
from uuid import UUID

from alliance.models import Seat
from ledger.chart import BANK, CARD_FEES, CASH, DUES, RECEIVABLE
from ledger.models import Entry, EntryKind
from ledger.services import Draft, Move, credit, debit, post


def dues(
    key: str = "invoice:1", minor: int = 100_00, *, party: UUID | None = None, **fields: Any
) -> Draft:
    """An invoice for dues."""
    lines = [debit(RECEIVABLE, minor, party=party), credit(DUES, minor, party=party)]
    return Draft(
        **{"key": key, "kind": EntryKind.INVOICE, "memo": "Dues 2026", "lines": lines} | fields
    )


def payment(key: str = "payment:1", minor: int = 100_00, *, fee: int = 0, **fields: Any) -> Draft:
    """What was paid on an invoice, less what the processor kept."""
    lines = [debit(BANK, minor - fee), debit(CARD_FEES, fee), credit(RECEIVABLE, minor)]
    return Draft(**{"key": key, "kind": EntryKind.PAYMENT, "memo": "Paid", "lines": lines} | fields)


def a_move(**fields: Any) -> Move:
    """The cash box carried to the bank."""
    told = {"source": CASH, "target": BANK, "amount_minor": 80_00, "on": date(2026, 3, 31)}
    return Move(**told | {"memo": "Deposit slip 88"} | fields)


def some_entries(count: int, *, by: Seat | None = None, **fields: Any) -> list[Entry]:
    """Invoices of 1.00, 2.00 and so on, each with a key of its own."""
    start = Entry.objects.count()
    return [post(dues(f"some:{start + n}", n * 100, **fields), by=by) for n in range(1, count + 1)]
