"""What staff fill in for the library."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from members.models import Audience, Topic

LARGEST = 10 * 1024 * 1024
ENDINGS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "csv", "txt", "png", "jpg", "jpeg"]


class ResourceForm(forms.Form):
    """A text, a link or a file, and who may read it."""

    title = OneLine(label=_("Title"), max_length=120)
    summary = OneLine(
        label=_("In one sentence"),
        max_length=300,
        required=False,
        help_text=_("Stands below the title in the list."),
    )
    topic = forms.ChoiceField(label=_("Topic"), choices=Topic.choices)
    body = forms.CharField(
        label=_("Text"),
        max_length=40_000,
        required=False,
        help_text=_("Blank lines make paragraphs; **bold**, lists with “-”, links work."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    url = forms.URLField(
        label=_("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, office document, picture or text, at most 10 MB."),
        validators=[FileExtensionValidator(ENDINGS)],
    )
    drops_file = forms.BooleanField(label=_("Remove the present file"), required=False)
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
        initial=Audience.MEMBERS,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, has_file: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_file:
            del self.fields["drops_file"]

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return file


class ShelfForm(forms.Form):
    """What to look for in the library."""

    q = OneLine(label=_("Search"), max_length=80, required=False)
    topic = forms.ChoiceField(
        label=_("Topic"), required=False, choices=[("", _("All topics")), *Topic.choices]
    )
