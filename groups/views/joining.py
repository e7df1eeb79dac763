"""Coming into a group: agreements, questions, the introduction; and going again."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.models import Seat
from groups.forms.groups import show
from groups.forms.members import AgreeAndIntroduceForm, ChoicesForm, IntroductionForm, JoinForm
from groups.models import Group, GroupKind, GroupMember, Introduction, MemberState
from groups.queries import pages
from groups.rules import TAKE_PART
from groups.services import introductions as introducing
from groups.services import members as services
from groups.views import found
from moderation.queries import agreements


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("groups.join", "60/h", by="person")
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Reads the agreements, answers the questions, and is in, or has asked."""
    group, by = found.listed(request, slug), found.own_seat(request)
    member = found.own_row(request, group)
    if member is not None and member.state != MemberState.INVITED:
        return redirect(_next_page(member, group))
    form = _join_form(request, group, member)
    if request.method == "POST" and form.is_valid():
        try:
            joined = services.join(
                group=group, version=form.cleaned_data["version"], answers=form.answers, by=by
            )
            messages.success(request, _said(joined, group))
            return redirect(_next_page(joined, group))
        except DomainError as error:
            show(error, form)
    context = _context(request, group, member) | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "groups/join.html", context, status=status)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("groups.introduce", "30/h", by="person")
def introduction(request: HttpRequest, slug: str) -> HttpResponse:
    """A story, an ask, an offer; where the agreements are new, they are accepted here too.

    Whoever was refused elsewhere comes here and goes back to what they wanted (`next`).
    """
    group, by = found.listed(request, slug), found.own_seat(request)
    member = found.own_row(request, group)
    if member is None or not member.is_inside:
        return redirect("groups:join", slug=slug)
    written = Introduction.objects.filter(member=member).first()
    newest = agreements.current(group.space)
    is_new = newest is not None and not agreements.has_accepted(newest, member.seat)
    made = AgreeAndIntroduceForm if is_new else IntroductionForm
    known = written or pages.last_introduction(member)
    initial = {"version": newest.pk if newest else None, **made.initial_of(known)}
    form = made(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _introduce(group, member, form, by=by)
            messages.success(request, _("Thank you. You can write here now."))
            return redirect(found.back(request, group.get_absolute_url()))
        except DomainError as error:
            show(error, form)
    context = _context(request, group, member) | {
        "form": form,
        "is_new": is_new,
        "written": written,
        "next": found.back(request, ""),
    }
    status = 422 if form.errors else 200
    return render(request, "groups/introduction.html", context, status=status)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own choices in a group: letters, time, mute, leaving."""
    group, by = found.listed(request, slug), found.own_seat(request)
    member = found.own_row(request, group)
    if member is None:
        return redirect("groups:join", slug=slug)
    form = ChoicesForm(request.POST or None, initial=ChoicesForm.initial_of(member))
    if request.method == "POST" and form.is_valid():
        try:
            services.choose(member=member, by=by, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("groups:me", slug=slug)
        except DomainError as error:
            show(error, form)
    context = _context(request, group, member) | {"form": form, "tab": "me"}
    status = 422 if form.errors else 200
    return render(request, "groups/me.html", context, status=status)


@seat_page(TAKE_PART)
@require_POST
def quiet(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Mutes a group, or lets it be heard again."""
    group, by = found.listed(request, slug), found.own_seat(request)
    member = found.own_row(request, group)
    if member is not None:
        act = services.mute if step == "mute" else services.unmute
        act(member=member, by=by)
        said = (
            _("The group keeps quiet now.") if step == "mute" else _("The group may write again.")
        )
        messages.success(request, said)
    return redirect("groups:me", slug=slug)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leaves after one question; no reason is asked for."""
    group, by = found.listed(request, slug), found.own_seat(request)
    member = found.own_row(request, group)
    if member is None:
        return redirect("groups:groups")
    if request.method == "POST":
        services.leave(member=member, by=by)
        messages.success(
            request, _("You have left “%(group)s”. You may come back.") % {"group": group}
        )
        return redirect("groups:groups")
    return render(request, "groups/leave.html", _context(request, group, member))


@transaction.atomic
def _introduce(group: Group, member: GroupMember, form: IntroductionForm, *, by: Seat) -> None:
    parts = dict(form.cleaned_data)
    version = parts.pop("version", None)
    if parts.pop("agree", False):
        services.accept_agreements(member=member, version=version, by=by)
    introducing.introduce(group=group, by=by, **parts)


def _join_form(request: HttpRequest, group: Group, member: GroupMember | None) -> JoinForm:
    newest = agreements.current(group.space)
    asks = group.kind == GroupKind.REQUEST and member is None
    questions = list(group.questions.filter(is_asked=True)) if asks else []
    return JoinForm(
        request.POST or None,
        questions=questions,
        initial={"version": newest.pk if newest else None},
    )


def _context(request: HttpRequest, group: Group, member: GroupMember | None) -> dict[str, object]:
    return {
        "group": group,
        "member": member,
        "head": pages.head_of(group, member, request.seats),  # type: ignore[attr-defined]
        "agreements": agreements.agreements_of(group.space),
    }


def _next_page(member: GroupMember, group: Group) -> str:
    if member.state == MemberState.AGREED:
        return reverse("groups:introduction", args=[group.slug])
    if member.is_inside:
        return group.get_absolute_url()
    return reverse("groups:me", args=[group.slug])


def _said(member: GroupMember, group: Group) -> str:
    if member.state == MemberState.ASKED:
        return _("You have asked to join “%(group)s”. You get a letter.") % {"group": group}
    return _("Welcome to “%(group)s”. Introduce yourself, then you can write.") % {"group": group}
