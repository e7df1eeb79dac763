"""Balances, and whether the chain is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.db.models.functions import Coalesce

from alliance.tenancy.scope import current_alliance
from ledger.chart import Standard
from ledger.models import Account, Entry, Line


@dataclass(frozen=True)
class AccountBalance:
    """One line of the trial balance, in minor units; one of the two sides is None."""

    account: Account
    amount_minor: int

    @property
    def debit_minor(self) -> int | None:
        return self.amount_minor if self.amount_minor > 0 else None

    @property
    def credit_minor(self) -> int | None:
        return -self.amount_minor if self.amount_minor < 0 else None

    @property
    def natural_minor(self) -> int:
        """The balance as its holder says it: dues of $300 are 300, not −300."""
        return self.amount_minor if self.account.grows_by_debit else -self.amount_minor


@dataclass(frozen=True)
class TrialBalance:
    """All accounts on one day; the two sides are equal, or the books are broken."""

    on: date | None
    rows: Sequence[AccountBalance]

    @property
    def debit_minor(self) -> int:
        return sum(row.amount_minor for row in self.rows if row.amount_minor > 0)

    @property
    def credit_minor(self) -> int:
        return -sum(row.amount_minor for row in self.rows if row.amount_minor < 0)

    @property
    def is_balanced(self) -> bool:
        return self.debit_minor == self.credit_minor


@dataclass(frozen=True)
class ChainCheck:
    """What reading the chain anew found; `broken_at` is the first bad entry's number.

    `first` is the number from which on it was read, `head` the newest seal of all.
    """

    entries: int
    head: str
    broken_at: int | None
    first: int = 1

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None

    @property
    def last(self) -> int:
        return self.first + self.entries - 1


def trial_balance(*, on: date | None = None) -> TrialBalance:
    """Every account's balance at the end of that day of the books; None: with all entries."""
    lines = Line.objects.all() if on is None else Line.objects.filter(entry__on__lte=on)
    sums = dict(lines.order_by().values_list("account").annotate(Sum("amount_minor")))
    rows = [AccountBalance(account, sums.get(account.pk, 0)) for account in Account.objects.all()]
    return TrialBalance(on=on, rows=rows)


def balance_minor(account: Standard, *, party: UUID | None = None, on: date | None = None) -> int:
    """One account's balance, debits above zero; of one party, on one day where given."""
    lines = Line.objects.filter(account__key=account.key)
    if party is not None:
        lines = lines.filter(party=party)
    if on is not None:
        lines = lines.filter(entry__on__lte=on)
    return lines.aggregate(sum=Coalesce(Sum("amount_minor"), 0))["sum"]


def check_chain(*, until: int | None = None, count: int | None = None) -> ChainCheck:
    """Reads entries and their lines again and compares each with its own seal.

    All of them, or the last `count` of those up to the number `until`.
    """
    newest = Entry.objects.order_by("-number").values_list("number", "hash").first() or (0, "")
    until = newest[0] if until is None else until
    before = max(0, until - count) if count else 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*),
                   min(number) FILTER (WHERE hash <> ledger_digest(e.entry)
                                          OR previous_hash <> before OR number <> place)
            FROM (
                SELECT entry, number, hash, previous_hash,
                       lag(hash, 1, coalesce((
                           SELECT hash FROM ledger_entry
                           WHERE alliance_id = %(alliance)s AND number = %(before)s
                       ), '')) OVER (ORDER BY number) AS before,
                       %(before)s + row_number() OVER (ORDER BY number) AS place
                FROM ledger_entry entry
                WHERE alliance_id = %(alliance)s
                  AND number > %(before)s AND number <= %(until)s
            ) e
            """,
            {"alliance": current_alliance().pk, "before": before, "until": until},
        )
        entries, broken_at = cursor.fetchone()
    return ChainCheck(entries=entries, head=newest[1], broken_at=broken_at, first=before + 1)
