"""A photograph and its words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from directory.photographs import MOST_BYTES

ACCEPTED = "image/jpeg,image/png,image/webp"


class WordsForm(forms.Form):
    """What a photograph shows, for whoever hears it."""

    words = OneLine(
        label=_("What does it show?"),
        max_length=160,
        help_text=_("For those who hear it instead of seeing it: Loaves cooling on the sill"),
        error_messages={"required": _("Say what the photograph shows.")},
    )


class PhotoForm(WordsForm):
    """One photograph more."""

    file = forms.FileField(
        label=_("Photograph"),
        help_text=_("JPEG, PNG or WebP, at most 20 MB. Where it was taken is not kept."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Choose a photograph."), "empty": _("This file is empty.")},
    )
    field_order = ("file", "words")

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB."))
        return file
