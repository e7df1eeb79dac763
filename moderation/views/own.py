"""What concerns a person themselves: their cases, their flags, their time as a steward."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import person_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.pages import page_of
from moderation import content
from moderation.forms.cases import AppealForm
from moderation.models import Stewardship
from moderation.queries import agreements as rules_of
from moderation.queries import cases as queries
from moderation.services import appeals, stewards
from moderation.template import charter_of
from moderation.views.found import label_of, own_case_at, person_of, seats_of, subject_of

SHOWN = 50


@person_page
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """/moderation/mine/: what of mine was looked at, what I flagged, accepted, am asked to do."""
    person = person_of(request)
    page = page_of(queries.of_author(person), request)
    context = {
        "page": page,
        "rows": [{"case": case, "label": label_of(case)} for case in page.rows],
        "acceptances": list(rules_of.accepted_by(person)[:SHOWN]),
        "flags": list(queries.flags_of(person)[:SHOWN]),
        "invitations": list(Stewardship.objects.invited().filter(person=person)[:SHOWN]),
        "charters": list(
            Stewardship.objects.live().filter(person=person).select_related("space")[:SHOWN]
        ),
    }
    return render(request, "moderation/mine.html", context)


@person_page
@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """Where letters lead: to what somebody is asked to do."""
    return redirect("moderation:mine")


@person_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("appeals", "20/h", by="person")
def own_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What I wrote, what was decided and why, and the appeal."""
    case = own_case_at(request, case_id)
    may_appeal = queries.may_appeal(case, person_of(request))
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            by = seats_of(request)[0]
            appeals.appeal(case=case, words=form.cleaned_data["words"], by=by)
            messages.success(request, _("Somebody who had no part in it looks at it once more."))
            return redirect("moderation:own_case", case.pk)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    subject, kind = subject_of(case), content.by_key(case.kind)
    context = {
        "case": case,
        "label": label_of(case),
        "subject": subject,
        "edit_url": kind.edit_url(subject) if kind and subject else "",
        "then": rules_of.in_force(case.space, case.opened_at),
        "decisions": case.decisions.all(),
        "appeal": case.appeals.first(),
        "may_appeal": may_appeal,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "moderation/own_case.html", context, status=status)


@person_page
@require_safe
def stewardship(request: HttpRequest, stewardship_id: UUID) -> HttpResponse:
    """What somebody is asked to do for a year: the charter, yes or no."""
    found = _own(request, stewardship_id)
    context = {"stewardship": found, "charter": found.charter or charter_of(found.role)}
    return render(request, "moderation/stewardship.html", context)


@person_page
@require_POST
def answer(request: HttpRequest, stewardship_id: UUID, step: str) -> HttpResponse:
    """Accepts the charter, declines it, or lays it down."""
    found, by = _own(request, stewardship_id), seats_of(request)[0]
    steps = {"acceptance": stewards.accept, "refusal": stewards.decline, "end": stewards.end}
    words = {
        "acceptance": _("Thank you. You are a steward for a year."),
        "refusal": _("Thank you for saying so."),
        "end": _("Thank you for what you did. It has ended."),
    }
    try:
        steps[step](stewardship=found, by=by)
        messages.success(request, words[step])
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("moderation:mine")


def _own(request: HttpRequest, stewardship_id: UUID) -> Stewardship:
    rows = Stewardship.objects.filter(person=person_of(request)).select_related("space")
    found: Stewardship = get_object_or_404(rows, pk=stewardship_id)
    return found
