"""What somebody chooses who puts the directory on another site."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 24
FEWEST, USUAL = 1, 6


class WidgetForm(forms.Form):
    """Which listings, and how many; all by GET, so that the choice stands in the address."""

    category = forms.CharField(
        label=_("Category"), required=False, max_length=80, widget=forms.Select
    )
    place = forms.CharField(
        label=_("Neighbourhood or town"), required=False, max_length=80, widget=forms.Select
    )
    number = forms.IntegerField(
        label=_("How many"),
        required=False,
        initial=USUAL,
        min_value=FEWEST,
        max_value=MOST,
        error_messages={
            "invalid": _("Enter a number from 1 to 24."),
            "min_value": _("Enter a number from 1 to 24."),
            "max_value": _("Enter a number from 1 to 24."),
        },
    )

    def offer(self, counts: dict[str, int]) -> None:
        """Puts up what there is to choose: the directory's facets with their counts."""
        for group in ("category", "place"):
            facets = sorted(key for key in counts if key.startswith(f"{group}:"))
            found = [facet.partition(":")[2] for facet in facets]
            widget = self.fields[group].widget
            widget.choices = [("", _("All")), *((name, name) for name in found)]

    @property
    def number_shown(self) -> int:
        """As many as were asked for, else six."""
        return self._cleaned.get("number") or USUAL

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list down, without what was left empty."""
        return {
            name: value for name in ("category", "place") if (value := self._cleaned.get(name, ""))
        }

    @property
    def query(self) -> str:
        """All of it as a query string."""
        return urlencode(self.chosen | {"number": str(self.number_shown)})

    @property
    def _cleaned(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data if hasattr(self, "cleaned_data") else {}
