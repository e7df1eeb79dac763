"""A business that wants to join, from the form to its first paid term."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from members.models.businesses import Segment, SizeBand
from members.models.memberships import Membership, Relief
from members.models.tiers import Tier


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("waiting for the e-mail address to be confirmed")
    SUBMITTED = "submitted", _("submitted")
    INFO_REQUESTED = "info_requested", _("question asked")
    APPROVED = "approved", _("approved")
    AWAITING_PAYMENT = "awaiting_payment", _("waiting for payment")
    ACTIVATED = "activated", _("activated")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")


_S = ApplicationState
APPLICATION_TRANSITIONS: dict[str, frozenset[str]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.EXPIRED}),
    _S.SUBMITTED: frozenset({_S.INFO_REQUESTED, _S.APPROVED, _S.DECLINED, _S.EXPIRED}),
    _S.INFO_REQUESTED: frozenset({_S.SUBMITTED, _S.APPROVED, _S.DECLINED, _S.EXPIRED}),
    _S.APPROVED: frozenset({_S.AWAITING_PAYMENT, _S.ACTIVATED}),
    _S.AWAITING_PAYMENT: frozenset({_S.ACTIVATED, _S.DECLINED, _S.EXPIRED}),
    _S.ACTIVATED: frozenset(),
    _S.DECLINED: frozenset(),
    _S.EXPIRED: frozenset(),
}


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Reads of applications by what they wait for."""

    def to_decide(self) -> "ApplicationQuerySet":
        """Those that wait for staff."""
        return self.filter(state=ApplicationState.SUBMITTED)


class Application(TenantModel):
    """What an applicant wrote, kept as written; approval makes the business from it."""

    state = models.CharField(
        max_length=16, choices=ApplicationState.choices, default=ApplicationState.DRAFT
    )
    tier = TenantForeignKey(Tier, related_name="applications")
    amount_minor = models.PositiveIntegerField()
    relief = models.CharField(max_length=8, choices=Relief.choices, default=Relief.NONE)
    relief_note = models.CharField(max_length=600, blank=True)
    instalments = models.PositiveSmallIntegerField(default=1)
    contact_name = models.CharField(max_length=120)
    email = models.EmailField()
    phone = models.CharField(max_length=32, blank=True)
    trade_name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=160, blank=True)
    segment = models.CharField(max_length=16, choices=Segment.choices)
    size_band = models.CharField(max_length=8, choices=SizeBand.choices, blank=True)
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=40, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    website = models.URLField(blank=True)
    blurb = models.TextField(max_length=600, blank=True)
    # One showing of the form makes one application.
    form_key = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Thirty days from the last move of a draft, a question or an unpaid approval.
    expires_at = models.DateTimeField()
    membership = TenantForeignKey(Membership, null=True, blank=True, related_name="applications")
    invoice = TenantForeignKey(
        "members.Invoice", null=True, blank=True, related_name="applications"
    )

    objects: ClassVar[Any] = scoped(ApplicationQuerySet)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "form_key"], name="application_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=ApplicationState.values),
                name="application_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(instalments__gte=1, instalments__lte=4),
                name="application_instalments",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "state"], name="application_by_state")]

    def __str__(self) -> str:
        return self.trade_name


class ApplicationStep(TenantModel):
    """One move of an application: when, by whom (nobody: the applicant or the system), why."""

    append_only = True

    application = TenantForeignKey(Application, related_name="steps")
    to_state = models.CharField(max_length=16, choices=ApplicationState.choices)
    words = models.CharField(max_length=600, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.to_state
