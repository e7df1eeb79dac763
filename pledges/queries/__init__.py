"""Reads of pledges: a drive's public figures, lists, histories."""

from dataclasses import dataclass
from datetime import MAXYEAR, datetime

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from alliance.tenancy.scope import current_alliance
from pledges.models import (
    Pledge,
    PledgeDrive,
    PledgeState,
    Redemption,
    RedemptionState,
    RedemptionStep,
)
from pledges.models.pledges import DROPPED_STATES, STANDING_STATES

PEOPLE_SHOWN = 24
STANDING = Q(state__in=STANDING_STATES)
# A void pledge's purchases count nowhere, like the pledge.
HONOURED = Q(state=RedemptionState.CONFIRMED) & ~Q(pledge__state=PledgeState.VOID)
# What the figures count, so that each of them can open its list.
GROUPS = {
    "pledgers": Q(confirmed_at__isnull=False, passed_on_at__isnull=True)
    & ~Q(state=PledgeState.VOID),
    "standing": STANDING,
    "dropped": Q(confirmed_at__isnull=False, passed_on_at__isnull=True, state__in=DROPPED_STATES),
}


@dataclass(frozen=True)
class DriveFigures:
    """What a drive has come to, in people and in minor units of its currency.

    pledged = honoured + open + dropped, always: `pledged` counts every promise
    that was ever confirmed (void ones are fraud and count nowhere), `honoured`
    the purchases confirmed, `open` what may still be bought, `dropped` what
    was withdrawn, released or ran out.
    """

    pledgers: int
    standing: int
    dropped_pledgers: int
    pledged_minor: int
    honoured_minor: int
    open_minor: int
    dropped_minor: int


def drive_figures(drive: PledgeDrive) -> DriveFigures:
    """The drive's figures in one query, answered from one index."""
    return figures([drive])[drive.pk]


def figures(drives: list[PledgeDrive]) -> dict[object, DriveFigures]:
    """The figures of several drives in one query, by the drive's id."""
    dropped = Q(state__in=DROPPED_STATES)
    sums = {
        row.pop("drive_id"): row
        for row in Pledge.objects.confirmed()
        .filter(drive__in=[drive.pk for drive in drives])
        .order_by()
        .annotate(rest_minor=F("amount_minor") - F("honoured_minor"))
        .values("drive_id")
        .annotate(
            # The state is never empty, and unlike the key it stands in the index that
            # answers all the rest.
            pledgers=Count("state"),
            standing=Count("state", filter=STANDING),
            dropped_pledgers=Count("state", filter=dropped),
            open_minor=Coalesce(Sum("rest_minor", filter=STANDING), 0),
            dropped_minor=Coalesce(Sum("rest_minor", filter=dropped), 0),
            pledged_minor=Sum("amount_minor"),
            honoured_minor=Sum("honoured_minor"),
        )
    }
    nothing = DriveFigures(0, 0, 0, 0, 0, 0, 0)
    return {
        drive.pk: DriveFigures(**sums[drive.pk]) if drive.pk in sums else nothing
        for drive in drives
    }


def newest_pledgers(drive: PledgeDrive, *, count: int = PEOPLE_SHOWN) -> list[Pledge]:
    """Who stands behind the drive, newest first, with only what is public."""
    standing = Pledge.objects.filter(STANDING, drive=drive).only(
        "name", "display", "confirmed_at", "alliance_id"
    )
    return list(standing.order_by("-confirmed_at")[:count])


def redemptions_of(pledge: Pledge) -> QuerySet[Redemption]:
    """A pledge's purchases, newest first, with who entered each and what was `said` of it last."""
    steps = RedemptionStep.objects.filter(redemption=OuterRef("pk")).exclude(reason="")
    said = Subquery(steps.order_by("-at", "-id").values("reason")[:1])
    found = pledge.redemptions.select_related("entered_by__person").annotate(said=said)
    return found.order_by("-claimed_at", "-id")


def redemptions_of_drive(drive: PledgeDrive) -> QuerySet[Redemption]:
    """A drive's purchases, newest first."""
    return every_redemption().filter(drive=drive)


def every_redemption() -> QuerySet[Redemption]:
    """The alliance's purchases, newest first."""
    return Redemption.objects.select_related("pledge", "drive__business", "entered_by__person")


def month_named(month: str) -> datetime | None:
    """The first instant of a month, "2026-03", in the alliance's zone; None for other text."""
    try:
        return datetime.strptime(month, "%Y-%m").replace(tzinfo=current_alliance().zone)
    except ValueError:
        return None


def in_month(rows: QuerySet[Redemption], month: str) -> QuerySet[Redemption]:
    """The confirmed ones of a month, "2026-03"; all of them for any other text."""
    first = month_named(month)
    if first is None or first.year == MAXYEAR:
        return rows
    return rows.filter(
        HONOURED, claimed_at__gte=first, claimed_at__lt=first + relativedelta(months=1)
    )


@dataclass(frozen=True)
class MonthHonoured:
    """What was confirmed in one calendar month of the alliance's zone."""

    month: str
    amount_minor: int
    count: int


def honoured_by_month(drive: PledgeDrive | None = None, *, months: int = 12) -> list[MonthHonoured]:
    """Confirmed purchases by month, oldest first: a drive's, or all of the alliance's."""
    today = timezone.localtime(timezone=current_alliance().zone)
    # Whole months only: each must add up to the list that it opens.
    first = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    confirmed = Redemption.objects.filter(
        HONOURED, claimed_at__gte=first - relativedelta(months=months - 1)
    )
    if drive is not None:
        confirmed = confirmed.filter(drive=drive)
    rows = (
        confirmed.order_by()
        .annotate(month=TruncMonth("claimed_at", tzinfo=current_alliance().zone))
        .values("month")
        .annotate(amount_minor=Sum("amount_minor"), count=Count("pk"))
        .order_by("month")
    )
    return [
        MonthHonoured(row["month"].strftime("%Y-%m"), row["amount_minor"], row["count"])
        for row in rows
    ]
