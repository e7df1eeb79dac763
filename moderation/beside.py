"""What stands beside anybody's words: links to flag them or open a case, why they are hidden."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from alliance.access import seat_for
from moderation import content
from moderation.queries import cases, powers
from moderation.rules import TEND

NOTHING = ""


def flag(request: HttpRequest | None, subject: Any) -> str:
    """A small link for whoever has a seat here; nothing for other visitors, or where it is hidden.

    It asks the database nothing, so that a page may have one for each row.
    """
    if subject is None or getattr(subject, "is_hidden", False):
        return NOTHING
    return flag_to(request, content.of(subject).key, subject.pk)


def flag_to(request: HttpRequest | None, key: str, pk: Any) -> str:
    """The same by the kind's key and the row's id."""
    if request is None or not tuple(getattr(request, "seats", ())):
        return NOTHING
    kind = content.by_key(key)
    url = reverse("moderation:flag", args=[key, pk])
    context = {"url": url, "label": kind.label if kind else ""}
    return render_to_string("moderation/_flag.html", context)


def open_case(request: HttpRequest | None, subject: Any) -> str:
    """A small link to take it up without a flag, for who looks after it; not for its authors.

    Whoever looks after nothing costs no query.
    """
    seats = tuple(getattr(request, "seats", ()))
    if subject is None or getattr(subject, "is_hidden", False) or seat_for(seats, TEND) is None:
        return NOTHING
    kind = content.of(subject)
    by = powers.seat_with(seats, TEND, kind.space(subject))
    if by is None or not kind.may_read(subject, seats):
        return NOTHING
    if any(seat.person_id == by.person_id for seat in kind.authors(subject)):
        return NOTHING
    url = reverse("moderation_staff:open_case", args=[kind.key, subject.pk])
    return render_to_string("moderation/_open_case.html", {"url": url, "label": kind.label})


def hidden(request: HttpRequest | None, subject: Any) -> str:
    """That it is hidden, and where one reads why: for its authors and who looks after it."""
    if request is None or subject is None or not subject.is_hidden:
        return NOTHING
    case = cases.latest_about(subject) if request.user.is_authenticated else None
    if case is None:
        return NOTHING
    seats = request.seats  # type: ignore[attr-defined]
    if cases.of_author(request.user).filter(pk=case.pk).exists():  # type: ignore[arg-type]
        url, is_own = reverse("moderation:own_case", args=[case.pk]), True
    elif cases.seen_by(seats).filter(pk=case.pk).exists():
        url, is_own = case.get_absolute_url(), False
    else:
        return NOTHING
    context = {"subject": subject, "case": case, "url": url, "is_own": is_own}
    return render_to_string("moderation/_hidden.html", context, request)
