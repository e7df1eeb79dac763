"""A span of time, one date's exception, and the word on why it is called off."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from gatherings.models import Occurrence


def day_field(**options: Any) -> forms.DateField:
    """A day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    errors = {"invalid": _("Enter a day such as 2027-03-31.")} | options.pop("error_messages", {})
    return forms.DateField(widget=widget, error_messages=errors, **options)


def time_field(**options: Any) -> forms.TimeField:
    """An hour, with the browser's own clock."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    errors = {"invalid": _("Enter a time such as 18:30.")} | options.pop("error_messages", {})
    return forms.TimeField(widget=widget, error_messages=errors, **options)


class SpanForm(forms.Form):
    """From when to when, on one day or into another; hours on the wall clock of `zone`."""

    day = day_field(label=_("Day"), error_messages={"required": _("Enter the day.")})
    begins = time_field(label=_("From"), error_messages={"required": _("Enter when it begins.")})
    ends = time_field(label=_("To"), error_messages={"required": _("Enter when it ends.")})
    ends_on = day_field(
        label=_("Last day"),
        required=False,
        help_text=_("Only if it ends on another day than it begins."),
    )

    def zone(self) -> ZoneInfo:
        """Whose wall clock is meant."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if {"day", "begins", "ends"} <= data.keys():
            last = data.get("ends_on") or data["day"]
            try:
                data["starts_at"] = self._instant(data["day"], data["begins"])
                data["ends_at"] = self._instant(last, data["ends"])
            except OverflowError:
                self.add_error("day", _("Enter a day such as 2027-03-31."))
                return data
            if data["ends_at"] <= data["starts_at"]:
                field = "ends_on" if data.get("ends_on") else "ends"
                self.add_error(field, _("It ends after it begins."))
        return data

    def _instant(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, tzinfo=self.zone()).astimezone(UTC)


class DateForm(SpanForm):
    """One date's exception: another time, another name, elsewhere."""

    title = OneLine(
        label=_("Called"),
        max_length=120,
        required=False,
        help_text=_("Left empty, it is called like the others."),
    )
    place_name = OneLine(
        label=_("Where"),
        max_length=120,
        required=False,
        help_text=_("Left empty with the address, it is where the others are."),
    )
    address = OneLine(label=_("Address"), max_length=200, required=False)
    online_url = forms.URLField(
        label=_("Address to join online"), max_length=300, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, occurrence: Occurrence, **kwargs: Any) -> None:
        starts, ends = occurrence.local_start, occurrence.local_end
        initial = {
            "day": starts.date(),
            "begins": starts.time(),
            "ends": ends.time(),
            "ends_on": ends.date() if ends.date() != starts.date() else None,
            **{name: getattr(occurrence, name) for name in self.OWN},
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.occurrence = occurrence

    OWN = ("title", "place_name", "address", "online_url")

    def zone(self) -> ZoneInfo:
        return self.occurrence.gathering.zone

    @property
    def fields_of_date(self) -> dict[str, Any]:
        """The service's arguments."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "ends_at", *self.OWN)}


class ReasonForm(forms.Form):
    """A sentence that others will read."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=400,
        help_text=_("Everybody who comes or waits reads this sentence."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a sentence.")},
    )


def show(error: Exception, form: forms.Form) -> None:
    """A service's refusal at the field that it belongs to."""
    if isinstance(error, ValidationError):
        form.add_error(None, list(error.messages))
        return
    names = {"starts_on": "day", "minutes": "ends", "starts_at": "day", "ends_at": "ends"}
    field = getattr(error, "field", None) or ""
    field = names.get(field, field)
    form.add_error(field if field in form.fields else None, str(error))
