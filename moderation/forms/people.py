"""Agreements and stewards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from moderation.models import STEWARD_ROLES
from moderation.template import Item

MOST_ITEMS = 20


class ItemForm(forms.Form):
    """One agreement; left empty it is left out."""

    title = OneLine(label=_("In a few words"), max_length=80, required=False)
    words = forms.CharField(
        label=_("What is meant"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Both or neither."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("title")) != bool(data.get("words")) and not self.errors:
            empty = "words" if data.get("title") else "title"
            self.add_error(empty, _("Fill in both, or leave both empty to leave it out."))
        return data


ItemFormSet = forms.formset_factory(
    ItemForm, extra=3, max_num=MOST_ITEMS, validate_max=True, absolute_max=MOST_ITEMS
)


def items_of(formset: Any) -> list[Item]:
    """What was written, in order."""
    return [
        Item(data["title"], data["words"])
        for data in (form.cleaned_data for form in formset.forms)
        if data.get("title")
    ]


class FindForm(forms.Form):
    """Looks for a member."""

    q = forms.CharField(label=_("Find a member by name"), required=False, max_length=80)


class InviteForm(forms.Form):
    """Who is asked to look after the whole alliance, and as what."""

    person = forms.ChoiceField(
        label=_("Who"),
        error_messages={"required": _("Choose somebody.")},
    )
    role = forms.ChoiceField(
        label=_("As what"),
        choices=[(role.value, role.label) for role in STEWARD_ROLES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they would do.")},
    )
    why = OneLine(
        label=_("Why they"),
        max_length=400,
        required=False,
        help_text=_("Needed for somebody who is not on the path yet; it stays on record."),
    )

    def __init__(self, *args: Any, people: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (key, str(person)) for key, person in people.items()
        ]

    def clean_person(self) -> Any:
        """The person themselves."""
        return self.people[self.cleaned_data["person"]]
