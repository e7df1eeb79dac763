"""How every form is drawn, and what every public form carries against robots."""

import re
import time
import unicodedata
from typing import Any
from uuid import uuid4

from babel.numbers import get_currency_symbol
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext_lazy as _

from alliance.money import major, minor_digits
from alliance.web_addresses import is_public_website

SALT = "form"
# Controls and the line ends that are none of them (U+2028, U+2029); what merely joins
# letters stays, since scripts and emoji need it.
UNSEEN = frozenset({"Cc", "Zl", "Zp"})
# These turn the direction of what follows, so that a name reads as another.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# 240 · 240.50 · $1,200 · 1,200.00; anything else is asked for again rather than guessed.
MONEY = re.compile(
    r"^(?P<sign>\D{0,4}?)\s*(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.(?P<part>\d{1,3}))?$"
)
MOST_WHOLE = 9_999_999


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


class WebsiteField(forms.URLField):
    """An address on the public web; one that leads into somebody's own network is refused."""

    default_error_messages = {
        "invalid": _("Enter an address such as example.com."),
        "inner": _("Enter an address that everybody can open, such as example.com."),
    }

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "url", "inputmode": "url"}
        plain = {"max_length": 200, "assume_scheme": "https", "widget": forms.TextInput(attrs)}
        super().__init__(**{**plain, **kwargs})

    def clean(self, value: Any) -> Any:
        address = super().clean(value)
        if address and not is_public_website(address):
            raise ValidationError(self.error_messages["inner"], code="inner")
        return address


class MoneyField(forms.CharField):
    """An amount of money; cleans to integer minor units, to None where it is left empty.

    `initial` is in minor units too. A form that learns its currency late sets
    `field.currency`.
    """

    default_error_messages = {
        "dollars": _("Enter an amount in dollars, such as 18 or 18.50."),
        "decimals": _("Enter an amount in %(currency)s, such as 18 or 18.50."),
        "whole": _("Enter an amount in %(currency)s without decimals, such as 1800."),
    }

    def __init__(self, *, currency: str = "USD", **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.currency = currency

    @property
    def prefix(self) -> str:
        """The currency's sign, which the design draws before the box."""
        return str(get_currency_symbol(self.currency, locale=to_locale(get_language() or "en")))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        amount = major(value, self.currency)
        return str(amount.to_integral_value() if amount == amount.to_integral_value() else amount)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self._minor(text) if text else None

    def _minor(self, text: str) -> int:
        found, digits = MONEY.match(text), minor_digits(self.currency)
        if not found or found["sign"].strip() not in ("", self.prefix):
            raise self._not_money()
        whole, part = int(found["whole"].replace(",", "")), found["part"] or ""
        if len(part) > digits or whole > MOST_WHOLE:
            raise self._not_money()
        return whole * 10**digits + int(part.ljust(digits, "0") or "0")

    def _not_money(self) -> ValidationError:
        code = "decimals" if minor_digits(self.currency) else "whole"
        code = "dollars" if self.currency == "USD" else code
        return ValidationError(
            self.error_messages[code], code="money", params={"currency": self.currency}
        )


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


class InvitedForm(forms.Form):
    """Somebody who is written to and then signs in with codes: address and name."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=200,
        help_text=_("The invitation goes there, and later each sign-in code."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={
            "required": _("Enter an e-mail address."),
            "invalid": _("Enter an e-mail address such as maria@example.com."),
        },
    )
    name = OneLine(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter the person’s name.")},
    )


def new_form_key() -> str:
    """A signed, dated key for one showing of a form."""
    return signing.dumps({"key": uuid4().hex, "at": time.time()}, salt=SALT)
