"""What volunteers and those who plan with them fill in."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from members.models import VolunteerShift


class ShiftForm(forms.Form):
    """Help that is wanted; days and times are the alliance's own."""

    title = OneLine(label=_("What is to be done?"), max_length=120)
    description = forms.CharField(
        label=_("More about it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = OneLine(label=_("Where"), max_length=160, required=False)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    begins = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("To"), widget=forms.TimeInput(attrs={"type": "time"}))
    places = forms.IntegerField(label=_("How many people?"), min_value=1, max_value=500, initial=2)
    is_policy = forms.BooleanField(
        label=_("This is policy work"),
        required=False,
        help_text=_("Such hours count toward the part of dues that goes to lobbying."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    @property
    def fields_of_shift(self) -> dict[str, Any]:
        """The service's arguments."""
        data = self.cleaned_data
        kept = ("title", "description", "place", "places", "is_policy")
        return {
            **{name: data[name] for name in kept},
            "starts_at": datetime.combine(data["day"], data["begins"], tzinfo=self.zone),
            "ends_at": datetime.combine(data["day"], data["ends"], tzinfo=self.zone),
        }

    @staticmethod
    def initial_of(shift: VolunteerShift, zone: ZoneInfo) -> dict[str, Any]:
        """A shift as the form shows it."""
        starts, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
        kept = ("title", "description", "place", "places", "is_policy")
        return {
            **{name: getattr(shift, name) for name in kept},
            "day": starts.date().isoformat(),
            "begins": starts.strftime("%H:%M"),
            "ends": ends.strftime("%H:%M"),
        }


class HoursForm(forms.Form):
    """Time that was given outside a shift."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=Decimal("0.1"),
        max_value=Decimal(24),
        max_digits=4,
        decimal_places=2,
        help_text=_("For example 1.5"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    what = OneLine(label=_("What did you do?"), max_length=200)
    is_policy = forms.BooleanField(
        label=_("It was policy work"),
        required=False,
        help_text=_("Talking to officials about laws, for example."),
    )

    @property
    def minutes(self) -> int:
        """The hours in minutes."""
        return round(self.cleaned_data["hours"] * 60)


class SkillsForm(forms.Form):
    """A line of words, separated by commas."""

    skills = forms.CharField(
        label=_("I can help with"),
        max_length=500,
        required=False,
        help_text=_("Separated by commas: driving a van, bookkeeping, Spanish"),
    )

    def clean_skills(self) -> list[str]:
        words = [" ".join(word.split()) for word in self.cleaned_data["skills"].split(",")]
        found = list(dict.fromkeys(word for word in words if word))
        if len(found) > 12 or any(len(word) > 40 for word in found):
            raise forms.ValidationError(_("At most twelve, each of at most 40 letters."))
        return found


class ThanksForm(forms.Form):
    """Thanks in one's own words."""

    words = forms.CharField(
        label=_("Your words"), max_length=600, widget=forms.Textarea(attrs={"rows": 4})
    )
