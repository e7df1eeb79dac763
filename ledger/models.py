"""Accounts, entries and their lines; entries and lines are only ever added."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from ledger.chart import CHART, DEBIT_KINDS, AccountKind


class Account(TenantModel):
    """One account of an alliance's books; its key is one of `ledger.chart.CHART`."""

    append_only = True

    key = models.SlugField(max_length=40)
    code = models.CharField(max_length=8)
    kind = models.CharField(max_length=12, choices=AccountKind.choices)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "key"], name="account_key_once"),
            models.UniqueConstraint(fields=["alliance", "code"], name="account_code_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=AccountKind.values), name="account_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("ledger_staff:account", args=[self.pk])

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return str(CHART[self.key].name)

    @property
    def grows_by_debit(self) -> bool:
        """Whether a debit makes its balance larger."""
        return self.kind in DEBIT_KINDS


class EntryKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    PAYMENT = "payment", _("payment")
    CREDIT_NOTE = "credit_note", _("credit note")
    REFUND = "refund", _("refund")
    REVERSAL = "reversal", _("reversal")
    ADJUSTMENT = "adjustment", _("adjustment")
    DISBURSEMENT = "disbursement", _("loan paid out")
    LOAN_CHARGE = "loan_charge", _("loan interest or fee")
    REPAYMENT = "repayment", _("loan repayment")
    WRITE_OFF = "write_off", _("loan written off")


class Entry(TenantModel):
    """One thing that happened to money; its lines sum to zero.

    The database gives `number`, `previous_hash` and `hash` when the entry is
    added, after its lines: nothing can be added to it then (migration 0002).
    `key` names the cause: the same cause again adds nothing.
    """

    append_only = True

    number = models.BigIntegerField(db_default=0, editable=False)
    at = models.DateTimeField(default=clock.now)
    on = models.DateField()
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    currency = models.CharField(max_length=3)
    memo = models.CharField(max_length=200)
    key = models.CharField(max_length=120)
    reverses = TenantForeignKey("self", null=True, blank=True, related_name="reversals")
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    previous_hash = models.CharField(max_length=64, db_default="", editable=False)
    hash = models.CharField(max_length=64, db_default="", editable=False)

    class Meta:
        ordering = ["-number"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["alliance", "number"], name="entry_number_once"),
            models.UniqueConstraint(fields=["alliance", "key"], name="entry_key_once"),
            models.UniqueConstraint(
                fields=["alliance", "reverses"],
                condition=models.Q(reverses__isnull=False),
                name="entry_reversed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=EntryKind.values), name="entry_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "on"], name="entry_by_day")]

    def __str__(self) -> str:
        return f"{self.number} {self.memo}"

    def get_absolute_url(self) -> str:
        return reverse("ledger_staff:entry", args=[self.pk])


class Line(TenantModel):
    """A part of an entry on one account: a debit above zero, a credit below.

    `party` is the id of whom it concerns, a business of the room above.
    """

    append_only = True

    entry = TenantForeignKey(Entry, related_name="lines")
    position = models.PositiveSmallIntegerField()
    account = TenantForeignKey(Account, related_name="lines")
    amount_minor = models.BigIntegerField()
    party = models.UUIDField(null=True, blank=True)
    memo = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "entry", "position"], name="line_position_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(amount_minor=0), name="line_amount_not_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "account"], name="line_of_account"),
            models.Index(
                fields=["alliance", "party", "account"],
                condition=models.Q(party__isnull=False),
                name="line_of_party",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount_minor}"

    @property
    def debit_minor(self) -> int | None:
        """The amount if it is a debit."""
        return self.amount_minor if self.amount_minor > 0 else None

    @property
    def credit_minor(self) -> int | None:
        """The amount, without its sign, if it is a credit."""
        return -self.amount_minor if self.amount_minor < 0 else None
