"""What the pledges' room puts on the shell's pages."""

from typing import Any

from django.http import HttpRequest

from alliance import clock
from alliance.tenancy.scope import current_alliance
from pledges import queries
from pledges.models import DriveStep, PledgeDrive, PledgeStep, RedemptionStep
from pledges.models.drives import RUNNING_STATES

SHOWN = 3


def open_drives(request: HttpRequest) -> dict[str, Any] | None:
    """On the home page: drives that take pledges, those that end first at the top."""
    found = list(
        PledgeDrive.objects.open()
        .seen()
        .select_related("business")
        .order_by("gathering_ends_at")[:SHOWN]
    )
    if not found:
        return None
    figures = queries.figures(found)
    return {"rows": [{"drive": drive, "figures": figures[drive.pk]} for drive in found]}


def drives_version(request: HttpRequest) -> tuple[object, ...]:
    """The newest step of any drive, pledge or purchase, which drives' words are hidden, and the
    hour: time left is counted down."""
    first, *others = [
        model.objects.order_by("-id").values_list("pk", flat=True)[:1]
        for model in (DriveStep, PledgeStep, RedemptionStep)
    ]
    hidden = PledgeDrive.objects.filter(hidden_at__isnull=False).order_by().values_list("pk")
    return *sorted(first.union(*others, hidden)), clock.now().strftime("%Y-%m-%d %H")


def figures(request: HttpRequest) -> dict[str, Any] | None:
    """On the staff desk: the running drives' figures and the months, which lead to lists."""
    found = list(
        PledgeDrive.objects.filter(state__in=RUNNING_STATES).select_related("business")[:12]
    )
    sums = queries.figures(found)
    return {
        "rows": [{"drive": drive, "figures": sums[drive.pk]} for drive in found],
        "months": queries.honoured_by_month(),
        "currency": current_alliance().currency,
    }


def listing_drive(request: HttpRequest) -> dict[str, Any] | None:
    """On a business's page in the directory: its open drive."""
    business = getattr(request, "listing_business", None)
    open_drives = PledgeDrive.objects.open().seen()
    drive = open_drives.filter(business=business).first() if business else None
    return {"drive": drive, "figures": queries.drive_figures(drive)} if drive else None
