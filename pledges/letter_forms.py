"""What a business writes to its pledgers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from pledges.models.letters import LONGEST


class LetterForm(forms.Form):
    """A subject and plain words."""

    subject = OneLine(
        label=_("What is it about?"),
        max_length=120,
        error_messages={"required": _("Say what it is about.")},
    )
    body = forms.CharField(
        label=_("Your letter"),
        max_length=LONGEST,
        help_text=_("Plain words, up to 4,000 characters. An empty line begins a new paragraph."),
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": _("Write your letter.")},
    )
