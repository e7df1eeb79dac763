"""How a gathering would read, before it is saved."""

from dataclasses import dataclass
from datetime import date, datetime

from alliance.errors import DomainError
from gatherings import phrases
from gatherings.forms.dates import show
from gatherings.forms.gatherings import GatheringForm
from gatherings.models import Gathering
from gatherings.recurrence import BadRule, days, instants


@dataclass(frozen=True)
class Preview:
    """What is shown: the words, the rule in words, the first and the last days."""

    gathering: Gathering
    repeats: str
    days: list[date]
    starts_at: datetime
    ends_at: datetime

    @property
    def first_days(self) -> list[date]:
        """As many as one looks through."""
        return self.days[:12]

    @property
    def more(self) -> int:
        """How many come after those."""
        return len(self.days) - len(self.first_days)


def preview_of(form: GatheringForm) -> Preview | None:
    """What "Look at it" shows; None where the form was not asked that, or does not fit."""
    if not form.is_bound or "preview" not in form.data or form.errors:
        return None
    fields = {name: value for name, value in form.fields_of_gathering.items() if name != "slug"}
    shown = Gathering(**fields)
    try:
        planned = days(shown.rule, shown.starts_on) if shown.rule else [shown.starts_on]
    except BadRule as error:
        show(DomainError(phrases.fault(error), field="repeats"), form)
        return None
    starts_at, ends_at = instants(shown.starts_on, shown.starts_time, shown.minutes, shown.zone)
    return Preview(shown, phrases.repeats(shown), planned, starts_at, ends_at)
