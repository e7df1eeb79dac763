"""What a member was asked to pay, and what was taken back of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from members.models.businesses import Business
from members.models.memberships import Membership
from members.models.tiers import Tier


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")
    RECEIPT = "receipt", _("receipt")
    STATEMENT = "statement", _("statement")


class DocumentSeries(TenantModel):
    """The last number given in one year's series; the next waits for this row."""

    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "kind", "year"], name="series_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Reads of invoices by what is still owed."""

    def open(self) -> "InvoiceQuerySet":
        """Invoices on which something is still due."""
        return self.filter(total_minor__gt=F("paid_minor") + F("credited_minor"))

    def with_credit(self) -> "InvoiceQuerySet":
        """Invoices on which more came in than is owed."""
        return self.filter(paid_minor__gt=F("total_minor") - F("credited_minor"))


class Invoice(TenantModel):
    """Issued once, never edited: what is paid or credited is counted beside it.

    `paid_minor` and `credited_minor` repeat the sums of its payments (less
    refunds) and credit notes, so that two treasurers at once meet at this row.
    Addressee and legal words are as they were on the day. Only a card can pay
    more than is due, when two pay at once: the excess is given back.
    """

    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    membership = TenantForeignKey(Membership, related_name="invoices")
    business = TenantForeignKey(Business, related_name="invoices")
    bill_to = models.CharField(max_length=160)
    bill_address = models.CharField(max_length=300, blank=True)
    bill_email = models.EmailField(blank=True)
    currency = models.CharField(max_length=3)
    issued_on = models.DateField()
    due_on = models.DateField()
    total_minor = models.PositiveIntegerField()
    paid_minor = models.PositiveIntegerField(default=0)
    credited_minor = models.PositiveIntegerField(default=0)
    legal_words = models.TextField(blank=True)
    # The end of the term that it renews: a term is renewed by one invoice.
    renews_from = models.DateField(null=True, blank=True)
    key = models.CharField(max_length=120)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[Any] = scoped(InvoiceQuerySet)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "year", "sequence"], name="invoice_number_once"
            ),
            models.UniqueConstraint(fields=["alliance", "key"], name="invoice_key_once"),
            models.CheckConstraint(
                condition=Q(credited_minor__lte=F("total_minor")),
                name="invoice_credited_within_total",
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "due_on"],
                condition=Q(total_minor__gt=F("paid_minor") + F("credited_minor")),
                name="invoice_open_by_due",
            ),
            models.Index(fields=["alliance", "business", "-issued_on"], name="invoice_of"),
            models.Index(fields=["alliance", "issued_on"], name="invoice_by_day"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it stands on paper: 2026-0042."""
        return f"{self.year}-{self.sequence:04d}"

    @property
    def due_minor(self) -> int:
        """What is still owed on it, never below zero."""
        return max(0, self.total_minor - self.credited_minor - self.paid_minor)

    @property
    def excess_minor(self) -> int:
        """What came in beyond what is owed, to be given back."""
        return max(0, self.paid_minor + self.credited_minor - self.total_minor)

    @property
    def is_credited(self) -> bool:
        """Whether credit notes have taken back all of it."""
        return self.total_minor > 0 and self.credited_minor == self.total_minor


class LineKind(models.TextChoices):
    DUES = "dues", _("dues")
    OTHER = "other", _("other")


class InvoiceLine(TenantModel):
    """One line; one of dues buys one term of `tier`."""

    append_only = True

    invoice = TenantForeignKey(Invoice, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=LineKind.choices, default=LineKind.DUES)
    description = models.CharField(max_length=200)
    tier = TenantForeignKey(Tier, null=True, blank=True, related_name="+")
    amount_minor = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "invoice", "position"], name="invoice_line_position_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind=LineKind.DUES) | Q(tier__isnull=False),
                name="invoice_line_dues_have_tier",
            ),
        ]

    def __str__(self) -> str:
        return self.description


class CreditNote(TenantModel):
    """A part or all of an invoice taken back."""

    append_only = True

    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    invoice = TenantForeignKey(Invoice, related_name="credit_notes")
    amount_minor = models.PositiveIntegerField()
    reason = models.CharField(max_length=400)
    issued_on = models.DateField()
    key = models.CharField(max_length=120)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "year", "sequence"], name="credit_note_number_once"
            ),
            models.UniqueConstraint(fields=["alliance", "key"], name="credit_note_key_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_note_not_zero"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it stands on paper: C-2026-0007."""
        return f"C-{self.year}-{self.sequence:04d}"


class Instalment(TenantModel):
    """A part of an invoice with a day of its own; all parts sum to the invoice."""

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("reminded_at", "chased_at")

    invoice = TenantForeignKey(Invoice, related_name="instalments")
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_minor = models.PositiveIntegerField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "invoice", "position"], name="instalment_position_once"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=4), name="instalment_one_to_four"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "due_on"], name="instalment_by_due")]

    def __str__(self) -> str:
        return f"{self.position}: {self.amount_minor}"
