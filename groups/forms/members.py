"""What somebody fills in who joins a group, and who chooses how it writes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from alliance.models import Role
from groups.models import Digest, GroupMember, Introduction, JoinQuestion
from groups.models.introductions import LONGEST_ASK, LONGEST_STORY
from groups.models.members import LEAST_BUDGET, MOST_BUDGET
from members.models import Representative


class AgreeForm(forms.Form):
    """The agreements are read and accepted; `version` names the words that were read."""

    version = forms.UUIDField(widget=forms.HiddenInput, required=False)
    agree = forms.BooleanField(
        label=_("I have read the agreements and accept them"),
        error_messages={"required": _("Tick the box if you accept them.")},
    )


class JoinForm(AgreeForm):
    """The same with the group's questions."""

    def __init__(self, *args: Any, questions: Sequence[JoinQuestion] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"question_{question.pk}"] = forms.CharField(
                label=question.words,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": _now("Answer in a sentence or two.")},
            )
        self.order_fields([name for name in self.fields if name != "agree"])

    @property
    def answers(self) -> dict[UUID, str]:
        """The answers by question."""
        return {each.pk: self.cleaned_data[f"question_{each.pk}"] for each in self.questions}


class IntroductionForm(forms.Form):
    """A story, an ask, an offer; and the agreements, where they are new."""

    story = forms.CharField(
        label=_("Your story"),
        max_length=LONGEST_STORY,
        help_text=_("Who you are, what you do, and how you came to it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Tell a little about yourself.")},
    )
    ask = forms.CharField(
        label=_("One ask"),
        max_length=LONGEST_ASK,
        help_text=_("What could somebody here help you with?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Ask for one thing, however small.")},
    )
    offer = forms.CharField(
        label=_("One offer"),
        max_length=LONGEST_ASK,
        help_text=_("What could you help somebody with?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Offer one thing, however small.")},
    )

    @staticmethod
    def initial_of(introduction: Introduction | None) -> dict[str, str]:
        """The form as the introduction stands."""
        if introduction is None:
            return {}
        return {name: getattr(introduction, name) for name in ("story", "ask", "offer")}


class AgreeAndIntroduceForm(IntroductionForm, AgreeForm):
    """Both on one page, where the agreements were written anew."""

    field_order = ("story", "ask", "offer", "agree")


class ChoicesForm(forms.Form):
    """How often the group writes, and how much time is meant for it."""

    digest = forms.ChoiceField(
        label=_("Letters with what is new"), choices=Digest.choices, widget=forms.RadioSelect
    )
    budget_minutes = forms.IntegerField(
        label=_("Time a week that I mean to spend here"),
        required=False,
        min_value=LEAST_BUDGET,
        max_value=MOST_BUDGET,
        help_text=_("When it is used up, the group says so. Leave it empty for no limit."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    budget_minutes.suffix = _("minutes")  # type: ignore[attr-defined]
    budget_minutes.variant = "short"  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(member: GroupMember) -> dict[str, Any]:
        """The form as the choices stand."""
        return {"digest": member.digest, "budget_minutes": member.budget_minutes}


class CandidateForm(forms.Form):
    """Whom to look for."""

    q = OneLine(label=_("Name or business"), max_length=80, required=False)


class InviteForm(forms.Form):
    """One of the people who were found."""

    representative = forms.ChoiceField(
        label=_("Whom"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, found: Sequence[Representative], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(row.pk): row for row in found}
        self.fields["representative"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), f"{row.seat.person}, {row.business.trade_name}") for row in found
        ]

    @property
    def chosen(self) -> Representative:
        """Whom they chose."""
        return self.found[self.cleaned_data["representative"]]


class StewardForm(InviteForm):
    """Somebody is asked to look after a group."""

    role = forms.ChoiceField(
        label=_("As"),
        choices=[
            (Role.CUSTODIAN.value, _("Custodian: keeps the place in order")),
            (Role.FACILITATOR.value, _("Facilitator: keeps the talk going")),
            (Role.ADVISOR.value, _("Advisor: guides in private, hears appeals")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you ask of them.")},
    )
    why = OneLine(
        label=_("Why them?"),
        max_length=400,
        required=False,
        help_text=_("Needed where they have not been here for 60 days or have helped little yet."),
    )
