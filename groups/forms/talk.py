"""What is written in a group: a topic, an answer, a change, a picture; and tending."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from directory.forms.photos import ACCEPTED
from directory.photographs import MOST_BYTES
from groups.models import TopicKind
from groups.models.posts import LONGEST_WORDS
from groups.services.pictures import Brought


class WordsField(forms.CharField):
    """A post's words; what they may hold is said by `groups.markdown`."""

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 10)
        plain: dict[str, Any] = {
            "label": _("Your words"),
            "max_length": LONGEST_WORDS,
            "strip": False,
            "widget": forms.Textarea({"rows": rows, "data-mentions": ""}),
            "help_text": _(
                "**bold**, *italic*, > quote, - list. Name somebody of the group with @."
            ),
            "error_messages": {
                "required": _("Write something first."),
                "max_length": _("Write at most 20,000 characters."),
                "null_characters_not_allowed": _("Please leave out hidden characters."),
            },
        }
        super().__init__(**{**plain, **kwargs})


class PictureForm(forms.Form):
    """A picture, and what it shows."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 20 MB. Where it was taken is not kept."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": _("This file is empty.")},
    )
    picture_words = OneLine(label=_("What does the picture show?"), max_length=160, required=False)

    def clean_picture(self) -> Any:
        file = self.cleaned_data.get("picture")
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 20 MB."))
        return file

    @property
    def brought(self) -> list[Brought]:
        """The picture as the services take it; none where none was chosen."""
        file = self.cleaned_data.get("picture")
        if not file:
            return []
        return [Brought(file.read(), self.cleaned_data.get("picture_words", ""))]


class ReplyForm(PictureForm):
    """The next post of a topic."""

    words = WordsField(rows=6)
    field_order = ("words", "picture", "picture_words")


class TopicForm(PictureForm):
    """A new topic."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=TopicKind.choices,
        initial=TopicKind.TALK,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of topic it is.")},
    )
    title = OneLine(
        label=_("Title"), max_length=120, error_messages={"required": _("Give it a title.")}
    )
    words = WordsField()
    is_tough_ok = forms.BooleanField(label=_("Tough feedback is welcome"), required=False)
    field_order = ("kind", "title", "words", "is_tough_ok", "picture", "picture_words")


class OpeningForm(TopicForm):
    """A topic's first post, changed."""

    picture = None  # type: ignore[assignment]
    picture_words = None  # type: ignore[assignment]


class PostForm(forms.Form):
    """Any other post, changed."""

    words = WordsField()


class MoveForm(forms.Form):
    """To which group a topic goes."""

    group = forms.ChoiceField(
        label=_("To which group?"), error_messages={"required": _("Choose a group.")}
    )

    def __init__(self, *args: Any, groups: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = groups  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """Into which topic another one goes, by the number in its address."""

    number = forms.IntegerField(
        label=_("Number of the topic that it becomes part of"),
        min_value=1,
        max_value=2**31 - 1,
        help_text=_("It stands at the end of that topic’s address."),
        error_messages={"required": _("Enter the other topic’s number.")},
    )


class HideForm(forms.Form):
    """Why something is hidden."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=600,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The case keeps it; the author is told the decision."),
        error_messages={"required": _("Say why.")},
    )


class SearchForm(forms.Form):
    """Words to be found."""

    q = forms.CharField(
        label=_("Search the groups"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"type": "search", "data-talk-search": ""}),
    )
    group = forms.SlugField(required=False, max_length=80, widget=forms.HiddenInput)
