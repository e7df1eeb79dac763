"""What falls due on a loan, and what was paid."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from lending.arithmetic.book import Part
from lending.models.loans import Loan


class Way(models.TextChoices):
    BY_HAND = "by_hand", _("transfer, cheque or cash")
    SHARE = "share", _("share of what pledgers bought")
    REFINANCING = "refinancing", _("paid off by a new loan")


class LoanPayment(TenantModel):
    """Money that the lender received, or a payment that is taken back. Minor units.

    The four parts sum to `paid_minor`. A reversal carries the same figures and
    names what it takes back.
    """

    append_only = True

    loan = TenantForeignKey(Loan, related_name="payments")
    way = models.CharField(max_length=12, choices=Way.choices, default=Way.BY_HAND)
    paid_minor = models.PositiveIntegerField()
    fees_minor = models.PositiveIntegerField(default=0)
    interest_minor = models.PositiveIntegerField(default=0)
    principal_minor = models.PositiveIntegerField(default=0)
    returned_minor = models.PositiveIntegerField(default=0)
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=64)
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="reversals")
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "loan", "key"], name="loan_payment_once"),
            models.UniqueConstraint(
                fields=["alliance", "reverses"],
                condition=Q(reverses__isnull=False),
                name="loan_payment_reversed_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    paid_minor=F("fees_minor")
                    + F("interest_minor")
                    + F("principal_minor")
                    + F("returned_minor")
                )
                & Q(paid_minor__gt=0),
                name="loan_payment_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan}: {self.paid_minor}"


class LineQuerySet(models.QuerySet["ScheduleLine"]):
    """Reads of the schedule."""

    def in_force(self) -> "LineQuerySet":
        """The schedule as it stands: lines that none was drawn instead of."""
        return self.filter(superseded_at__isnull=True)

    def unpaid(self) -> "LineQuerySet":
        """In force, and something of it is owed."""
        paid = F("paid_fee_minor") + F("paid_interest_minor") + F("paid_principal_minor")
        due = F("fee_minor") + F("interest_minor") + F("principal_minor")
        return self.in_force().alias(rest=due - paid).filter(rest__gt=0)


class ScheduleLine(TenantModel):
    """One payment that falls due. Amounts in minor units.

    `balance_minor` is the principal left once it is paid. Lines are never
    changed to other figures: an early payment draws the later ones again
    (`drawn_by`), and those that it replaces stay, superseded.
    """

    loan = TenantForeignKey(Loan, related_name="lines")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    fee_minor = models.PositiveIntegerField(default=0)
    interest_minor = models.PositiveIntegerField()
    principal_minor = models.PositiveIntegerField()
    balance_minor = models.PositiveIntegerField()
    paid_fee_minor = models.PositiveIntegerField(default=0)
    paid_interest_minor = models.PositiveIntegerField(default=0)
    paid_principal_minor = models.PositiveIntegerField(default=0)
    # Since when interest and fee stand in the books.
    charged_on = models.DateField(null=True, blank=True)
    # Since when a flexible loan's period has been reckoned.
    settled_on = models.DateField(null=True, blank=True)
    drawn_by = TenantForeignKey(LoanPayment, null=True, blank=True, related_name="drawn")
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = TenantForeignKey(LoanPayment, null=True, blank=True, related_name="replaced")

    objects: ClassVar[Any] = scoped(LineQuerySet)

    class Meta:
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "loan", "number"],
                condition=Q(superseded_at__isnull=True),
                name="schedule_line_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    paid_fee_minor__lte=F("fee_minor"),
                    paid_interest_minor__lte=F("interest_minor"),
                    paid_principal_minor__lte=F("principal_minor"),
                ),
                name="schedule_line_not_overpaid",
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "due_on"],
                condition=Q(superseded_at__isnull=True),
                name="schedule_line_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.loan} {self.number}"

    @property
    def payment_minor(self) -> int:
        """Interest and principal together."""
        return self.interest_minor + self.principal_minor

    @property
    def due_minor(self) -> int:
        """Everything that falls due with it, fee included."""
        return self.payment_minor + self.fee_minor

    @property
    def owed(self) -> Part:
        """What is still unpaid of it."""
        return Part(
            self.number,
            self.fee_minor - self.paid_fee_minor,
            self.interest_minor - self.paid_interest_minor,
            self.principal_minor - self.paid_principal_minor,
        )

    @property
    def owed_minor(self) -> int:
        """The same as one sum."""
        return self.owed.total_minor

    def days_late(self, today: date) -> int:
        """Whole days since it fell due, while something of it is owed; else 0."""
        return max(0, (today - self.due_on).days) if self.owed_minor else 0


class PaidPart(TenantModel):
    """What one payment brought to one line, so that taking it back can be exact."""

    append_only = True

    payment = TenantForeignKey(LoanPayment, related_name="parts")
    line = TenantForeignKey(ScheduleLine, related_name="parts")
    fees_minor = models.PositiveIntegerField(default=0)
    interest_minor = models.PositiveIntegerField(default=0)
    principal_minor = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "payment", "line"], name="paid_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.payment} → {self.line}"
