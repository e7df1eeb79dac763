"""What beat does with loans: find what is due, call one service for each."""

from celery import shared_task

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances, in_alliance
from lending.models import Loan, LoanOffer, LoanState, OfferState
from lending.services import arrears, loans, offers


@shared_task(name="lending.pass_days")
def pass_days() -> None:
    """Every hour: offers that ran out, days to think that are over, charges and arrears."""
    with across_alliances(reason="Find alliances with loans or offers."):
        found = (
            Loan.objects.standing().values_list("alliance_id", flat=True),
            LoanOffer.objects.filter(state=OfferState.OPEN).values_list("alliance_id", flat=True),
        )
        owners = {owner for rows in found for owner in rows.order_by().distinct()}
    for alliance in Alliance.objects.filter(pk__in=owners):
        _pass_day(alliance)


def _pass_day(alliance: Alliance) -> None:
    now = clock.now()
    with in_alliance(alliance):
        over = list(LoanOffer.objects.filter(state=OfferState.OPEN, expires_at__lte=now))
        thought = list(Loan.objects.filter(state=LoanState.ACCEPTED, cooling_ends_at__lte=now))
        running = list(Loan.objects.running())
    # A transaction each, so that one that fails holds up no other.
    for offer in over:
        with in_alliance(alliance):
            offers.expire(offer=offer)
    for loan in thought:
        with in_alliance(alliance):
            loans.finish_cooling(loan=loan)
    for loan in running:
        with in_alliance(alliance):
            arrears.pass_day(loan=loan)
