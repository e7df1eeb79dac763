"""The record of pledges kept: what became of those whose term has ended (ADR-0027).

Kept is a pledge that was honoured in full. Of the others, something was bought
or nothing, or they were withdrawn after they had been confirmed. All of them
count when their term is over, not before. Who was released by a drive that
ended owes nothing, and counts apart; void ones count nowhere. Amounts are
minor units of the alliance's currency.
"""

from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, ExtractYear

from alliance import clock, memory
from alliance.tenancy.scope import across_alliances, current_alliance
from pledges.models import Pledge, PledgeDrive, PledgeState

NETWORK_SECONDS = 24 * 3600
# A term ends at a local midnight; the instant before it lies on the last day.
BEFORE = timedelta(microseconds=1)
STANDING = (PledgeState.ACTIVE, PledgeState.FULFILLED)


@dataclass(frozen=True)
class Tally:
    """Pledges and what became of them: pledges = kept + partly + unkept + withdrawn.

    `pledged_minor` and `honoured_minor` are theirs; `released` stand apart.
    """

    kept: int = 0
    partly: int = 0
    unkept: int = 0
    withdrawn: int = 0
    released: int = 0
    pledged_minor: int = 0
    honoured_minor: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    @property
    def pledges(self) -> int:
        """All but the released."""
        return self.kept + self.missed

    @property
    def missed(self) -> int:
        """Those that a lender reckons as not kept, withdrawn ones too."""
        return self.partly + self.unkept + self.withdrawn

    @property
    def honour(self) -> Fraction | None:
        """H, the part of what was pledged that was bought; None where nothing was pledged."""
        return Fraction(self.honoured_minor, self.pledged_minor) if self.pledged_minor else None

    @property
    def permille(self) -> int | None:
        """H in whole thousandths, downwards: only what was kept in full is 1000."""
        return None if self.honour is None else int(1000 * self.honour)

    @property
    def percent(self) -> Decimal | None:
        """H in percents with one decimal, downwards."""
        return None if self.permille is None else Decimal(self.permille).scaleb(-1)

    @property
    def rest_permille(self) -> int | None:
        """What was pledged and not bought, in thousandths."""
        return None if self.permille is None else 1000 - self.permille


@dataclass(frozen=True)
class Running:
    """Pledges whose term is not over; `in_full` of them are honoured already.

    Those that were `withdrawn` or `released` before their term's end stand apart.
    """

    pledges: int = 0
    in_full: int = 0
    pledged_minor: int = 0
    honoured_minor: int = 0
    withdrawn: int = 0
    released: int = 0

    def __add__(self, other: "Running") -> "Running":
        return Running(
            *(getattr(self, one.name) + getattr(other, one.name) for one in fields(Running))
        )


@dataclass(frozen=True)
class DriveRecord:
    """One drive's part of the record."""

    drive: PledgeDrive
    years: dict[int, Tally]
    running: Running

    @property
    def ended(self) -> Tally:
        """All years together."""
        return reduce(Tally.__add__, self.years.values(), Tally())


@dataclass(frozen=True)
class Record:
    """The alliance's record: the years in order, none between them left out, and each drive's."""

    years: dict[int, Tally]
    running: Running
    drives: list[DriveRecord]

    @property
    def total(self) -> Tally:
        """All years together."""
        return reduce(Tally.__add__, self.years.values(), Tally())

    @property
    def released(self) -> int:
        """Pledges that were released, whether their term would be over or not."""
        return self.total.released + self.running.released


@dataclass(frozen=True)
class PastCounts:
    """How many past pledges were kept, and how many were not."""

    kept: int
    missed: int


def record() -> Record:
    """The current alliance's record, in two queries however many pledges there are.

    A year without an ended pledge stands there with nothing; without any pledge
    at all there is no year.
    """
    tallies, running = _by_drive()
    found = PledgeDrive.objects.public().select_related("business").order_by("-opened_at", "-id")
    drives = [
        DriveRecord(drive, tallies.get(drive.pk, {}), running.get(drive.pk, Running()))
        for drive in found.filter(pk__in={*tallies, *running})
    ]
    known = {year for one in drives for year in one.years}
    years = {
        year: reduce(Tally.__add__, (one.years.get(year, Tally()) for one in drives), Tally())
        for year in (range(min(known), max(known) + 1) if known else ())
    }
    return Record(
        years, reduce(Running.__add__, (one.running for one in drives), Running()), drives
    )


def past_counts() -> PastCounts:
    """The current alliance's past pledges, kept and missed, in one query."""
    return _counts()


def network_past_counts() -> PastCounts:
    """The same of all alliances together; asked in one query, then remembered for a day."""
    key = "pledges.network_past_counts"
    found: tuple[int, int] | None = memory.recall(key)
    if found is None:
        with across_alliances(reason="Count the network's pledges that were kept and missed."):
            counts = _counts()
        found = counts.kept, counts.missed
        memory.keep(key, found, seconds=NETWORK_SECONDS)
    return PastCounts(*found)


def _public() -> QuerySet[Pledge]:
    """Pledges that were confirmed, of drives that anyone may read; void ones are left out."""
    found: QuerySet[Pledge] = Pledge.objects.confirmed().filter(
        drive__in=PledgeDrive.objects.public().order_by()
    )
    return found.order_by()


def _outcomes() -> dict[str, Q]:
    """What became of a pledge by now; at most one of them is so, and none while its term runs."""
    over = Q(term_ends_at__lte=clock.now())
    stood = over & Q(state__in=[*STANDING, PledgeState.LAPSED])
    in_full = Q(honoured_minor__gte=F("amount_minor"))
    return {
        "kept": stood & in_full,
        "partly": stood & ~in_full & Q(honoured_minor__gt=0),
        "unkept": stood & ~in_full & Q(honoured_minor=0),
        "withdrawn": over & Q(state=PledgeState.CANCELLED),
    }


def _counts() -> PastCounts:
    outcomes = _outcomes()
    missed = outcomes["partly"] | outcomes["unkept"] | outcomes["withdrawn"]
    found = _public().aggregate(
        kept=Count("pk", filter=outcomes["kept"]), missed=Count("pk", filter=missed)
    )
    return PastCounts(**found)


def _by_drive() -> tuple[dict[UUID, dict[int, Tally]], dict[UUID, Running]]:
    """Each drive's tallies by year, and what of it still runs."""
    last_day = F("term_ends_at") - BEFORE
    over = Q(term_ends_at__lte=clock.now())
    year = Case(When(over, then=ExtractYear(last_day, tzinfo=current_alliance().zone)))
    rows: Any = _public().annotate(year=year).values("drive_id", "year")
    tallies: dict[UUID, dict[int, Tally]] = {}
    running: dict[UUID, Running] = {}
    for row in rows.annotate(**_ended_sums(), **_running_sums()):
        drive, of = row["drive_id"], row["year"]
        if of is None:
            running[drive] = Running(**_fields(row, "running"))
        else:
            tallies.setdefault(drive, {})[of] = Tally(**_fields(row, "ended"))
    return tallies, running


def _ended_sums() -> dict[str, Any]:
    released = Q(state=PledgeState.RELEASED)
    counted = _outcomes() | {"released": released}
    return {f"ended_{name}": Count("pk", filter=which) for name, which in counted.items()} | {
        "ended_pledged_minor": Coalesce(Sum("amount_minor", filter=~released), 0),
        "ended_honoured_minor": Coalesce(Sum("honoured_minor", filter=~released), 0),
    }


def _running_sums() -> dict[str, Any]:
    stands = Q(state__in=STANDING)
    return {
        "running_pledges": Count("pk", filter=stands),
        "running_in_full": Count("pk", filter=Q(state=PledgeState.FULFILLED)),
        "running_pledged_minor": Coalesce(Sum("amount_minor", filter=stands), 0),
        "running_honoured_minor": Coalesce(Sum("honoured_minor", filter=stands), 0),
        "running_withdrawn": Count("pk", filter=Q(state=PledgeState.CANCELLED)),
        "running_released": Count("pk", filter=Q(state=PledgeState.RELEASED)),
    }


def _fields(row: dict[str, Any], kind: str) -> dict[str, int]:
    return {
        name.removeprefix(f"{kind}_"): value for name, value in row.items() if name.startswith(kind)
    }
