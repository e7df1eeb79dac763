"""Who speaks for a business."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import InvitedForm
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


class InvitationForm(InvitedForm, KindForm):
    """Somebody is to speak for the business: address, name, as what."""

    field_order = ("email", "name", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = RepresentativeKind.REP
