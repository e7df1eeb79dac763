"""What an applicant answers, and what the staff decide on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.joining import OTHER, ApplicationForm
from members.models import Application, ApplicationState, Relief
from members.queries.applications import Likeness

NEW = "new"


class AnswerForm(ApplicationForm):
    """An applicant answers a question, and corrects what they wrote."""

    words = forms.CharField(
        label=_("Your answer"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write an answer, if only a short one.")},
    )
    field_order = ("words",)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, tier=application.tier, initial=_written(application), **kwargs)


def _written(application: Application) -> dict[str, Any]:
    """What the applicant wrote, as the form shows it."""
    names = (*ApplicationForm.ABOUT_BUSINESS[:-1], "contact_name", "phone", "relief_note")
    said = {name: getattr(application, name) for name in names}
    tier, minor = application.tier, application.amount_minor
    is_less = application.relief == Relief.HARDSHIP
    chips = {tier.least_minor, tier.price_minor, tier.most_minor}
    said |= {
        "web_address": application.website,
        "relief": application.relief,
        "relief_amount": minor if is_less else None,
        "instalments": application.instalments,
        "amount": str(minor) if minor in chips else OTHER,
        "other_amount": None if minor in chips or is_less else minor,
    }
    if is_less:
        said["amount"] = str(tier.price_minor)
    return said


class ApproveForm(forms.Form):
    """Whether the applicant is new, or a business that is here already."""

    business = forms.ChoiceField(
        label=_("Is this one of them?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is one of these businesses.")},
    )

    def __init__(self, *args: Any, likenesses: list[Likeness], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(like.business.pk): like.business for like in likenesses}
        if not likenesses:
            del self.fields["business"]
            return
        self.fields["business"].choices = [  # type: ignore[attr-defined]
            *(
                (str(like.business.pk), f"{like.business}: {', '.join(like.reasons)}")
                for like in likenesses
            ),
            (NEW, _("No, it is another business")),
        ]


class QuestionForm(forms.Form):
    """What the staff would like to know."""

    question = forms.CharField(
        label=_("What would you like to know?"),
        max_length=600,
        help_text=_("The applicant reads it, and gets a link to answer and to correct the form."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you would like to know.")},
    )


class DeclineForm(forms.Form):
    """Why the alliance says no."""

    reason = forms.CharField(
        label=_("Why not?"),
        max_length=400,
        help_text=_("The applicant reads this sentence."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why; the applicant reads it.")},
    )


class StateForm(forms.Form):
    """What the staff's list of applications shows."""

    q = forms.CharField(label=_("Business, name or e-mail"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("all")), *ApplicationState.choices],
    )
