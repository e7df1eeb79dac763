"""What staff and businesses fill in: a gathering, and how it repeats."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.forms import OneLine
from alliance.tenancy.scope import current_alliance
from gatherings import phrases
from gatherings.forms.dates import SpanForm, day_field
from gatherings.models import Audience, Gathering, GatheringState, Invites, Kind
from gatherings.models.gatherings import MOST_PLACES, OPEN_AUDIENCES
from gatherings.recurrence import LAST, MOST_INTERVAL, Every, Rule, from_text, nth_of, to_text
from members.models import Business

# Areas under which the tz database keeps the names of towns.
AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


class Repeats:
    """The choices of "does it repeat?"."""

    NEVER, WEEKLY = "never", "weekly"
    MONTH_DAY, MONTH_NTH, MONTH_LAST = "month_day", "month_nth", "month_last"
    CHOICES = (
        (NEVER, _("No, one date alone")),
        (WEEKLY, _("By the week")),
        (MONTH_NTH, _("By the month, on the same weekday: every second Tuesday, say")),
        (MONTH_LAST, _("By the month, on the last such weekday")),
        (MONTH_DAY, _("By the month, on the same day: every 14th, say")),
    )


class GatheringForm(SpanForm):
    """A gathering as staff write it; `businesses` are those that may host it."""

    title = OneLine(
        label=_("Title"), max_length=120, error_messages={"required": _("Enter a title.")}
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.MEETING)
    words = forms.CharField(
        label=_("What is it about?"),
        max_length=4000,
        required=False,
        help_text=_("Blank lines make paragraphs; **bold**, lists with “-”, links work."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    hashtag = forms.RegexField(
        r"^#?[A-Za-z][A-Za-z0-9_]{1,49}$",
        label=_("Hashtag"),
        max_length=51,
        required=False,
        help_text=_("Letters, digits and _, beginning with a letter."),
        error_messages={
            "invalid": _("Only letters, digits and _, beginning with a letter; no spaces.")
        },
    )
    business: "forms.ModelChoiceField[Business]" = forms.ModelChoiceField(
        label=_("Hosted by"),
        queryset=None,
        required=False,
        empty_label=_("the alliance itself"),
    )
    place_name = OneLine(label=_("Where"), max_length=120, required=False)
    address = OneLine(
        label=_("Address"),
        max_length=200,
        required=False,
        help_text=_("Left empty with the place, it is at the host’s."),
    )
    online_url = forms.URLField(
        label=_("Address to join online"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Only those who come see it."),
        widget=forms.URLInput(attrs={"inputmode": "url"}),
    )
    timezone = forms.ChoiceField(label=_("Whose clock"))
    repeats = forms.ChoiceField(
        label=_("Does it repeat?"),
        choices=Repeats.CHOICES,
        initial=Repeats.NEVER,
        widget=forms.RadioSelect,
    )
    interval = forms.IntegerField(
        label=_("Every how many weeks or months?"),
        min_value=1,
        max_value=MOST_INTERVAL,
        initial=1,
        required=False,
        help_text=_("2 is every second."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days of the week?"),
        coerce=int,
        required=False,
        help_text=_("By the week only. None ticked: the weekday of the first date."),
        widget=forms.CheckboxSelectMultiple,
    )
    until = day_field(label=_("Repeats until"), required=False)
    count = forms.IntegerField(
        label=_("… or so many times"), min_value=1, max_value=1000, required=False
    )
    capacity = forms.IntegerField(
        label=_("How many places?"),
        min_value=1,
        max_value=MOST_PLACES,
        required=False,
        help_text=_("Left empty: as many as come. When all are taken, people wait in line."),
    )
    audience = forms.ChoiceField(
        label=_("For whom"),
        choices=OPEN_AUDIENCES,
        initial=Audience.PUBLIC,
        widget=forms.RadioSelect,
    )
    invites = forms.ChoiceField(
        label=_("Who is written to when it is published?"),
        choices=Invites.choices,
        initial=Invites.NOBODY,
        widget=forms.RadioSelect,
    )
    slug = forms.SlugField(
        label=_("Address of its page"),
        max_length=80,
        required=False,
        help_text=_("Left empty, it is made of the title: /events/spring-breakfast/"),
    )

    field_order = (
        "title", "kind", "words", "hashtag", "business", "place_name", "address", "online_url",
        "day", "begins", "ends", "ends_on", "timezone", "repeats", "interval", "weekdays",
        "until", "count", "capacity", "audience", "invites", "slug",
    )  # fmt: skip

    def __init__(
        self, *args: Any, businesses: Iterable[Business], has_slug: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["business"].queryset = businesses
        fields["timezone"].choices = _zones(current_alliance().timezone)
        fields["timezone"].initial = current_alliance().timezone
        fields["weekdays"].choices = [(n, phrases.weekday(n)) for n in range(7)]
        fields["weekdays"].variant = "chips"
        if not has_slug:
            del self.fields["slug"]

    def zone(self) -> ZoneInfo:
        name = self.cleaned_data.get("timezone") or current_alliance().timezone
        return ZoneInfo(name)

    def clean_hashtag(self) -> str:
        return str(self.cleaned_data["hashtag"]).removeprefix("#")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        repeats = data.get("repeats", Repeats.NEVER)
        if repeats != Repeats.NEVER and "until" not in self.errors and "count" not in self.errors:
            if not data.get("until") and not data.get("count"):
                self.add_error("until", _("Say when it ends: a last day, or how many times."))
            elif data.get("until") and data.get("count"):
                self.add_error("until", _("Choose one end: a last day, or how many times."))
        if repeats == Repeats.MONTH_NTH and data.get("day") and nth_of(data["day"]) > 4:
            self.add_error(
                "repeats",
                _("Not every month has a fifth such weekday. Choose the last one instead."),
            )
        return data

    @property
    def fields_of_gathering(self) -> dict[str, Any]:
        """The service's arguments."""
        data = self.cleaned_data
        kept = (
            "title", "kind", "words", "hashtag", "business", "place_name", "address",
            "online_url", "timezone", "capacity", "audience",
        )  # fmt: skip
        length = data["ends_at"] - data["starts_at"]
        return {
            **{name: data[name] for name in kept},
            "invites": data.get("invites") or Invites.NOBODY,
            "starts_on": data["day"],
            "starts_time": data["begins"],
            "minutes": int(length.total_seconds() // 60),
            "repeats": to_text(rule) if (rule := self._rule()) else "",
            "slug": data.get("slug", ""),
        }

    def _rule(self) -> Rule | None:
        data, first = self.cleaned_data, self.cleaned_data["day"]
        end: dict[str, Any] = {"until": data.get("until"), "count": data.get("count")}
        interval = data.get("interval") or 1
        match data.get("repeats", Repeats.NEVER):
            case Repeats.WEEKLY:
                chosen = tuple(sorted(data.get("weekdays") or [first.weekday()]))
                return Rule(Every.WEEK, interval, chosen, **end)
            case Repeats.MONTH_DAY:
                return Rule(Every.MONTH, interval, month_day=first.day, **end)
            case Repeats.MONTH_NTH:
                nth = nth_of(first)
                return Rule(Every.MONTH, interval, (first.weekday(),), nth=nth, **end)
            case Repeats.MONTH_LAST:
                return Rule(Every.MONTH, interval, (first.weekday(),), nth=LAST, **end)
        return None

    @staticmethod
    def initial_of(gathering: Gathering) -> dict[str, Any]:
        """A gathering as the form shows it."""
        kept = (
            "title", "kind", "words", "hashtag", "business", "place_name", "address",
            "online_url", "timezone", "capacity", "audience", "invites", "slug",
        )  # fmt: skip
        begins = datetime.combine(
            gathering.starts_on, gathering.starts_time, tzinfo=gathering.zone
        ).astimezone(UTC)
        ends = (begins + timedelta(minutes=gathering.minutes)).astimezone(gathering.zone)
        return {
            **{name: getattr(gathering, name) for name in kept},
            "day": gathering.starts_on,
            "begins": gathering.starts_time,
            "ends": ends.time(),
            "ends_on": ends.date() if ends.date() != gathering.starts_on else None,
            **_initial_rule(gathering.repeats),
        }


class ProposalForm(GatheringForm):
    """A gathering as a business proposes it; whom to write to is the staff's to say."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, has_slug=False, **kwargs)
        del self.fields["invites"]
        self.fields["business"].required = True
        self.fields["business"].empty_label = None  # type: ignore[attr-defined]


class StaffSearchForm(forms.Form):
    """What the staff's list shows."""

    q = OneLine(label=_("Title"), max_length=80, required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *GatheringState.choices]
    )


def _initial_rule(text: str) -> dict[str, Any]:
    if not text:
        return {"repeats": Repeats.NEVER}
    rule = from_text(text)
    if rule.every is Every.WEEK:
        repeats = Repeats.WEEKLY
    elif rule.month_day is not None:
        repeats = Repeats.MONTH_DAY
    else:
        repeats = Repeats.MONTH_LAST if rule.nth == LAST else Repeats.MONTH_NTH
    return {
        "repeats": repeats,
        "interval": rule.interval,
        "weekdays": list(rule.weekdays) if rule.every is Every.WEEK else [],
        "until": rule.until,
        "count": rule.count,
    }


@cache
def _zones(first: str) -> list[tuple[str, str]]:
    """The alliance's own zone first, then every town's."""
    towns = sorted(name for name in available_timezones() if name.split("/")[0] in AREAS)
    return [(name, name.replace("_", " ")) for name in dict.fromkeys([first, *towns, "UTC"])]
