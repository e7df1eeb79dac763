"""For those who look after a group: pin, lock, move, merge, hide."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from groups.forms.talk import HideForm, MergeForm, MoveForm
from groups.models import Group, Post, PostPicture, Topic
from groups.queries import answered, powers
from groups.rules import MANAGE_GROUPS, TAKE_PART
from groups.services import tending as services
from groups.views.here import Elsewhere, Here, post_at, topic_at
from moderation.queries.powers import EVERYWHERE, spaces_with
from moderation.rules import FACILITATE, TEND

SHOWN = 200


@seat_page(TAKE_PART)
@require_safe
def tend(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """/groups/<slug>/topics/<number>/tend/: what they may do with it."""
    here, topic = _found(request, slug, number)
    return _page(request, here, topic)


@seat_page(TAKE_PART)
@require_POST
def step(request: HttpRequest, slug: str, number: int, step: str) -> HttpResponse:
    """Lock, unlock, pin or unpin."""
    here, topic = _found(request, slug, number)
    action = TEND if step in ("lock", "unlock") else FACILITATE
    by = powers.seat_with(here.seats, action, here.group)
    if by is None:
        raise Http404
    try:
        getattr(services, step)(topic=topic, by=by)
        messages.success(request, _("Done. It stands in the log."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(topic)


@seat_page(TAKE_PART)
@require_POST
def move(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Takes the topic to another group."""
    here, topic = _found(request, slug, number)
    by = _custodian(here)
    form = MoveForm(request.POST, groups=_targets(here, topic))
    if form.is_valid():
        target = get_object_or_404(
            Group.objects.select_related("space"), slug=form.cleaned_data["group"]
        )
        try:
            moved = services.move(topic=topic, to=target, by=by)
            messages.success(request, _("The topic has moved."))
            return redirect(moved)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, here, topic, move=form)


@seat_page(TAKE_PART)
@require_POST
def merge(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Makes it part of another topic of the group."""
    here, topic = _found(request, slug, number)
    by = _custodian(here)
    form = MergeForm(request.POST)
    if form.is_valid():
        into = (
            Topic.objects.listed()
            .filter(group=here.group, number=form.cleaned_data["number"])
            .first()
        )
        try:
            if into is None:
                raise DomainError(_("This group has no such topic."), field="number")
            merged = services.merge(topic=topic, into=into, by=by)
            messages.success(request, _("The two topics are one."))
            return redirect(merged)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, here, topic, merge=form)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def hide_post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Hides one post and opens its case."""
    here, post = post_at(request, post_id)
    return _hide(request, here, post, post.topic)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def hide_topic(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Hides a whole topic and opens its case."""
    here, topic = _found(request, slug, number)
    return _hide(request, here, topic, topic)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def hide_picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """Hides one picture and opens its case."""
    found = get_object_or_404(PostPicture.objects.seen(), pk=picture_id, removed_at=None)
    here, post = post_at(request, found.post_id)
    found.post = post
    return _hide(request, here, found, post.topic)


@seat_page(MANAGE_GROUPS)
@require_safe
def staff_help(request: HttpRequest) -> HttpResponse:
    """/staff/group-help/: calls for help that nobody answered for 48 hours."""
    rows = answered.waiting_for_staff().select_related("group").order_by("created_at", "id")
    context = {"topics": rows[:SHOWN], "share": answered.share_of_all()}
    return render(request, "groups/talk/staff_help.html", context)


def _found(request: HttpRequest, slug: str, number: int) -> tuple[Here, Topic]:
    try:
        here, topic = topic_at(request, slug, number)
    except Elsewhere as elsewhere:
        raise Http404 from elsewhere
    seats = [powers.seat_with(here.seats, action, here.group) for action in (TEND, FACILITATE)]
    if not any(seats):
        raise Http404
    return here, topic


def _custodian(here: Here) -> Any:
    by = powers.seat_with(here.seats, TEND, here.group)
    if by is None:
        raise Http404
    return by


def _hide(
    request: HttpRequest, here: Here, subject: Topic | Post | PostPicture, topic: Topic
) -> HttpResponse:
    by = _custodian(here)
    form = HideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.hide(subject=subject, reason=form.cleaned_data["reason"], by=by)
            messages.success(request, _("It is hidden; the case waits for a decision."))
            return redirect("groups:group", here.group.slug)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {"group": here.group, "topic": topic, "subject": subject, "form": form}
    return render(request, "groups/talk/hide.html", context, status=422 if form.errors else 200)


def _targets(here: Here, topic: Topic) -> list[tuple[str, str]]:
    spaces = spaces_with(here.seats, TEND)
    rows = Group.objects.live().exclude(pk=topic.group_id)
    if spaces is not EVERYWHERE:
        rows = rows.filter(space__in=spaces)
    if here.group.is_circle:
        rows = rows.filter(kind="circle")
    return [
        (group.slug, group.name)
        for group in rows.select_related("space").order_by("name", "id")[:SHOWN]
        if not group.is_circle or powers.seat_with(here.seats, TEND, group)
    ]


def _page(request: HttpRequest, here: Here, topic: Topic, **forms: Any) -> HttpResponse:
    targets = _targets(here, topic)
    is_custodian = powers.seat_with(here.seats, TEND, here.group) is not None
    context = {
        "group": here.group,
        "topic": topic,
        "is_custodian": is_custodian,
        "is_facilitator": powers.seat_with(here.seats, FACILITATE, here.group) is not None,
        "move": forms.get("move") or (MoveForm(groups=targets) if targets else None),
        "merge": forms.get("merge") or MergeForm(),
        "problems": forms.get("move") or forms.get("merge"),
    }
    return render(request, "groups/talk/tend.html", context, status=422 if forms else 200)
