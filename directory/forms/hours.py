"""Opening hours: a row for each weekday, and days that go otherwise."""

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.forms import OneLine
from directory import hours
from directory.content import Hours, Span, SpecialDay
from members.queries.memberships import today

SPANS = (1, 2)
MOST_DAYS = 12
FARTHEST = timedelta(days=730)


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("Enter a time such as 09:30.")},
    )


class WeekForm(forms.Form):
    """Up to two spans a weekday; a closing time that is not later means the next day."""

    by_appointment = forms.BooleanField(label=gettext_lazy("By appointment"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in WEEKDAYS.items():
            for number in SPANS:
                self.fields[f"opens_{weekday}_{number}"] = _time_field(_opens(name, number))
                self.fields[f"closes_{weekday}_{number}"] = _time_field(_closes(name, number))
            self.fields[f"closed_{weekday}"] = forms.BooleanField(label=_("closed"), required=False)

    @property
    def days(self) -> list[dict[str, Any]]:
        """Each weekday with its fields, as the page shows them."""
        return [
            {
                "name": name,
                "spans": [
                    (self[f"opens_{weekday}_{n}"], self[f"closes_{weekday}_{n}"]) for n in SPANS
                ],
                "closed": self[f"closed_{weekday}"],
            }
            for weekday, name in WEEKDAYS.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for weekday in WEEKDAYS:
            for number in SPANS:
                self._must_have_both(weekday, number)
        if not self.errors and (found := hours.clash(self.week)):
            before, after = found
            self.add_error(
                self._field_of(after),
                _("These hours begin before those of %(day)s have ended.")
                % {"day": WEEKDAYS[before.weekday]},
            )
        return data

    def _must_have_both(self, weekday: int, number: int) -> None:
        data = self.cleaned_data
        opens, closes = f"opens_{weekday}_{number}", f"closes_{weekday}_{number}"
        if data.get(f"closed_{weekday}") or opens in self.errors or closes in self.errors:
            return
        day = WEEKDAYS[weekday]
        if data.get(opens) is None and data.get(closes) is not None:
            self.add_error(opens, _("When do you open on %(day)s?") % {"day": day})
        if data.get(closes) is None and data.get(opens) is not None:
            self.add_error(closes, _("When do you close on %(day)s?") % {"day": day})

    @property
    def week(self) -> tuple[Span, ...]:
        """The cleaned form as spans in order."""
        data = self.cleaned_data
        found = [
            hours.span(weekday, opens, closes)
            for weekday in WEEKDAYS
            for n in SPANS
            if not data.get(f"closed_{weekday}")
            and (opens := data.get(f"opens_{weekday}_{n}")) is not None
            and (closes := data.get(f"closes_{weekday}_{n}")) is not None
        ]
        return tuple(sorted(found, key=lambda span: (span.weekday, span.opens)))

    def _field_of(self, span: Span) -> str:
        opens = hours.times(span.opens, span.closes)[0]
        fits = (f"opens_{span.weekday}_{n}" for n in SPANS)
        return next(name for name in fits if self.cleaned_data.get(name) == opens)

    @staticmethod
    def initial_of(found: Hours) -> dict[str, Any]:
        """A week as the form shows it; days without hours are closed where others have some."""
        initial: dict[str, Any] = {"by_appointment": found.by_appointment}
        for weekday in WEEKDAYS:
            spans = [span for span in found.week if span.weekday == weekday]
            for number, span in enumerate(spans[: len(SPANS)], start=1):
                opens, closes = hours.times(span.opens, span.closes)
                initial[f"opens_{weekday}_{number}"] = opens
                initial[f"closes_{weekday}_{number}"] = closes
            initial[f"closed_{weekday}"] = bool(found.week) and not spans
        return initial


class SpecialDayForm(forms.Form):
    """A day that goes otherwise: closed, or open at these times. Without a day it says nothing."""

    on = forms.DateField(
        label=gettext_lazy("Day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Enter a day such as 2026-12-24.")},
    )
    opens = _time_field(gettext_lazy("Opens"))
    closes = _time_field(gettext_lazy("Closes"))
    is_closed = forms.BooleanField(label=gettext_lazy("closed all day"), required=False)
    note = OneLine(label=gettext_lazy("Why"), max_length=80, required=False)

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        if day and not today() - FARTHEST <= day <= today() + FARTHEST:
            raise ValidationError(_("This day is more than two years away."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if "on" in self.errors or self.errors:
            return data
        if data.get("on") is None:
            if opens or closes or data.get("note") or data.get("is_closed"):
                self.add_error("on", _("Which day is it?"))
        elif not data.get("is_closed") and (opens is None or closes is None):
            self.add_error(
                "opens" if opens is None else "closes",
                _("Say when you open and close that day, or that you are closed."),
            )
        return data

    @property
    def day(self) -> SpecialDay | None:
        """The cleaned form; None where nothing is said."""
        data = self.cleaned_data
        if data.get("on") is None:
            return None
        if data["is_closed"]:
            return SpecialDay(on=data["on"], note=data["note"])
        span = hours.span(0, data["opens"], data["closes"])
        return SpecialDay(data["on"], span.opens, span.closes, data["note"])

    @staticmethod
    def initial_of(day: SpecialDay) -> dict[str, Any]:
        """A day as the form shows it."""
        times: tuple[time | None, time | None] = (None, None)
        if day.opens is not None and day.closes is not None:
            times = hours.times(day.opens, day.closes)
        return {
            "on": day.on,
            "opens": times[0],
            "closes": times[1],
            "is_closed": day.opens is None,
            "note": day.note,
        }


class SpecialDaysFormSet(forms.BaseFormSet):
    """All such days; the same one twice only where both have times that do not meet."""

    def clean(self) -> None:
        seen: dict[date, list[SpecialDay]] = {}
        for form in self.forms:
            if form.errors or not (day := form.day):
                continue
            if any(_meet(day, other) for other in seen.setdefault(day.on, [])):
                form.add_error("on", _("This day stands here already, with other hours."))
            seen[day.on].append(day)

    @property
    def days(self) -> tuple[SpecialDay, ...]:
        """The cleaned rows in order of their days."""
        said = [day for form in self.forms if (day := form.day)]
        return tuple(sorted(said, key=lambda day: (day.on, day.opens or 0)))


SpecialDays = forms.formset_factory(
    SpecialDayForm, formset=SpecialDaysFormSet, extra=0, max_num=MOST_DAYS, absolute_max=MOST_DAYS
)


def _meet(one: SpecialDay, other: SpecialDay) -> bool:
    if None in (one.opens, one.closes, other.opens, other.closes):
        return True
    return one.opens < other.closes and other.opens < one.closes  # type: ignore[operator]


def _opens(day: str, number: int) -> str:
    return (
        _("%(day)s opens") % {"day": day}
        if number == 1
        else _("%(day)s opens again") % {"day": day}
    )


def _closes(day: str, number: int) -> str:
    return (
        _("%(day)s closes") % {"day": day}
        if number == 1
        else _("%(day)s closes again") % {"day": day}
    )
