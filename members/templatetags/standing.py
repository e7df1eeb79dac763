"""`{% load standing %}`: which badge a status wears, what it says, how a story is drawn."""

from dataclasses import dataclass
from datetime import date, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.models import Membership, Status
from members.queries.story import Story
from members.terms import GRACE_DAYS

register = template.Library()

KINDS = {
    Status.PENDING: "warn",
    Status.NEW: "accent",
    Status.CURRENT: "good",
    Status.RENEWING: "accent",
    Status.GRACE: "warn",
    Status.LAPSED: "bad",
    Status.CANCELLED: "",
    Status.SUSPENDED: "bad",
}
LABELS_AT_MOST = 5


@dataclass(frozen=True)
class Bar:
    """A stretch of days: its place in the drawing, in percent, and its kind."""

    x: str
    width: str
    kind: str = ""


@dataclass(frozen=True)
class Tick:
    """The first day of a year, and its label where there is room for one."""

    x: str
    year: str


@dataclass(frozen=True)
class Drawing:
    """Three lanes over one span of time; numbers are percent, so that letters keep their size."""

    status: list[Bar]
    terms: list[Bar]
    breaks: list[Bar]
    ticks: list[Tick]
    today: str


@register.filter
def status_kind(status: str) -> str:
    """`{{ membership.status|status_kind }}`: good, warn, bad, accent, or nothing for the plain."""
    return KINDS.get(Status(status), "") if status in Status.values else ""


@register.filter
def status_label(status: str) -> str:
    """A status as a word."""
    return str(Status(status).label) if status in Status.values else ""


@register.filter
def long_day(day: date | None) -> str:
    """A day as 31 December 2026; none is a dash."""
    return date_format(day, "j F Y") if day else "—"


@register.filter
def short_day(day: date | None) -> str:
    """A day as 31 Dec 2026; none is a dash."""
    return date_format(day, "j M Y") if day else "—"


@register.filter
def status_words(membership: Membership) -> str:
    """A membership with its `status` and `paid_until` in a line: “Paid until 31 December 2026”."""
    until: date | None = membership.paid_until  # type: ignore[attr-defined]
    words = {
        Status.PENDING: _("Waiting for its first dues"),
        Status.NEW: _("Paid until %(day)s · new"),
        Status.CURRENT: _("Paid until %(day)s"),
        Status.RENEWING: _("Paid until %(day)s · renewing"),
        Status.GRACE: _("Paid until %(day)s · kept open until %(grace)s"),
        Status.LAPSED: _("Lapsed; it was paid until %(day)s"),
        Status.CANCELLED: _("Cancelled"),
        Status.SUSPENDED: _("On hold"),
    }[Status(membership.status)]  # type: ignore[attr-defined]
    if membership.status == Status.LAPSED and until is None:  # type: ignore[attr-defined]
        return _("Lapsed")
    grace = until + timedelta(days=GRACE_DAYS) if until else None
    return words % {"day": long_day(until), "grace": long_day(grace)}


@register.simple_tag
def standing_drawing(story: Story) -> Drawing:
    """`{% standing_drawing story as drawing %}`: status, terms, and what broke them."""
    last = story.last + timedelta(days=1)

    def bar(starts_on: date, ends_on: date, kind: str = "") -> Bar | None:
        begins, ends = max(starts_on, story.first), min(ends_on + timedelta(days=1), last)
        if begins >= ends:
            return None
        return Bar(_share(story, begins), _percent((ends - begins).days, story), kind)

    breaks = [
        *(bar(h.starts_on, _before(h.released_on) or story.today, "held") for h in story.holds),
        *(bar(c.cancelled_on, _before(c.revoked_on) or story.today, "ended") for c in story.ends),
    ]
    terms = [bar(t.starts_on, t.ends_on, "void" if t.voided_on else "term") for t in story.terms]
    status = [bar(s.starts_on, s.ends_on, status_kind(s.status) or "plain") for s in story.spans]
    return Drawing(
        status=[one for one in status if one],
        terms=[one for one in terms if one],
        breaks=[one for one in breaks if one],
        ticks=_ticks(story),
        today=_share(story, story.today),
    )


def _ticks(story: Story) -> list[Tick]:
    years = range(story.first.year + 1, story.last.year + 1)
    step = -(-len(years) // LABELS_AT_MOST) or 1
    days = (story.last - story.first).days + 1
    found = []
    for n, year in enumerate(years):
        begins = date(year, 1, 1)
        # A label at an edge would hang out of the drawing.
        has_room = 0.05 < (begins - story.first).days / days < 0.95
        found.append(Tick(_share(story, begins), str(year) if has_room and n % step == 0 else ""))
    return found


def _share(story: Story, day: date) -> str:
    return _percent((day - story.first).days, story)


def _percent(days: int, story: Story) -> str:
    return f"{days * 100 / ((story.last - story.first).days + 1):.2f}%"


def _before(day: date | None) -> date | None:
    return day - timedelta(days=1) if day else None
