"""The only writes to the books: an entry, and its reversal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import current_alliance
from ledger.chart import CHART, Standard
from ledger.models import Account, Entry, EntryKind, Line


@dataclass(frozen=True)
class Amount:
    """A line to be: minor units of the alliance's currency, a debit above zero."""

    account: Standard
    amount_minor: int
    party: UUID | None = None
    memo: str = ""


def debit(
    account: Standard, amount_minor: int, *, party: UUID | None = None, memo: str = ""
) -> Amount:
    """A line on the debit side; `amount_minor` is not below zero."""
    return Amount(account, _not_negative(amount_minor), party, memo)


def credit(
    account: Standard, amount_minor: int, *, party: UUID | None = None, memo: str = ""
) -> Amount:
    """A line on the credit side; `amount_minor` is not below zero."""
    return Amount(account, -_not_negative(amount_minor), party, memo)


@dataclass(frozen=True)
class Draft:
    """An entry to be. `key` names its cause ("payment:<id>"); `on` is its day in the books."""

    key: str
    kind: EntryKind
    memo: str
    lines: Sequence[Amount]
    on: date | None = None
    reverses: Entry | None = None


def post(draft: Draft, *, by: Seat | None) -> Entry:
    """Adds one entry; the same key again adds nothing and gives the first one.

    Lines of zero are left out. Call it last in a transaction: from here to its
    end the alliance's other entries wait.

    Raises:
        ValueError: the lines do not sum to zero, or are all zero.
    """
    return post_all([draft], by=by)[0]


@transaction.atomic
def post_all(drafts: Sequence[Draft], *, by: Seat | None) -> list[Entry]:
    """Adds several entries, numbered in this order; known keys give what is there.

    Raises:
        ValueError: the lines of one do not sum to zero, or are all zero.
    """
    keys = [draft.key for draft in drafts]
    known = {entry.key: entry for entry in Entry.objects.filter(key__in=keys)}
    new = [draft for draft in drafts if draft.key not in known]
    accounts = _accounts({line.account for draft in new for line in draft.lines})
    entries, lines = [], []
    for draft in new:
        entry = _entry(draft, by=by)
        entries.append(entry)
        lines.extend(_lines(draft, entry, accounts))
    try:
        with transaction.atomic():
            # Lines first: the entry's own insert seals them into the chain.
            Line.objects.bulk_create(lines, batch_size=1000)
            Entry.objects.bulk_create(entries, batch_size=500)
    except IntegrityError:
        # Another transaction had the same cause: what it wrote is the entry.
        found = {entry.key: entry for entry in Entry.objects.filter(key__in=keys)}
        if set(found) != set(keys):
            raise
        return [found[key] for key in keys]
    known |= {entry.key: entry for entry in entries}
    return [known[key] for key in keys]


@transaction.atomic
def reverse(*, entry: Entry, reason: str, by: Seat | None) -> Entry:
    """Adds the opposite of an entry, line by line; again it gives the same reversal.

    Raises:
        DomainError: the entry is itself a reversal.
    """
    if entry.reverses_id:
        raise DomainError(_("A reversal is not reversed; post the entry anew."))
    lines = [
        Amount(CHART[line.account.key], -line.amount_minor, line.party, line.memo)
        for line in entry.lines.select_related("account")
    ]
    draft = Draft(
        key=f"reversal:{entry.pk}",
        kind=EntryKind.REVERSAL,
        memo=reason[:200],
        lines=lines,
        reverses=entry,
    )
    return post(draft, by=by)


def account(standard: Standard) -> Account:
    """The alliance's account of that name, opened when it is first needed."""
    return _accounts({standard})[standard.key]


def _accounts(wanted: set[Standard]) -> dict[str, Account]:
    keys = {standard.key for standard in wanted}
    found = {account.key: account for account in Account.objects.filter(key__in=keys)}
    missing = [standard for standard in wanted if standard.key not in found]
    if not missing:
        return found
    Account.objects.bulk_create(
        [Account(key=s.key, code=s.code, kind=s.kind) for s in missing], ignore_conflicts=True
    )
    return {account.key: account for account in Account.objects.filter(key__in=keys)}


def _entry(draft: Draft, *, by: Seat | None) -> Entry:
    alliance = current_alliance()
    now = clock.now()
    return Entry(
        id=uuid7(),
        at=now,
        on=draft.on or now.astimezone(alliance.zone).date(),
        kind=draft.kind,
        currency=alliance.currency,
        memo=draft.memo[:200],
        key=draft.key,
        reverses=draft.reverses,
        seat=by,
    )


def _lines(draft: Draft, entry: Entry, accounts: dict[str, Account]) -> list[Line]:
    amounts = [amount for amount in draft.lines if amount.amount_minor]
    if not amounts or sum(amount.amount_minor for amount in amounts) != 0:
        raise ValueError(f"The lines of {draft.key} do not balance.")
    return [
        Line(
            entry=entry,
            position=position,
            account=accounts[amount.account.key],
            amount_minor=amount.amount_minor,
            party=amount.party,
            memo=amount.memo[:200],
        )
        for position, amount in enumerate(amounts, start=1)
    ]


def _not_negative(amount_minor: int) -> int:
    if amount_minor < 0:
        raise ValueError("A debit or a credit is not below zero; use the other side.")
    return amount_minor
