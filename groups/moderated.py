"""Introductions can be flagged, held and hidden."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.models import Seat
from groups.models import Introduction
from groups.queries import access
from moderation.content import Content
from moderation.models import Space


def _authors(introduction: Introduction) -> list[Seat]:
    return [introduction.member.seat]


def _title(introduction: Introduction) -> str:
    return f"{introduction.member.seat.person}, {introduction.member.group}"


def _words(introduction: Introduction) -> str:
    return "\n\n".join((introduction.story, introduction.ask, introduction.offer))


def _url(introduction: Introduction) -> str:
    return introduction.get_absolute_url()


def _edit_url(introduction: Introduction) -> str:
    return reverse("groups:introduction", args=[introduction.member.group.slug])


def _may_read(introduction: Introduction, seats: Iterable[Seat]) -> bool:
    return access.may_read(introduction.member.group, seats)


def _space(introduction: Introduction) -> Space:
    return introduction.member.group.space


def _emptied(introduction: Introduction) -> None:
    """The row stays, since who has introduced themselves may write."""
    introduction.story = introduction.ask = introduction.offer = "—"
    introduction.save(update_fields=["story", "ask", "offer"])


INTRODUCTION = Content(
    key="groups.introduction",
    model=Introduction,
    related=("member__seat__person", "member__group__space"),
    label=_("Introduction"),
    authors=_authors,
    title=_title,
    words=_words,
    url=_url,
    edit_url=_edit_url,
    may_read=_may_read,
    space=_space,
    emptied=_emptied,
)
