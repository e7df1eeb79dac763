"""Reads that several pages share."""

from collections.abc import Iterable

from django.db.models import QuerySet

from alliance.addresses import normalise_email
from alliance.models import Person, Seat
from members.models import Business, Representative


def businesses_of(seats: Iterable[Seat]) -> QuerySet[Business]:
    """The businesses that these seats speak for."""
    own = Representative.objects.live().filter(seat__in=[seat.pk for seat in seats])
    return Business.objects.filter(pk__in=own.values("business")).order_by("trade_name")


def speaks_for(seat: Seat, business: Business) -> bool:
    """Whether this seat represents the business now."""
    return Representative.objects.live().filter(seat=seat, business=business).exists()


def is_person_of(seat: Seat, business: Business) -> bool:
    """Whether the person behind this seat represents the business, by whatever seat."""
    ours = Representative.objects.live().filter(business=business)
    return ours.filter(seat__person=seat.person_id).exists()


def people_of(business: Business) -> list[Person]:
    """The people who represent the business now."""
    live = Representative.objects.live().filter(business=business)
    return [representative.seat.person for representative in live.select_related("seat__person")]


def people_seats(business: Business) -> list[Seat]:
    """The seats with which people represent the business now, the first one first."""
    live = Representative.objects.live().filter(business=business).order_by("created_at", "id")
    return [representative.seat for representative in live.select_related("seat__person")]


def belongs_to(email: str, business: Business) -> bool:
    """Whether the address is the business's own or one of its people's."""
    live = Representative.objects.live().filter(business=business)
    addresses = live.values_list("seat__person__email", flat=True)
    ours = {normalise_email(address) for address in addresses}
    if business.email:
        ours.add(normalise_email(business.email))
    return normalise_email(email) in ours
