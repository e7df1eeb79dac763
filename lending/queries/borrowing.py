"""A business's own loan page: where its application, offers and loan stand."""

from dataclasses import dataclass

from django.db.models import QuerySet

from lending.models import (
    ApplicationState,
    Lender,
    Loan,
    LoanApplication,
    LoanOffer,
    LoanState,
    OfferState,
    Sharing,
)
from lending.queries.truth import Truth, truth_of
from pledges.models import PledgeDrive


@dataclass(frozen=True)
class Offered:
    """An offer with its truth box, for the comparison side by side."""

    offer: LoanOffer
    truth: Truth


@dataclass(frozen=True)
class Reach:
    """A lender, and what the application shows it; `sharing` is None where it shows nothing."""

    lender: Lender
    sharing: Sharing | None


def application_of(drive: PledgeDrive) -> LoanApplication | None:
    """The drive's application under way, or its last one that did not end in nothing."""
    found = LoanApplication.objects.filter(drive=drive).select_related("refinances")
    ended = [ApplicationState.DECLINED, ApplicationState.WITHDRAWN]
    return found.exclude(state__in=ended).order_by("-created_at").first()


def loan_of(drive: PledgeDrive) -> Loan | None:
    """The newest loan on the drive that was not called off."""
    loans = Loan.objects.filter(drive=drive).exclude(state=LoanState.CALLED_OFF)
    return loans.select_related("offer__lender", "lender").order_by("-number").first()


def open_offers(application: LoanApplication) -> list[Offered]:
    """What can be accepted now, the cheapest all-in rate first."""
    found = LoanOffer.objects.open().filter(application=application).select_related("lender")
    offered = [Offered(offer, truth_of(offer)) for offer in found]
    return sorted(offered, key=lambda each: each.truth.box.all_in_apr)


def reach(application: LoanApplication) -> list[Reach]:
    """Every lender of the alliance, and whether it sees the application."""
    shared = {
        sharing.lender_id: sharing
        for sharing in Sharing.objects.live().filter(application=application)
    }
    return [Reach(lender, shared.get(lender.pk)) for lender in Lender.objects.live()]


def past_offers(application: LoanApplication) -> QuerySet[LoanOffer]:
    """Offers that ended, newest first."""
    ended = application.offers.exclude(state=OfferState.OPEN).select_related("lender")
    return ended.order_by("-ended_at")
