"""A loan: accepted, paid out, repaid, or not."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from lending.models.applications import Repayment
from lending.models.lenders import Lender
from lending.models.offers import LoanOffer
from pledges.models import PledgeDrive


class LoanState(models.TextChoices):
    ACCEPTED = "accepted", _("accepted, not paid out")
    ACTIVE = "active", _("being repaid")
    IN_ARREARS = "in_arrears", _("in arrears")
    CLOSED = "closed", _("closed")
    CALLED_OFF = "called_off", _("called off")


LOAN_TRANSITIONS: dict[str, frozenset[str]] = {
    LoanState.ACCEPTED: frozenset({LoanState.ACTIVE, LoanState.CALLED_OFF}),
    LoanState.ACTIVE: frozenset({LoanState.IN_ARREARS, LoanState.CLOSED}),
    # A payment that is taken back may open again what it had closed.
    LoanState.IN_ARREARS: frozenset({LoanState.ACTIVE, LoanState.CLOSED}),
    LoanState.CLOSED: frozenset({LoanState.ACTIVE}),
    LoanState.CALLED_OFF: frozenset(),
}
RUNNING = (LoanState.ACTIVE, LoanState.IN_ARREARS)
STANDING = (LoanState.ACCEPTED, *RUNNING)


class Outcome(models.TextChoices):
    REPAID = "repaid", _("repaid")
    EARLY = "early", _("repaid early")
    REFINANCED = "refinanced", _("refinanced")
    WRITTEN_OFF = "written_off", _("written off")


class LoanQuerySet(models.QuerySet["Loan"]):
    """Reads of loans by state."""

    def running(self) -> "LoanQuerySet":
        """Paid out and not closed."""
        return self.filter(state__in=RUNNING)

    def standing(self) -> "LoanQuerySet":
        """Accepted or running: at most one for each drive."""
        return self.filter(state__in=STANDING)


class Loan(TenantModel):
    """What became of an accepted offer. Amounts in minor units of `currency`.

    `balance_minor` is the principal that is owed; `late_since` the day on
    which the oldest unpaid line fell due, while one is late. Neither is ever
    guessed: both follow from the lines.
    """

    offer = TenantForeignKey(LoanOffer, related_name="loans")
    drive = TenantForeignKey(PledgeDrive, related_name="loans")
    lender = TenantForeignKey(Lender, related_name="loans")
    number = models.PositiveIntegerField()
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    repayment = models.CharField(max_length=10, choices=Repayment.choices)
    state = models.CharField(max_length=10, choices=LoanState.choices, default=LoanState.ACCEPTED)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    balance_minor = models.PositiveIntegerField(default=0)
    accepted_by = TenantForeignKey(Seat, related_name="+")
    accepted_at = models.DateTimeField(default=clock.now)
    cooling_ends_at = models.DateTimeField()
    disbursed_on = models.DateField(null=True, blank=True)
    late_since = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(LoanQuerySet)

    class Meta:
        ordering = ["-accepted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "number"], name="loan_number_once"),
            models.UniqueConstraint(fields=["alliance", "offer"], name="loan_once_per_offer"),
            models.CheckConstraint(
                condition=Q(state__in=LoanState.values), name="loan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(balance_minor__lte=models.F("amount_minor")),
                name="loan_balance_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[LoanState.ACCEPTED, LoanState.CALLED_OFF])
                | Q(disbursed_on__isnull=False),
                name="loan_running_was_paid_out",
            ),
            models.CheckConstraint(
                condition=(Q(state=LoanState.CLOSED) & ~Q(outcome="") & Q(balance_minor=0))
                | (~Q(state=LoanState.CLOSED) & Q(outcome="")),
                name="loan_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state=LoanState.IN_ARREARS) | Q(late_since__isnull=False),
                name="loan_in_arrears_since",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "state"], name="loan_by_state"),
            models.Index(fields=["alliance", "drive"], name="loan_of_drive"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("lending:loan", args=[self.pk])

    @property
    def reference(self) -> str:
        """What stands on a transfer: L-0007."""
        return f"L-{self.number:04d}"

    @property
    def may_change_mind(self) -> bool:
        """Whether the borrower's days to think again are not over."""
        return self.state == LoanState.ACCEPTED and clock.now() < self.cooling_ends_at

    @property
    def is_running(self) -> bool:
        """Paid out and not closed."""
        return self.state in RUNNING


class LoanMoment(models.TextChoices):
    ACCEPTED = "accepted", _("offer accepted")
    CALLED_OFF = "called_off", _("called off")
    PAID_OUT = "paid_out", _("paid out")
    LATE = "late", _("payment late")
    LATE_30 = "late_30", _("30 days late")
    LATE_60 = "late_60", _("60 days late")
    CAUGHT_UP = "caught_up", _("caught up")
    BASE_FELL = "base_fell", _("pledges fell")
    CLOSED = "closed", _("closed")
    OPENED_AGAIN = "opened_again", _("opened again")


class LoanStep(TenantModel):
    """One moment in a loan's life: what, when, by whom, why."""

    append_only = True

    loan = TenantForeignKey(Loan, related_name="steps")
    moment = models.CharField(max_length=12, choices=LoanMoment.choices)
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["alliance", "loan"], name="loan_step_of")]

    def __str__(self) -> str:
        return self.moment
