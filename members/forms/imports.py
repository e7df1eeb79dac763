"""What people fill in on the way of a spreadsheet."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.money import format_money
from alliance.services.files import LARGEST
from alliance.tenancy.scope import current_alliance
from members.models import ImportRun, Segment, Tier
from members.services.imports.fields import FIELDS, GROUPS
from members.services.imports.mapping import Choices
from members.sheets.values import DAY_FIRST, MONTH_FIRST

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,text/csv"
ANSWER = "answer-"


class UploadForm(forms.Form):
    """A file from the visitor's machine."""

    file = forms.FileField(
        label=gettext_lazy("The spreadsheet"),
        help_text=gettext_lazy(
            "An Excel workbook (.xlsx) or a CSV file, as your old system exports it: "
            "up to 20 MB and 20,000 rows."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise ValidationError(
                _("This file is larger than %(megabytes)d MB.") % {"megabytes": LARGEST // 1024**2}
            )
        return file


class ColumnsForm(forms.Form):
    """Which column fills which field, and what the rows leave unsaid."""

    date_order = forms.ChoiceField(
        label=gettext_lazy("How are days written?"),
        choices=[
            (MONTH_FIRST, gettext_lazy("Month first: 3/31/2026")),
            (DAY_FIRST, gettext_lazy("Day first: 31/3/2026")),
        ],
        widget=forms.RadioSelect,
    )
    default_tier = forms.ModelChoiceField(
        label=gettext_lazy("Rows that name no tier"),
        queryset=Tier.objects.none(),
        required=False,
        empty_label=gettext_lazy("come in as businesses without a membership"),
    )
    default_segment = forms.ChoiceField(
        label=gettext_lazy("Rows that name no kind of business"), choices=Segment.choices
    )

    def __init__(self, *args: Any, run: ImportRun, samples: list[list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.samples = run, samples
        self.fields["default_tier"].queryset = Tier.objects.live()  # type: ignore[attr-defined]
        choices = _field_choices()
        for place, column in enumerate(run.columns):
            field = forms.ChoiceField(
                label=column, choices=choices, required=False, initial=run.mapping.get(column, "")
            )
            self.fields[f"column-{place}"] = field
        for name in ("date_order", "default_tier", "default_segment"):
            self.fields[name].initial = run.options.get(name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        chosen: dict[str, str] = {}
        for place in range(len(self.run.columns)):
            field = data.get(f"column-{place}")
            if field and field in chosen:
                self.add_error(f"column-{place}", self._twice(field, chosen[field]))
            elif field:
                chosen[field] = self.run.columns[place]
        if not {"trade_name", "legal_name"} & set(chosen):
            raise ValidationError(_("Say which column holds the businesses’ names."))
        return data

    def _twice(self, field: str, column: str) -> str:
        return _("“%(field)s” is filled by “%(column)s” already. Leave one of them out.") % {
            "field": FIELDS[field].label,
            "column": column,
        }

    def lines(self) -> Iterator[tuple[Any, list[str]]]:
        """Each column's field with the first things that stand in it."""
        for place, found in enumerate(self.samples):
            yield self[f"column-{place}"], found

    @property
    def mapping(self) -> dict[str, str]:
        """Heading → field."""
        return {
            column: self.cleaned_data[f"column-{place}"]
            for place, column in enumerate(self.run.columns)
            if self.cleaned_data.get(f"column-{place}")
        }

    @property
    def choices(self) -> Choices:
        """The rest, as the service takes it."""
        data = self.cleaned_data
        return Choices(data["date_order"], data["default_tier"], data["default_segment"])


class WordsForm(forms.Form):
    """What a file's own words for tiers and kinds of business mean."""

    def __init__(self, *args: Any, run: ImportRun, may_make_tiers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words: dict[str, dict[str, Any]] = {}
        tiers = [(str(tier.pk), tier.name) for tier in Tier.objects.live()]
        for word in run.counts.get("words", {}).values():
            name = f"word-{len(self.words)}"
            if word["field"] == "tier":
                choices = [*tiers, *(_new_tier(word) if may_make_tiers else [])]
                label = _("The tier “%(word)s” is")
            else:
                choices = list(Segment.choices)
                label = _("The kind of business “%(word)s” is")
            self.words[name] = word
            self.fields[name] = forms.ChoiceField(
                label=label % {"word": word["word"]},
                help_text=ngettext("%(rows)d row", "%(rows)d rows", word["rows"])
                % {"rows": word["rows"]},
                choices=[("", _("not said yet")), *choices],
                required=False,
            )

    def answers(self, field: str) -> dict[str, str]:
        """Word → what it means, for one kind of word."""
        return {
            word["word"]: self.cleaned_data[name]
            for name, word in self.words.items()
            if word["field"] == field and self.cleaned_data.get(name)
        }


def answers_in(data: Any) -> dict[UUID, str]:
    """Row → answer, of a page of questions; what is no row's name is left aside."""
    found: dict[UUID, str] = {}
    for name, value in data.items():
        if name.startswith(ANSWER) and value:
            try:
                found[UUID(name.removeprefix(ANSWER))] = str(value)
            except ValueError:
                continue
    return found


def _field_choices() -> list[Any]:
    groups: dict[str, list[tuple[str, Any]]] = {group: [] for group in GROUPS}
    for key, field in FIELDS.items():
        groups[field.group].append((key, field.label))
    named = [(GROUPS[group], fields) for group, fields in groups.items()]
    return [("", _("Leave it out")), *named]


def _new_tier(word: dict[str, Any]) -> list[tuple[str, str]]:
    """The offer to make the tier, at the price that most of its rows pay."""
    prices = word["prices"]
    minor = int(max(prices, key=lambda price: (prices[price], -int(price)))) if prices else 0
    price = format_money(minor, current_alliance().currency)
    return [(f"new:{minor}", _("a new tier, %(price)s a year") % {"price": price})]
