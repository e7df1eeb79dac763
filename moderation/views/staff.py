"""Agreements, stewards, notes and the log, for those who keep them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.models import Person, Role, Seat
from alliance.pages import page_of
from moderation.forms.cases import NoteForm
from moderation.forms.people import FindForm, InviteForm, ItemFormSet, items_of
from moderation.models import Stewardship
from moderation.queries import agreements as rules_of
from moderation.queries import cases, log, path, powers
from moderation.queries import notes as notes_of
from moderation.rules import ADVISE, APPOINT, SEE_LOG, SET_AGREEMENTS
from moderation.services import agreements as agreement_services
from moderation.services import notes as note_services
from moderation.services import stewards as services
from moderation.views.found import person_of, seats_of

SHOWN = 100
FOUND = 25


@seat_page(SET_AGREEMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request: HttpRequest) -> HttpResponse:
    """/staff/moderation/agreements/: the alliance's own, changed as a new version."""
    known = [{"title": a.title, "words": a.words} for a in rules_of.agreements_of(None)]
    formset = ItemFormSet(request.POST or None, initial=known)
    problem = ""
    if request.method == "POST" and formset.is_valid():
        by = request.seat  # type: ignore[attr-defined]
        try:
            agreement_services.publish(space=None, items=items_of(formset), by=by)
            messages.success(request, _("Published. Everybody reads this version now."))
            return redirect("moderation:agreements")
        except DomainError as error:
            problem = error.message
    is_wrong = bool(problem) or (formset.is_bound and not formset.is_valid())
    context = {"formset": formset, "problem": problem, "agreement_set": rules_of.current(None)}
    return render(
        request, "moderation/staff/agreements.html", context, status=422 if is_wrong else 200
    )


@seat_page(APPOINT)
@require_safe
def stewards(request: HttpRequest) -> HttpResponse:
    """/staff/moderation/stewards/: who looks after what, who is asked, who could be."""
    rows = Stewardship.objects.select_related("person", "space")
    context = {
        "live": list(rows.live().order_by("expires_at", "id")[:SHOWN]),
        "invited": list(rows.invited().order_by("-invited_at", "-id")[:SHOWN]),
        "candidates": path.candidates()[:SHOWN],
    }
    return render(request, "moderation/staff/stewards.html", context)


@seat_page(APPOINT)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Asks somebody to look after the whole alliance's words."""
    search = FindForm(request.GET)
    people = _people(search.cleaned_data["q"].strip() if search.is_valid() else "")
    form = InviteForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(
                space=None,
                by=request.seat,  # type: ignore[attr-defined]
                **form.cleaned_data,
            )
            messages.success(request, _("Asked. They get a letter, and answer with yes or no."))
            return redirect("moderation_staff:stewards")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {"form": form, "people": people, "search": search}
    status = 422 if form.errors else 200
    return render(request, "moderation/staff/invite.html", context, status=status)


@seat_page(APPOINT)
@require_POST
def end(request: HttpRequest, stewardship_id: UUID) -> HttpResponse:
    """Ends a steward's time, or takes an invitation back."""
    found = get_object_or_404(Stewardship, pk=stewardship_id)
    try:
        services.end(stewardship=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("It has ended."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("moderation_staff:stewards")


@seat_page(ADVISE)
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What advisors keep about guiding somebody; never read by that person."""
    seats = seats_of(request)
    by = powers.seat_with(seats, ADVISE, None)
    person = _other(request, person_id)
    rows = notes_of.about(person, seats)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if by is None:
            raise Http404
        try:
            note_services.write(about=person, words=form.cleaned_data["words"], by=by)
            messages.success(request, _("Kept."))
            return redirect("moderation_staff:notes", person.pk)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    page = page_of(rows.select_related("by__person"), request)
    context = {"about": person, "page": page, "form": form, "may_write": by is not None}
    status = 422 if form.errors else 200
    return render(request, "moderation/staff/notes.html", context, status=status)


@seat_page(SEE_LOG)
@require_safe
def own_log(request: HttpRequest) -> HttpResponse:
    """/staff/moderation/log/: what was done, by whom, when; nobody can change it."""
    seats = seats_of(request)
    page = page_of(log.seen_by(seats).select_related("seat__person", "case"), request)
    named = [entry.case_id for entry in page.rows if entry.case_id]
    openable = set(cases.seen_by(seats).filter(pk__in=named).values_list("pk", flat=True))
    rows = [{"entry": entry, "is_openable": entry.case_id in openable} for entry in page.rows]
    return render(request, "moderation/staff/log.html", {"page": page, "rows": rows})


def _other(request: HttpRequest, person_id: UUID) -> Person:
    """Somebody else who has, or had, a place here."""
    seats = Seat.objects.filter(person=person_id).exclude(person=person_of(request))
    found: Seat = get_object_or_404(seats.select_related("person").order_by("pk")[:1])
    return found.person


def _people(words: str) -> dict[str, Person]:
    """Who can be asked: those on the path first, then members by name."""
    known = {str(one.person.pk): one.person for one in path.candidates()[:FOUND]}
    members = Seat.objects.live().filter(role=Role.MEMBER).select_related("person")
    if words:
        members = members.filter(person__name__icontains=words)
    for seat in members.order_by("person__name", "pk")[:FOUND]:
        known.setdefault(str(seat.person_id), seat.person)
    return known
