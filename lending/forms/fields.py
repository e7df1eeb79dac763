"""Fields of the forms about loans."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# 3.99 · 3.99% · 12; anything else is asked for again rather than guessed.
PERCENT = re.compile(r"^(?P<number>\d{1,4}(?:\.\d{1,4})?)\s*%?$")


class PercentField(forms.CharField):
    """A rate in percent; cleans to a part of one (3.99 → Decimal("0.0399")).

    `least` and `most` are percents, both included; `initial` is a part of one.
    """

    default_error_messages = {
        "percent": _("Enter a percentage, such as 3.99."),
        "range": _("Enter a percentage from %(least)s to %(most)s."),
    }

    def __init__(self, *, least: int = 0, most: int = 100, **kwargs: Any) -> None:
        self.least, self.most = least, most
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"max_length": 12, "widget": widget, **kwargs})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = PERCENT.match(str(text).strip())
        if found is None:
            raise ValidationError(self.error_messages["percent"], code="percent")
        percent = Decimal(found["number"])
        if not self.least <= percent <= self.most:
            raise ValidationError(
                self.error_messages["range"],
                code="range",
                params={"least": self.least, "most": self.most},
            )
        return percent / 100

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return f"{(value * 100).normalize():f}"
        return value
