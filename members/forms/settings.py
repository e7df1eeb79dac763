"""What an alliance decides about its dues."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from members.legal import percent
from members.models import DuesSettings
from members.services.settings import CHANGEABLE

# 12 · 12.5 · 12.50 %; a comma is how many write it.
PERCENT = re.compile(r"^(?P<whole>\d{1,3})(?:[.,](?P<part>\d{1,2}))?\s*%?$", re.ASCII)


class SettingsForm(forms.ModelForm):
    """Legal form, words, days, commitment."""

    legal_name = OneLine(
        label=_("Name in law"),
        max_length=160,
        required=False,
        help_text=_("Left empty, the alliance’s name stands on papers."),
    )
    tax_number = OneLine(
        label=_("Tax number"),
        max_length=40,
        required=False,
        help_text=_("An EIN such as 12-3456789; it stands on papers."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = DuesSettings
        fields = CHANGEABLE
        error_messages = {
            "days_to_pay": {"required": _("Enter a number of days from 0 to 120.")},
        }
        labels = {
            "legal_form": _("Legal form"),
            "approves_by_itself": _("Approve applications as they come"),
            "days_to_pay": _("Days to pay an invoice"),
            "how_to_pay": _("How to pay by hand"),
            "commitment": _("What members promise each other"),
        }
        help_texts = {
            "legal_form": _("It decides what the law has you print on each invoice."),
            "approves_by_itself": _(
                "The full price and no business that looks like a member’s: nobody has to look. "
                "All others wait for you."
            ),
            "how_to_pay": _("Where cheques go, your account for transfers. On each invoice."),
            "commitment": _(
                "A new member reads it and accepts it in the first week. **Bold** and lists work."
            ),
        }
        widgets = {
            "legal_form": forms.RadioSelect,
            "how_to_pay": forms.Textarea(attrs={"rows": 4}),
            "commitment": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days_to_pay"].variant = "short"  # type: ignore[attr-defined]


class PercentField(forms.CharField):
    """A share in percent; cleans to basis points: 12.5 → 1250."""

    default_error_messages = {
        "percent": _("Enter a share such as 12 or 12.5, with two decimals at most."),
        "all": _("A share is at most 100 percent."),
    }
    suffix = "%"

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=10, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return percent(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = PERCENT.match(text)
        if not found:
            raise ValidationError(self.error_messages["percent"], code="percent")
        points = int(found["whole"]) * 100 + int((found["part"] or "0").ljust(2, "0"))
        if points > 10_000:
            raise ValidationError(self.error_messages["all"], code="all")
        return points


class LobbyingShareForm(forms.Form):
    """Which part of a year's dues goes to lobbying."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=2000,
        max_value=2200,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter a year such as 2026."),
            "invalid": _("Enter a year such as 2026."),
        },
    )
    share = PercentField(
        label=_("Part of the dues"),
        help_text=_("0 if none of it does. Invoices that are out stay as they are."),
        error_messages={"required": _("Enter a share such as 12.5; 0 if none of it does.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].variant = "short"  # type: ignore[attr-defined]
