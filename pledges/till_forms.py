"""What is filled in around the till: by customers, by the business, by its own programs."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine
from directory.photographs import MOST_BYTES
from members.models import Business
from pledges.forms import CodeForm, PurchaseForm, ReasonForm
from pledges.services.points_of_sale import Message
from pledges.services.purchases import LARGEST_PURCHASE_MINOR

ACCEPTED = "image/jpeg,image/png,image/webp"


class MomentField(forms.CharField):
    """An instant with its zone, such as 2026-12-01T20:00:00Z; cleans to an aware datetime."""

    default_error_messages = {
        "moment": _("Write the moment with its time zone, such as 2026-12-01T20:00:00Z."),
    }

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        # The ends of the calendar are no moment in every zone.
        if moment is None or timezone.is_naive(moment) or not 2000 <= moment.year <= 2200:
            raise ValidationError(self.error_messages["moment"], code="moment")
        return moment


class TillForm(CodeForm):
    """The code on a card; with the amount the purchase is counted at once."""

    amount = MoneyField(
        label=_("What was spent?"),
        required=False,
        help_text=_("In dollars, such as 18.50: then it is counted at once."),
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    # Set by the script for an entry that waited for a connection.
    made_at = MomentField(widget=forms.HiddenInput, required=False, max_length=40)

    def clean_amount(self) -> int | None:
        minor = self.cleaned_data["amount"]
        if minor is not None and not 0 < minor <= LARGEST_PURCHASE_MINOR:
            raise ValidationError(_("Enter what was spent, up to $10,000."))
        return minor


class KeptEntryForm(TillForm):
    """An entry that a till's script sends: nothing may be missing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("amount", "form_key"):
            self.fields[name].required = True


class AtTillForm(PurchaseForm):
    """A customer at the till: the code on its screen, and what was spent."""

    code = OneLine(
        label=_("Code that the till shows"),
        max_length=20,
        help_text=_("Six digits. They change every minute."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the six digits that the till shows.")},
    )
    field_order = ("code", "amount")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].variant = "code"  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = re.sub(r"[\s-]", "", str(self.cleaned_data["code"]))
        if not re.fullmatch(r"[0-9]{6}", code):
            raise ValidationError(_("The till’s code has six digits."))
        return code


class ShopForm(AtTillForm):
    """The same without a card at hand: its own code says whose pledge it is."""

    card_code = OneLine(
        label=_("Code on your card"),
        max_length=40,
        help_text=_("Eight letters and digits, such as K7QX 2M9P."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code on your card.")},
    )
    field_order = ("card_code", "code", "amount")  # type: ignore[assignment]

    def clean_card_code(self) -> str:
        return card_code(self.cleaned_data["card_code"])


class ReceiptForm(PurchaseForm):
    """A receipt's photo, and the sum on it."""

    photo = forms.FileField(
        label=_("Photo of the receipt"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB. Where it was taken is not kept."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Choose a photo."), "empty": _("This file is empty.")},
    )
    field_order = ("photo", "amount")

    def clean_photo(self) -> object:
        file = self.cleaned_data["photo"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 20 MB."))
        return file


class NameForm(forms.Form):
    """A customer without a card at hand says a name."""

    q = forms.CharField(
        label=_("The customer’s name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class AnswerForm(ReasonForm):
    """Why a customer's entry does not count, or whom to ask."""

    answer = forms.ChoiceField(
        label=_("What then?"),
        choices=[
            ("reject", _("It was not so; it does not count")),
            ("question", _("I cannot tell; the alliance should look")),
        ],
        initial="reject",
        widget=forms.RadioSelect,
    )
    field_order = ("answer", "reason")


class NoteForm(forms.Form):
    """What staff found when they looked."""

    note = forms.CharField(
        label=_("What did you find?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what you found, in a sentence.")},
    )


class PointOfSaleForm(forms.Form):
    """A new sender of purchases."""

    business = forms.ModelChoiceField(Business.objects.none(), label=_("Business"))
    name = OneLine(
        label=_("What is it?"),
        max_length=80,
        help_text=_("Such as “Counter till”, so that you know later which one to revoke."),
        error_messages={"required": _("Give it a name.")},
    )

    def __init__(self, *args: Any, own: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["business"]
        field.queryset = own
        if len(own) == 1:
            field.initial, field.widget = own[0].pk, forms.HiddenInput()


class MessageForm(forms.Form):
    """What a point of sale tells, as its JSON says it."""

    id = OneLine(max_length=120)
    code = forms.CharField(max_length=40)
    amount_minor = forms.IntegerField(min_value=1, max_value=LARGEST_PURCHASE_MINOR)
    currency = forms.RegexField(r"^[A-Z]{3}$", max_length=3)
    at = MomentField(max_length=40)

    def clean_code(self) -> str:
        return card_code(self.cleaned_data["code"])

    @property
    def message(self) -> Message:
        """The cleaned form as `points_of_sale.receive` takes it."""
        data = self.cleaned_data
        return Message(
            event_id=data["id"],
            code=data["code"],
            amount_minor=data["amount_minor"],
            currency=data["currency"],
            at=data["at"],
        )


def card_code(typed: Any) -> str:
    """A card's code however it was typed.

    Raises:
        ValidationError: it has not eight letters and digits.
    """
    code = re.sub(r"[^A-Z0-9]", "", str(typed).upper())
    if len(code) != 8:
        raise ValidationError(_("The code has eight letters and digits."))
    return code
