"""Local ownership: what a business says, why it is revoked, the appeal and its answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import Ownership
from directory.ownership import MOST_OUTLETS
from directory.services.attestations import Claim


class ClaimForm(forms.Form):
    """Who owns the business, how much of it locally, who decides, how many outlets."""

    ownership = forms.ChoiceField(
        label=_("The business is"),
        choices=Ownership.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who owns the business.")},
    )
    local_percent = forms.IntegerField(
        label=_("How much of it belongs to people who live here?"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter a number from 50 to 100."),
            "invalid": _("Enter a number from 50 to 100."),
        },
    )
    outlets = forms.IntegerField(
        label=_("How many outlets are there, all in all?"),
        help_text=_("At most %(most)d: more make a chain.") % {"most": MOST_OUTLETS},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Enter a number such as 1."),
            "invalid": _("Enter a number such as 1."),
        },
    )
    decides_locally = forms.BooleanField(
        label=_("Name, look, suppliers, purchases and prices are decided here"),
        error_messages={"required": _("Locally owned means that the decisions are made here.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["local_percent"].suffix = "%"  # type: ignore[attr-defined]
        self.fields["outlets"].variant = "short"  # type: ignore[attr-defined]

    @property
    def claim(self) -> Claim:
        """The cleaned form as the service takes it."""
        data = self.cleaned_data
        return Claim(
            ownership=Ownership(data["ownership"]),
            local_percent=data["local_percent"],
            decides_locally=data["decides_locally"],
            outlets=data["outlets"],
        )


class AppealForm(forms.Form):
    """What was overlooked."""

    words = forms.CharField(
        label=_("What was overlooked?"),
        max_length=2000,
        help_text=_("Somebody else than who revoked it reads this and decides."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what was overlooked.")},
    )


class RevokeForm(forms.Form):
    """Why a confirmed claim is taken back."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        help_text=_("The business reads it, and may appeal once."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why: the business reads it.")},
    )


class AppealDecisionForm(forms.Form):
    """Upheld or not, and why."""

    decision = forms.ChoiceField(
        label=_("The business is"),
        choices=[
            ("upheld", _("right: it is confirmed again")),
            ("not", _("not: it stays revoked")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Decide one way or the other.")},
    )
    answer = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        help_text=_("The business reads it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why: the business reads it.")},
    )
