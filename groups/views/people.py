"""Who is in a group, who asks to join it, and who is invited."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from groups.forms.groups import WhyForm, show
from groups.forms.members import CandidateForm, InviteForm
from groups.models import Group, JoinAnswer
from groups.queries import candidates, pages
from groups.rules import LOOK_AFTER, TAKE_PART
from groups.services import members as services
from groups.views import found


@seat_page(TAKE_PART)
@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is in the group, with what they say of themselves."""
    group = found.readable(request, slug)
    own = found.own_row(request, group)
    page = page_of(pages.people_of(group, request.seats), request)  # type: ignore[attr-defined]
    context = {
        "head": pages.head_of(group, own, request.seats),  # type: ignore[attr-defined]
        "page": page,
        "people": pages.with_words(page.rows, own),
        "tab": "members",
    }
    return render(request, "groups/members.html", context)


@seat_page(TAKE_PART)
@require_safe
def member(request: HttpRequest, slug: str, member_id: UUID) -> HttpResponse:
    """One member and their introduction."""
    group = found.readable(request, slug)
    own = found.own_row(request, group)
    row = get_object_or_404(pages.people_of(group, request.seats), pk=member_id)  # type: ignore[attr-defined]
    context = {
        "head": pages.head_of(group, own, request.seats),  # type: ignore[attr-defined]
        "person": pages.with_words([row], own)[0],
        "is_own": own is not None and own.pk == row.pk,
        "tab": "members",
    }
    return render(request, "groups/member.html", context)


@seat_page(LOOK_AFTER)
@require_safe
def requests(request: HttpRequest, slug: str) -> HttpResponse:
    """Who asks to join, with their answers."""
    group, _seat = found.kept(request, slug)
    page = page_of(pages.asking(group), request, is_rising=True)
    answers: dict[UUID, list[JoinAnswer]] = {}
    for answer in JoinAnswer.objects.filter(member__in=[row.pk for row in page.rows]):
        answers.setdefault(answer.member_id, []).append(answer)
    people = pages.with_words(page.rows, None)
    context = _context(request, group) | {
        "page": page,
        "people": [each | {"answers": answers.get(each["member"].pk, [])} for each in people],
    }
    return render(request, "groups/requests.html", context)


@seat_page(LOOK_AFTER)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str, member_id: UUID, step: str) -> HttpResponse:
    """Lets somebody in, or says no in a sentence."""
    group, by = found.kept(request, slug)
    row = found.asking(group, member_id)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and (step == "yes" or form.is_valid()):
        try:
            if step == "yes":
                services.let_in(member=row, by=by)
                messages.success(request, _("%(who)s is told.") % {"who": row.seat.person})
            else:
                services.decline(member=row, why=form.cleaned_data["why"], by=by)
                messages.success(request, _("%(who)s is told why.") % {"who": row.seat.person})
            return redirect("groups:requests", slug=slug)
        except DomainError as error:
            show(error, form)
    context = _context(request, group) | {"row": row, "form": form, "step": step}
    status = 422 if form.is_bound and form.errors and step == "no" else 200
    return render(request, "groups/decide.html", context, status=status)


@seat_page(LOOK_AFTER)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invites somebody who was looked for by name or business."""
    group, by = found.kept(request, slug)
    search = CandidateForm(request.GET)
    words = search.cleaned_data["q"].strip() if search.is_valid() else ""
    rows = candidates.to_invite(group, words, request.seats)  # type: ignore[attr-defined]
    form = InviteForm(request.POST or None, found=rows)
    if request.method == "POST" and form.is_valid():
        try:
            seat = form.chosen.seat
            services.invite(group=group, seat=seat, by=by)
            messages.success(request, _("%(who)s is invited and was told.") % {"who": seat.person})
            return redirect("groups:invite", slug=slug)
        except DomainError as error:
            show(error, form)
    context = _context(request, group) | {"search": search, "form": form, "rows": rows}
    status = 422 if form.errors else 200
    return render(request, "groups/invite.html", context, status=status)


def _context(request: HttpRequest, group: Group) -> dict[str, Any]:
    own = found.own_row(request, group)
    head = pages.head_of(group, own, request.seats)  # type: ignore[attr-defined]
    return {"group": group, "head": head, "tab": "settings"}
