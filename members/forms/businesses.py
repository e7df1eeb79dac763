"""What a business says of itself, and what the staff alone write about it."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine, WebsiteField
from members.models import Business, Segment, SizeBand
from members.queries.memberships import today
from members.services.businesses import ITS_OWN

FIRST_YEAR = 1600


def _plain(autocomplete: str, **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": autocomplete, **attrs})


class OwnBusinessForm(forms.Form):
    """Trade name, words, contact, address: what a member changes without asking."""

    trade_name = OneLine(
        label=_("Name on the sign"),
        max_length=120,
        widget=_plain("organization"),
        error_messages={"required": _("Enter the name of the business.")},
    )
    blurb = forms.CharField(
        label=_("What you do, in a few sentences"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    phone = OneLine(
        label=_("Telephone"),
        max_length=32,
        required=False,
        widget=_plain("tel", inputmode="tel"),
    )
    email = forms.EmailField(
        label=_("E-mail of the business"),
        max_length=200,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"invalid": _("Enter an e-mail address such as shop@example.com.")},
    )
    website = WebsiteField(label=_("Website"), required=False)
    street = OneLine(
        label=_("Street and number"),
        max_length=120,
        required=False,
        widget=_plain("address-line1"),
    )
    neighbourhood = OneLine(
        label=_("Neighbourhood"), max_length=80, required=False, widget=_plain("address-level3")
    )
    city = OneLine(label=_("Town"), max_length=80, required=False, widget=_plain("address-level2"))
    region = OneLine(
        label=_("State"), max_length=40, required=False, widget=_plain("address-level1")
    )
    postal_code = OneLine(
        label=_("Postal code"), max_length=16, required=False, widget=_plain("postal-code")
    )

    @classmethod
    def initial_of(cls, business: Business) -> dict[str, Any]:
        """A business as the form shows it."""
        return {name: getattr(business, name) for name in cls.base_fields}

    @property
    def details(self) -> dict[str, Any]:
        """The cleaned form as `change_business` takes it."""
        return {name: self.cleaned_data[name] for name in self.fields}


class StaffBusinessForm(OwnBusinessForm):
    """The same, with the name in law and what the business is filed under."""

    legal_name = OneLine(
        label=_("Name in law"),
        max_length=160,
        required=False,
        help_text=_("It stands on invoices. Left empty, it is the name on the sign."),
        widget=_plain("off"),
    )
    segment = forms.ChoiceField(
        label=_("Kind of business"),
        choices=Segment.choices,
        error_messages={"required": _("Choose a kind of business.")},
    )
    categories = SimpleArrayField(
        forms.CharField(max_length=60),
        label=_("Narrower categories"),
        required=False,
        max_length=3,
        help_text=_("Up to three, with commas: bakery, café."),
        error_messages={"max_length": _("Three categories at most.")},
    )
    size_band = forms.ChoiceField(
        label=_("Size"), required=False, choices=[("", _("not known")), *SizeBand.choices]
    )
    founded_year = forms.IntegerField(
        label=_("Founded in"),
        required=False,
        min_value=FIRST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": _("Enter a year such as 2014.")},
    )
    at_location_since = forms.DateField(
        label=_("At this place since"),
        required=False,
        help_text=_("A drive for a loan asks how long."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a day such as 2014-05-31.")},
    )

    field_order = ("trade_name", "legal_name", "segment", "categories", *ITS_OWN[1:])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("size_band", "founded_year", "at_location_since"):
            self.fields[name].variant = "short"  # type: ignore[attr-defined]

    def clean_legal_name(self) -> str:
        return self.cleaned_data["legal_name"] or self.cleaned_data.get("trade_name", "")

    def clean_founded_year(self) -> int | None:
        year: int | None = self.cleaned_data["founded_year"]
        if year is not None and year > today().year:
            raise ValidationError(_("This year is still to come."))
        return year

    def clean_at_location_since(self) -> Any:
        day = self.cleaned_data["at_location_since"]
        if day is not None and day > today():
            raise ValidationError(_("This day is still to come."))
        return day
