"""How every form is drawn, and what every public form carries against robots."""

import time
import unicodedata
from typing import Any
from uuid import uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

SALT = "form"
# Controls and the line ends that are none of them (U+2028, U+2029); what merely joins
# letters stays, since scripts and emoji need it.
UNSEEN = frozenset({"Cc", "Zl", "Zp"})
# These turn the direction of what follows, so that a name reads as another.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Renderer(TemplatesSetting):
    """`{{ form.x.as_field_group }}` is the design system's field."""

    field_template_name = "components/field.html"


class OneLine(forms.CharField):
    """A line of text: no line breaks or control characters, trimmed, capped."""

    def __init__(self, *, max_length: int = 120, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if any(unicodedata.category(c) in UNSEEN or c in TURNING for c in text):
            raise ValidationError(_("Please leave out line breaks and hidden characters."))
        return text


class PublicForm(forms.Form):
    """A form that anyone may send: a trap for robots, and a key of its own.

    `form_key` is signed and dated. It makes a second press of the same form
    recognisable, refuses a form that was sent faster than anyone can read,
    and asks to look again at one that has been open for a day.
    """

    MIN_SECONDS = 1
    MAX_SECONDS = 24 * 3600

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = new_form_key
        self.fields["website"].variant = "trap"  # type: ignore[attr-defined]

    @property
    def fresh_key(self) -> str:
        """The key to print: what came in while it is good, else a new one."""
        sent = self.data.get("form_key", "") if self.is_bound else ""
        return sent if sent and "form_key" not in self.errors else new_form_key()

    def clean_website(self) -> str:
        if self.cleaned_data.get("website"):
            raise ValidationError(_("Please leave the last field empty."))
        return ""

    def clean_form_key(self) -> str:
        try:
            made = signing.loads(self.cleaned_data["form_key"], salt=SALT)
            key, at = made["key"], made["at"]
        except (signing.BadSignature, KeyError, TypeError) as error:
            raise ValidationError(
                _("Something was lost on the way. Please send it again.")
            ) from error
        age = time.time() - at
        if age < self.MIN_SECONDS:
            raise ValidationError(
                _("That was very quick. Please look once more and send it again.")
            )
        if age > self.MAX_SECONDS:
            raise ValidationError(
                _("This page has been open for a while. Please look once more and send it again.")
            )
        return str(key)


def new_form_key() -> str:
    """A signed, dated key for one showing of a form."""
    return signing.dumps({"key": uuid4().hex, "at": time.time()}, salt=SALT)
