"""What stands behind a loan today: the eligible base, the honour, the limit."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain, repeat
from uuid import UUID

from django.db.models import Count

from alliance import clock
from alliance.tenancy.scope import current_alliance
from lending.arithmetic import cover
from lending.arithmetic.amounts import MOST_MINOR
from lending.arithmetic.pool import conservative_honour, eligible_base
from lending.models import LendingPolicy, LoanApplication
from pledges import honour as record
from pledges.models import Pledge, PledgeDrive, PledgePolicy, PledgeState
from pledges.models import Rung as RungName
from pledges.policy import policy as drive_policy
from pledges.rules import months_at_location, threshold

STANDING = (PledgeState.ACTIVE, PledgeState.FULFILLED)


class Source(StrEnum):
    """Whose past pledges h* comes from."""

    OWN = "own"
    NETWORK = "network"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Honour:
    """h*, a part of one, and the past pledges that it was reckoned from."""

    value: Decimal
    kept: int
    missed: int
    source: Source

    @property
    def percent(self) -> int:
        """h* as people read it: 58."""
        return int(self.value * 100)


@dataclass(frozen=True)
class Standing:
    """What a drive can show today. Amounts in minor units, `months_here` whole months."""

    base_minor: int
    pledgers: int
    months: int
    months_here: int
    honour: Honour
    rung: cover.Rung

    def backing(self, margin: Decimal) -> cover.Backing:
        """The same for the arithmetic, with a business's margin."""
        return cover.Backing(self.base_minor, self.months, margin)


def policy() -> LendingPolicy:
    """The alliance's rules for loans; where it has set none, the defaults, not stored."""
    return LendingPolicy.objects.first() or LendingPolicy()


def honour() -> Honour:
    """h* from the alliance's own past pledges, else the network's, else from nobody's."""
    own = record.past_counts()
    if own.kept + own.missed:
        return _honour(own, Source.OWN)
    others = record.network_past_counts()
    return _honour(others, Source.NETWORK if others.kept + others.missed else Source.NOBODY)


def standing(drive: PledgeDrive) -> Standing:
    """What stands behind a loan on this drive now; the same cost for ten pledges and 10,000."""
    return standings([drive])[drive.pk]


def standings(drives: Iterable[PledgeDrive]) -> dict[UUID, Standing]:
    """The same for several drives, by the drive's id; as many queries as for one."""
    wanted = list(drives)
    # Distinct people: a person has one live pledge in a drive. Owners and staff have none.
    counted = (
        Pledge.objects.filter(drive__in=[drive.pk for drive in wanted], state__in=STANDING)
        .order_by()
        .values_list("drive_id", "amount_minor")
        .annotate(people=Count("pk"))
    )
    groups = defaultdict[UUID, list[tuple[int, int]]](list)
    for pk, amount_minor, people in counted:
        groups[pk].append((amount_minor, people))
    today = clock.now().astimezone(current_alliance().zone).date()
    known, rules, asked = honour(), policy(), drive_policy()
    return {
        drive.pk: Standing(
            base_minor=eligible_base(chain.from_iterable(repeat(*g) for g in groups[drive.pk])),
            pledgers=sum(people for _, people in groups[drive.pk]),
            months=drive.term_months,
            months_here=months_at_location(drive.business.at_location_since, today),
            honour=known,
            rung=rung_of(drive, rules, asked),
        )
        for drive in wanted
    }


def rung_of(
    drive: PledgeDrive, rules: LendingPolicy | None = None, asked: PledgePolicy | None = None
) -> cover.Rung:
    """The rung that the drive's business chose, with the alliance's own thresholds and rate.

    The policies may be given where they have been read already.
    """
    base = cover.STANDARD if drive.rung == RungName.STANDARD else cover.STARTER
    needed = threshold(drive, asked)
    return replace(
        base,
        pledgers=needed.pledgers,
        months_at_location=needed.months_at_location,
        advance=min((rules or policy()).advance, base.most_advance),
    )


def ceiling(
    drive: PledgeDrive,
    *,
    margin: Decimal,
    months: int,
    apr: Decimal | None = None,
    lender_cap_minor: int | None = None,
) -> int:
    """L, in minor units: the most that this drive carries today at that rate and term.

    Without a rate the alliance's assumed one is taken, without a cap none.
    """
    rate = policy().reference_apr if apr is None else apr
    return limit(standing(drive), margin=margin, months=months, apr=rate, cap=lender_cap_minor)


def limit(
    found: Standing, *, margin: Decimal, months: int, apr: Decimal, cap: int | None = None
) -> int:
    """The same where what stands behind the loan is known already; `cap` in minor units."""
    if not found.base_minor:
        return 0
    return cover.limit(
        found.backing(margin),
        found.rung,
        honour=found.honour.value,
        apr=apr,
        months=months,
        lender_cap_minor=MOST_MINOR if cap is None else cap,
    )


def ceiling_of(application: LoanApplication) -> int:
    """The same for what an application asks for, at the assumed rate."""
    return ceiling(application.drive, margin=application.margin, months=application.months)


def _honour(counts: record.PastCounts, source: Source) -> Honour:
    value = conservative_honour(counts.kept, counts.missed)
    return Honour(value, counts.kept, counts.missed, source)
