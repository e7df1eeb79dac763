"""What a listing says in words, and who sees the business's own facts."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from alliance.forms import OneLine
from directory.content import FIELDS, Content, Shows
from directory.languages import code_of, name_of
from directory.values import Value
from members.models import Business

MOST_TAGS, LONGEST_TAG = 12, 30
MOST_LANGUAGES = 10
MOST_LINES, LONGEST_LINE = 5, 140
EVERYBODY, ALLIANCE = "everybody", "alliance"
SEES = {
    "street": gettext_lazy("Who sees the street?"),
    "phone": gettext_lazy("Who sees the telephone number?"),
    "email": gettext_lazy("Who sees the e-mail address?"),
    "website": gettext_lazy("Who sees the website?"),
}


def several(text: str) -> tuple[str, ...]:
    """What stands between commas or on lines, each once, without case mattering."""
    found: dict[str, str] = {}
    for word in text.replace("\n", ",").split(","):
        if bare := " ".join(word.split()):
            found.setdefault(bare.casefold(), bare)
    return tuple(found.values())


class Words(OneLine):
    """Words with commas between them; cleans to a tuple."""

    def __init__(self, *, most: int, longest: int = 120, **kwargs: Any) -> None:
        # Room for far too many, so that they are counted rather than cut off.
        super().__init__(max_length=20_000, required=False, **kwargs)
        self.most, self.longest = most, longest

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else ", ".join(value)

    def clean(self, value: Any) -> Any:
        found = several(super().clean(value))
        if len(found) > self.most:
            raise ValidationError(
                _("These are %(count)d. Keep the %(most)d that matter most.")
                % {"count": len(found), "most": self.most}
            )
        if long := next((word for word in found if len(word) > self.longest), None):
            raise ValidationError(
                _("“%(word)s” is longer than %(longest)d letters.")
                % {"word": f"{long[: self.longest]}…", "longest": self.longest}
            )
        return found


class Lines(forms.CharField):
    """One thing a line; cleans to a tuple."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        super().__init__(max_length=20_000, required=False, widget=widget, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else "\n".join(value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = [line for each in text.splitlines() if (line := " ".join(each.split()))]
        if len(found) > MOST_LINES:
            raise ValidationError(
                _("These are %(count)d lines; there is room for %(most)d.")
                % {"count": len(found), "most": MOST_LINES}
            )
        for place, line in enumerate(found, start=1):
            if len(line) > LONGEST_LINE:
                raise ValidationError(
                    _("Line %(place)d is longer than %(longest)d letters.")
                    % {"place": place, "longest": LONGEST_LINE}
                )
        return tuple(found)


class TextsForm(forms.Form):
    """Short and longer words, tags, languages, values, asks and offers, and who sees what."""

    blurb = forms.CharField(
        label=gettext_lazy("What you do, in a few sentences"),
        max_length=600,
        required=False,
        help_text=gettext_lazy("It stands on your card in the directory."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    about = forms.CharField(
        label=gettext_lazy("Your story"),
        max_length=4000,
        required=False,
        help_text=gettext_lazy(
            "Up to 4,000 letters. Blank lines make paragraphs; **bold** and lists with “-” work."
        ),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    tags = Words(
        label=gettext_lazy("What people look for when they need you"),
        most=MOST_TAGS,
        longest=LONGEST_TAG,
        help_text=gettext_lazy("Up to twelve, with commas: sourdough, wedding cakes, gluten-free"),
    )
    languages = Words(
        label=gettext_lazy("Languages you speak with customers"),
        most=MOST_LANGUAGES,
        help_text=gettext_lazy("With commas: English, Spanish, Cantonese"),
    )
    offers = Lines(
        label=gettext_lazy("What you offer other members"),
        help_text=gettext_lazy("Up to five, one on each line: Shelf space for local makers"),
    )
    asks = Lines(
        label=gettext_lazy("What you are looking for"),
        help_text=gettext_lazy("Up to five, one on each line: A printer nearby for our menus"),
    )
    values = forms.MultipleChoiceField(
        label=gettext_lazy("What you like to say of yourselves"),
        choices=Value.choices,
        required=False,
        help_text=gettext_lazy(
            "Nothing is asked and nothing is checked: tick what is yours to say."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    accepts_pledges = forms.BooleanField(
        label=gettext_lazy("We like customers to pledge to us"), required=False
    )
    cause = OneLine(
        label=gettext_lazy("A cause that your sales support"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("For example: 1% of sales to the creek’s clean-up"),
    )
    is_open_data = forms.BooleanField(
        label=gettext_lazy("Anybody may reuse this listing as open data"),
        required=False,
        help_text=gettext_lazy(
            "Then it is also in the files that maps, researchers and the town may download and "
            "pass on: what the public sees here, and nothing else."
        ),
    )

    def __init__(self, *args: Any, business: Business, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[f"sees_{name}"] = _who_sees(name, business)

    @property
    def sees(self) -> list[forms.BoundField]:
        """The questions who sees what, in order."""
        return [self[f"sees_{name}"] for name in FIELDS]

    def clean_about(self) -> str:
        return _with_plain_ends(self.cleaned_data["about"])

    def clean_blurb(self) -> str:
        return _with_plain_ends(self.cleaned_data["blurb"])

    def clean_languages(self) -> tuple[str, ...]:
        codes = {}
        for name in self.cleaned_data["languages"]:
            code = code_of(name, language=get_language() or "en")
            if code is None:
                raise ValidationError(
                    _("We know no language called “%(name)s”. Is it spelled otherwise?")
                    % {"name": name[:40]}
                )
            codes[code] = name
        return tuple(codes)

    @classmethod
    def initial_of(cls, content: Content, *, blurb: str) -> dict[str, Any]:
        """A listing as the form shows it."""
        language = get_language() or "en"
        shows = asdict(content.shows)
        return {
            **{name: getattr(content, name) for name in cls.base_fields if name != "blurb"},
            "blurb": blurb,
            "languages": [name_of(code, language=language) for code in content.languages],
            **{f"sees_{name}": EVERYBODY if shows[name] else ALLIANCE for name in FIELDS},
        }

    @property
    def said(self) -> dict[str, Any]:
        """The cleaned form as fields of a `Content`."""
        data = self.cleaned_data
        kept = {name: data[name] for name in self.base_fields}
        shows = Shows(**{name: data[f"sees_{name}"] == EVERYBODY for name in FIELDS})
        return {**kept, "values": tuple(data["values"]), "shows": shows}


def _with_plain_ends(text: str) -> str:
    """A browser ends lines in two characters; else each save would look like a change."""
    return text.replace("\r\n", "\n")


def _who_sees(name: str, business: Business) -> forms.ChoiceField:
    value = getattr(business, name)
    return forms.ChoiceField(
        label=SEES[name],
        choices=[(EVERYBODY, _("everybody")), (ALLIANCE, _("only the alliance"))],
        help_text=value or _("You have not said it yet: it is among your details."),
        widget=forms.RadioSelect,
    )
