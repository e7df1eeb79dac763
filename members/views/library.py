"""The library: for everybody what is public, for members the rest, for staff its keeping."""

import mimetypes
from typing import Any, cast

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import public_page, seat_page
from alliance.errors import DomainError
from alliance.models import Seat, StoredFile
from alliance.pages import page_of
from alliance.services import files
from members.forms.library import LARGEST, ResourceForm, ShelfForm
from members.models import Resource, Topic
from members.rules import MANAGE_RESOURCES
from members.services import library as services

MOST_SHOWN = 200


@public_page
@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """The shelf by topic, with a search that also works without scripts."""
    form = ShelfForm(request.GET)
    rows = list(_found(_readable(request), form).defer("body")[:MOST_SHOWN])
    by_topic = [(label, [row for row in rows if row.topic == key]) for key, label in Topic.choices]
    context = {
        "form": form,
        "shelves": [(label, found) for label, found in by_topic if found],
        "is_asked": any(request.GET.get(name) for name in ("q", "topic")),
        "hidden": 0 if _is_inside(request) else _members_only(),
    }
    return render(request, "members/resources.html", context)


@public_page
@require_safe
def resource(request: HttpRequest, slug: str) -> HttpResponse:
    """One text, link or file."""
    found = get_object_or_404(_readable(request), slug=slug)
    return render(request, "members/resource.html", {"resource": found})


@public_page
@require_safe
def resource_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Its file, as a download."""
    found = get_object_or_404(
        _readable(request).select_related("file"), slug=slug, file__isnull=False
    )
    return files.answer(cast(StoredFile, found.file))


@seat_page(MANAGE_RESOURCES)
@require_safe
def staff_resources(request: HttpRequest) -> HttpResponse:
    """All of the library, drafts and withdrawn ones too, newest first."""
    rows = Resource.objects.defer("body").order_by("-created_at")
    return render(request, "members/staff/resources.html", {"page": page_of(rows, request)})


@seat_page(MANAGE_RESOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def new_resource(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    form = ResourceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write(**_fields(form, by=request.seat), by=request.seat)  # type: ignore[attr-defined]
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(
                request, _("“%(title)s” is a draft. Publish it when it is ready.") % {"title": made}
            )
            return redirect("members_staff:edit_resource", slug=made.slug)
    return _form_page(request, form, None)


@seat_page(MANAGE_RESOURCES)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes one; what is on the shelf changes at once."""
    found = get_object_or_404(Resource.objects.select_related("file"), slug=slug)
    initial = {name: getattr(found, name) for name in services.FIELDS}
    form = ResourceForm(
        request.POST or None, request.FILES or None, initial=initial, has_file=bool(found.file)
    )
    if request.method == "POST" and form.is_valid():
        fields = _fields(form, by=request.seat)  # type: ignore[attr-defined]
        try:
            services.change(resource=found, by=request.seat, **fields)  # type: ignore[attr-defined]
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("members_staff:edit_resource", slug=slug)
    return _form_page(request, form, found)


@seat_page(MANAGE_RESOURCES)
@require_POST
def shelve(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Publishes or withdraws one."""
    found = get_object_or_404(Resource, slug=slug)
    by = request.seat  # type: ignore[attr-defined]
    try:
        if step == "publication":
            services.publish(resource=found, by=by)
            messages.success(request, _("“%(title)s” is in the library.") % {"title": found})
        else:
            services.withdraw(resource=found, by=by)
            messages.success(
                request,
                _("“%(title)s” is no longer in the library. You can publish it again.")
                % {"title": found},
            )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("members_staff:edit_resource", slug=slug)


def _form_page(request: HttpRequest, form: ResourceForm, found: Resource | None) -> HttpResponse:
    return render(
        request,
        "members/staff/resource_form.html",
        {"form": form, "resource": found},
        status=422 if form.errors else 200,
    )


def _is_inside(request: HttpRequest) -> bool:
    return bool(request.seats)  # type: ignore[attr-defined]


def _readable(request: HttpRequest) -> QuerySet[Resource]:
    return Resource.objects.published() if _is_inside(request) else Resource.objects.public()


def _members_only() -> int:
    return Resource.objects.published().count() - Resource.objects.public().count()


def _found(rows: QuerySet[Resource], form: ShelfForm) -> QuerySet[Resource]:
    if not form.is_valid():
        return rows
    if topic := form.cleaned_data["topic"]:
        rows = rows.filter(topic=topic)
    if words := form.cleaned_data["q"].strip():
        rows = rows.filter(
            Q(title__icontains=words) | Q(summary__icontains=words) | Q(body__icontains=words)
        )
    return rows


def _fields(form: ResourceForm, *, by: Seat) -> dict[str, Any]:
    fields = dict(form.cleaned_data)
    upload = fields.pop("file", None)
    return {**fields, "file": _stored(upload, by=by) if upload else None}


def _stored(upload: Any, *, by: Seat) -> StoredFile:
    # The kind comes from the name's ending, which the form allows; what a browser claims does not.
    kind = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    return files.store(
        name=upload.name, content=upload.read(), content_type=kind, by=by, largest=LARGEST
    )
