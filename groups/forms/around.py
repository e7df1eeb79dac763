"""What is filled in on the board, for a meeting, and under the link from a digest."""

from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from alliance.tenancy.scope import current_alliance
from groups.models import AgendaItem, AgendaKind, BoardOutcome, EntryKind, GroupMember, Meeting
from groups.models.board import LONGEST_OUTCOME, LONGEST_TITLE, LONGEST_WORDS
from groups.models.meetings import LONGEST_COMMITMENT, LONGEST_ITEM, MOST_ITEMS, MOST_MINUTES
from groups.models.posts import LONGEST_WORDS as LONGEST_POST
from groups.services.meetings import Item
from members.models import Segment

SEGMENTS = [("", _("All kinds of business")), *Segment.choices]


def _area(label: Any, longest: int, rows: int, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, widget=widget, **options)


class BoardFilterForm(forms.Form):
    """Which entries are looked for."""

    kind = forms.ChoiceField(
        label=_("Asks or offers"),
        required=False,
        choices=[("", _("Both")), *EntryKind.choices],
    )
    segment = forms.ChoiceField(label=_("Kind of business"), required=False, choices=SEGMENTS)


class EntryForm(forms.Form):
    """An ask or an offer."""

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=EntryKind.choices, widget=forms.RadioSelect
    )
    title = OneLine(
        label=_("In one line"),
        max_length=LONGEST_TITLE,
        help_text=_("“Who can lend a pallet jack for a morning?”"),
        error_messages={"required": _("Say it in one line.")},
    )
    words = _area(_("More about it"), LONGEST_WORDS, 6)
    segment = forms.ChoiceField(label=_("Whom does it concern?"), required=False, choices=SEGMENTS)


class AnswerForm(forms.Form):
    """An answer under an entry."""

    words = _area(
        _("Your answer"),
        LONGEST_WORDS,
        4,
        help_text=_("Everybody on the board reads it."),
        error_messages={"required": _("Write a few words.")},
    )


class OutcomeForm(forms.Form):
    """What came of an entry."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"), choices=BoardOutcome.choices, widget=forms.RadioSelect
    )
    words = _area(_("A word on it, if you like"), LONGEST_OUTCOME, 3, required=False)


class ReplyForm(forms.Form):
    """An answer by the link from a digest."""

    words = _area(
        _("Your answer"), LONGEST_POST, 8, error_messages={"required": _("Write a few words.")}
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    @property
    def key(self) -> str:
        """What makes a second press of the same form recognisable."""
        return str(self["form_key"].value() or uuid4().hex)


class MeetingForm(forms.Form):
    """When and where a group meets, and what for; hours on the alliance's clock."""

    title = OneLine(
        label=_("Title"), max_length=120, error_messages={"required": _("Enter a title.")}
    )
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Enter the day."),
            "invalid": _("Enter a day such as 2027-03-31."),
        },
    )
    begins = forms.TimeField(
        label=_("From"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Enter when it begins."),
            "invalid": _("Enter a time such as 18:30."),
        },
    )
    minutes = forms.IntegerField(
        label=_("How many minutes?"), min_value=5, max_value=MOST_MINUTES, initial=90
    )
    place_name = OneLine(label=_("Where"), max_length=120, required=False)
    address = OneLine(label=_("Address"), max_length=200, required=False)
    online_url = forms.URLField(
        label=_("Address to join online"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Only those who come see it."),
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )
    words = _area(_("What is it about?"), 4000, 5, required=False)

    @property
    def fields_of_meeting(self) -> dict[str, Any]:
        """The service's arguments."""
        data = self.cleaned_data
        kept = ("title", "words", "place_name", "address", "online_url", "minutes")
        return {name: data[name] for name in kept} | {
            "starts_on": data["day"],
            "starts_time": data["begins"],
        }

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """A meeting as the form shows it."""
        gathering = meeting.gathering
        local = meeting.starts_at.astimezone(ZoneInfo(gathering.timezone))
        kept = ("title", "words", "place_name", "address", "online_url", "minutes")
        return {name: getattr(gathering, name) for name in kept} | {
            "day": local.date(),
            "begins": local.time(),
        }


class CallOffForm(forms.Form):
    """Why a meeting does not take place."""

    reason = _area(
        _("Why?"),
        400,
        3,
        help_text=_("Everybody who wanted to come reads this sentence."),
        error_messages={"required": _("Say why, in a sentence.")},
    )


class CommitmentForm(forms.Form):
    """What somebody means to do."""

    words = OneLine(
        label=_("Until the next meeting I will …"),
        max_length=LONGEST_COMMITMENT,
        error_messages={"required": _("Say what you mean to do.")},
    )


class AgendaItemForm(forms.Form):
    """One part of an agenda; without minutes it is left out."""

    kind = forms.ChoiceField(label=_("Part"), choices=AgendaKind.choices)
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=0, max_value=MOST_MINUTES, required=False
    )
    member = forms.ChoiceField(label=_("Whose"), required=False)
    words = OneLine(label=_("About what"), max_length=LONGEST_ITEM, required=False)

    def __init__(self, *args: Any, members: dict[str, GroupMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        choices = [(key, str(member.seat.person)) for key, member in members.items()]
        self.fields["member"].choices = [("", _("nobody’s")), *choices]  # type: ignore[attr-defined]

    @property
    def item(self) -> Item | None:
        """The part; None where it is left out."""
        data = self.cleaned_data
        if not data.get("minutes"):
            return None
        member = self.members.get(data["member"])
        return Item(data["kind"], data["minutes"], data["words"], member)


class AgendaForm:
    """All parts of an agenda, with two lines for more of them."""

    SPARE = 2

    def __init__(
        self, data: Any = None, *, items: list[AgendaItem], members: list[GroupMember]
    ) -> None:
        known = {str(member.pk): member for member in members}
        self.is_bound = data is not None
        self.parts = [
            AgendaItemForm(data, prefix=f"part{n}", members=known, initial=self._initial(items, n))
            for n in range(min(MOST_ITEMS, len(items) + self.SPARE))
        ]

    def is_valid(self) -> bool:
        """Whether each part can be read; all are looked at, so that each says what is wrong."""
        return self.is_bound and not [part for part in self.parts if not part.is_valid()]

    @property
    def items(self) -> list[Item]:
        """The parts that are not left out, in order."""
        return [item for part in self.parts if (item := part.item) is not None]

    @staticmethod
    def _initial(items: list[AgendaItem], n: int) -> dict[str, Any]:
        if n >= len(items):
            return {"kind": AgendaKind.OTHER}
        item = items[n]
        return {
            "kind": item.kind,
            "minutes": item.minutes,
            "member": str(item.member_id or ""),
            "words": item.words,
        }


def wording() -> str:
    """To what somebody agrees who comes to a meeting."""
    return str(
        _("%(alliance)s may write to me about this meeting: a confirmation, reminders, changes.")
        % {"alliance": current_alliance().name}
    )
