"""Who speaks for one business, and how many seats its tier brings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from alliance import clock
from alliance.models import Seat
from members.models import Business, Membership, Representative, RepresentativeKind

# Who may read a business's invoices: a volunteer's seat does not open its books.
MONEY_KINDS = (RepresentativeKind.OWNER, RepresentativeKind.BILLING, RepresentativeKind.REP)
# A business whose membership is still to be opened has as many as a new tier brings.
SEATS_WITHOUT_TIER = 3
# For so long an ended seat can be given again with one press.
ENDED_LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Places:
    """How many seats are taken, of how many; `tier` names what brings them."""

    taken: int
    limit: int
    tier: str

    @property
    def is_full(self) -> bool:
        return self.taken >= self.limit


def live_of(business: Business) -> QuerySet[Representative]:
    """Those who speak for the business now, whoever came first at the top."""
    live = Representative.objects.live().filter(business=business)
    return live.select_related("seat__person").order_by("created_at", "id")


def ended_lately(business: Business) -> list[Representative]:
    """Those who stopped within a month and have not come back."""
    live = live_of(business).values("seat__person")
    ended = Representative.objects.filter(
        business=business, ended_at__gt=clock.now() - ENDED_LATELY
    ).exclude(seat__person__in=live)
    found: dict[object, Representative] = {}
    for row in ended.select_related("seat__person").order_by("-ended_at", "-id")[:20]:
        found.setdefault(row.seat.person_id, row)
    return list(found.values())[:5]


def places_of(business: Business) -> Places:
    """The seats of this business, counted over those that are live."""
    membership = Membership.objects.select_related("tier").filter(business=business).first()
    taken = Representative.objects.live().filter(business=business).count()
    return places(membership, taken)


def places(membership: Membership | None, taken: int) -> Places:
    """The same where both are known already."""
    if membership is None:
        return Places(taken, SEATS_WITHOUT_TIER, "")
    return Places(taken, membership.tier.seats, membership.tier.name)


def owns(seats: Iterable[Seat], business: Business) -> bool:
    """Whether one of these seats is an owner's at this business."""
    owners = Representative.objects.live().filter(business=business, kind=RepresentativeKind.OWNER)
    return owners.filter(seat__in=[seat.pk for seat in seats]).exists()


def is_owner_among(people: Iterable[Representative], seats: Iterable[Seat]) -> bool:
    """The same among people that were read already."""
    return _is_among(people, seats, (RepresentativeKind.OWNER,))


def sees_money_among(people: Iterable[Representative], seats: Iterable[Seat]) -> bool:
    """Whether one of the seats may read the business's invoices."""
    return _is_among(people, seats, MONEY_KINDS)


def _is_among(
    people: Iterable[Representative], seats: Iterable[Seat], kinds: Iterable[str]
) -> bool:
    held = {seat.pk for seat in seats}
    return any(one.kind in kinds and one.seat_id in held for one in people)
