"""What the staff fill in for the directory."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from directory.models import DirectoryEntry, Outcome
from members.models import Business


class FindForm(forms.Form):
    """A name to look for."""

    q = forms.CharField(label=_("Business"), required=False, max_length=80)

    @property
    def words(self) -> str:
        """What was typed; nothing where it cannot be meant."""
        return self.cleaned_data["q"].strip() if self.is_valid() else ""


class PauseForm(forms.Form):
    """Why a listing is taken out of the directory."""

    reason = OneLine(
        label=_("Why?"),
        max_length=400,
        help_text=_("The business reads it."),
        error_messages={"required": _("Say why: the business reads it.")},
    )


class SettleForm(forms.Form):
    """What was done about a correction."""

    outcome = OneLine(
        label=_("What did you do about it?"),
        max_length=400,
        help_text=_("It stays at the desk, for whoever asks later."),
        error_messages={"required": _("Say what you did about it.")},
    )
    thanks = forms.BooleanField(label=_("Thank the sender by e-mail"), required=False)

    def __init__(self, *args: Any, has_address: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_address:
            del self.fields["thanks"]


class ReferralForm(forms.Form):
    """Somebody asked for something; who could do it?"""

    wanted = OneLine(
        label=_("What is looked for?"),
        max_length=400,
        help_text=_("It stands in the letter: A plumber for a leaking boiler, this week"),
        error_messages={"required": _("Say what is looked for.")},
    )
    contact = OneLine(
        label=_("How to reach whoever asked"),
        max_length=200,
        required=False,
        help_text=_(
            "With their consent. Only the chosen members see it, on their own page, and it is "
            "forgotten once they have said what came of it."
        ),
    )
    businesses = forms.MultipleChoiceField(
        label=_("Members"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one member, or up to five.")},
    )

    def __init__(self, *args: Any, found: Sequence[DirectoryEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["businesses"]
        field.choices = [(entry.slug, _in_a_line(entry)) for entry in found]


class OutcomeForm(forms.Form):
    """What came of a referral."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say what came of it.")},
    )
    words = OneLine(label=_("Anything the alliance should know?"), max_length=400, required=False)


class SponsorshipForm(forms.Form):
    """A member's words in the labelled slot."""

    business = forms.ModelChoiceField(
        label=_("Member"),
        queryset=Business.objects.none(),
        to_field_name="slug",
        empty_label=_("choose"),
        error_messages={"required": _("Choose a member.")},
    )
    words = OneLine(
        label=_("What stands there"),
        max_length=140,
        error_messages={"required": _("Say what stands in the slot.")},
    )
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        public = DirectoryEntry.objects.public().values("business")
        field: Any = self.fields["business"]
        field.queryset = Business.objects.filter(pk__in=public).order_by("trade_name")


class TilesForm(forms.Form):
    """Where the map's streets come from."""

    tiles_url = OneLine(
        label=_("Address of the tiles"),
        max_length=300,
        required=False,
        help_text=_(
            "It holds {z}, {x} and {y}. Left empty, the map shows the places without streets, and "
            "nobody’s computer asks anybody else for anything."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    tiles_attribution = OneLine(
        label=_("Whose map it is"),
        max_length=200,
        required=False,
        help_text=_("For example: © OpenStreetMap contributors"),
    )


def _in_a_line(entry: DirectoryEntry) -> str:
    """A member with what it does and where: enough to choose by."""
    parts = (entry.name, ", ".join(entry.categories), entry.neighbourhood or entry.city)
    return " · ".join(part for part in parts if part)
