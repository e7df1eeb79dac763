"""Writing a listing: draft, preview, publishing, versions; taking it out, putting it back."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.errors import DomainError
from directory.content import Content
from directory.forms.listing import DAYS, PLACES, ListingForm, with_one_more
from directory.models import ListingVersion
from directory.queries.keeping import kept_of, with_photos
from directory.queries.profile import profile_of
from directory.services import listings
from directory.views.keepers import Keeper


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """The form. What is pressed says what happens: kept, shown first, or published."""
    kept = kept_of(keeper.business)
    if request.method != "POST":
        return _form_page(request, keeper, ListingForm(kept), status=200)
    if (rows := request.POST.get("more")) in (DAYS, PLACES):
        longer = ListingForm(kept, with_one_more(request.POST, rows))
        # Nobody has asked yet whether all of it is right.
        longer.hush()
        return _form_page(request, keeper, longer, status=200)
    form = ListingForm(kept, request.POST)
    if not form.is_valid():
        return _form_page(request, keeper, form, status=422)
    return _written(request, keeper, form)


def _written(request: HttpRequest, keeper: Keeper, form: ListingForm) -> HttpResponse:
    pressed = request.POST.get("press")
    if pressed == "publish":
        listings.publish(business=keeper.business, content=form.content, by=keeper.by)
        messages.success(request, _("Published. Everybody sees it like this now."))
        return redirect(keeper.url())
    listings.save_draft(business=keeper.business, content=form.content, by=keeper.by)
    if pressed == "preview":
        return redirect(keeper.url("preview"))
    messages.success(request, _("The draft is kept. Nobody else sees it until you publish it."))
    return redirect(keeper.url())


@require_safe
def preview(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """The draft as the public would see it."""
    kept = kept_of(keeper.business)
    context = {
        "keeper": keeper,
        "kept": kept,
        "business": keeper.business,
        "pictures": with_photos(kept.written.pictures),
        "template": "directory/_profile.html",
        "profile": profile_of(kept.business, kept.written),
    }
    return render(request, "directory/keep/preview.html", context)


@require_POST
def publish(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """Shows the draft from now on."""
    kept = kept_of(keeper.business)
    if kept.draft is None:
        messages.error(request, _("There is no draft."))
        return redirect(keeper.url())
    try:
        listings.publish(business=keeper.business, content=kept.written, by=keeper.by)
        messages.success(request, _("Published. Everybody sees it like this now."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(keeper.url("edit"))
    return redirect(keeper.url())


@require_POST
def discard(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """Throws the draft away."""
    try:
        listings.discard_draft(business=keeper.business, by=keeper.by)
        messages.success(request, _("The draft is gone; what is shown has not changed."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(keeper.url())


@require_POST
def go_back(request: HttpRequest, keeper: Keeper, version_id: UUID) -> HttpResponse:
    """Makes a draft of what was shown before."""
    found = get_object_or_404(ListingVersion, listing__business=keeper.business, pk=version_id)
    content = Content.of(found.content)
    # A photograph that has been forgotten since cannot come back.
    pictures = tuple(picture for picture, _photo in with_photos(content.pictures))
    content = replace(content, pictures=pictures)
    listings.save_draft(business=keeper.business, content=content, by=keeper.by)
    messages.success(
        request,
        _("Version %(number)d is your draft now. Look at it, and publish it if it is right.")
        % {"number": found.number},
    )
    return redirect(keeper.url("preview"))


@require_POST
def pause(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """Takes the listing out of the directory; the staff say why."""
    reason = request.POST.get("reason", "")[:400]
    try:
        listings.pause(business=keeper.business, kind=keeper.kind, by=keeper.by, reason=reason)
        messages.success(request, _("It is out of the directory now, and can be put back here."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(keeper.url())


@require_POST
def resume(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """Puts the listing back."""
    try:
        listings.resume(business=keeper.business, kind=keeper.kind, by=keeper.by)
        messages.success(request, _("Nothing of yours keeps it out of the directory any more."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(keeper.url())


def _form_page(
    request: HttpRequest, keeper: Keeper, form: ListingForm, *, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "keeper": keeper,
        "kept": form.kept,
        "business": keeper.business,
    }
    return render(request, "directory/keep/edit.html", context, status=status)
