"""What a lender offers, with the truth box that both sides saw."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from lending.arithmetic.amounts import MOST_APR
from lending.arithmetic.cover import Backing, TruthBox
from lending.arithmetic.schedule import LoanTerms
from lending.models.applications import LoanApplication, Repayment
from lending.models.lenders import Lender


class OfferState(models.TextChoices):
    OPEN = "open", _("open")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")
    EXPIRED = "expired", _("run out")


OFFER_TRANSITIONS: dict[str, frozenset[str]] = {
    OfferState.OPEN: frozenset(
        {
            OfferState.ACCEPTED,
            OfferState.DECLINED,
            OfferState.WITHDRAWN,
            OfferState.EXPIRED,
        }
    ),
    # The borrower changes their mind, or the lender steps back.
    OfferState.ACCEPTED: frozenset({OfferState.DECLINED, OfferState.WITHDRAWN}),
    OfferState.DECLINED: frozenset(),
    OfferState.WITHDRAWN: frozenset(),
    OfferState.EXPIRED: frozenset(),
}
# What the truth box keeps as text: JSON has no decimals, and floats are not stored.
RATIOS = ("all_in_apr", "cover", "break_even_honour", "break_even_spending")


class OfferQuerySet(models.QuerySet["LoanOffer"]):
    """Reads of offers by whether they can be accepted."""

    def open(self) -> "OfferQuerySet":
        """Open, and their days not over."""
        return self.filter(state=OfferState.OPEN, expires_at__gt=clock.now())


class LoanOffer(TenantModel):
    """A lender's terms for one application, and what stood behind them that day.

    `base_minor` is E, `honour` h*, `pledgers` the active ones. The truth box
    is kept as it was shown, so that borrower, lender and public read the same
    figures from then on.
    """

    application = TenantForeignKey(LoanApplication, related_name="offers")
    lender = TenantForeignKey(Lender, related_name="offers")
    made_by = TenantForeignKey(Seat, related_name="+")
    amount_minor = models.PositiveIntegerField(validators=[MinValueValidator(100_00)])
    currency = models.CharField(max_length=3)
    apr = models.DecimalField(
        max_digits=7,
        decimal_places=6,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(MOST_APR)],
    )
    months = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    upfront_fee_minor = models.PositiveIntegerField(default=0)
    monthly_fee_minor = models.PositiveIntegerField(default=0)
    repayment = models.CharField(max_length=10, choices=Repayment.choices, default=Repayment.LEVEL)
    note = models.CharField(max_length=400, blank=True)
    base_minor = models.PositiveBigIntegerField()
    pledged_months = models.PositiveSmallIntegerField()
    margin = models.DecimalField(max_digits=3, decimal_places=2)
    honour = models.DecimalField(max_digits=3, decimal_places=2)
    pledgers = models.PositiveIntegerField()
    truth = models.JSONField()
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(OfferQuerySet)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "application", "lender"],
                condition=models.Q(state=OfferState.OPEN),
                name="offer_one_open_per_lender",
            ),
            models.UniqueConstraint(
                fields=["alliance", "application"],
                condition=models.Q(state=OfferState.ACCEPTED),
                name="offer_one_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OfferState.values), name="offer_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    apr__gte=0, apr__lte=MOST_APR, months__gte=1, months__lte=60, amount_minor__gt=0
                ),
                name="offer_terms_allowed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lender}, {self.amount_minor}"

    def get_absolute_url(self) -> str:
        return reverse("lending:offer", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it can be accepted at this moment."""
        return self.state == OfferState.OPEN and self.expires_at > clock.now()

    @property
    def terms(self) -> LoanTerms:
        """What is agreed, for the arithmetic."""
        return LoanTerms(
            self.amount_minor,
            self.apr,
            self.months,
            upfront_fee_minor=self.upfront_fee_minor,
            monthly_fee_minor=self.monthly_fee_minor,
        )

    @property
    def backing(self) -> Backing:
        """What stood behind it when it was made."""
        return Backing(self.base_minor, self.pledged_months, self.margin)

    @property
    def truth_box(self) -> TruthBox:
        """The truth box as it was shown."""
        values: dict[str, Any] = {
            name: Decimal(value) if name in RATIOS else value for name, value in self.truth.items()
        }
        return TruthBox(**values)

    @staticmethod
    def kept(box: TruthBox) -> dict[str, int | str]:
        """A truth box as the row keeps it."""
        return {
            name: str(value) if name in RATIOS else value for name, value in asdict(box).items()
        }
