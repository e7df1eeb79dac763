"""Searching all that one may read."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from alliance import clock
from alliance.access import seat_page
from groups import phrases_talk
from groups.forms.talk import SearchForm
from groups.queries import access
from groups.queries.search import Found, search
from groups.rules import TAKE_PART
from groups.views.shown import decoded, encoded_place

WORDS = 40


@seat_page(TAKE_PART)
@require_safe
def found(request: HttpRequest) -> HttpResponse:
    """/groups/search/?q=: posts with these words, the newest first."""
    form = SearchForm(request.GET)
    seats = request.seats  # type: ignore[attr-defined]
    asked = form.cleaned_data if form.is_valid() else {}
    words, group = asked.get("q", ""), None
    if slug := asked.get("group"):
        group = get_object_or_404(access.readable_groups(seats), slug=slug)
    results = search(seats, words, group=group, after=_place(request.GET.get("after", "")))
    context = {
        "form": form,
        "words": words,
        "group": group,
        "lines": _lines(results),
        "next": encoded_place(results.after) if results.after else "",
        "is_first": "after" not in request.GET,
    }
    return render(request, "groups/talk/search.html", context)


def _lines(results: Found) -> list[dict[str, object]]:
    now = clock.now()
    return [
        {
            "url": post.get_absolute_url(),
            "title": post.topic.title,
            "group": post.topic.group.name,
            "author": post.author.seat.person.name,
            "age": phrases_talk.age(post.created_at, now),
            "words": Truncator(" ".join(post.words[:2000].split())).words(WORDS),
        }
        for post in results.posts
    ]


def _place(text: str) -> tuple[datetime, UUID] | None:
    at, _bar, pk = decoded(text).partition("|")
    try:
        moment, key = datetime.fromisoformat(at), UUID(pk)
    except ValueError:
        return None
    return (moment, key) if moment.tzinfo else None
