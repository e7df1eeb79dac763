"""What a group's keepers and the staff fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from groups.models import Cadence, Group, GroupKind, PromptKind
from groups.services.groups import MOST_QUESTIONS
from members.models import Segment
from moderation.models import Agreement

WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


class GroupForm(forms.Form):
    """What a group is called and for whom it is."""

    name = OneLine(
        label=_("Name"),
        max_length=80,
        error_messages={"required": _("Give the group a name.")},
    )
    purpose = OneLine(
        label=_("What is it for?"),
        max_length=280,
        required=False,
        help_text=_("One sentence that everybody reads before they join; 280 characters."),
    )
    kind = forms.ChoiceField(
        label=_("Who may come in"), choices=GroupKind.choices, widget=forms.RadioSelect
    )
    segment = forms.ChoiceField(
        label=_("Kind of business"),
        required=False,
        choices=[("", _("Every kind")), *Segment.choices],
    )
    questions = forms.CharField(
        label=_("Questions to those who ask to join"),
        required=False,
        max_length=1200,
        help_text=_("One a line, five at most. Open groups ask none."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @staticmethod
    def initial_of(group: Group) -> dict[str, Any]:
        """The form as the group stands."""
        asked = group.questions.filter(is_asked=True)[:MOST_QUESTIONS]
        return {
            "name": group.name,
            "purpose": group.purpose,
            "kind": group.kind,
            "segment": group.segment,
            "questions": "\n".join(question.words for question in asked),
        }

    @property
    def fields_of_group(self) -> dict[str, Any]:
        """The service's arguments."""
        return {name: self.cleaned_data[name] for name in ("name", "purpose", "kind", "segment")}

    @property
    def questions_asked(self) -> list[str]:
        """The questions, line by line."""
        return [
            line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()
        ]


class AgreementsForm(forms.Form):
    """A group's agreements as text: a paragraph each, its first line the title."""

    agreements = forms.CharField(
        label=_("Agreements"),
        max_length=14_000,
        help_text=_(
            "A paragraph each, with an empty line between them; its first line is the title."
        ),
        widget=forms.Textarea(attrs={"rows": 20}),
        error_messages={"required": _("Write the agreements.")},
    )

    @staticmethod
    def text_of(agreements: list[Agreement]) -> str:
        """The form's text of agreements that exist."""
        return "\n\n".join(f"{each.title}\n{each.words}" for each in agreements)

    @property
    def items(self) -> list[tuple[str, str]]:
        """Titles with their words."""
        text = self.cleaned_data["agreements"].replace("\r\n", "\n")
        found = []
        for paragraph in text.split("\n\n"):
            title, _newline, words = paragraph.strip().partition("\n")
            if title:
                found.append((title.strip(), " ".join(words.split())))
        return found


class WhyForm(forms.Form):
    """A sentence that others will read."""

    why = OneLine(
        label=_("Why?"),
        max_length=400,
        error_messages={"required": _("Say why, in a sentence.")},
    )


class PromptForm(forms.Form):
    """A time in a group's week; without words it draws from the library."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=PromptKind.choices)
    weekday = forms.TypedChoiceField(label=_("Day"), choices=WEEKDAYS, coerce=int)
    cadence = forms.ChoiceField(label=_("How often"), choices=Cadence.choices)
    title = OneLine(label=_("Own title"), max_length=120, required=False)
    words = forms.CharField(
        label=_("Own words"),
        max_length=1000,
        required=False,
        help_text=_("Left empty, the library’s next words are taken."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LibraryForm(forms.Form):
    """One more prompt for all groups."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=PromptKind.choices)
    title = OneLine(
        label=_("Title"), max_length=120, error_messages={"required": _("Give it a title.")}
    )
    words = forms.CharField(
        label=_("Words"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what is asked.")},
    )


class AnswerForm(forms.Form):
    """What a facilitator answers before the others read the prompt."""

    answer = forms.CharField(
        label=_("Your own answer"),
        max_length=4000,
        required=False,
        help_text=_("It is posted below the prompt, so that nobody has to go first."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class SearchForm(forms.Form):
    """What to look for among groups."""

    q = OneLine(label=_("Search in names"), max_length=80, required=False)
    segment = forms.ChoiceField(
        label=_("Kind of business"),
        required=False,
        choices=[("", _("Every kind")), *Segment.choices],
    )


def show(error: Exception, form: forms.Form) -> None:
    """A service's refusal at the field that it belongs to."""
    field = getattr(error, "field", None) or ""
    form.add_error(field if field in form.fields else None, str(error))
