"""Reads of the till: what waits for the business, whose pledge a name is, what is odd."""

from typing import Any

from django.db.models import Q, QuerySet

from alliance import clock
from members.models import Business
from pledges.models import (
    Display,
    Pledge,
    PledgeDrive,
    PledgeState,
    PointOfSale,
    Redemption,
    VelocityFlag,
)
from pledges.models.drives import HONOURING_STATES

FOUND = 20


def to_confirm(own: QuerySet[Business]) -> Any:
    """What customers entered for these businesses and nobody has answered."""
    return Redemption.objects.to_confirm().filter(
        drive__business__in=own, confirm_due_at__gt=clock.now()
    )


def pledges_named(own: QuerySet[Business], name: str) -> list[Pledge]:
    """Pledges to buy from, by a name as its owner lets it be seen; at most twenty.

    Whoever pledged anonymously is not found, and a first name alone finds
    whoever shows no more than that.
    """
    if not (words := name.split()):
        return []
    shown = Q(display=Display.FULL, name__icontains=" ".join(words)) | Q(
        display=Display.FIRST, name__istartswith=words[0]
    )
    standing = Pledge.objects.filter(
        shown,
        drive__business__in=own,
        drive__state__in=HONOURING_STATES,
        state=PledgeState.ACTIVE,
    )
    return list(standing.select_related("drive").order_by("name", "id")[:FOUND])


def shop_at(slug: str) -> Business | None:
    """The business whose pledges are taken at its till now."""
    drives = PledgeDrive.objects.filter(state__in=HONOURING_STATES)
    return Business.objects.filter(slug=slug, pk__in=drives.values("business")).first()


def points_of_sale(own: QuerySet[Business]) -> QuerySet[PointOfSale]:
    """The tills of these businesses that tell of purchases by themselves, newest first."""
    return PointOfSale.objects.filter(business__in=own).select_related(
        "business", "made_by__person"
    )


def around(flag: VelocityFlag) -> QuerySet[Redemption]:
    """The drive's purchases up to the one with which it became odd, newest first; at most 25."""
    rows = Redemption.objects.filter(
        drive=flag.drive_id, claimed_at__lte=flag.redemption.claimed_at
    ).select_related("pledge", "entered_by__person")
    return rows.order_by("-claimed_at", "-id")[:25]


def flags() -> Any:
    """What is odd, with all that its list shows."""
    return VelocityFlag.objects.select_related(
        "drive__business",
        "redemption__pledge",
        "redemption__entered_by__person",
        "cleared_by__person",
    )
