"""What the treasurer fills in, and what the lists of the books are asked for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.forms import MoneyField, OneLine
from alliance.tenancy.scope import current_alliance
from ledger.chart import CHART, MOVABLE
from ledger.models import Account, EntryKind
from ledger.queries.journal import Wanted
from ledger.services import Move


def _day(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        widget=widget,
        error_messages={"invalid": _("Enter a day such as 2026-03-31.")} | kwargs.pop("errors", {}),
        **kwargs,
    )


def today() -> date:
    """The calendar's day where the alliance is."""
    return clock.now().astimezone(current_alliance().zone).date()


class DaysForm(forms.Form):
    """Between which days, and whom it concerns; what cannot be read asks for nothing."""

    since = _day(label=_("From"), required=False)
    until = _day(label=_("To"), required=False)
    # Comes with a link from a member's page; nobody types it.
    party = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def wanted(self) -> Wanted:
        """What was asked for, as the queries take it."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        words = asked.pop("q", "").strip()
        return Wanted(**asked, words=words)


class JournalForm(DaysForm):
    """Which entries the journal shows."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80)
    account = forms.TypedChoiceField(label=_("Account"), required=False, empty_value=None)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *EntryKind.choices]
    )

    field_order = ("q", "account", "kind", "since", "until", "party")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = {str(account.pk): account for account in Account.objects.all()}
        field = self.fields["account"]
        field.choices = [("", _("all")), *accounts.items()]  # type: ignore[attr-defined]
        field.coerce = lambda pk: accounts[pk].pk  # type: ignore[attr-defined]


class DayForm(forms.Form):
    """The day of a trial balance."""

    on = _day(label=_("At the end of"), required=False)

    @property
    def day(self) -> date:
        """The day asked for; without one that can be read, today."""
        return (self.cleaned_data.get("on") if self.is_valid() else None) or today()


class MoveForm(forms.Form):
    """Money that went from one place to another."""

    source = forms.ChoiceField(
        label=_("From"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the money was.")},
    )
    target = forms.ChoiceField(
        label=_("To"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the money is now.")},
    )
    amount = MoneyField(
        label=_("How much?"), error_messages={"required": _("Enter an amount, such as 240.")}
    )
    on = _day(
        label=_("On which day?"), errors={"required": _("Enter the day on which it was moved.")}
    )
    memo = OneLine(
        label=_("What for?"),
        max_length=200,
        help_text=_("Stands in the journal: “Cash box to the bank, deposit slip 88”."),
        error_messages={"required": _("Say in a few words what it was.")},
    )
    form_key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].currency = current_alliance().currency  # type: ignore[attr-defined]
        for name in ("source", "target"):
            places = [(account.key, account.name) for account in MOVABLE]
            self.fields[name].choices = places  # type: ignore[attr-defined]

    @property
    def order(self) -> Move:
        """The cleaned form as `move` takes it."""
        data = self.cleaned_data
        return Move(
            source=CHART[data["source"]],
            target=CHART[data["target"]],
            amount_minor=data["amount"],
            on=data["on"],
            memo=data["memo"],
        )


class ReasonForm(forms.Form):
    """Why an entry is taken back."""

    reason = OneLine(
        label=_("Why?"),
        max_length=200,
        help_text=_("Stands in the journal beside the reversal."),
        error_messages={"required": _("Say why, in a sentence.")},
    )
