"""What giver and friend fill in when a pledge is passed on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine, PublicForm
from pledges.models import Display, Pledge


class PassOnForm(PublicForm):
    """The friend to whom the rest is offered."""

    name = OneLine(
        label=_("Your friend’s name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Enter your friend’s name.")},
    )
    email = forms.EmailField(
        label=_("Your friend’s e-mail"),
        max_length=200,
        help_text=_("We write there once. Nobody else sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        error_messages={
            "required": _("Enter your friend’s e-mail address."),
            "invalid": _("Enter an e-mail address such as maria@example.com."),
        },
    )


class TakeForm(forms.Form):
    """The friend's own words: name, how to show it, consent."""

    name = OneLine(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name; you choose below how it is shown.")},
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

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display"].variant = "chips"  # type: ignore[attr-defined]
        self.fields["consent"].label = self.wording = str(
            _(
                "I mean to buy this much at %(business)s. I am not its owner or staff, nor of "
                "their household. %(alliance)s may write to me about this pledge."
            )
            % {
                "business": pledge.drive.business.trade_name,
                "alliance": pledge.drive.alliance.name,
            }
        )
