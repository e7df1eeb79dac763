"""What somebody who wants to come fills in, and what is filled in at the door."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine, PublicForm
from alliance.tenancy.scope import current_alliance
from gatherings.models import Kind


class RsvpForm(PublicForm):
    """Name, e-mail, consent; no account."""

    name = OneLine(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name; it stands on the list at the door.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=200,
        help_text=_("For your place. Only the hosts see it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as maria@example.com."),
        },
    )
    consent = forms.BooleanField(
        error_messages={"required": _("Tick the box if you agree; without it we may not write.")},
    )

    field_order = ("name", "email", "consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = self.wording = wording()


class WalkInForm(forms.Form):
    """Somebody who came without asking."""

    name = OneLine(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the person’s name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=200,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class SearchForm(forms.Form):
    """What to look for among the events."""

    q = OneLine(label=_("Search in titles"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Kind.choices]
    )


def wording() -> str:
    """To what somebody agrees who wants to come."""
    return str(
        _("%(alliance)s may write to me about this event: a confirmation, reminders, changes.")
        % {"alliance": current_alliance().name}
    )
