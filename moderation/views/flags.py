"""Flagging something, and blocking or muting somebody."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import person_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.models import Person, Seat
from moderation.forms.cases import FlagForm
from moderation.queries import agreements as rules_of
from moderation.queries import blocks as queries
from moderation.services import blocks, flags
from moderation.views.found import person_of, seats_of, subject_at


@person_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("flags", "60/h", by="person")
def flag(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """/moderation/flag/<kind>/<id>/: which agreement it breaks."""
    kind, subject = subject_at(request, key, pk)
    if subject.hidden_at is not None:
        raise Http404
    space = kind.space(subject)
    form = FlagForm(
        request.POST or None,
        agreements=rules_of.agreements_of(space),
        has_space=space is not None,
    )
    by = seats_of(request)[0]
    if request.method == "POST" and form.is_valid():
        try:
            flags.flag(subject=subject, by=by, **form.cleaned_data)
            messages.success(request, _("Thank you. Somebody looks at it within a day."))
            return redirect("moderation:mine")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {
        "form": form,
        "kind": kind,
        "space": space,
        "title": kind.title(subject),
        "words": kind.words(subject),
        "url": kind.url(subject),
    }
    status = 422 if form.errors else 200
    return render(request, "moderation/flag.html", context, status=status)


@person_page
@require_safe
def own_blocks(request: HttpRequest) -> HttpResponse:
    """/moderation/blocks/: whom I have blocked, and whom muted; they do not learn of it."""
    seats_of(request)
    person = person_of(request)
    context = {"blocks": queries.blocked_by(person), "mutes": queries.muted_by(person)}
    return render(request, "moderation/blocks.html", context)


@person_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("blocks", "60/h", by="person")
def block(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What it means first, to block or to mute this person; sent, it blocks."""
    by, person = seats_of(request)[0], _other(request, person_id)
    if request.method == "POST":
        return _begun(request, lambda: blocks.block(by=by, person=person))
    context = {
        "other": person,
        "is_blocked": person in [row.blocked for row in queries.blocked_by(by.person)],
        "is_muted": person in [row.muted for row in queries.muted_by(by.person)],
    }
    return render(request, "moderation/block.html", context)


@person_page
@require_POST
@limited("blocks", "60/h", by="person")
def mute(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Folds what this person writes, for the visitor alone."""
    by, person = seats_of(request)[0], _other(request, person_id)
    return _begun(request, lambda: blocks.mute(by=by, person=person))


@person_page
@require_POST
def unblock(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ends a block."""
    by = seats_of(request)[0]
    found = [row for row in queries.blocked_by(person_of(request)) if row.blocked_id == person_id]
    if not found:
        raise Http404
    blocks.unblock(by=by, person=found[0].blocked)
    messages.success(request, _("The block has ended."))
    return redirect("moderation:blocks")


@person_page
@require_POST
def unmute(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ends a mute."""
    by = seats_of(request)[0]
    found = [row for row in queries.muted_by(person_of(request)) if row.muted_id == person_id]
    if not found:
        raise Http404
    blocks.unmute(by=by, person=found[0].muted)
    messages.success(request, _("The mute has ended."))
    return redirect("moderation:blocks")


def _begun(request: HttpRequest, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
        messages.success(request, _("Done. They are not told."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("moderation:blocks")


def _other(request: HttpRequest, person_id: UUID) -> Person:
    """Somebody else with a place here; 404 for everybody else."""
    seats = Seat.objects.live().filter(person=person_id).exclude(person=person_of(request))
    found: Seat = get_object_or_404(seats.select_related("person").order_by("pk")[:1])
    return found.person
