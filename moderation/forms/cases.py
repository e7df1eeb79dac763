"""Flags, decisions, appeals, cases without a flag, notes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from moderation.models import Agreement, Outcome

NO_AGREEMENT = _("Choose the agreement that it breaks.")


class AgreementField(forms.ChoiceField):
    """One of the agreements that count here; `cleaned_data` holds the row, or None."""

    def __init__(self, *, required: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": NO_AGREEMENT})
        super().__init__(required=required, **kwargs)

    def offer(self, agreements: Sequence[Agreement], *, empty: str = "") -> None:
        """The agreements to choose from."""
        self.known = {str(agreement.pk): agreement for agreement in agreements}
        choices = [(key, agreement.title) for key, agreement in self.known.items()]
        self.choices = [("", empty), *choices] if empty else choices

    def clean(self, value: Any) -> Any:
        """The agreement itself."""
        return self.known.get(str(super().clean(value)))


class FlagForm(forms.Form):
    """Which agreement something breaks, and a word about it."""

    agreement = AgreementField(label=_("Which agreement does it break?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What should we know?"),
        required=False,
        max_length=600,
        help_text=_("Only those who look after this read it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_outside = forms.BooleanField(
        label=_("Keep it from this place’s own stewards"),
        required=False,
        help_text=_(
            "Then only people from outside look at it: for harassment, or if it is theirs."
        ),
    )

    def __init__(
        self, *args: Any, agreements: Sequence[Agreement], has_space: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].offer(agreements)  # type: ignore[attr-defined]
        if not has_space:
            del self.fields["is_outside"]


class DecisionForm(forms.Form):
    """What happens, on which agreement it rests, and why."""

    outcome = forms.ChoiceField(
        label=_("What happens"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens.")},
    )
    agreement = AgreementField(
        label=_("The agreement that it breaks"),
        required=False,
        help_text=_("Needed unless it stays as it is."),
    )
    reasons = forms.CharField(
        label=_("Why"),
        max_length=2000,
        help_text=_("Its author and whoever flagged it read this word for word."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Say why: both sides read it.")},
    )

    def __init__(self, *args: Any, agreements: Sequence[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].offer(agreements, empty=_("None"))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An outcome against somebody names the agreement."""
        data: dict[str, Any] = super().clean() or {}
        outcome = data.get("outcome")
        if outcome and outcome != Outcome.KEEP and not data.get("agreement"):
            self.add_error("agreement", ValidationError(NO_AGREEMENT, code="required"))
        return data


class AppealForm(forms.Form):
    """Why somebody else should look once more."""

    words = forms.CharField(
        label=_("What should they know?"),
        max_length=2000,
        help_text=_("Somebody who has had no part in it reads this. You can ask once."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what they should know.")},
    )


class OpenCaseForm(forms.Form):
    """Why something is looked at without a flag."""

    reason = forms.CharField(
        label=_("Why it should be looked at"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why.")},
    )


class NoteForm(forms.Form):
    """What an advisor keeps about guiding somebody."""

    words = forms.CharField(
        label=_("Note"),
        max_length=2000,
        help_text=_("Other advisors and the director read it; the person does not."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something.")},
    )
