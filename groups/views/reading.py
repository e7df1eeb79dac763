"""Following, muting, having read; drafts; whom one may name; letters no more."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import links
from alliance.access import public_page, seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.views import errors
from groups.models import Draft, FollowKind, GroupMember
from groups.queries import people
from groups.rules import TAKE_PART
from groups.services import drafts as draft_services
from groups.services import reading as services
from groups.services import talk_letters
from groups.views import writing
from groups.views.here import Elsewhere, group_at, topic_at

STOP_SECONDS = 366 * 24 * 3600
SHOWN = 100


@seat_page(TAKE_PART)
@require_POST
def follow(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Follow, mute, or neither."""
    try:
        here, topic = topic_at(request, slug, number)
    except Elsewhere as elsewhere:
        raise Http404 from elsewhere
    wish = request.POST.get("wish", "")
    if here.reader is None:
        raise Http404
    if wish in FollowKind.values:
        services.follow(member=here.reader, topic=topic, kind=FollowKind(wish))
    else:
        services.unfollow(member=here.reader, topic=topic)
    words: dict[str, str] = {
        FollowKind.TRACK: _("You get a letter when somebody writes here."),
        FollowKind.MUTE: _("This topic is muted: it is never new for you."),
    }
    messages.success(request, words.get(wish, _("This topic is like any other for you again.")))
    return redirect("groups:topic", slug, number)


@seat_page(TAKE_PART)
@require_POST
def read_all(request: HttpRequest, slug: str) -> HttpResponse:
    """All that was written so far counts as read."""
    here = group_at(request, slug)
    if here.reader is None:
        raise Http404
    services.read_all(member=here.reader)
    messages.success(request, _("All topics are marked as read."))
    return redirect("groups:group", slug)


@seat_page(TAKE_PART)
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """/groups/drafts/: what one has begun and not sent."""
    seats = [seat.pk for seat in request.seats]  # type: ignore[attr-defined]
    rows = Draft.objects.filter(seat__in=seats).select_related("group", "topic")
    context = {"drafts": rows.order_by("-saved_at")[:SHOWN]}
    return render(request, "groups/talk/drafts.html", context)


@seat_page(TAKE_PART)
@require_POST
def forget_draft(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Removes one's own draft."""
    seats = [seat.pk for seat in request.seats]  # type: ignore[attr-defined]
    draft = get_object_or_404(Draft.objects.select_related("seat"), pk=draft_id, seat__in=seats)
    draft_services.forget(group=draft.group, topic=draft.topic, by=draft.seat)
    messages.success(request, _("The draft is gone."))
    return redirect("groups:drafts")


@seat_page(TAKE_PART)
@require_POST
@limited("drafts", "1200/h", by="person")
def save_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """What the script sends while somebody writes; ?topic= names the topic."""
    here = group_at(request, slug)
    topic = None
    asked = request.GET.get("topic", "")
    if asked:
        if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
            raise Http404
        try:
            here, topic = topic_at(request, slug, int(asked))
        except Elsewhere as elsewhere:
            raise Http404 from elsewhere
    try:
        draft = writing.store(request, here, topic)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=422)
    return JsonResponse({"saved_at": draft.saved_at.isoformat()})


@seat_page(TAKE_PART)
@require_safe
def named(request: HttpRequest, slug: str) -> JsonResponse:
    """/groups/<slug>/people.json?q=be: whom one may name in this group."""
    here = group_at(request, slug)
    if here.reader is None:
        raise Http404
    begun = request.GET.get("q", "")[:80]
    return JsonResponse({"people": people.suggested(here.group, reader=here.by, begun=begun)})


@csrf_exempt
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("stop-letters", "300/h")
def stop_letters(request: HttpRequest, token: str) -> HttpResponse:
    """From a letter's foot: no more letters of this group's talk, in one press, and back."""
    try:
        payload = links.read(talk_letters.STOP, token, max_age_seconds=STOP_SECONDS)
    except links.BadLink:
        return errors.not_found(request)
    members = GroupMember.objects.select_related("group")
    member = get_object_or_404(members, pk=UUID(payload["member"]))
    wants = request.POST.get("step") == "again"
    if wants:
        services.want_letters(member=member)
    elif request.method == "POST":
        services.stop_letters(member=member)
    done = "again" if wants else request.method == "POST"
    context = {"group": member.group, "done": done}
    return render(request, "groups/talk/stop_letters.html", context)
