"""A group's topics, one of them, a new one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_page
from alliance.limits import limited
from groups.forms.talk import ReplyForm, TopicForm
from groups.models import Draft, Topic
from groups.queries import access, pages
from groups.rules import TAKE_PART
from groups.services import drafts, reading
from groups.services import posts as services
from groups.views import kept, shown, writing
from groups.views.here import Elsewhere, Here, group_at, topic_at


@seat_page(TAKE_PART)
@require_safe
def group_page(request: HttpRequest, slug: str) -> HttpResponse:
    """/groups/<slug>/: its topics, unread first."""
    return kept.whole(request, slug, lambda: _group_page(request, group_at(request, slug)))


def _group_page(request: HttpRequest, here: Here) -> HttpResponse:
    context = {
        "group": here.group,
        "member": here.member,
        "head": pages.head_of(here.group, here.member, here.seats),
        "side": kept.side(here),
        "talk": kept.topic_list(request, here, here.version),
        "share": kept.share(here.group.pk, here.version),
    }
    return render(request, "groups/talk/topics.html", context)


@seat_page(TAKE_PART)
@require_safe
def topic(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """/groups/<slug>/topics/<number>/: its posts; ?from= begins at one of them."""
    return kept.whole(request, slug, lambda: _topic_page(request, slug, number))


def _topic_page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    try:
        here, found = topic_at(request, slug, number)
    except Elsewhere as elsewhere:
        return _led(request, elsewhere.topic)
    if found.merged_into_id is not None:
        return _led(request, Topic.objects.select_related("group").get(pk=found.merged_into_id))
    start = _start(request, found)
    part = kept.post_list(here, found, start, shown.apart_from(here))
    if here.reader is not None and part.last > getattr(found, "seen", 0):
        reading.mark_read(member=here.reader, topic=found, number=part.last)
    form = ReplyForm(initial={"words": getattr(found, "draft", "") or ""})
    context = shown.topic_context(here, found, part, form)
    return render(request, "groups/talk/topic.html", context)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("topics", "60/h", by="person")
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """/groups/<slug>/topics/new/: a topic with its first post."""
    here = group_at(request, slug)
    draft = Draft.objects.filter(seat=here.by, group=here.group, topic=None).first()
    form = TopicForm(request.POST or None, request.FILES or None, initial=writing.initial_of(draft))
    if request.method == "POST":
        if writing.is_draft(request):
            return writing.keep_draft(request, here, None)
        if form.is_valid():
            made = writing.sent(request, here, None, form, lambda: _start_topic(here, form))
            if made is not None:
                return made
    elif response := writing.led_to_introduction(request, here):
        return response
    context = {"group": here.group, "member": here.member, "form": form, "draft": draft}
    return render(request, "groups/talk/new.html", context, status=422 if form.errors else 200)


def _start_topic(here: Here, form: TopicForm) -> str:
    data = form.cleaned_data
    made = services.start_topic(
        group=here.group,
        kind=data["kind"],
        title=data["title"],
        words=data["words"],
        is_tough_ok=data["is_tough_ok"],
        pictures=form.brought,
        by=here.by,
    )
    drafts.forget(group=here.group, by=here.by)
    return f"{made.get_absolute_url()}?sent=new"


def _led(request: HttpRequest, found: Topic) -> HttpResponse:
    """To where the topic stands now, for who may read that group; 404 for all others."""
    seats: Any = request.seats  # type: ignore[attr-defined]
    get_object_or_404(access.readable_groups(seats), pk=found.group_id)
    return redirect(found)


def _start(request: HttpRequest, found: Topic) -> int:
    """The number of the first post of the page that holds what was asked for."""
    asked = request.GET.get("from", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return max(1, min(number, found.last_number))
