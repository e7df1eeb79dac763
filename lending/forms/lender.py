"""What a lender fills in: an offer, a payout, a payment, a reason."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine
from lending.forms.fields import PercentField
from lending.models import Lender, LoanApplication, Repayment
from lending.queries.accounts import Account
from lending.services.offers import Terms
from lending.services.repayment import Paid
from members.forms.standing import DayField

LEAST_MINOR, MOST_MINOR = 100_00, 1_000_000_00


class OfferForm(forms.Form):
    """A lender's terms. `lender` is asked of whoever speaks for two that see the application."""

    lender = forms.ModelChoiceField(
        label=_("For which lender?"),
        queryset=Lender.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose the lender."),
            "invalid_choice": _("Choose one of these lenders."),
        },
    )
    amount = MoneyField(
        label=_("Amount"), error_messages={"required": _("Enter an amount, such as 4,800.")}
    )
    apr = PercentField(
        label=_("Yearly rate, in percent"),
        most=400,
        help_text=_("Without fees, such as 3.99. The rate with every fee is shown to both sides."),
        error_messages={"required": _("Enter the yearly rate, such as 3.99, or 0.")},
    )
    months = forms.IntegerField(
        label=_("Months"),
        min_value=1,
        max_value=60,
        error_messages={
            "required": _("Enter a number of months from 1 to 60."),
            "invalid": _("Enter a whole number of months."),
            "min_value": _("Enter a number of months from 1 to 60."),
            "max_value": _("Enter a number of months from 1 to 60."),
        },
    )
    upfront_fee = MoneyField(label=_("Fee that you keep back when you pay out"), required=False)
    monthly_fee = MoneyField(label=_("Fee each month"), required=False)
    repayment = forms.ChoiceField(
        label=_("How is it repaid?"),
        choices=Repayment.choices,
        initial=Repayment.LEVEL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is repaid.")},
    )
    note = forms.CharField(
        label=_("A word to the business"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, application: LoanApplication, lenders: list[Lender], **kwargs: Any
    ) -> None:
        asked = {
            "amount": application.amount_minor,
            "months": application.months,
            "repayment": application.repayment,
        }
        super().__init__(*args, **kwargs | {"initial": asked})
        self.lenders = lenders
        if len(lenders) > 1:
            self.fields["lender"].queryset = Lender.objects.filter(  # type: ignore[attr-defined]
                pk__in=[lender.pk for lender in lenders]
            )
        else:
            del self.fields["lender"]
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = application.drive.currency
        self.fields["months"].variant = "short"  # type: ignore[attr-defined]
        self.fields["apr"].suffix = "%"  # type: ignore[attr-defined]

    def clean_amount(self) -> int:
        minor = self.cleaned_data["amount"]
        if minor is None or not LEAST_MINOR <= minor <= MOST_MINOR:
            raise ValidationError(_("Enter an amount from $100 to $1,000,000."))
        return int(minor)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("upfront_fee") and data["upfront_fee"] >= data.get("amount", MOST_MINOR):
            self.add_error("upfront_fee", _("The fee has to be less than the loan."))
        if data.get("monthly_fee") and data["monthly_fee"] > data.get("amount", MOST_MINOR):
            self.add_error("monthly_fee", _("The fee has to be less than the loan."))
        return data

    @property
    def chosen(self) -> Lender:
        """The lender that offers."""
        return self.cleaned_data.get("lender") or self.lenders[0]

    @property
    def terms(self) -> Terms:
        """The cleaned form as the services take it."""
        data = self.cleaned_data
        return Terms(
            amount_minor=data["amount"],
            apr=data["apr"],
            months=data["months"],
            upfront_fee_minor=data["upfront_fee"] or 0,
            monthly_fee_minor=data["monthly_fee"] or 0,
            repayment=Repayment(data["repayment"]),
            note=data["note"],
        )


class PayOutForm(forms.Form):
    """The day on which a loan was paid out."""

    on = DayField(
        label=_("Paid out on"), error_messages={"required": _("Enter the day it was paid out.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": "payout_%s"})


class PaymentForm(forms.Form):
    """Money that came in on a loan; the same form sent twice counts once."""

    amount = MoneyField(
        label=_("Amount"), error_messages={"required": _("Enter what was paid, such as 408.70.")}
    )
    on = DayField(label=_("Paid on"), error_messages={"required": _("Enter the day it was paid.")})
    note = OneLine(
        label=_("Note"),
        required=False,
        max_length=200,
        help_text=_("The number of the cheque, or what the bank’s statement says."),
    )
    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            name: _("Something was lost on the way. Please send it again.")
            for name in ("required", "invalid")
        },
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        initial = {
            "form_key": uuid4().hex,
            "on": account.on,
            "amount": account.due_now_minor or None,
        }
        super().__init__(*args, **kwargs | {"initial": initial, "auto_id": "payment_%s"})
        self.fields["amount"].currency = account.loan.currency  # type: ignore[attr-defined]
        self.fields["on"].widget.attrs["max"] = account.on.isoformat()

    @property
    def paid(self) -> Paid:
        """The cleaned form as the services take it."""
        data = self.cleaned_data
        return Paid(data["amount"], data["on"], key=data["form_key"].hex, note=data["note"])


class WhyForm(forms.Form):
    """A sentence that both sides read. `name` keeps several on one page apart."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a sentence.")},
    )

    def __init__(self, *args: Any, name: str = "why", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": f"{name}_%s"})
