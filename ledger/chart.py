"""The chart of accounts: what money can be, and nothing else.

There is no account for paying a person who referred a friend, and no service
can open one: an account exists only by its name here.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccountKind(models.TextChoices):
    ASSET = "asset", _("asset")
    LIABILITY = "liability", _("liability")
    NET_ASSETS = "net_assets", _("net assets")
    INCOME = "income", _("income")
    EXPENSE = "expense", _("expense")
    # Money of others that the alliance keeps account of, but never holds.
    MEMORANDUM = "memorandum", _("kept for others")


# These grow on the debit side; the others on the credit side.
DEBIT_KINDS = frozenset({AccountKind.ASSET, AccountKind.EXPENSE, AccountKind.MEMORANDUM})


@dataclass(frozen=True)
class Standard:
    """An account that every alliance has: its short name, its code, what it is."""

    key: str
    code: str
    name: Any
    kind: AccountKind


BANK = Standard("bank", "1000", _("Bank"), AccountKind.ASSET)
CASH = Standard("cash", "1010", _("Cash box"), AccountKind.ASSET)
CARD = Standard("card", "1050", _("Card payments on their way"), AccountKind.ASSET)
RECEIVABLE = Standard("receivable", "1200", _("Dues receivable"), AccountKind.ASSET)
DUES = Standard("dues", "4000", _("Dues"), AccountKind.INCOME)
CARD_FEES = Standard("card_fees", "5100", _("Card fees"), AccountKind.EXPENSE)
IN_KIND = Standard("in_kind", "5300", _("Received in kind"), AccountKind.EXPENSE)
# What members owe to lenders. Nothing of it is the alliance's: these sum to zero with the last.
LOAN_PRINCIPAL = Standard(
    "loan_principal", "9000", _("Loans: principal owed to lenders"), AccountKind.MEMORANDUM
)
LOAN_INTEREST = Standard(
    "loan_interest", "9010", _("Loans: interest owed to lenders"), AccountKind.MEMORANDUM
)
LOAN_FEES = Standard("loan_fees", "9020", _("Loans: fees owed to lenders"), AccountKind.MEMORANDUM)
LOAN_CONTRA = Standard(
    "loan_contra", "9900", _("Loans: the other side, not ours"), AccountKind.MEMORANDUM
)

# Between these a treasurer moves money by hand; the others change by what happens elsewhere.
MOVABLE = (BANK, CASH, CARD)

CHART: dict[str, Standard] = {
    account.key: account
    for account in (
        BANK,
        CASH,
        CARD,
        RECEIVABLE,
        DUES,
        CARD_FEES,
        IN_KIND,
        LOAN_PRINCIPAL,
        LOAN_INTEREST,
        LOAN_FEES,
        LOAN_CONTRA,
    )
}
