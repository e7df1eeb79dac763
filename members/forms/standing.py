"""What the staff fill in about one membership: its tier, a hold, an end, a term."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine
from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from members.forms.businesses import StaffBusinessForm
from members.forms.choices import RowChoice
from members.models import Membership, Relief, Tier
from members.queries.memberships import today
from members.services.members import Owner, Standing

NOTHING, GIVEN, INVOICE = "nothing", "given", "invoice"
# A term given by hand reaches at most so far ahead; more is a typing error.
MOST_YEARS = 10


class DayField(forms.DateField):
    """A day, by the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = {"invalid": _("Enter a day such as 2026-12-31.")}
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages=wrong | kwargs.pop("error_messages", {}),
            **kwargs,
        )
        self.variant = "short"


class TierChoice(RowChoice):
    """A tier with what it costs; only those that can be chosen, and the present one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Tier.objects.none(),
            empty_label=None,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose a tier."),
                "invalid_choice": _("Choose one of the tiers."),
            },
            **kwargs,
        )

    def label_from_instance(self, obj: Tier) -> str:
        price = format_money(obj.price_minor, obj.currency)
        if obj.least_minor is not None and obj.most_minor is not None:
            ends = (obj.least_minor, obj.most_minor)
            price = " – ".join(format_money(minor, obj.currency) for minor in ends)
        return f"{obj.name}, {price}"


class PriceForm(forms.Form):
    """A tier, and what was agreed instead of its price."""

    tier = TierChoice(label=_("Tier"))
    agreed = MoneyField(
        label=_("Agreed amount a term"),
        required=False,
        help_text=_("Left empty, the tier’s own price counts."),
    )
    relief = forms.ChoiceField(
        label=_("Relief"),
        choices=Relief.choices,
        initial=Relief.NONE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Why this member pays otherwise than the tier says."),
    )

    def __init__(self, *args: Any, tier: Tier | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Tier.objects.live()
        if tier is not None:
            found = found | Tier.objects.filter(pk=tier.pk)
        self.fields["tier"].queryset = found  # type: ignore[attr-defined]
        self.fields["agreed"].currency = current_alliance().currency  # type: ignore[attr-defined]
        self.fields["relief"].variant = "chips"  # type: ignore[attr-defined]

    def clean_relief(self) -> Relief:
        return Relief(self.cleaned_data["relief"] or Relief.NONE)

    @staticmethod
    def initial_price(membership: Membership) -> dict[str, Any]:
        """A membership as the form shows it."""
        return {
            "tier": membership.tier_id,
            "agreed": membership.agreed_minor,
            "relief": membership.relief,
        }

    @property
    def price(self) -> dict[str, Any]:
        """The cleaned form as `change_tier` takes it."""
        data = self.cleaned_data
        return {
            "tier": data["tier"],
            "agreed_minor": data["agreed"],
            "relief": data["relief"],
        }


class OpenForm(PriceForm):
    """A membership for a business that is here already."""

    joined_on = DayField(
        label=_("Member since"),
        required=False,
        help_text=_("Left empty, since today."),
    )
    first = forms.ChoiceField(
        label=_("The first term"),
        widget=forms.RadioSelect,
        initial=NOTHING,
        error_messages={"required": _("Say what becomes of the first term.")},
    )
    given_until = DayField(
        label=_("Last day of the term that you give"),
        required=False,
        help_text=_("For a term that is paid for elsewhere, or for nothing."),
    )

    def __init__(self, *args: Any, may_invoice: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].choices = [  # type: ignore[attr-defined]
            (NOTHING, _("Nothing yet: they stay pending")),
            (GIVEN, _("Give it, up to a day")),
            *([(INVOICE, _("Issue the invoice now"))] if may_invoice else []),
        ]

    def clean_joined_on(self) -> date | None:
        day: date | None = self.cleaned_data["joined_on"]
        if day is not None and day > today():
            raise ValidationError(_("This day is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_given, until = data.get("first") == GIVEN, data.get("given_until")
        if is_given and until is None and "given_until" not in self.errors:
            self.add_error("given_until", _("Enter the last day of the term."))
        elif is_given and until is not None:
            _check_end(self, until, data.get("joined_on") or today())
        return data

    @property
    def standing(self) -> Standing:
        """The cleaned form as `add_member` takes it."""
        data = self.cleaned_data
        return Standing(
            **self.price,
            joined_on=data["joined_on"],
            given_until=data["given_until"] if data["first"] == GIVEN else None,
            is_invoiced=data["first"] == INVOICE,
        )


class NewMemberForm(OpenForm, StaffBusinessForm):
    """A member added by hand: the business, its standing, who speaks for it."""

    owner_email = forms.EmailField(
        label=_("The owner’s e-mail address"),
        max_length=200,
        required=False,
        help_text=_("They get an invitation, and can pay and invite others."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={"invalid": _("Enter an e-mail address such as maria@example.com.")},
    )
    owner_name = OneLine(
        label=_("The owner’s name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("owner_email") and not data.get("owner_name"):
            self.add_error("owner_name", _("Enter the owner’s name."))
        return data

    @property
    def details(self) -> dict[str, Any]:
        """The business's part."""
        return {name: self.cleaned_data[name] for name in StaffBusinessForm.base_fields}

    @property
    def owner(self) -> Owner | None:
        """Who is invited first, if anybody."""
        email = self.cleaned_data["owner_email"]
        return Owner(email, self.cleaned_data["owner_name"]) if email else None


class TermForm(forms.Form):
    """A term without an invoice."""

    starts_on = DayField(
        label=_("First day"), error_messages={"required": _("Enter the first day.")}
    )
    ends_on = DayField(label=_("Last day"), error_messages={"required": _("Enter the last day.")})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on:
            _check_end(self, ends_on, starts_on, field="ends_on")
        return data


class HoldForm(forms.Form):
    """Why a membership is suspended."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=400,
        help_text=_("The member reads this sentence."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a sentence.")},
    )


class CancelForm(forms.Form):
    """Why a membership ends; a word helps, but is not asked for."""

    reason = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _check_end(
    form: forms.Form, ends_on: date, starts_on: date, field: str = "given_until"
) -> None:
    if ends_on < starts_on:
        form.add_error(field, _("A term ends on or after the day it begins."))
    elif ends_on.year - starts_on.year > MOST_YEARS:
        form.add_error(field, _("That is more than ten years. Please look at the year."))
