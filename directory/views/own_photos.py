"""Photographs: the page that orders them, and the files themselves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import public_page, seat_for
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.models import StoredFile
from directory.content import Content
from directory.forms.photos import PhotoForm, WordsForm
from directory.models import DirectoryEntry, Photo
from directory.queries.keeping import kept_of, with_photos
from directory.rules import SEE_LISTINGS
from directory.services import photos as services
from directory.views.keepers import Keeper
from members.queries.businesses import businesses_of
from moderation.queries.powers import seat_with
from moderation.rules import SEE_CASES

SIZES = ("large", "small")
# Asked for each time, answered with 304: what is hidden is gone from caches at once.
ASKED = "public, no-cache"


@require_http_methods(["GET", "HEAD", "POST"])
@limited("photographs", "120/h", by="person")
def photographs(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """The draft's photographs in order, and one more."""
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add(
                business=keeper.business,
                content=data["file"].read(),
                words=data["words"],
                by=keeper.by,
            )
            messages.success(request, _("It is in the draft. Publish the draft to show it."))
            return redirect(keeper.url("photographs"))
        except DomainError as error:
            form.add_error(error.field, error.message)
    return _page(request, keeper, form, status=422 if form.errors else 200)


@require_POST
def photograph(request: HttpRequest, keeper: Keeper, photo_id: UUID) -> HttpResponse:
    """One of them: its words, a place to the front or the end, or out."""
    photo, by = str(photo_id), keeper.by
    form = WordsForm(request.POST, auto_id=_ids(photo_id))
    steps: dict[str, Any] = {
        "front": lambda: services.move(business=keeper.business, photo=photo, by_places=-1, by=by),
        "end": lambda: services.move(business=keeper.business, photo=photo, by_places=1, by=by),
        "out": lambda: services.take_out(business=keeper.business, photo=photo, by=by),
    }
    step = request.POST.get("step", "")
    if step not in steps and not form.is_valid():
        return _page(request, keeper, PhotoForm(), status=422, wrong=(photo, form))
    try:
        if step in steps:
            steps[step]()
        else:
            words = form.cleaned_data["words"]
            services.describe(business=keeper.business, photo=photo, words=words, by=by)
        messages.success(request, _("The draft is changed. Publish it to show it."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(keeper.url("photographs"))


@public_page
@require_safe
def photo(request: HttpRequest, photo_id: UUID, size: str) -> HttpResponse:
    """The file: for everybody where a public listing shows it, else for its keepers."""
    found = get_object_or_404(Photo.objects.select_related("listing__shown"), pk=photo_id)
    is_public = _is_shown(found)
    if not is_public and not _may_keep(request, found):
        raise Http404
    response = get_conditional_response(request, etag=f'"{found.pk}-{size}"')
    if response is None or response.status_code != 304:
        file = StoredFile.objects.only("content", "content_type").get(
            pk=found.large_id if size == "large" else found.small_id
        )
        if not file.content:
            # Taken away for good.
            raise Http404
        response = HttpResponse(bytes(file.content), content_type=file.content_type)
    response["ETag"] = f'"{found.pk}-{size}"'
    response["Cache-Control"] = ASKED if is_public else "private, no-store"
    response["Content-Disposition"] = "inline"
    return response


def _is_shown(found: Photo) -> bool:
    shown = found.listing.shown
    if shown is None or found.is_hidden:
        return False
    pictures = Content.of(shown.content).pictures
    is_there = any(picture.photo == str(found.pk) for picture in pictures)
    return (
        is_there
        and DirectoryEntry.objects.public().filter(business=found.listing.business_id).exists()
    )


def _may_keep(request: HttpRequest, found: Photo) -> bool:
    seats = request.seats  # type: ignore[attr-defined]
    if found.is_hidden and seat_with(seats, SEE_CASES, None):
        return True
    if not found.is_hidden and seat_for(seats, SEE_LISTINGS):
        return True
    return businesses_of(seats).filter(pk=found.listing.business_id).exists()


def _ids(photo_id: UUID) -> str:
    """Ids of a form that stands on the page once for each photograph."""
    return f"%s-{photo_id}"


def _page(
    request: HttpRequest,
    keeper: Keeper,
    form: PhotoForm,
    *,
    status: int,
    wrong: tuple[str, WordsForm] | None = None,
) -> HttpResponse:
    kept = kept_of(keeper.business)
    rows = []
    for picture, row in with_photos(kept.written.pictures):
        words = WordsForm(initial={"words": picture.words}, auto_id=_ids(row.pk))
        if wrong and wrong[0] == picture.photo:
            words = wrong[1]
        rows.append(
            {
                "photo": row,
                "picture": picture,
                "form": words,
                "url": keeper.url("photograph", photo_id=row.pk),
            }
        )
    context = {
        "form": form,
        "problems": wrong[1] if wrong else form,
        "rows": rows,
        "is_full": len(rows) >= services.MOST,
        "most": services.MOST,
        "keeper": keeper,
        "kept": kept,
        "business": keeper.business,
    }
    return render(request, "directory/keep/photographs.html", context, status=status)
