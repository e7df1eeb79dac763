"""What visitors of the directory fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import PublicForm


class CorrectionForm(PublicForm):
    """What is wrong with a listing; an address only if the sender wants an answer."""

    words = forms.CharField(
        label=_("What is wrong?"),
        max_length=1000,
        help_text=_("“They close at five on Saturdays now”, for example."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": _("Say in a few words what is wrong."),
            "max_length": _("Please keep to 1,000 characters."),
        },
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        required=False,
        max_length=200,
        help_text=_("Only if you would like to hear back. We forget it when this is settled."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
        error_messages={"invalid": _("Enter an e-mail address such as maria@example.com.")},
    )
