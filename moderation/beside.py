"""What stands beside anybody's words: the link to flag them, and why they are hidden."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from moderation import content
from moderation.queries import cases

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
