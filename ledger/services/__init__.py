"""Writes to the books; other rooms take what posts an entry from here."""

from ledger.services.journal import (
    Amount,
    Draft,
    account,
    credit,
    debit,
    post,
    post_all,
    reverse,
)
from ledger.services.moves import Move, move, reverse_adjustment

__all__ = [
    "Amount",
    "Draft",
    "Move",
    "account",
    "credit",
    "debit",
    "move",
    "post",
    "post_all",
    "reverse",
    "reverse_adjustment",
]
