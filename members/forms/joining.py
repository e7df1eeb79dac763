"""What applicants fill in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.forms import MoneyField, OneLine, PublicForm, WebsiteField
from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from members.models import Relief, Segment, SizeBand, Tier
from members.queries.memberships import today
from members.services.applications import Answers

OTHER = "other"
OLDEST_YEAR = 1600
RELIEFS = {
    Relief.NONE: _("No, I pay the amount above"),
    Relief.HARDSHIP: _("Yes, I would like to pay less"),
    Relief.IN_KIND: _("Yes, I would like to give work or goods instead of money"),
}


class ApplicationForm(forms.Form):
    """The business, the person, the amount, as far as the tier lets them choose."""

    trade_name = OneLine(
        label=_("Name of your business"),
        max_length=120,
        help_text=_("As it stands over the door."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Enter the name of your business.")},
    )
    legal_name = OneLine(
        label=_("Its legal name"),
        max_length=160,
        required=False,
        help_text=_("If it is another one; invoices carry it."),
    )
    segment = forms.ChoiceField(
        label=_("What kind of business is it?"),
        choices=[("", _("Please choose")), *Segment.choices],
        error_messages={"required": _("Choose what comes closest.")},
    )
    blurb = forms.CharField(
        label=_("What do you make, sell or do?"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    size_band = forms.ChoiceField(
        label=_("How many people work there?"),
        choices=[("", _("Rather not say")), *SizeBand.choices],
        required=False,
    )
    founded_year = forms.IntegerField(
        label=_("Since which year?"),
        required=False,
        min_value=OLDEST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Enter a year such as 1998."),
            "min_value": _("Enter a year such as 1998."),
        },
    )
    street = OneLine(
        label=_("Street and number"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    city = OneLine(
        label=_("Town"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    region = OneLine(
        label=_("State or region"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    postal_code = OneLine(
        label=_("Postal code"),
        max_length=16,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    # Not "website": that is the trap's name.
    web_address = WebsiteField(label=_("Website"), required=False)
    contact_name = OneLine(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name.")},
    )
    phone = OneLine(
        label=_("Telephone"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    amount = forms.ChoiceField(
        label=_("What would you like to pay?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an amount.")},
    )
    other_amount = MoneyField(label=_("Another amount"), required=False)
    relief = forms.ChoiceField(
        label=_("Would the dues be hard for you at present?"),
        help_text=_("Say so freely. Only the staff who decide on applications read it."),
        widget=forms.RadioSelect,
        initial=Relief.NONE,
    )
    relief_amount = MoneyField(
        label=_("What can you pay?"),
        required=False,
        help_text=_("If you would like to pay less. Nothing is an answer too: enter 0."),
    )
    relief_note = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=600,
        help_text=_("What makes it hard, or what you would like to give instead."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    instalments = forms.TypedChoiceField(
        label=_("Pay it in how many parts?"),
        help_text=_("A month apart. Each costs the same; there is no fee."),
        coerce=int,
        choices=[(1, _("At once")), (2, "2"), (3, "3"), (4, "4")],
        initial=1,
        widget=forms.RadioSelect,
    )

    ABOUT_BUSINESS = (
        "trade_name", "legal_name", "segment", "blurb", "size_band", "founded_year", "street",
        "city", "region", "postal_code", "web_address",
    )  # fmt: skip

    def __init__(self, *args: Any, tier: Tier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tier = tier
        self.fields["amount"].variant = "chips"  # type: ignore[attr-defined]
        self.fields["instalments"].variant = "chips"  # type: ignore[attr-defined]
        for name in ("other_amount", "relief_amount"):
            self.fields[name].currency = tier.currency  # type: ignore[attr-defined]
        self._offer_amounts()
        self._offer_reliefs()
        if not (tier.most_minor or tier.price_minor):
            del self.fields["instalments"]

    def _offer_amounts(self) -> None:
        tier = self.tier
        if tier.least_minor is None or tier.most_minor is None:
            del self.fields["amount"], self.fields["other_amount"]
            return
        chips = sorted({tier.least_minor, tier.price_minor, tier.most_minor})
        self.fields["amount"].choices = [  # type: ignore[attr-defined]
            *((str(minor), format_money(minor, tier.currency)) for minor in chips),
            (OTHER, _("Another amount")),
        ]
        self.fields["amount"].initial = str(tier.price_minor)
        self.fields["other_amount"].help_text = self._scale_words()

    def _offer_reliefs(self) -> None:
        tier = self.tier
        allowed = {Relief.HARDSHIP: tier.allows_hardship, Relief.IN_KIND: tier.allows_in_kind}
        if not any(allowed.values()):
            del self.fields["relief"], self.fields["relief_amount"], self.fields["relief_note"]
            return
        self.fields["relief"].choices = [  # type: ignore[attr-defined]
            (relief.value, words) for relief, words in RELIEFS.items() if allowed.get(relief, True)
        ]
        if not tier.allows_hardship:
            del self.fields["relief_amount"]

    def _scale_words(self) -> str:
        tier = self.tier
        return str(
            _("Between %(least)s and %(most)s.")
            % {
                "least": format_money(tier.least_minor or 0, tier.currency),
                "most": format_money(tier.most_minor or 0, tier.currency),
            }
        )

    def clean_founded_year(self) -> int | None:
        year: int | None = self.cleaned_data["founded_year"]
        if year is not None and year > today().year:
            raise ValidationError(_("That year is still to come."))
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data.setdefault("instalments", 1)
        data["amount_minor"] = self._amount(data)
        if data.get("relief", Relief.NONE) == Relief.NONE:
            data["relief_note"] = ""
        elif not data.get("relief_note") and "relief_note" not in self.errors:
            self.add_error("relief_note", _("Say in a sentence or two why, or what you give."))
        if data.get("relief") == Relief.HARDSHIP:
            data["amount_minor"] = self._relief_amount(data)
        if data["amount_minor"] is not None and data["amount_minor"] < data["instalments"]:
            data["instalments"] = 1
        return data

    def _amount(self, data: dict[str, Any]) -> int | None:
        """What the scale's chips say; the tier's price where it has no scale."""
        tier = self.tier
        if "amount" not in self.fields or tier.least_minor is None or tier.most_minor is None:
            return tier.price_minor
        choice = data.get("amount")
        if choice is None or choice != OTHER:
            return int(choice) if choice else None
        if "other_amount" in self.errors:
            return None
        minor: int | None = data.get("other_amount")
        if minor is None:
            self.add_error("other_amount", _("Enter an amount."))
        elif not tier.least_minor <= minor <= tier.most_minor:
            self.add_error("other_amount", self._scale_words())
        return minor

    def _relief_amount(self, data: dict[str, Any]) -> int | None:
        minor: int | None = data.get("relief_amount")
        most = self.tier.most_minor or self.tier.price_minor
        if minor is None and "relief_amount" not in self.errors:
            self.add_error("relief_amount", _("Enter what you can pay, or 0."))
        elif minor is not None and minor > most:
            self.add_error(
                "relief_amount",
                _("Enter at most %(most)s.") % {"most": format_money(most, self.tier.currency)},
            )
        return minor

    def answers(self, *, email: str) -> Answers:
        """The cleaned form as the services take it."""
        data = self.cleaned_data
        names = (*self.ABOUT_BUSINESS, "contact_name", "phone", "relief_note", "instalments")
        said = {name: data[name] for name in names if name in data}
        said["website"] = said.pop("web_address")
        return Answers(
            tier=self.tier,
            amount_minor=data["amount_minor"],
            email=email,
            relief=data.get("relief") or Relief.NONE,
            **said,
        )


class JoinForm(ApplicationForm, PublicForm):
    """An application from the joining page; no account."""

    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=200,
        help_text=_("We write to you there, and you sign in with it once you are a member."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter an e-mail address such as maria@example.com."),
        },
    )
    consent = forms.BooleanField(
        error_messages={"required": _("Tick the box if you agree; without it we may not write.")},
    )

    field_order = (*ApplicationForm.ABOUT_BUSINESS, "contact_name", "email", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = self.wording = str(
            _(
                "I may speak for this business and apply for its membership. %(alliance)s may "
                "write to me about the application and the membership."
            )
            % {"alliance": current_alliance().name}
        )
