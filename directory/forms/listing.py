"""A listing's whole form: texts, hours, special days and places, answered as one."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext as _

from directory.content import Content, Hours
from directory.forms.hours import MOST_DAYS, SpecialDayForm, SpecialDays, WeekForm
from directory.forms.places import MOST_PLACES, Branches, BranchForm
from directory.forms.texts import TextsForm
from directory.queries.keeping import Kept

DAYS, PLACES = "days", "places"
# What each "one more" button adds a row to, and how many rows there may be.
ROOM = {DAYS: MOST_DAYS, PLACES: MOST_PLACES}


class ListingForm:
    """The parts as one form: valid together, with their errors in one summary."""

    def __init__(self, kept: Kept, data: QueryDict | None = None) -> None:
        written = kept.written
        self.kept, self._data, self._has_told = kept, data, False
        self.texts = TextsForm(
            data,
            business=kept.business,
            initial=TextsForm.initial_of(written, blurb=kept.blurb),
        )
        self.week = WeekForm(data, prefix="week", initial=WeekForm.initial_of(written.hours))
        self.days: Any = SpecialDays(
            data,
            prefix=DAYS,
            initial=[SpecialDayForm.initial_of(day) for day in written.hours.special[:MOST_DAYS]],
        )
        # Its type does not know arguments of ours.
        rows: Any = Branches
        self.places = rows(
            data,
            prefix=PLACES,
            before=written.branches,
            initial=[
                BranchForm.initial_of(branch, written.hours)
                for branch in written.branches[:MOST_PLACES]
            ],
        )

    @property
    def parts(self) -> list[forms.Form]:
        """All forms in the order of the page."""
        return [self.texts, self.week, *self.days.forms, *self.places.forms]

    @property
    def has_room_for_days(self) -> bool:
        """Whether one more special day may be added."""
        return len(self.days.forms) < MOST_DAYS

    @property
    def has_room_for_places(self) -> bool:
        """Whether one more place may be added."""
        return len(self.places.forms) < MOST_PLACES

    def is_valid(self) -> bool:
        """Whether every part is, and nobody else has written meanwhile."""
        # Each is asked, so that all errors show at once.
        sound = [self.texts.is_valid(), self.week.is_valid(), self.days.is_valid()]
        sound.append(self.places.is_valid())
        if all(sound) and self._data is not None and self._data.get("seen") != self._written:
            self._has_told = True
            self.texts.add_error(
                None,
                _(
                    "Somebody else has written to this listing since you opened it. Look at the "
                    "preview to see theirs; save once more to put yours in its place."
                ),
            )
            return False
        return all(sound)

    @property
    def seen(self) -> str:
        """What the page was made from; anew once its reader knows of another's words."""
        return self._written if self._data is None or self._has_told else self._data.get("seen", "")

    @cached_property
    def _written(self) -> str:
        plain = replace(self.kept.written, pictures=()).as_json() | {"blurb": self.kept.blurb}
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:32]

    @property
    def errors(self) -> bool:
        """Whether there is a problem; asked by the summary."""
        return self._data is not None and (
            any(part.errors for part in self.parts) or bool(self.non_field_errors())
        )

    def non_field_errors(self) -> list[str]:
        """What belongs to no field."""
        if self._data is None:
            return []
        found = [error for part in self.parts for error in part.non_field_errors()]
        return [*found, *self.days.non_form_errors(), *self.places.non_form_errors()]

    def hush(self) -> None:
        """Shows what was typed and finds no fault with it."""
        part: Any
        for part in self.parts:
            part._errors = ErrorDict()
        for rows in (self.days, self.places):
            rows._errors, rows._non_form_errors = [], ErrorList()

    def __iter__(self) -> Iterator[forms.BoundField]:
        return (field for part in self.parts for field in part)

    @property
    def content(self) -> Content:
        """The valid form; photographs stay as they are."""
        hours = Hours(
            week=self.week.week,
            special=self.days.days,
            by_appointment=self.week.cleaned_data["by_appointment"],
        )
        return replace(
            self.kept.written,
            **self.texts.said,
            hours=hours,
            branches=self.places.branches(hours),
        )


def with_one_more(data: QueryDict, rows: str) -> QueryDict:
    """What was typed, with an empty row behind those of "days" or "places"."""
    longer = data.copy()
    total = f"{rows}-TOTAL_FORMS"
    known = data.get(total, "")
    count = int(known) if known.isascii() and known.isdigit() and len(known) < 4 else 0
    longer[total] = str(min(count + 1, ROOM[rows]))
    return longer
