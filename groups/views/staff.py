"""The desk's groups: all of them, one's life, stewards, who asks, cohorts, the library."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.pages import page_of, text_page_of
from groups import work
from groups.forms.groups import GroupForm, LibraryForm, WhyForm, show
from groups.forms.members import CandidateForm, StewardForm
from groups.models import Group, GroupKind, GroupState, Prompt
from groups.queries import candidates, cohorts, powers, stewards
from groups.rules import MANAGE_GROUPS, SEE_GROUPS
from groups.services import groups as services
from groups.services import prompts as prompting
from groups.services import segments
from moderation.models import Stewardship
from moderation.services import stewards as appointing


@seat_page(SEE_GROUPS)
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """All groups by name, with their state; ?show=alone those without a custodian."""
    is_alone = request.GET.get("show") == "alone"
    rows = work.without_custodian() if is_alone else Group.objects.all()
    context = {
        "page": text_page_of(rows, request, field="name"),
        "is_alone": is_alone,
        "may_manage": _may_manage(request),
        "lacks_segments": not is_alone and not Group.objects.exclude(segment="").exists(),
    }
    return render(request, "groups/staff/groups.html", context)


@seat_page(MANAGE_GROUPS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new draft with the eight agreements and a week of prompts."""
    form = GroupForm(request.POST or None, initial={"kind": GroupKind.OPEN})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_group(
                by=request.seat,  # type: ignore[attr-defined]
                questions=form.questions_asked,
                **form.fields_of_group,
            )
            messages.success(request, _("“%(group)s” is a draft.") % {"group": made})
            return redirect("groups_staff:group", slug=made.slug)
        except DomainError as error:
            show(error, form)
    status = 422 if form.errors else 200
    return render(request, "groups/staff/new.html", {"form": form}, status=status)


@seat_page(MANAGE_GROUPS)
@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Drafts a group for each kind of business that has none."""
    made = segments.prepare_segment_groups(by=request.seat)  # type: ignore[attr-defined]
    said = ngettext(
        "%(count)d group was drafted. Ask stewards, then open it.",
        "%(count)d groups were drafted. Ask stewards, then open them.",
        len(made),
    )
    messages.success(request, said % {"count": len(made)} if made else _("There is one for each."))
    return redirect("groups_staff:groups")


@seat_page(SEE_GROUPS)
@require_safe
def group(request: HttpRequest, slug: str) -> HttpResponse:
    """One group's life: its state, what it still needs, who looks after it."""
    return _group_page(request, _found(slug))


@seat_page(MANAGE_GROUPS)
@require_POST
def open_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens it."""
    found = _found(slug)
    try:
        services.open_group(group=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("“%(group)s” is open.") % {"group": found})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("groups_staff:group", slug=slug)


@seat_page(MANAGE_GROUPS)
@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """Closes it for writing, with a reason."""
    found = _found(slug)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.archive_group(
                group=found,
                why=form.cleaned_data["why"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("“%(group)s” is archived.") % {"group": found})
            return redirect("groups_staff:group", slug=slug)
        except DomainError as error:
            show(error, form)
    status = 422 if form.errors else 200
    context = {"group": found, "form": form}
    return render(request, "groups/staff/archive.html", context, status=status)


@seat_page(MANAGE_GROUPS)
@require_POST
def ask_steward(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks somebody to look after the group; they accept a charter."""
    found = _found(slug)
    words = request.POST.get("q", "").replace("\x00", "")[:80]
    form = StewardForm(request.POST, found=candidates.to_ask(words))
    if form.is_valid():
        try:
            person = form.chosen.seat.person
            appointing.invite(
                person=person,
                role=form.cleaned_data["role"],
                space=found.space,
                why=form.cleaned_data["why"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("%(who)s was asked, and gets a letter.") % {"who": person})
            return redirect("groups_staff:group", slug=slug)
        except DomainError as error:
            show(error, form)
    return _group_page(request, found, form)


@seat_page(MANAGE_GROUPS)
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Everybody who asks to join some group, the first at the top."""
    rows = work.waiting_requests().select_related("group", "seat__person")
    page = page_of(rows.order_by("joined_at", "id"), request, is_rising=True)
    return render(request, "groups/staff/requests.html", {"page": page})


@seat_page(SEE_GROUPS)
@require_safe
def cohort_page(request: HttpRequest) -> HttpResponse:
    """Whether groups keep members, and who takes part."""
    context = {"cohorts": cohorts.cohorts(), "shares": cohorts.participation()}
    return render(request, "groups/staff/cohorts.html", context)


@seat_page(MANAGE_GROUPS)
@require_http_methods(["GET", "HEAD", "POST"])
def library(request: HttpRequest) -> HttpResponse:
    """Prompts that every group draws from."""
    form = LibraryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prompting.add_to_library(by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("Added to the library."))
            return redirect("groups_staff:library")
        except DomainError as error:
            show(error, form)
    rows = Prompt.objects.filter(group__isnull=True, ended_at__isnull=True)
    context = {"form": form, "rows": rows.order_by("kind", "created_at", "id")[:200]}
    status = 422 if form.errors else 200
    return render(request, "groups/staff/library.html", context, status=status)


@seat_page(MANAGE_GROUPS)
@require_POST
def end_prompt(request: HttpRequest, prompt_id: UUID) -> HttpResponse:
    """Takes a prompt out of the library."""
    found = get_object_or_404(Prompt, group__isnull=True, pk=prompt_id)
    prompting.end_prompt(prompt=found, by=request.seat)  # type: ignore[attr-defined]
    messages.success(request, _("Taken out of the library."))
    return redirect("groups_staff:library")


def _group_page(
    request: HttpRequest, found: Group, form: StewardForm | None = None
) -> HttpResponse:
    search = CandidateForm(request.GET)
    words = search.cleaned_data["q"].strip() if search.is_valid() else ""
    seats = request.seats  # type: ignore[attr-defined]
    may_manage = _may_manage(request)
    rows = candidates.to_ask(words) if may_manage else []
    context: dict[str, Any] = {
        "group": found,
        "is_closed": found.state in (GroupState.DRAFT, GroupState.ARCHIVED),
        "stewards": stewards.stewards_of(found),
        "asked": Stewardship.objects.invited().filter(space=found.space).select_related("person"),
        "steps": found.steps.select_related("by__person"),
        "search": search,
        "form": form or StewardForm(found=rows),
        "has_found": bool(rows) or form is not None,
        "words": words,
        "may_manage": may_manage,
        "may_keep": powers.keeper(seats, found) is not None,
    }
    return render(request, "groups/staff/group.html", context, status=422 if form else 200)


def _found(slug: str) -> Group:
    return get_object_or_404(Group.objects.select_related("space"), slug=slug)


def _may_manage(request: HttpRequest) -> bool:
    return seat_for(request.seats, MANAGE_GROUPS) is not None  # type: ignore[attr-defined]
