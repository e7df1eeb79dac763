"""Prompts: a library to choose from, and a week for each group (`rounds` posts them)."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups import template
from groups.models import Cadence, Group, Prompt, PromptKind
from groups.models.prompts import LONGEST_WORDS
from groups.services.words import fit

MOST_PROMPTS = 7


@transaction.atomic
def fill_library(*, by: Seat | None) -> None:
    """Puts the template's prompts into a library that is empty."""
    if Prompt.objects.filter(group__isnull=True).exists():
        return
    Prompt.objects.bulk_create(
        Prompt(kind=kind, title=str(title), words=str(words), made_by=by)
        for kind, title, words in template.LIBRARY
    )


@transaction.atomic
def begin_week(*, group: Group, by: Seat | None) -> None:
    """Gives a new group its week: Monday's ask, Wednesday's resource, the month's win & failure."""
    fill_library(by=by)
    Prompt.objects.bulk_create(
        Prompt(group=group, kind=kind, cadence=cadence, weekday=weekday, made_by=by)
        for kind, cadence, weekday in template.WEEK
    )


@transaction.atomic
def add_to_library(*, kind: str, title: str, words: str, by: Seat) -> Prompt:
    """One more prompt for every group to draw from.

    Raises:
        DomainError: an unknown kind, or words that do not fit.
    """
    prompt = Prompt.objects.create(made_by=by, **_worded(kind, title, words))
    audit.record(by=by, action="prompt.added", subject=prompt, title=prompt.title)
    return prompt


@transaction.atomic
def add_to_week(
    *,
    group: Group,
    kind: str,
    cadence: str,
    weekday: int,
    by: Seat,
    title: str = "",
    words: str = "",
) -> Prompt:
    """One more time in a group's week; without words it draws from the library.

    Raises:
        DomainError: unknown kind, cadence or day, too many, or words that do not fit.
    """
    if cadence not in Cadence.values or not 0 <= weekday <= 6:
        raise DomainError(_("Choose a day."), field="weekday")
    running = Prompt.objects.filter(group=group, ended_at__isnull=True).count()
    if running >= MOST_PROMPTS:
        raise DomainError(_("Seven prompts are enough for anybody."))
    worded = _worded(kind, title, words) if title or words else {"kind": _kind(kind)}
    prompt = Prompt.objects.create(
        group=group, cadence=cadence, weekday=weekday, made_by=by, **worded
    )
    audit.record(by=by, action="prompt.added", subject=group, kind=prompt.kind)
    return prompt


@transaction.atomic
def end_prompt(*, prompt: Prompt, by: Seat) -> None:
    """Takes it out of the library or the group's week; what was posted stays."""
    ended = Prompt.objects.filter(pk=prompt.pk, ended_at__isnull=True)
    if ended.update(ended_at=clock.now()):
        audit.record(by=by, action="prompt.ended", subject=prompt)


def _worded(kind: str, title: str, words: str) -> dict[str, str]:
    return {
        "kind": _kind(kind),
        "title": fit(title, longest=120, field="title"),
        "words": fit(words, longest=LONGEST_WORDS, field="words"),
    }


def _kind(kind: str) -> str:
    if kind not in PromptKind.values:
        raise DomainError(_("Choose a kind."), field="kind")
    return kind
