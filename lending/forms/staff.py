"""What the alliance's people fill in about lenders and the rules for loans."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import InvitedForm, MoneyField, OneLine
from lending.arithmetic.cover import STANDARD
from lending.forms.fields import PercentField
from lending.models import Lender, LenderKind, LendingPolicy

LEAST_MINOR, MOST_MINOR = 100_00, 1_000_000_00


class LenderForm(forms.Form):
    """Who lends, under which licence, and how much at most."""

    name = OneLine(
        label=_("Name"), max_length=120, error_messages={"required": _("Enter the lender’s name.")}
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=LenderKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of lender it is.")},
    )
    licence_note = OneLine(
        label=_("Licence"),
        max_length=400,
        help_text=_("Under which licence it lends, in its own words. Businesses read it."),
        error_messages={"required": _("Say under which licence it lends.")},
    )
    about = forms.CharField(
        label=_("About it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    cap = MoneyField(
        label=_("The most that it lends to one business"),
        required=False,
        help_text=_("Leave it empty where there is no such limit."),
    )

    def __init__(self, *args: Any, currency: str, lender: Lender | None = None, **kwargs: Any):
        if lender is not None:
            kwargs["initial"] = {
                "name": lender.name,
                "kind": lender.kind,
                "licence_note": lender.licence_note,
                "about": lender.about,
                "cap": lender.cap_minor,
            }
        super().__init__(*args, **kwargs)
        self.lender = lender
        self.fields["cap"].currency = currency  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        others = Lender.objects.filter(name=name)
        if self.lender is not None:
            others = others.exclude(pk=self.lender.pk)
        if others.exists():
            raise ValidationError(_("There is a lender of this name already."))
        return name

    def clean_cap(self) -> int | None:
        minor = self.cleaned_data["cap"]
        if minor is not None and not LEAST_MINOR <= minor <= MOST_MINOR:
            raise ValidationError(_("Enter an amount from $100 to $1,000,000."))
        return minor

    @property
    def lender_fields(self) -> dict[str, Any]:
        """The cleaned form as the services take it."""
        data = dict(self.cleaned_data)
        data["cap_minor"] = data.pop("cap")
        return data


class LenderPersonForm(InvitedForm):
    """Somebody who is to speak for a lender."""


class ApprovalForm(forms.Form):
    """A yes, with a word for the file."""

    note = OneLine(label=_("A word for the file"), required=False, max_length=400)


class PolicyForm(forms.Form):
    """The alliance's rules for loans."""

    advance = PercentField(
        label=_("Advance rate, in percent"),
        least=1,
        most=int(STANDARD.most_advance * 100),
        help_text=_("How much of the eligible base may be lent: 20 is usual, 33 the most."),
        error_messages={"required": _("Enter a percentage, such as 20.")},
    )
    reference_apr = PercentField(
        label=_("Assumed yearly rate, in percent"),
        most=400,
        help_text=_("What limits are reckoned with before a lender has made an offer."),
        error_messages={"required": _("Enter a percentage, such as 3.99.")},
    )
    offer_days = forms.IntegerField(
        label=_("Days that an offer stands"),
        min_value=3,
        max_value=60,
        error_messages={"required": _("Enter a number of days from 3 to 60.")},
    )
    cooling_days = forms.IntegerField(
        label=_("Days to change one’s mind"),
        min_value=3,
        max_value=14,
        help_text=_("Three at least."),
        error_messages={"required": _("Enter a number of days from 3 to 14.")},
    )

    def __init__(self, *args: Any, policy: LendingPolicy, **kwargs: Any) -> None:
        initial = {
            name: getattr(policy, name)
            for name in ("advance", "reference_apr", "offer_days", "cooling_days")
        }
        super().__init__(*args, **kwargs | {"initial": initial})
        for name in ("advance", "reference_apr"):
            self.fields[name].suffix = "%"  # type: ignore[attr-defined]
        for name in ("offer_days", "cooling_days"):
            self.fields[name].variant = "short"  # type: ignore[attr-defined]

    def clean_advance(self) -> Any:
        return _places(self.cleaned_data["advance"], 3)

    def clean_reference_apr(self) -> Any:
        return _places(self.cleaned_data["reference_apr"], 5)


def _places(rate: Any, places: int) -> Any:
    """The rate, if the row can keep it: a part of one with so many decimals."""
    if rate is not None and rate != round(rate, places):
        raise ValidationError(
            _("At most %(places)d decimals, please."), params={"places": places - 2}
        )
    return rate
