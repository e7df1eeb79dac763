"""What the lender's desk shows: applications with their figures, loans with their accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance import charts
from alliance.models import Person
from lending.arithmetic.repayment import Arrears
from lending.models import (
    Lender,
    Loan,
    LoanApplication,
    LoanOffer,
    LoanPayment,
    Sharing,
)
from lending.queries import backing
from lending.queries import lenders as lender_queries
from lending.queries.accounts import Account, accounts
from lending.queries.backing import Standing
from members.queries import businesses as members
from pledges import queries as pledge_queries
from pledges.queries import MonthHonoured

# Each with its words, the ones below a bar first.
BUCKETS = {
    None: (_("in time"), _("nothing late")),
    Arrears.UNDER_30: (_("1–29"), _("1 to 29 days late")),
    Arrears.UNDER_60: (_("30–59"), _("30 to 59 days late")),
    Arrears.FROM_60: (_("60+"), _("60 days late and more")),
}


@dataclass(frozen=True)
class Asked:
    """An application that one lender may see; `limit_minor` is L with that lender's cap."""

    application: LoanApplication
    lender: Lender
    standing: Standing
    limit_minor: int


def asked(lenders: QuerySet[Lender]) -> list[Asked]:
    """What these lenders were shown and is open, longest waiting first; the same queries for all.

    One that was shared with two of the lenders stands there twice.
    """
    sharings = list(
        Sharing.objects.live()
        .filter(lender__in=lenders, application__in=lender_queries.shared_with(lenders))
        .select_related("application__drive__business", "lender")
        .order_by("application__submitted_at", "lender__name")
    )
    standings = backing.standings({sharing.application.drive for sharing in sharings})
    apr = backing.policy().reference_apr
    return [_asked(sharing, standings[sharing.application.drive_id], apr) for sharing in sharings]


def _asked(sharing: Sharing, found: Standing, apr: object) -> Asked:
    application = sharing.application
    limit = backing.limit(
        found,
        margin=application.margin,
        months=application.months,
        apr=apr,  # type: ignore[arg-type]
        cap=sharing.lender.cap_minor,
    )
    return Asked(application, sharing.lender, found, limit)


@dataclass(frozen=True)
class Shown:
    """What an owner lets some lenders see beside the figures; None is what they keep back."""

    people: list[Person] | None
    months: list[MonthHonoured] | None


def shown(application: LoanApplication, lenders: QuerySet[Lender]) -> Shown:
    """The extras that the owner shares with one of these lenders at least."""
    sharings = list(Sharing.objects.live().filter(application=application, lender__in=lenders))
    drive = application.drive
    with_contact = any(sharing.with_contact for sharing in sharings)
    with_months = any(sharing.with_months for sharing in sharings)
    return Shown(
        people=members.people_of(drive.business) if with_contact else None,
        months=pledge_queries.honoured_by_month(drive) if with_months else None,
    )


def lenders_shown(application: LoanApplication, lenders: QuerySet[Lender]) -> list[Lender]:
    """Those of the lenders that may see the application."""
    shared = Sharing.objects.live().filter(application=application)
    return list(lenders.filter(pk__in=shared.values("lender")).order_by("name"))


def open_offers(application: LoanApplication, lenders: list[Lender]) -> QuerySet[LoanOffer]:
    """What these lenders have offered and the owner can accept now."""
    found = LoanOffer.objects.open().filter(application=application, lender__in=lenders)
    return found.select_related("lender")


@dataclass(frozen=True)
class Late:
    """Running loans that are as late as each other. Amounts in minor units."""

    label: str
    loans: int
    balance_minor: int


@dataclass(frozen=True)
class Overview:
    """The sums of some loans that run. Amounts in minor units, all of one currency."""

    running: int
    lent_minor: int
    balance_minor: int
    due_now_minor: int
    overdue_minor: int
    late: list[Late]

    @property
    def drawing(self) -> charts.Bars:
        """The balances by how late they are, in time first."""
        words = [short for short, _name in BUCKETS.values()]
        return charts.bars(
            [
                charts.Value(str(short), row.label, row.balance_minor, row)
                for short, row in zip(words, self.late, strict=True)
            ]
        )


def overview(loans: QuerySet[Loan], on: date) -> Overview:
    """Those of the loans that run, summed up in two queries."""
    found = accounts(loans.filter(state__in=("active", "in_arrears")), on)
    return Overview(
        running=len(found),
        lent_minor=sum(each.loan.amount_minor for each in found),
        balance_minor=sum(each.loan.balance_minor for each in found),
        due_now_minor=sum(each.due_now_minor for each in found),
        overdue_minor=sum(each.overdue_minor for each in found),
        late=[_late(found, bucket, str(name)) for bucket, (_short, name) in BUCKETS.items()],
    )


def _late(found: Iterable[Account], bucket: Arrears | None, label: str) -> Late:
    these = [each for each in found if each.bucket == bucket]
    return Late(label, len(these), sum(each.loan.balance_minor for each in these))


@dataclass(frozen=True)
class PaymentRow:
    """A payment as both sides read it."""

    payment: LoanPayment
    is_taken_back: bool
    is_newest: bool


def payment_rows(loan: Loan) -> list[PaymentRow]:
    """The loan's payments and reversals, newest first; in one query."""
    found = list(loan.payments.select_related("seat__person").order_by("-at", "-id"))
    reversed_ones = {payment.reverses_id for payment in found}
    standing = [p for p in found if not p.reverses_id and p.pk not in reversed_ones]
    newest = standing[0] if standing else None
    return [
        PaymentRow(payment, payment.pk in reversed_ones, payment is newest) for payment in found
    ]
