"""What the treasurer fills in about invoices and payments."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine
from alliance.tenancy.scope import current_alliance
from members.forms.standing import DayField
from members.models import BY_HAND, Invoice, Method, Payment
from members.queries.memberships import today
from members.services.payments import Receipt

LOST = _("Something was lost on the way. Please send it again.")
EARLIEST = date(2000, 1, 1)


def _amount(**kwargs: Any) -> MoneyField:
    required = {"required": _("Enter an amount, such as 120 or 120.50.")}
    return MoneyField(label=_("Amount"), error_messages=required, **kwargs)


def _what(label: Any) -> OneLine:
    return OneLine(label=label, required=False, max_length=200)


def _costs() -> MoneyField:
    return MoneyField(label=_("Amount"), required=False)


class OnceForm(forms.Form):
    """A form that counts once, however often it is pressed: its key is that of what it makes."""

    form_key = forms.RegexField(
        r"\A[0-9a-f]{32}\Z",
        widget=forms.HiddenInput,
        error_messages={"required": LOST, "invalid": LOST},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = uuid4().hex
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = current_alliance().currency


class ReceivedForm(OnceForm):
    """A payment that came by hand."""

    amount = _amount()
    method = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[(method.value, method.label) for method in BY_HAND],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it came.")},
    )
    received_on = DayField(
        label=_("Received on"), error_messages={"required": _("Enter the day it came.")}
    )
    reference = OneLine(
        label=_("Reference"),
        required=False,
        help_text=_("The number of the cheque, or what the bank’s statement says."),
    )

    def __init__(self, *args: Any, invoice: Invoice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].initial = invoice.due_minor
        self.fields["received_on"].initial = today()
        self.fields["received_on"].widget.attrs["max"] = today().isoformat()
        self.fields["method"].variant = "chips"  # type: ignore[attr-defined]

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > today():
            raise ValidationError(_("This day is still to come."))
        if day < EARLIEST:
            raise ValidationError(_("Enter a day such as 2026-12-31."))
        return day

    @property
    def receipt(self) -> Receipt:
        """The cleaned form as `payments.record` takes it."""
        data = self.cleaned_data
        return Receipt(
            amount_minor=data["amount"],
            method=Method(data["method"]),
            received_on=data["received_on"],
            reference=data["reference"],
        )


class TakeOffForm(OnceForm):
    """A part or all of an invoice or a payment, taken back for a reason that the member reads."""

    amount = _amount()
    reason = forms.CharField(
        label=_("Why?"),
        max_length=400,
        help_text=_("The member reads this sentence."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, in a sentence.")},
    )

    def __init__(self, *args: Any, of: Invoice | Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(of, Payment):
            self.fields["amount"].initial = of.refundable_minor
        else:
            self.fields["amount"].initial = of.due_minor or of.total_minor - of.credited_minor


class SplitForm(forms.Form):
    """In how many parts an invoice is paid."""

    instalments = forms.TypedChoiceField(
        label=_("In how many parts?"),
        choices=[(n, str(n)) for n in (2, 3, 4)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose two to four parts.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instalments"].variant = "chips"  # type: ignore[attr-defined]


class NewInvoiceForm(OnceForm):
    """An invoice by hand: terms of the membership, other things, or both."""

    terms = forms.TypedChoiceField(
        label=_("Dues"),
        coerce=int,
        choices=[
            (0, _("no dues")),
            (1, _("the next term")),
            *((n, _("%(count)d terms") % {"count": n}) for n in range(2, 11)),
        ],
        error_messages={"required": _("Choose how many terms, or no dues.")},
    )
    what_1 = _what(_("What else?"))
    amount_1 = _costs()
    what_2 = _what(_("And what else?"))
    amount_2 = _costs()
    what_3 = _what(_("Anything more?"))
    amount_3 = _costs()
    instalments = forms.TypedChoiceField(
        label=_("To be paid"),
        coerce=int,
        initial=1,
        choices=[
            (1, _("at once")),
            *((n, _("in %(count)d parts, a month apart") % {"count": n}) for n in (2, 3, 4)),
        ],
    )
    due_on = DayField(
        label=_("Pay by"),
        required=False,
        help_text=_("Left empty, the days that your settings give count."),
    )

    LINES = (1, 2, 3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].initial = 1

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < today():
            raise ValidationError(_("Choose today or a day that is still to come."))
        if day is not None and day.year > today().year + 5:
            raise ValidationError(_("Choose a day within the next five years."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for n in self.LINES:
            what, amount = data.get(f"what_{n}"), data.get(f"amount_{n}")
            if what and amount is None and f"amount_{n}" not in self.errors:
                self.add_error(f"amount_{n}", _("Enter what it costs, such as 120 or 120.50."))
            if amount and not what and f"what_{n}" not in self.errors:
                self.add_error(f"what_{n}", _("Say what it is for."))
        if not self.errors and not data.get("terms") and not self.other_lines:
            self.add_error("terms", _("Choose dues, or write what else the invoice is for."))
        return data

    @property
    def other_lines(self) -> list[tuple[str, int]]:
        """What else stands on it: words and minor units."""
        data = self.cleaned_data
        pairs = ((data.get(f"what_{n}"), data.get(f"amount_{n}")) for n in self.LINES)
        return [(what, amount) for what, amount in pairs if what and amount is not None]


class InvoiceFilterForm(forms.Form):
    """Which invoices the list shows; what cannot be read asks for nothing."""

    q = forms.CharField(label=_("Number or name"), required=False, max_length=80)
    show = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    member = forms.SlugField(required=False, max_length=80, widget=forms.HiddenInput)

    @property
    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class DayForm(forms.Form):
    """As of which day."""

    on = DayField(label=_("At the end of"), required=False)

    @property
    def day(self) -> date:
        """The day asked for; without one that can be read, today."""
        found = self.cleaned_data.get("on") if self.is_valid() else None
        return min(found, today()) if found else today()


class DaysForm(forms.Form):
    """From which day to which; without days that can be read, this month so far."""

    from_on = DayField(label=_("From"), required=False)
    to_on = DayField(label=_("To"), required=False)

    def __init__(
        self, *args: Any, first: date | None = None, longest: int = 0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._first, self._longest = first or today().replace(day=1), longest

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = self._between(data)
        if first > last and not self.errors:
            self.add_error("to_on", _("The last day is before the first."))
        if self._longest and (last - first).days > self._longest:
            self.add_error("to_on", _("At most three years at a time."))
        return data

    @property
    def days(self) -> tuple[date, date]:
        return self._between(self.cleaned_data if self.is_valid() else {})

    def _between(self, data: dict[str, Any]) -> tuple[date, date]:
        first = data.get("from_on") or self._first
        return first, data.get("to_on") or max(today(), first)


class PaymentFilterForm(DaysForm):
    """Which payments the list shows."""

    method = forms.ChoiceField(
        label=_("How"), required=False, choices=[("", _("all")), *Method.choices]
    )
    member = forms.SlugField(required=False, max_length=80, widget=forms.HiddenInput)


class MonthForm(forms.Form):
    """The month whose terms end."""

    month = forms.ChoiceField(label=_("Terms that end in"))

    def __init__(self, *args: Any, months: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (month.strftime("%Y-%m"), date_format(month, "F Y")) for month in months
        ]

    @property
    def first(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")
