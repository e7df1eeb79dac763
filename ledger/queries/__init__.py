"""What the books say; other rooms take balances and the chain's check from here."""

from ledger.queries.balances import (
    AccountBalance,
    ChainCheck,
    TrialBalance,
    balance_minor,
    check_chain,
    trial_balance,
)
from ledger.queries.journal import entries

__all__ = [
    "AccountBalance",
    "ChainCheck",
    "TrialBalance",
    "balance_minor",
    "check_chain",
    "entries",
    "trial_balance",
]
