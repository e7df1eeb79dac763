"""Who speaks for a lender, and what a lender may see."""

from collections.abc import Iterable

from django.db.models import QuerySet

from alliance.models import Person, Seat
from lending.models import Lender, LenderSeat, Loan, LoanApplication, LoanOffer, Sharing
from lending.models.applications import UNDER_WAY


def lenders_of(seats: Iterable[Seat]) -> QuerySet[Lender]:
    """The lenders that these seats speak for now."""
    own = LenderSeat.objects.live().filter(seat__in=[seat.pk for seat in seats])
    return Lender.objects.filter(pk__in=own.values("lender"))


def speaks_for(seat: Seat, lender: Lender) -> bool:
    """Whether this seat speaks for the lender now."""
    return LenderSeat.objects.live().filter(seat=seat, lender=lender).exists()


def lends_by_any_seat(seat: Seat) -> bool:
    """Whether the person behind this seat speaks for some lender, by whatever seat."""
    return LenderSeat.objects.live().filter(seat__person=seat.person_id).exists()


def people_of(lender: Lender) -> list[Person]:
    """The people who speak for the lender now."""
    live = LenderSeat.objects.live().filter(lender=lender).select_related("seat__person")
    return [place.seat.person for place in live]


def shared_with(lenders: QuerySet[Lender]) -> QuerySet[LoanApplication]:
    """The applications under way that their owners let these lenders see."""
    shared = Sharing.objects.live().filter(lender__in=lenders)
    return (
        LoanApplication.objects.filter(
            pk__in=shared.values("application"),
            state__in=[state for state in UNDER_WAY if state not in ("draft", "submitted")],
        )
        .select_related("drive__business")
        .order_by("submitted_at")
    )


def offers_of(lenders: QuerySet[Lender]) -> QuerySet[LoanOffer]:
    """What these lenders have offered, newest first."""
    found = LoanOffer.objects.filter(lender__in=lenders)
    return found.select_related("application__drive__business", "lender").order_by("-created_at")


def portfolio(lenders: QuerySet[Lender]) -> QuerySet[Loan]:
    """The loans of these lenders, newest first."""
    found = Loan.objects.filter(lender__in=lenders)
    return found.select_related("drive__business", "lender", "offer").order_by("-number")
