"""Volunteering: what people sign up for, and what the desk plans and confirms."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import clock
from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.tenancy.scope import current_alliance
from members.forms.volunteers import HoursForm, ShiftForm, SkillsForm, ThanksForm
from members.models import ShiftSignup, VolunteerHours, VolunteerShift, VolunteerSkills
from members.queries import volunteers as queries
from members.queries.memberships import lobbying_basis_points, today
from members.rules import MANAGE_VOLUNTEERS, VOLUNTEER
from members.services import volunteers as services

SHOWN = 60


@seat_page(VOLUNTEER)
@require_safe
def volunteer(request: HttpRequest) -> HttpResponse:
    """Shifts ahead, one's own places, hours and skills."""
    return _own_page(request, HoursForm(initial={"on": today()}), _skills_form(request))


@seat_page(VOLUNTEER)
@require_POST
def sign_up(request: HttpRequest, shift_id: UUID, step: str) -> HttpResponse:
    """Takes a place on a shift, or gives it back."""
    shift = get_object_or_404(VolunteerShift, pk=shift_id)
    by = request.seat  # type: ignore[attr-defined]
    try:
        if step == "place":
            services.sign_up(shift=shift, by=by)
            messages.success(request, _("You are on “%(shift)s”. Thank you!") % {"shift": shift})
        elif services.leave(shift=shift, by=by):
            messages.success(request, _("You are no longer on “%(shift)s”.") % {"shift": shift})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("members:volunteer")


@seat_page(VOLUNTEER)
@require_POST
def log_hours(request: HttpRequest) -> HttpResponse:
    """Time given outside a shift; it waits for the desk."""
    form = HoursForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.log_hours(
                seat=request.seat,  # type: ignore[attr-defined]
                on=data["on"],
                minutes=form.minutes,
                is_policy=data["is_policy"],
                what=data["what"],
            )
            messages.success(request, _("Noted. The desk confirms it soon."))
            return redirect("members:volunteer")
        except DomainError as error:
            form.add_error(error.field, error.message)
    return _own_page(request, form, _skills_form(request), status=422)


@seat_page(VOLUNTEER)
@require_POST
def set_skills(request: HttpRequest) -> HttpResponse:
    """What one can help with."""
    form = SkillsForm(request.POST)
    if form.is_valid():
        services.set_skills(seat=request.seat, skills=form.cleaned_data["skills"])  # type: ignore[attr-defined]
        messages.success(request, _("Saved. The desk sees it when it looks for help."))
        return redirect("members:volunteer")
    return _own_page(request, HoursForm(initial={"on": today()}), form, status=422)


@seat_page(MANAGE_VOLUNTEERS)
@require_safe
def shifts(request: HttpRequest) -> HttpResponse:
    """Shifts ahead, hours to confirm, who gave how much this year."""
    year = today().year
    givers = queries.givers(year)
    policy_minutes = sum(giver.policy_minutes for giver in givers)
    skills = VolunteerSkills.objects.filter(seat__ended_at__isnull=True)
    context = {
        "shifts": queries.shifts_ahead()[:SHOWN],
        "to_confirm": queries.to_confirm().select_related("seat__person")[:SHOWN],
        "past": VolunteerShift.objects.filter(ends_at__lte=clock.now()).order_by("-starts_at")[:10],
        "givers": givers,
        "year": year,
        "minutes": sum(giver.minutes for giver in givers),
        "policy_minutes": policy_minutes,
        "lacks_share": policy_minutes > 0 and lobbying_basis_points(year) is None,
        "skills": skills.exclude(skills=[]).select_related("seat__person")[:SHOWN],
    }
    return render(request, "members/staff/shifts.html", context)


@seat_page(MANAGE_VOLUNTEERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_shift(request: HttpRequest) -> HttpResponse:
    """Plans a shift."""
    form = ShiftForm(request.POST or None, zone=current_alliance().zone)
    if request.method == "POST" and form.is_valid():
        try:
            shift = services.plan_shift(by=request.seat, **form.fields_of_shift)  # type: ignore[attr-defined]
            messages.success(request, _("“%(shift)s” is open for volunteers.") % {"shift": shift})
            return redirect("members_staff:shift", shift_id=shift.pk)
        except DomainError as error:
            _show(error, form)
    return _shift_form(request, form, None)


@seat_page(MANAGE_VOLUNTEERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """Changes a shift; who signed up is told when and where it is now."""
    shift = get_object_or_404(VolunteerShift, pk=shift_id, cancelled_at__isnull=True)
    zone = current_alliance().zone
    form = ShiftForm(request.POST or None, zone=zone, initial=ShiftForm.initial_of(shift, zone))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_shift(shift=shift, by=request.seat, **form.fields_of_shift)  # type: ignore[attr-defined]
            messages.success(request, _("Saved."))
            return redirect("members_staff:shift", shift_id=shift.pk)
        except DomainError as error:
            _show(error, form)
    return _shift_form(request, form, shift)


@seat_page(MANAGE_VOLUNTEERS)
@require_http_methods(["GET", "HEAD", "POST"])
def shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """The roster of one shift; once it is over, who came."""
    found = get_object_or_404(VolunteerShift, pk=shift_id)
    signups = ShiftSignup.objects.filter(shift=found, left_at__isnull=True)
    people = list(signups.select_related("seat__person").order_by("signed_up_at"))
    if request.method == "POST":
        came = set(request.POST.getlist("came"))
        try:
            count = services.confirm_shift(
                shift=found,
                came=[row.seat for row in people if str(row.seat_id) in came],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(
                request, _("Recorded the hours of %(count)d people.") % {"count": count}
            )
            return redirect("members_staff:shift", shift_id=found.pk)
        except DomainError as error:
            messages.error(request, error.message)
    recorded = VolunteerHours.objects.filter(shift=found, removed_at__isnull=True)
    context = {
        "shift": found,
        "people": people,
        "recorded": set(recorded.values_list("seat_id", flat=True)),
        "is_over": found.ends_at <= clock.now(),
    }
    return render(request, "members/staff/shift.html", context)


@seat_page(MANAGE_VOLUNTEERS)
@require_POST
def cancel_shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """Calls a shift off."""
    found = get_object_or_404(VolunteerShift, pk=shift_id)
    services.cancel_shift(shift=found, by=request.seat)  # type: ignore[attr-defined]
    messages.success(
        request, _("“%(shift)s” is called off; who signed up is told.") % {"shift": found}
    )
    return redirect("members_staff:shifts")


@seat_page(MANAGE_VOLUNTEERS)
@require_POST
def settle_hours(request: HttpRequest, hours_id: UUID, step: str) -> HttpResponse:
    """Confirms hours that somebody logged, or takes a mistake out."""
    hours = get_object_or_404(VolunteerHours, pk=hours_id)
    by = request.seat  # type: ignore[attr-defined]
    if step == "confirmation":
        services.confirm_hours(hours=hours, by=by)
        messages.success(request, _("Confirmed."))
    else:
        services.remove_hours(hours=hours, by=by)
        messages.success(request, _("Taken out of the sums."))
    return redirect("members_staff:shifts")


@seat_page(MANAGE_VOLUNTEERS)
@require_http_methods(["GET", "HEAD", "POST"])
def thank(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """A thank-you in one's own words."""
    seat = get_object_or_404(Seat.objects.select_related("person"), pk=seat_id)
    form = ThanksForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.thank(seat=seat, words=form.cleaned_data["words"], by=request.seat)  # type: ignore[attr-defined]
            messages.success(
                request, _("Your thanks are on their way to %(name)s.") % {"name": seat.person}
            )
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("members_staff:shifts")
    return render(
        request,
        "members/staff/thanks.html",
        {"form": form, "seat": seat, "minutes": queries.minutes_of(seat, today().year)},
        status=422 if form.errors else 200,
    )


def _own_page(
    request: HttpRequest, hours_form: HoursForm, skills_form: SkillsForm, *, status: int = 200
) -> HttpResponse:
    seat = request.seat  # type: ignore[attr-defined]
    own = ShiftSignup.objects.filter(seat=seat, left_at__isnull=True)
    context = {
        "shifts": queries.shifts_ahead()[:SHOWN],
        "mine": set(own.values_list("shift_id", flat=True)),
        "hours": VolunteerHours.objects.filter(seat=seat, removed_at__isnull=True)[:SHOWN],
        "minutes": queries.minutes_of(seat, today().year),
        "year": today().year,
        "form": hours_form if hours_form.errors else skills_form,
        "hours_form": hours_form,
        "skills_form": skills_form,
    }
    return render(request, "members/volunteer.html", context, status=status)


def _skills_form(request: HttpRequest) -> SkillsForm:
    row = VolunteerSkills.objects.filter(seat=request.seat).first()  # type: ignore[attr-defined]
    return SkillsForm(initial={"skills": ", ".join(row.skills) if row else ""})


def _shift_form(
    request: HttpRequest, form: ShiftForm, shift: VolunteerShift | None
) -> HttpResponse:
    context = {"form": form, "shift": shift}
    status = 422 if form.errors else 200
    return render(request, "members/staff/shift_form.html", context, status=status)


def _show(error: DomainError, form: ShiftForm) -> None:
    field = {"ends_at": "ends", "starts_at": "begins"}.get(error.field or "", error.field)
    form.add_error(field, error.message)
