"""Which days a report is about."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.queries.reports.lists import EARLIEST

MOST_YEARS = 10
MONTHS_SHOWN = 12


class DaysForm(forms.Form):
    """From a day on, up to and including another; figures of one day are those of the last."""

    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Up to the end of"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data or None)
        self.today = today
        for name, day in zip(("since", "until"), self.usual, strict=True):
            self.initial[name] = day.isoformat()
            self.fields[name].widget.attrs["max"] = today.isoformat()

    @property
    def usual(self) -> tuple[date, date]:
        """This month and the eleven before it."""
        return self._months_before(self.today), self.today

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day; what was left empty is as usual."""
        if not self.is_bound:
            return self.usual
        last = self.cleaned_data["until"] or self.today
        return self.cleaned_data["since"] or self._months_before(last), last

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if until and until > self.today:
            self.add_error("until", _("This day is still to come."))
        elif until and until < EARLIEST:
            self.add_error("until", _("No alliance is that old."))
        elif since and since > (until or self.today):
            self.add_error("since", _("The first day is after the last."))
        elif since and since < (until or self.today) - relativedelta(years=MOST_YEARS):
            raise ValidationError({"since": _("At most ten years at a time.")})
        return data

    def _months_before(self, last: date) -> date:
        return last.replace(day=1) - relativedelta(months=MONTHS_SHOWN - 1)
