"""The shell's own forms."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.access import STAFF
from alliance.forms import InvitedForm, OneLine
from alliance.models import Role
from alliance.services import keys
from alliance.tenancy.scope import current_alliance


class KeyForm(forms.Form):
    """A new API key: what it is for, what it may do, how long it lives."""

    name = OneLine(
        label=_("What is it for?"),
        max_length=80,
        help_text=_("“Website widget”, for example."),
        error_messages={"required": _("Say what the key is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the key may do.")},
    )
    days = forms.IntegerField(label=_("For how many days?"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(keys.SCOPES.items())  # type: ignore[attr-defined]


class SeatForm(InvitedForm):
    """Somebody comes to the desk: address, name, role, and until when.

    A member's or a lender's seat is not among the roles: it comes with the
    business or the lender that the person speaks for; a steward's comes with
    the charter.
    """

    role = forms.ChoiceField(
        label=_("What will they do?"),
        choices=[choice for choice in Role.choices if choice[0] in {*STAFF, Role.EVALUATOR}],
        error_messages={"required": _("Choose a role.")},
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty for a seat without an end."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter a day such as 2027-03-31.")},
    )

    def clean_expires_on(self) -> datetime | None:
        """The local midnight that ends the last day."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is None:
            return None
        zone = current_alliance().zone
        if day < timezone.localdate(timezone=zone):
            raise ValidationError(_("Choose a day that is still to come."))
        return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)

    @property
    def invitation(self) -> dict[str, Any]:
        """The cleaned form as `seats.invite` takes it."""
        data = dict(self.cleaned_data)
        data["role"] = Role(data["role"])
        data["expires_at"] = data.pop("expires_on")
        return data
