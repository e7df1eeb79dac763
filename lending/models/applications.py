"""A business asks for a loan: the application, who approved it, and who may see it."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Person, Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from lending.arithmetic.cover import DEFAULT_MARGIN, MOST_MARGIN
from lending.models.lenders import Lender
from pledges.models import PledgeDrive


class Repayment(models.TextChoices):
    LEVEL = "level", _("the same each month")
    FLEXIBLE = "flexible", _("a share of what pledgers buy")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for two approvals")
    APPROVED = "approved", _("approved")
    OFFERED = "offered", _("with offers")
    ACCEPTED = "accepted", _("an offer accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


APPLICATION_TRANSITIONS: dict[str, frozenset[str]] = {
    ApplicationState.DRAFT: frozenset({ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}),
    ApplicationState.SUBMITTED: frozenset(
        {
            ApplicationState.APPROVED,
            ApplicationState.DRAFT,
            ApplicationState.DECLINED,
            ApplicationState.WITHDRAWN,
        }
    ),
    ApplicationState.APPROVED: frozenset({ApplicationState.OFFERED, ApplicationState.WITHDRAWN}),
    # The last open offer may run out or be taken back.
    ApplicationState.OFFERED: frozenset(
        {ApplicationState.ACCEPTED, ApplicationState.APPROVED, ApplicationState.WITHDRAWN}
    ),
    # Within three days one may change one's mind; a lender may step back before it pays.
    ApplicationState.ACCEPTED: frozenset({ApplicationState.OFFERED, ApplicationState.APPROVED}),
    ApplicationState.DECLINED: frozenset(),
    ApplicationState.WITHDRAWN: frozenset(),
}
UNDER_WAY = (
    ApplicationState.DRAFT,
    ApplicationState.SUBMITTED,
    ApplicationState.APPROVED,
    ApplicationState.OFFERED,
)
TAKES_OFFERS = (ApplicationState.APPROVED, ApplicationState.OFFERED)


class ApplicationQuerySet(models.QuerySet["LoanApplication"]):
    """Reads of applications by what they wait for."""

    def under_way(self) -> "ApplicationQuerySet":
        """Neither ended nor accepted: at most one for each drive."""
        return self.filter(state__in=UNDER_WAY)


class LoanApplication(TenantModel):
    """What a drive's business asks for. Amounts in minor units of the drive's currency.

    `margin` is its declared gross margin m; `months` the months n in which it
    would repay; `submission` counts how often it was handed in, since
    approvals are for one version. `refinances` names the loan that the new
    one would pay off.
    """

    drive = TenantForeignKey(PledgeDrive, related_name="loan_applications")
    made_by = TenantForeignKey(Seat, related_name="+")
    amount_minor = models.PositiveIntegerField(validators=[MinValueValidator(100_00)])
    months = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    margin = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=DEFAULT_MARGIN,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(MOST_MARGIN)],
    )
    repayment = models.CharField(max_length=10, choices=Repayment.choices, default=Repayment.LEVEL)
    purpose = models.CharField(max_length=400)
    refinances = TenantForeignKey(
        "lending.Loan", null=True, blank=True, related_name="refinanced_by"
    )
    state = models.CharField(
        max_length=10, choices=ApplicationState.choices, default=ApplicationState.DRAFT
    )
    submission = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(ApplicationQuerySet)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "drive"],
                condition=models.Q(state__in=UNDER_WAY),
                name="loan_application_one_under_way",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ApplicationState.values),
                name="loan_application_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(margin__gt=0, margin__lte=MOST_MARGIN),
                name="loan_application_margin_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gte=100_00, months__gte=1, months__lte=60),
                name="loan_application_amount_allowed",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "state"], name="loan_application_by_state")]

    def __str__(self) -> str:
        return f"{self.drive}, {self.amount_minor}"

    def get_absolute_url(self) -> str:
        return reverse("lending:application", args=[self.pk])


class ApplicationStep(TenantModel):
    """One move of an application between states: when, by whom, why."""

    append_only = True

    application = TenantForeignKey(LoanApplication, related_name="steps")
    from_state = models.CharField(max_length=10, choices=ApplicationState.choices)
    to_state = models.CharField(max_length=10, choices=ApplicationState.choices)
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Approval(TenantModel):
    """One person's yes to one submission; two of different people let lenders see it.

    The person counts, not the seat: two seats of one person are one.
    """

    append_only = True

    application = TenantForeignKey(LoanApplication, related_name="approvals")
    submission = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seat = TenantForeignKey(Seat, related_name="+")
    note = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "application", "submission", "person"],
                name="approval_once_per_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} approves"


class SharingQuerySet(models.QuerySet["Sharing"]):
    """Reads of what lenders may see."""

    def live(self) -> "SharingQuerySet":
        """Those that were not taken back."""
        return self.filter(ended_at__isnull=True)


class Sharing(TenantModel):
    """The owner lets one lender see one application; the rest stays closed to it."""

    application = TenantForeignKey(LoanApplication, related_name="sharings")
    lender = TenantForeignKey(Lender, related_name="sharings")
    with_contact = models.BooleanField(default=True)
    with_months = models.BooleanField(default=True)
    shared_by = TenantForeignKey(Seat, related_name="+")
    shared_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(SharingQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "application", "lender"],
                condition=models.Q(ended_at__isnull=True),
                name="sharing_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} with {self.lender}"
