"""A group's settings, for whoever looks after it: words, agreements, prompts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_page
from alliance.errors import DomainError
from groups.forms.groups import AgreementsForm, AnswerForm, GroupForm, PromptForm, show
from groups.models import Group, Prompt, PromptRun, PromptRunState
from groups.queries import access, pages, stewards
from groups.rules import LOOK_AFTER
from groups.services import gate, rounds
from groups.services import groups as services
from groups.services import prompts as prompting
from groups.views import found
from moderation.queries import agreements

RUNS_SHOWN = 12


@seat_page(LOOK_AFTER)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Name, purpose, kind, questions; and the way to the rest."""
    group, by = found.kept(request, slug)
    form = GroupForm(request.POST or None, initial=GroupForm.initial_of(group))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.change_group(group=group, by=by, **form.fields_of_group)
                services.set_questions(group=group, questions=form.questions_asked, by=by)
            messages.success(request, _("Saved."))
            return redirect("groups:settings", slug=slug)
        except DomainError as error:
            show(error, form)
    context = _context(request, group) | {
        "form": form,
        "agreements": agreements.agreements_of(group.space),
        "stewards": stewards.stewards_of(group),
    }
    status = 422 if form.errors else 200
    return render(request, "groups/settings.html", context, status=status)


@seat_page(LOOK_AFTER)
@require_http_methods(["GET", "HEAD", "POST"])
def rewrite_agreements(request: HttpRequest, slug: str) -> HttpResponse:
    """A new version of the group's agreements; everybody reads them before they write again."""
    group, by = found.kept(request, slug)
    text = AgreementsForm.text_of(agreements.agreements_of(group.space))
    form = AgreementsForm(request.POST or None, initial={"agreements": text})
    if request.method == "POST" and form.is_valid():
        try:
            services.set_agreements(group=group, items=form.items, by=by)
            messages.success(request, _("Saved. Everybody reads them before they write again."))
            return redirect("groups:settings", slug=slug)
        except DomainError as error:
            form.add_error("agreements", error.message)
    context = _context(request, group) | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "groups/agreements.html", context, status=status)


@seat_page(LOOK_AFTER)
@require_http_methods(["GET", "HEAD", "POST"])
def prompts(request: HttpRequest, slug: str) -> HttpResponse:
    """The group's week, what was asked lately, and what is due: facilitators go first."""
    group, by = found.kept(request, slug)
    form = PromptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prompting.add_to_week(group=group, by=by, **form.cleaned_data)
            messages.success(request, _("Added to the group’s week."))
            return redirect("groups:prompts", slug=slug)
        except DomainError as error:
            show(error, form)
    context = _context(request, group) | {
        "form": form,
        "week": Prompt.objects.filter(group=group, ended_at__isnull=True).order_by("weekday"),
        "runs": PromptRun.objects.filter(group=group)[:RUNS_SHOWN],
    }
    status = 422 if form.errors else 200
    return render(request, "groups/prompts.html", context, status=status)


@seat_page(LOOK_AFTER)
@require_POST
def end_prompt(request: HttpRequest, slug: str, prompt_id: UUID) -> HttpResponse:
    """Takes a prompt out of the group's week."""
    group, by = found.kept(request, slug)
    prompting.end_prompt(prompt=get_object_or_404(Prompt, group=group, pk=prompt_id), by=by)
    messages.success(request, _("Taken out of the group’s week."))
    return redirect("groups:prompts", slug=slug)


@seat_page(LOOK_AFTER)
@require_http_methods(["GET", "HEAD", "POST"])
def prompt_run(request: HttpRequest, slug: str, run_id: UUID) -> HttpResponse:
    """What is asked next: answered beforehand, or left out this time."""
    group, by = found.kept(request, slug)
    waiting = PromptRun.objects.filter(group=group, state=PromptRunState.WAITING)
    run = get_object_or_404(waiting, pk=run_id)
    form = AnswerForm(request.POST or None, initial={"answer": run.answer})
    if request.method == "POST" and form.is_valid():
        try:
            if "skip" in request.POST:
                rounds.skip(run=run, why=_("left out by whoever looks after the group"), by=by)
            else:
                own = access.seat_in(request.seats) or by  # type: ignore[attr-defined]
                rounds.answer(run=run, words=form.cleaned_data["answer"], by=own)
            messages.success(request, _("Saved."))
            return redirect("groups:prompts", slug=slug)
        except gate.NotIntroduced as error:
            messages.error(request, error.message)
            return redirect(error.leads_to(request.path))
        except DomainError as error:
            show(error, form)
    context = _context(request, group) | {"form": form, "run": run}
    status = 422 if form.errors else 200
    return render(request, "groups/prompt_run.html", context, status=status)


def _context(request: HttpRequest, group: Group) -> dict[str, Any]:
    own = found.own_row(request, group)
    head = pages.head_of(group, own, request.seats)  # type: ignore[attr-defined]
    return {"group": group, "head": head, "tab": "settings"}
