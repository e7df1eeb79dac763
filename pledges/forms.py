"""What customers, businesses and staff fill in."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine, PublicForm
from alliance.money import format_money
from pledges.amounts import LEAST_MINOR, MOST_MINOR, STEP_MINOR, SUGGESTED_MINOR, TERMS, is_allowed
from pledges.models import Display, PledgeDrive, PledgeState, Rung
from pledges.services.redemptions import LARGEST_PURCHASE_MINOR

OTHER = "other"


def clean_pledge_amount(minor: int | None) -> int:
    """The amount, if a pledge may have it; otherwise a sentence that says what may be."""
    if minor is None:
        raise ValidationError(_("Enter an amount."))
    if minor < LEAST_MINOR or minor > MOST_MINOR:
        raise ValidationError(_("A pledge is between $20 and $2,000."))
    if not is_allowed(minor):
        raise ValidationError(
            _("Please round to the nearest ten dollars: $%(lower)d or $%(upper)d."),
            params={
                "lower": minor // STEP_MINOR * STEP_MINOR // 100,
                "upper": (minor // STEP_MINOR + 1) * STEP_MINOR // 100,
            },
        )
    return minor


class AmountForm(forms.Form):
    """Chips with common amounts, and a free one."""

    amount = forms.ChoiceField(
        label=_("How much do you expect to spend there?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an amount.")},
    )
    other_amount = MoneyField(
        label=_("Another amount"),
        required=False,
        help_text=_("Between $20 and $2,000, in steps of $10."),
    )

    def __init__(self, *args: Any, suggested_minor: int, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        chips = sorted({suggested_minor // 2, suggested_minor, suggested_minor * 2})
        self.fields["amount"].choices = [  # type: ignore[attr-defined]
            *((str(minor), format_money(minor, currency)) for minor in chips if is_allowed(minor)),
            (OTHER, _("Another amount")),
        ]
        self.fields["amount"].initial = str(suggested_minor)
        # How the design draws them.
        self.fields["amount"].variant = "chips"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        choice = data.get("amount")
        if choice and choice != OTHER:
            data["amount_minor"] = int(choice)
        elif choice == OTHER and "other_amount" not in self.errors:
            try:
                data["amount_minor"] = clean_pledge_amount(data.get("other_amount"))
            except ValidationError as error:
                self.add_error("other_amount", error)
        return data


class PledgeForm(AmountForm, PublicForm):
    """A customer's promise: amount, name, e-mail, consent; no account."""

    name = OneLine(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name; you choose below how it is shown.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=200,
        help_text=_("For your pledge card. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as maria@example.com."),
        },
    )
    display = forms.ChoiceField(
        label=_("On the sign-up sheet, show"),
        choices=Display.choices,
        initial=Display.FULL,
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(
        error_messages={"required": _("Tick the box if you agree; without it we may not write.")},
    )

    field_order = ("amount", "other_amount", "name", "email", "display", "consent")

    def __init__(self, *args: Any, drive: PledgeDrive, **kwargs: Any) -> None:
        super().__init__(
            *args, suggested_minor=drive.suggested_minor, currency=drive.currency, **kwargs
        )
        self.fields["display"].variant = "chips"  # type: ignore[attr-defined]
        self.fields["consent"].label = self.wording = str(
            _(
                "I mean to buy this much at %(business)s within %(months)d months. I am not its "
                "owner or staff, nor of their household. %(alliance)s may write to me about this "
                "pledge."
            )
            % {
                "business": drive.business.trade_name,
                "months": drive.term_months,
                "alliance": drive.alliance.name,
            }
        )


class ChangeAmountForm(AmountForm):
    """Raising or lowering a pledge from its card."""


class LostCardForm(PublicForm):
    """An address to send its cards to."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


class ReasonForm(forms.Form):
    """A sentence that others will read."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why, in a sentence.")},
    )


class DisputeForm(forms.Form):
    """A customer questions a purchase; a word on why helps, but is not asked for."""

    reason = forms.CharField(
        label=_("What is wrong?"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(ReasonForm):
    """Staff settle a questioned purchase."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("counts", _("The purchase counts")), ("not", _("It does not count"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it counts.")},
    )
    field_order = ("decision", "reason")


class CodeForm(forms.Form):
    """The code on a customer's card, as typed at the till."""

    code = OneLine(
        label=_("Code on the card"),
        max_length=40,
        help_text=_("Eight letters and digits, such as K7QX 2M9P."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code on the customer’s card.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].variant = "code"  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code = re.sub(r"[^A-Z0-9]", "", str(self.cleaned_data["code"]).upper())
        if len(code) != 8:
            raise ValidationError(_("The code has eight letters and digits."))
        return code


class PurchaseForm(forms.Form):
    """What was spent at the till."""

    amount = MoneyField(
        label=_("What was spent?"),
        help_text=_("In dollars, such as 18.50."),
        error_messages={"required": _("Enter what was spent, such as 18.50.")},
    )
    form_key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean_amount(self) -> int:
        minor = self.cleaned_data["amount"]
        if minor is None or not 0 < minor <= LARGEST_PURCHASE_MINOR:
            raise ValidationError(_("Enter what was spent, up to $10,000."))
        return int(minor)


class DriveForm(forms.ModelForm):
    """A business writes its appeal."""

    suggested = MoneyField(
        label=_("Suggested pledge"),
        help_text=_("Between $20 and $2,000."),
        error_messages={"required": _("Enter the pledge that you suggest, such as 240.")},
    )

    class Meta:
        model = PledgeDrive
        error_messages = {
            "title": {"required": _("Enter a title.")},
            "purpose": {"required": _("Say in one sentence what it is for.")},
            "story": {"required": _("Tell your story.")},
            "money_use": {"required": _("Say what the money does, a line for each thing.")},
            "target_pledgers": {"required": _("Enter how many customers you hope for.")},
            "gathering_days": {"required": _("Enter a number of days from 7 to 60.")},
        }
        fields = (
            "title",
            "purpose",
            "story",
            "money_use",
            "target_pledgers",
            "term_months",
            "seeks_loan",
            "rung",
            "gathering_days",
            "perk",
            "starts_private",
        )
        field_classes = {"perk": OneLine}
        labels = {
            "title": _("Title"),
            "purpose": _("In one sentence"),
            "story": _("Your story"),
            "money_use": _("What the money does"),
            "target_pledgers": _("How many customers do you hope for?"),
            "term_months": _("Within how many months will they buy?"),
            "seeks_loan": _("The pledges are to back a loan"),
            "rung": _("Kind of drive"),
            "gathering_days": _("For how many days do you gather pledges?"),
            "perk": _("A thank-you, if you like"),
            "starts_private": _("Begin among my own circle"),
        }
        help_texts = {
            "title": _("“A second oven for Gustoso”, for example."),
            "story": _("Four to six short paragraphs. **Bold** and lists work."),
            "money_use": _("A line for each thing."),
            "rung": _(
                "Standard: 100 pledgers, two years at your location. "
                "Starter: 25 pledgers, one year, for a smaller loan."
            ),
            "gathering_days": _("7 to 60."),
            "perk": _(
                "One line, such as “A coffee on the house with your first purchase”. For those "
                "who buy, never for bringing somebody else."
            ),
            "starts_private": _(
                "Behind a link that you send yourself, until enough have come. Where the "
                "alliance asks for it, a drive that is to back a loan begins so anyway."
            ),
        }
        widgets = {
            "story": forms.Textarea(attrs={"rows": 12}),
            "money_use": forms.Textarea(attrs={"rows": 4}),
            "purpose": forms.Textarea(attrs={"rows": 2}),
            "rung": forms.RadioSelect,
            "term_months": forms.RadioSelect,
        }

    field_order = ("title", "purpose", "story", "money_use", "target_pledgers", "suggested")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["suggested"].initial = self.instance.suggested_minor or SUGGESTED_MINOR
        self.fields["term_months"].variant = "chips"  # type: ignore[attr-defined]
        self.fields["rung"].choices = Rung.choices  # type: ignore[attr-defined]
        self.fields["term_months"].choices = [  # type: ignore[attr-defined]
            (m, _("%d months") % m) for m in TERMS
        ]

    def clean_suggested(self) -> int:
        return clean_pledge_amount(self.cleaned_data["suggested"])

    @property
    def drive_fields(self) -> dict[str, Any]:
        """The cleaned form as `write_drive` and `edit_drive` take it."""
        data = dict(self.cleaned_data)
        data["suggested_minor"] = data.pop("suggested")
        return data


class PledgeFilterForm(forms.Form):
    """What the staff's list of pledges shows."""

    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("all")),
            ("pledgers", _("ever confirmed")),
            ("standing", _("standing")),
            ("dropped", _("ended early")),
            *PledgeState.choices,
        ],
    )
