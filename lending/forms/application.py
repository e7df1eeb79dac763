"""What a business fills in when it asks for a loan."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine
from lending.arithmetic.cover import DEFAULT_MARGIN, MOST_MARGIN
from lending.forms.fields import PercentField
from lending.models import LoanApplication, Repayment

LEAST_MINOR, MOST_MINOR = 100_00, 1_000_000_00


class ApplicationForm(forms.Form):
    """How much, for how long, for what, and how it would be repaid."""

    amount = MoneyField(
        label=_("How much would you borrow?"),
        help_text=_("In whole dollars. What your pledges carry today stands beside."),
        error_messages={"required": _("Enter an amount, such as 4,800.")},
    )
    months = forms.IntegerField(
        label=_("In how many months would you repay it?"),
        min_value=1,
        max_value=60,
        initial=12,
        help_text=_("1 to 60; most take as long as their pledges run."),
        error_messages={"required": _("Enter a number of months from 1 to 60.")},
    )
    margin = PercentField(
        label=_("Your gross margin, in percent"),
        least=1,
        most=int(MOST_MARGIN * 100),
        initial=DEFAULT_MARGIN,
        help_text=_(
            "What is left of a sale after the goods in it are paid. At most 60 is counted; "
            "half is usual. The lender may ask for your books."
        ),
        error_messages={"required": _("Enter your margin, such as 50.")},
    )
    repayment = forms.ChoiceField(
        label=_("How would you like to repay?"),
        choices=Repayment.choices,
        initial=Repayment.LEVEL,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you would repay.")},
    )
    purpose = OneLine(
        label=_("What is it for?"),
        max_length=400,
        help_text=_("A sentence that the lender reads."),
        error_messages={"required": _("Say in a sentence what it is for.")},
    )

    def __init__(
        self,
        *args: Any,
        currency: str,
        application: LoanApplication | None = None,
        **kwargs: Any,
    ) -> None:
        if application is not None:
            kwargs["initial"] = {
                "amount": application.amount_minor,
                "months": application.months,
                "margin": application.margin,
                "repayment": application.repayment,
                "purpose": application.purpose,
            }
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]

    def clean_amount(self) -> int:
        minor = self.cleaned_data["amount"]
        if minor is None or not LEAST_MINOR <= minor <= MOST_MINOR:
            raise ValidationError(_("Enter an amount from $100 to $1,000,000."))
        if minor % 100:
            raise ValidationError(_("Enter whole dollars."))
        return int(minor)

    def clean_margin(self) -> Decimal:
        margin: Decimal = self.cleaned_data["margin"]
        if margin != margin.quantize(Decimal("0.01")):
            raise ValidationError(_("Enter a whole percentage."))
        return margin

    @property
    def fields_of_application(self) -> dict[str, Any]:
        """The cleaned form as the services take it."""
        data = dict(self.cleaned_data)
        data["amount_minor"] = data.pop("amount")
        return data


class SharingForm(forms.Form):
    """What a lender may see besides the figures."""

    with_contact = forms.BooleanField(
        label=_("Our names and addresses too, so that they can call"), required=False, initial=True
    )
    with_months = forms.BooleanField(
        label=_("What pledgers bought, month by month"), required=False, initial=True
    )


class AcceptForm(forms.Form):
    """The borrower signs, after reading."""

    has_read = forms.BooleanField(
        label=_("I have read what this loan costs and what happens if pledges fall short."),
        error_messages={"required": _("Tick the box once you have read it.")},
    )
