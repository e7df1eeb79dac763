"""What an applicant sees: tiers, the form, the links from the mail, where it stands."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import links
from alliance.access import public_page
from alliance.errors import DomainError, TooManyMessages
from alliance.limits import limited
from alliance.views import errors
from members.forms.applications import AnswerForm
from members.forms.joining import JoinForm
from members.models import (
    Application,
    ApplicationState,
    ApplicationStep,
    Segment,
    SizeBand,
    Tier,
)
from members.queries.applications import FirstTerm, first_term
from members.services import application_links, applications, pay_links
from members.terms import instalments

SHOWN = 24


@public_page
@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """/join/: what membership costs and brings, a card for each tier."""
    offered = list(Tier.objects.open_to_join()[:SHOWN])
    tiers = [{"tier": tier, "first": first_term(tier, tier.price_minor)} for tier in offered]
    return render(request, "members/join.html", {"tiers": tiers})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("join", "120/h")
def apply(request: HttpRequest, tier_id: UUID) -> HttpResponse:
    """/join/<tier>/: the form, then its answers to check, then sent."""
    tier = get_object_or_404(Tier.objects.open_to_join(), pk=tier_id)
    form = JoinForm(request.POST or None, tier=tier)
    step = request.POST.get("step", "check")
    if request.method != "POST" or (form.is_valid() and step == "change"):
        return _form_page(request, form, status=200)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    if step != "send":
        return render(request, "members/join_check.html", _checked(form))
    try:
        applications.write(
            answers=form.answers(email=form.cleaned_data["email"]),
            wording=form.wording,
            form_key=form.cleaned_data["form_key"],
        )
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        status = 429 if isinstance(error, TooManyMessages) else 422
        return _form_page(request, form, status=status)
    # For the next page only; the address stands in nobody's URL or log.
    request.session["applied"] = {"email": form.cleaned_data["email"], "tier": str(tier.pk)}
    return redirect("members:join_sent")


@public_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """After the form: look into your mail."""
    applied = request.session.get("applied")
    if not applied:
        return redirect("members:join")
    return render(request, "members/join_sent.html", applied)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("confirm", "300/h")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: GET shows a button, since mail scanners follow links; POST confirms."""
    try:
        application = application_links.read_confirm(token)
    except links.BadLink as error:
        return _dead_link(request, error)
    is_draft = application.state == ApplicationState.DRAFT
    if request.method != "POST" and is_draft:
        page = render(request, "members/join_confirm.html", _about(application))
        return private(page)
    try:
        application = applications.confirm(application=application)
    except DomainError as error:
        return errors.gone(request, reason=error.message)
    if is_draft:
        messages.success(request, _("Thank you! Your application has reached us."))
    return private(redirect(application_links.status_url(application)))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("confirm", "300/h")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a question: an answer, and the application to correct."""
    try:
        application, question_id = application_links.read_answer(token)
    except links.BadLink as error:
        return _dead_link(request, error)
    is_asked = application.state == ApplicationState.INFO_REQUESTED
    if not is_asked or applications.asked_last(application) != question_id:
        messages.info(request, _("This question has been answered, or is no longer open."))
        return private(redirect(application_links.status_url(application)))
    form = AnswerForm(request.POST or None, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            applications.answer(
                application=application,
                question_id=question_id,
                answers=form.answers(email=application.email),
                words=form.cleaned_data["words"],
            )
            messages.success(request, _("Thank you! We have your answer."))
            return private(redirect(application_links.status_url(application)))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    question = ApplicationStep.objects.get(pk=question_id)
    context = {"application": application, "tier": application.tier, "question": question}
    page = render(
        request,
        "members/join_answer.html",
        context | {"form": form},
        status=422 if form.errors else 200,
    )
    return private(page)


@public_page
@require_safe
def status(request: HttpRequest, token: str) -> HttpResponse:
    """Where an application stands, and the way on."""
    try:
        application = application_links.read_status(token)
    except links.BadLink as error:
        return _dead_link(request, error)
    steps = list(application.steps.all()[:60])
    invoice = application.invoice
    context = _about(application) | {
        "steps": steps,
        "last": steps[-1],
        "invoice": invoice,
        "pay_url": pay_links.url(invoice) if invoice and invoice.due_minor else "",
    }
    return private(render(request, "members/join_status.html", context))


def private(response: HttpResponse) -> HttpResponse:
    """The address itself opens the page: it must not leave with a link, or be kept."""
    # Under "no-referrer" browsers would also send the page's own form with `Origin: null`,
    # which CSRF refuses.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _form_page(request: HttpRequest, form: JoinForm, *, status: int) -> HttpResponse:
    first = first_term(form.tier, form.tier.price_minor)
    context = {"tier": form.tier, "form": form, "first": first}
    return render(request, "members/join_form.html", context, status=status)


def _checked(form: JoinForm) -> dict[str, Any]:
    """What is about to be sent, in words and figures."""
    data = form.cleaned_data
    first = first_term(form.tier, data["amount_minor"])
    return {
        "tier": form.tier,
        "form": form,
        "data": data,
        "segment": Segment(data["segment"]).label,
        "size_band": SizeBand(data["size_band"]).label if data["size_band"] else "",
        "first": first,
        "parts": _parts(first, data["instalments"]),
    }


def _about(application: Application) -> dict[str, Any]:
    first = first_term(application.tier, application.amount_minor)
    return {
        "application": application,
        "tier": application.tier,
        "first": first,
        "parts": _parts(first, application.instalments),
    }


def _parts(first: FirstTerm, count: int) -> list[int]:
    """What each part of the first invoice comes to; fewer where it is less than there are parts."""
    total = first.amount_minor
    return instalments(total, min(count, total)) if total else []


def _dead_link(request: HttpRequest, error: links.BadLink) -> HttpResponse:
    if isinstance(error, links.ExpiredLink):
        return errors.gone(
            request,
            reason=_("This link was good for a while and has run out. Please apply again."),
        )
    return errors.not_found(request)
