"""What payers, members and the treasurer fill in about cards."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.money import format_money
from members.queries.cards import Offer


class PayByCardForm(forms.Form):
    """How much is paid now, and whether the card is kept: unticked, and in words of its own."""

    pays = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    keeps_card = forms.BooleanField(required=False)

    def __init__(self, offer: Offer, data: Any = None) -> None:
        super().__init__(data, auto_id="card_%s")
        self.offer = offer
        pays = self.fields["pays"]
        assert isinstance(pays, forms.TypedChoiceField)
        pays.label = _("How much do you pay now?")
        pays.choices = [(str(minor), self._words(minor)) for minor in offer.amounts]
        pays.initial = str(offer.amounts[0])
        changed = _("What is due has changed meanwhile. Please look again.")
        pays.error_messages |= {"required": changed, "invalid_choice": changed}
        if len(offer.amounts) == 1:
            pays.widget = forms.HiddenInput()
        if offer.consent_words:
            self.fields["keeps_card"].label = offer.consent_words
        else:
            del self.fields["keeps_card"]

    @property
    def only_amount(self) -> str:
        """The amount where there is nothing to choose."""
        only = len(self.offer.amounts) == 1
        return format_money(self.offer.whole_minor, self.offer.currency) if only else ""

    def _words(self, minor: int) -> str:
        amount = format_money(minor, self.offer.currency)
        if minor == self.offer.whole_minor:
            return _("%(amount)s, all that is due") % {"amount": amount}
        return _("%(amount)s, part %(position)d") % {
            "amount": amount,
            "position": self.offer.part_position,
        }


class KeepCardForm(forms.Form):
    """A member agrees to renewals by card; the label is what is stored."""

    agrees = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Tick the box if you agree: without it no card is kept.")
        }
    )

    def __init__(self, words: str, data: Any = None) -> None:
        super().__init__(data)
        self.fields["agrees"].label = words


class StripeForm(forms.Form):
    """The alliance's own keys, pasted; neither is ever shown again."""

    secret_key = forms.CharField(
        label=gettext_lazy("Restricted key"),
        max_length=260,
        help_text=gettext_lazy("Begins with rk_live_, or with rk_test_ to try it without money."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Paste the key from Stripe.")},
    )
    webhook_secret = forms.CharField(
        label=gettext_lazy("Signing secret"),
        max_length=260,
        help_text=gettext_lazy("Begins with whsec_."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Paste the signing secret from Stripe.")},
    )
