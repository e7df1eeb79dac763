"""What new members and the staff fill in during the first weeks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Representative


class CommitmentForm(forms.Form):
    """Read and accepted, in these words."""

    accept = forms.BooleanField(
        label=_("I have read this, and we keep to it."),
        error_messages={"required": _("Tick the box if you agree.")},
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=16)


class IntroductionForm(forms.Form):
    """Who is new among us."""

    words = forms.CharField(
        label=_("Introduce yourself"),
        max_length=2000,
        help_text=_(
            "Who are you, what do you do, whom would you like to meet? All members read it."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write a few sentences.")},
    )


class CandidateForm(forms.Form):
    """Looks for somebody who could be a buddy."""

    q = forms.CharField(label=_("Name or business"), required=False, max_length=80)


class BuddyForm(forms.Form):
    """Who keeps the new member company."""

    representative = forms.ChoiceField(
        label=_("Who could keep them company?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose somebody."),
            "invalid_choice": _("Choose somebody from the list."),
        },
    )

    def __init__(self, *args: Any, found: list[Representative], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(one.pk): one for one in found}
        self.fields["representative"].choices = [  # type: ignore[attr-defined]
            (pk, _words(one)) for pk, one in self.found.items()
        ]


def _words(one: Any) -> str:
    words = f"{one.seat.person}, {one.business}"
    if not one.now_with:
        return words
    return str(_("%(who)s (keeps %(count)d company)") % {"who": words, "count": one.now_with})
