"""The journal's entries, and the lines of one account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.models import Account, Entry, Line
from ledger.seal import Sealed


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; what is None or empty asks for nothing."""

    account: UUID | None = None
    since: date | None = None
    until: date | None = None
    kind: str = ""
    words: str = ""
    party: UUID | None = None

    def as_texts(self) -> dict[str, str]:
        """The same as a task takes it."""
        return {name: str(value or "") for name, value in vars(self).items()}

    @classmethod
    def from_texts(cls, **texts: str) -> "Wanted":
        read: dict[str, Any] = {
            "account": UUID,
            "since": date.fromisoformat,
            "until": date.fromisoformat,
            "party": UUID,
        }
        return cls(**{name: read.get(name, str)(text) for name, text in texts.items() if text})


EVERYTHING = Wanted()


def entries(wanted: Wanted = EVERYTHING) -> QuerySet[Entry]:
    """The journal, highest number first, with each entry's size in minor units."""
    debits = Line.objects.filter(entry=OuterRef("pk"), amount_minor__gt=0)
    size = debits.order_by().values("entry").annotate(sum=Sum("amount_minor")).values("sum")
    found = Entry.objects.filter(_days(wanted, "on")).annotate(size_minor=Subquery(size))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.words:
        found = found.filter(memo__icontains=wanted.words)
    if wanted.account or wanted.party:
        lines = Line.objects.filter(entry=OuterRef("pk"))
        found = found.filter(Exists(lines.filter(_account_and_party(wanted)).order_by()))
    return found.order_by("-number")


def lines_of(wanted: Wanted) -> QuerySet[Line]:
    """One account's lines with their entries, the highest entry number first."""
    found = Line.objects.filter(_account_and_party(wanted), _days(wanted, "entry__on"))
    return found.select_related("entry").order_by("-entry__number", "-position")


@dataclass(frozen=True)
class RunningLine:
    """A line of an account with what the account came to after it."""

    line: Line
    balance_minor: int


@dataclass(frozen=True)
class Statement:
    """An account over some days, a page of its lines; balances as its holder says them."""

    opening_minor: int
    closing_minor: int
    rows: Sequence[RunningLine]


def statement(account: Account, wanted: Wanted, lines: Sequence[Line]) -> Statement:
    """Where the account began and ended, and the balance after each of these lines.

    `lines` follow each other in `lines_of(wanted)`; one query however many there are.
    """
    nothing = Q(pk=None)
    before = Q(entry__on__lt=wanted.since) if wanted.since else nothing
    within = _days(wanted, "entry__on")
    sums = Line.objects.filter(_account_and_party(wanted)).aggregate(
        before=Coalesce(Sum("amount_minor", filter=before), 0),
        within=Coalesce(Sum("amount_minor", filter=within or ~nothing), 0),
        later=Coalesce(
            Sum("amount_minor", filter=within & _above(lines[0]) if lines else nothing), 0
        ),
    )
    sign = 1 if account.grows_by_debit else -1
    closing = sums["before"] + sums["within"]
    rows, balance = [], closing - sums["later"]
    for line in lines:
        rows.append(RunningLine(line, sign * balance))
        balance -= line.amount_minor
    return Statement(sign * sums["before"], sign * closing, rows)


def sealed(entry: Entry, lines: Sequence[Line]) -> Sealed:
    """An entry and its lines in order, as `ledger_digest` of the database reads them."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    header = [entry.number, entry.pk, at, entry.on, entry.kind, entry.currency, entry.memo]
    header += [entry.key, entry.reverses_id or "", entry.seat_id or ""]
    return Sealed(
        number=entry.number,
        previous_hash=entry.previous_hash,
        hash=entry.hash,
        header=[str(cell) for cell in header],
        lines=[
            [
                str(cell)
                for cell in (
                    line.position,
                    line.account_id,
                    line.amount_minor,
                    line.party or "",
                    line.memo,
                )
            ]
            for line in lines
        ],
    )


def _account_and_party(wanted: Wanted) -> Q:
    asked = {"account": wanted.account, "party": wanted.party}
    return Q(**{name: value for name, value in asked.items() if value})


def _days(wanted: Wanted, field: str) -> Q:
    days = Q()
    if wanted.since:
        days &= Q(**{f"{field}__gte": wanted.since})
    if wanted.until:
        days &= Q(**{f"{field}__lte": wanted.until})
    return days


def _above(line: Line) -> Q:
    """Lines that stand before this one in `lines_of`."""
    same = Q(entry__number=line.entry.number, position__gt=line.position)
    return Q(entry__number__gt=line.entry.number) | same
