"""Who speaks for a business."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from members.models import RepresentativeKind

KINDS = [
    (RepresentativeKind.OWNER, _("Owner: everything, and who else speaks for it")),
    (RepresentativeKind.BILLING, _("Billing: gets the invoices and pays them")),
    (RepresentativeKind.REP, _("Representative: speaks and acts for it")),
    (RepresentativeKind.VOLUNTEER, _("Volunteer: helps at shifts and events")),
]


class KindForm(forms.Form):
    """What somebody is to the business."""

    kind = forms.ChoiceField(
        label=_("What are they to the business?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they are to the business.")},
    )

    def clean_kind(self) -> RepresentativeKind:
        return RepresentativeKind(self.cleaned_data["kind"])


class InvitationForm(KindForm):
    """Somebody is to speak for the business: address, name, as what."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        help_text=_("The invitation goes there, and later each sign-in code."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={
            "required": _("Enter an e-mail address."),
            "invalid": _("Enter an e-mail address such as maria@example.com."),
        },
    )
    name = OneLine(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the person’s name.")},
    )

    field_order = ("email", "name", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = RepresentativeKind.REP
