"""A tier of dues, with its price, its term and what it brings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine
from alliance.tenancy.scope import current_alliance
from members.models import Tier

MONEY = ("price_minor", "least_minor", "most_minor")


class TierForm(forms.ModelForm):
    """Everything about a tier; a preview shows what joining today would cost."""

    name = OneLine(
        label=_("Name"),
        max_length=60,
        help_text=_("“Corner shop”, for example."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter a name.")},
    )
    price_minor = MoneyField(
        label=_("Price a term"),
        help_text=_("With a scale, what you suggest. 0 for a tier without dues."),
        error_messages={"required": _("Enter the price, such as 120; 0 if there is none.")},
    )
    least_minor = MoneyField(
        label=_("Sliding scale from"),
        required=False,
        help_text=_("Left empty, everybody pays the price."),
    )
    most_minor = MoneyField(label=_("Sliding scale to"), required=False)

    class Meta:
        model = Tier
        fields = (
            "name",
            "description",
            "price_minor",
            "least_minor",
            "most_minor",
            "allows_hardship",
            "allows_in_kind",
            "term_kind",
            "term_months",
            "rollover_month",
            "rollover_day",
            "proration",
            "seats",
            "benefits",
            "is_public",
        )
        error_messages = {
            "term_months": {"required": _("Enter a number of months from 1 to 36.")},
            "rollover_day": {"required": _("Enter a day from 1 to 28.")},
            "seats": {"required": _("Enter how many seats it brings, from 1 to 100.")},
        }
        labels = {
            "description": _("In one or two sentences"),
            "allows_hardship": _("Less may be agreed for hardship"),
            "allows_in_kind": _("It may be paid in kind"),
            "term_kind": _("When does a term begin?"),
            "term_months": _("How many months is a term?"),
            "rollover_month": _("A fixed term begins in"),
            "rollover_day": _("On day"),
            "proration": _("Who joins within a fixed term pays"),
            "seats": _("How many people may speak for the business?"),
            "benefits": _("What it brings"),
            "is_public": _("The joining page offers it"),
        }
        help_texts = {
            "allows_hardship": _("Applicants can ask for it in a sentence; you agree an amount."),
            "allows_in_kind": _("With goods or work of the same worth, recorded like a payment."),
            "term_kind": _(
                "From the day of joining, each member has a term of their own. A fixed year ends "
                "on the same day for everybody."
            ),
            "term_months": _("12 for a year; 1 to 36."),
            "rollover_month": _("Only for a fixed term."),
            "rollover_day": _("1 to 28, so that the day exists in every month."),
            "proration": _("Only for a fixed term; one that is rolling is always full."),
            "benefits": _("A line for each thing. It stands on the joining page."),
            "is_public": _("Otherwise only you can give it."),
        }
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2}),
            "benefits": forms.Textarea(attrs={"rows": 5}),
            "term_kind": forms.RadioSelect,
            "proration": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MONEY:
            self.fields[name].currency = current_alliance().currency  # type: ignore[attr-defined]
        self.fields["rollover_month"] = forms.TypedChoiceField(
            label=self.fields["rollover_month"].label,
            help_text=self.fields["rollover_month"].help_text,
            choices=list(MONTHS.items()),
            coerce=int,
        )
        for name in ("term_kind", "proration"):
            field = self.fields[name]
            field.choices = [c for c in field.choices if c[0]]  # type: ignore[attr-defined]
        for name in ("term_months", "rollover_month", "rollover_day", "seats"):
            self.fields[name].variant = "short"  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if Tier.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a tier of this name already."))
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if any(name in self.errors for name in MONEY):
            return data
        price, least, most = (data.get(name) for name in MONEY)
        # Half a scale is the model's own refusal.
        if least is not None and most is not None and not least <= price <= most:
            self.add_error("price_minor", _("The price lies within the scale, ends included."))
        return data

    @property
    def tier_fields(self) -> dict[str, Any]:
        """The cleaned form as `add_tier` and `change_tier` take it."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    @property
    def drafted(self) -> Tier:
        """The tier as it would be; not stored."""
        return Tier(
            **({"currency": current_alliance().currency} | self.tier_fields),
        )
