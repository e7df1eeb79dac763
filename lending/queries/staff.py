"""What the alliance's people see of loans, applications and lenders."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from lending.models import (
    ApplicationState,
    Lender,
    LenderSeat,
    Loan,
    LoanApplication,
    LoanState,
)
from lending.models.loans import RUNNING, STANDING

# What the lists can be asked for, with the words of the filter.
LOANS = {
    "standing": (_("under way"), Q(state__in=STANDING)),
    "accepted": (_("accepted, not paid out"), Q(state=LoanState.ACCEPTED)),
    "running": (_("being repaid"), Q(state__in=RUNNING)),
    "arrears": (_("in arrears"), Q(state=LoanState.IN_ARREARS)),
    "closed": (_("closed"), Q(state=LoanState.CLOSED)),
    "called-off": (_("called off"), Q(state=LoanState.CALLED_OFF)),
    "all": (_("all"), Q()),
}
APPLICATIONS = {
    "waiting": (_("waiting for approval"), Q(state=ApplicationState.SUBMITTED)),
    "approved": (
        _("before lenders"),
        Q(state__in=[ApplicationState.APPROVED, ApplicationState.OFFERED]),
    ),
    "ended": (
        _("settled"),
        Q(
            state__in=[
                ApplicationState.ACCEPTED,
                ApplicationState.DECLINED,
                ApplicationState.WITHDRAWN,
            ]
        ),
    ),
    "all": (_("all"), ~Q(state=ApplicationState.DRAFT)),
}


@dataclass(frozen=True)
class Sums:
    """Some loans summed up; amounts in minor units."""

    count: int
    lent_minor: int
    balance_minor: int


def loans(show: str) -> QuerySet[Loan]:
    """The alliance's loans of one kind of LOANS, newest first."""
    found = Loan.objects.filter(LOANS[show][1])
    return found.select_related("drive__business", "lender", "offer").order_by("-number")


def sums(found: QuerySet[Loan]) -> Sums:
    """What these loans come to, in one query; only what was paid out counts as lent."""
    row = found.order_by().aggregate(
        count=Count("pk"),
        lent_minor=Sum("amount_minor", filter=Q(disbursed_on__isnull=False)),
        balance_minor=Sum("balance_minor"),
    )
    return Sums(row["count"], row["lent_minor"] or 0, row["balance_minor"] or 0)


def whole_loans() -> QuerySet[Loan]:
    """Loans with all that their page reads."""
    return Loan.objects.select_related(
        "drive__business", "lender", "offer__lender", "offer__application"
    )


def applications(show: str) -> QuerySet[LoanApplication]:
    """Applications that were handed in, of one kind of APPLICATIONS, newest first."""
    found = LoanApplication.objects.filter(APPLICATIONS[show][1], submission__gt=0)
    given = Count("approvals", filter=Q(approvals__submission=F("submission")))
    return found.select_related("drive__business").annotate(given=given).order_by("-created_at")


def lenders() -> QuerySet[Lender]:
    """Every lender, those that take applications first, with what they have out."""
    return Lender.objects.annotate(
        running=Count("loans", filter=Q(loans__state__in=RUNNING)),
        balance_minor=Sum("loans__balance_minor", filter=Q(loans__state__in=RUNNING), default=0),
    ).order_by("ended_at", "name")


def places(lender: Lender) -> QuerySet[LenderSeat]:
    """Who speaks for a lender now, first come first."""
    live = LenderSeat.objects.live().filter(lender=lender)
    return live.select_related("seat__person").order_by("created_at")
