"""Money that came in, went back, and the card processor's side of both."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Consent, Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models.businesses import Business
from members.models.invoices import Invoice
from members.models.memberships import Membership


class Method(models.TextChoices):
    CHEQUE = "cheque", _("cheque")
    CASH = "cash", _("cash")
    TRANSFER = "transfer", _("bank transfer")
    IN_KIND = "in_kind", _("in kind")
    CARD = "card", _("card (Stripe)")


BY_HAND = (Method.CHEQUE, Method.CASH, Method.TRANSFER, Method.IN_KIND)


class Payment(TenantModel):
    """Money received on an invoice.

    `fee_minor` is what the processor kept of it. `external_id` is the
    processor's own name for it, so that its news counts once.
    """

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("refunded_minor",)

    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    business = TenantForeignKey(Business, related_name="payments")
    invoice = TenantForeignKey(Invoice, related_name="payments")
    method = models.CharField(max_length=8, choices=Method.choices)
    amount_minor = models.PositiveIntegerField()
    fee_minor = models.PositiveIntegerField(default=0)
    refunded_minor = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    received_on = models.DateField()
    reference = models.CharField(max_length=120, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=120)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-recorded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "year", "sequence"], name="receipt_number_once"
            ),
            models.UniqueConstraint(fields=["alliance", "key"], name="payment_key_once"),
            models.UniqueConstraint(
                fields=["alliance", "external_id"],
                condition=~Q(external_id=""),
                name="payment_external_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) & Q(fee_minor__lte=F("amount_minor")),
                name="payment_amounts",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("amount_minor")),
                name="payment_refunded_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(method__in=Method.values), name="payment_method_known"
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "business", "-received_on"], name="payment_of"),
            models.Index(fields=["alliance", "received_on"], name="payment_by_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The receipt's number as it stands on paper: R-2026-0042."""
        return f"R-{self.year}-{self.sequence:04d}"

    @property
    def refundable_minor(self) -> int:
        """What of it has not been given back."""
        return self.amount_minor - self.refunded_minor


class RefundState(models.TextChoices):
    ASKED = "asked", _("asked of the processor")
    DONE = "done", _("given back")
    FAILED = "failed", _("failed")


class Refund(TenantModel):
    """Money given back; by card it is asked for first and counts once it is done."""

    payment = TenantForeignKey(Payment, related_name="refunds")
    amount_minor = models.PositiveIntegerField()
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=RefundState.choices, default=RefundState.ASKED)
    external_id = models.CharField(max_length=120, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=120)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "key"], name="refund_key_once"),
            models.UniqueConstraint(
                fields=["alliance", "external_id"],
                condition=~Q(external_id=""),
                name="refund_external_once",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_not_zero"),
            models.CheckConstraint(
                condition=~Q(state=RefundState.DONE) | Q(done_on__isnull=False),
                name="refund_done_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.state}"


class StripeAccount(TenantModel):
    """The alliance's own Stripe account; its two secrets are kept encrypted."""

    secret_key = models.TextField()
    webhook_secret = models.TextField()
    key_ends = models.CharField(max_length=8)
    is_live = models.BooleanField(default=False)
    connected_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance"], condition=Q(ended_at__isnull=True), name="stripe_one_account"
            )
        ]

    def __str__(self) -> str:
        return f"Stripe …{self.key_ends}"


class CheckoutState(models.TextChoices):
    OPENING = "opening", _("being opened")
    OPEN = "open", _("open")
    PAID = "paid", _("paid")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")


class Checkout(TenantModel):
    """A visit to the processor's page; a worker opens it, the page waits for `url`.

    It pays `amount_minor` on an invoice, or saves a membership's card and pays nothing.
    """

    invoice = TenantForeignKey(Invoice, null=True, blank=True, related_name="checkouts")
    membership = TenantForeignKey(Membership, null=True, blank=True, related_name="checkouts")
    amount_minor = models.PositiveIntegerField()
    saves_card = models.BooleanField(default=False)
    state = models.CharField(
        max_length=8, choices=CheckoutState.choices, default=CheckoutState.OPENING
    )
    external_id = models.CharField(max_length=120, blank=True)
    url = models.URLField(max_length=2000, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "key"], name="checkout_key_once"),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, membership__isnull=True, amount_minor__gt=0)
                | Q(
                    invoice__isnull=True,
                    membership__isnull=False,
                    amount_minor=0,
                    saves_card=True,
                ),
                name="checkout_pays_or_saves",
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "created_at"],
                condition=Q(state__in=("opening", "open")),
                name="checkout_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.state}"


class StripeEvent(TenantModel):
    """News from Stripe as it came, signed; handled once, whatever order it came in."""

    external_id = models.CharField(max_length=120)
    type = models.CharField(max_length=80)
    payload = models.JSONField()
    received_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "external_id"], name="stripe_event_once")
        ]
        indexes = [
            models.Index(
                fields=["alliance", "due_at"],
                condition=Q(handled_at__isnull=True, dead_at__isnull=True),
                name="stripe_event_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.external_id}"


class SavedCard(TenantModel):
    """A card kept by the processor for renewals, by a consent of its own."""

    membership = TenantForeignKey(Membership, related_name="cards")
    consent = TenantForeignKey(Consent, related_name="+")
    customer_id = models.CharField(max_length=120)
    payment_method_id = models.CharField(max_length=120)
    brand = models.CharField(max_length=24)
    last4 = models.CharField(max_length=4)
    expires_month = models.PositiveSmallIntegerField()
    expires_year = models.PositiveSmallIntegerField()
    saved_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "membership"],
                condition=Q(removed_at__isnull=True),
                name="saved_card_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand} …{self.last4}"


class ChargeState(models.TextChoices):
    DUE = "due", _("due")
    PAID = "paid", _("paid")
    FAILED = "failed", _("failed for good")
    STOPPED = "stopped", _("stopped")


class CardCharge(TenantModel):
    """A renewal to be taken from a saved card on its day; retried after 1, 3 and 7 days."""

    membership = TenantForeignKey(Membership, related_name="charges")
    invoice = TenantForeignKey(Invoice, related_name="charges")
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ChargeState.choices, default=ChargeState.DUE)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "invoice"], name="card_charge_once")
        ]
        indexes = [
            models.Index(
                fields=["alliance", "due_at"],
                condition=Q(state="due"),
                name="card_charge_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.state}"
