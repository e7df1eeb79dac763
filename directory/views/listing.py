"""One listing: its page, its picture for shared links, its address card, its QR code."""

from io import BytesIO

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import clock, memory, panels
from alliance.access import public_page
from alliance.colour import accent_hex
from alliance.conditional import unless_unchanged, versioned
from alliance.errors import DomainError, TooManyMessages
from alliance.limits import limited
from alliance.models import StoredFile
from alliance.tenancy.scope import current_alliance
from directory import addresses, cards, schema_org, vcards
from directory.forms.visitors import CorrectionForm
from directory.models import DirectoryEntry, Listing
from directory.queries import versions
from directory.queries.profile import Profile, shown_profile
from directory.services import corrections

CARD_SECONDS = 24 * 3600


def _version(request: HttpRequest, slug: str) -> tuple[object, ...] | None:
    """The listing, what other rooms put beside it, and the minute: it says whether it is open."""
    found, beside = versions.of_listing(request, slug), panels.version("listing", request)
    if found is None or beside is None:
        return None
    return found.parts, beside, clock.now().strftime("%Y-%m-%d %H:%M")


@public_page
@require_safe
@unless_unchanged(_version, seconds=60)
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """/directory/<slug>/: the shop window."""
    entry = _public(slug)
    profile = shown_profile(entry)
    request.listing_business = entry.business  # type: ignore[attr-defined]
    crumbs = [(_("Directory"), addresses.search_path()),
              (profile.kind, addresses.search_path(kind=profile.segment))]  # fmt: skip
    url = current_alliance().url
    context = {
        "profile": profile,
        "panels": panels.filled("listing", request),
        "crumbs": [*crumbs, (profile.name, "")],
        "business_data": schema_org.local_business(profile),
        "crumbs_data": schema_org.breadcrumbs(
            [*((label, url(path)) for label, path in crumbs), (profile.name, profile.url)]
        ),
        "card_url": url(f"{profile.path}card.png"),
        "listing": _to_flag(request, entry),
    }
    return render(request, "directory/profile.html", context)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("correction", "20/h")
def correction(request: HttpRequest, slug: str) -> HttpResponse:
    """A visitor says what is wrong with the listing."""
    entry = _public(slug)
    form = CorrectionForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            corrections.send(business=entry.business, words=data["words"], email=data["email"])
            messages.success(request, _("Thank you. Somebody looks at it soon."))
            return redirect("directory:listing", slug)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            status = 429 if isinstance(error, TooManyMessages) else 422
    context = {"entry": entry, "form": form}
    status = 422 if form.errors and status == 200 else status
    return render(request, "directory/correction.html", context, status=status)


@public_page
@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """A table tent to print: the name, the QR code, the address."""
    return render(request, "directory/poster.html", {"profile": shown_profile(_public(slug))})


@public_page
@require_safe
@versioned(versions.of_listing)
def contact(request: HttpRequest, slug: str) -> HttpResponse:
    """The listing for an address book."""
    response = HttpResponse(vcards.vcard(shown_profile(_public(slug))), vcards.CONTENT_TYPE)
    disposition = content_disposition_header(as_attachment=True, filename=f"{slug}.vcf")
    response["Content-Disposition"] = disposition
    return response


@public_page
@require_safe
@versioned(versions.of_listing)
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The listing's address as a QR code."""
    entry = _public(slug)
    picture = BytesIO()
    segno.make(current_alliance().url(addresses.listing_path(entry.slug)), error="m").save(
        picture, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@public_page
@require_safe
@versioned(versions.of_listing)
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """The picture that a shared link brings along; drawn once for each version."""
    entry = _public(slug)
    version = versions.of_listing(request, slug)
    key = f"card:{entry.pk}:{version.etag if version else ''}"
    picture = memory.recall(key)
    if picture is None:
        picture = _drawn(entry, shown_profile(entry))
        memory.keep(key, picture, seconds=CARD_SECONDS)
    return HttpResponse(picture, content_type="image/png")


def _public(slug: str) -> DirectoryEntry:
    """The entry with its business; 404 where the public may not see it today."""
    found: DirectoryEntry = get_object_or_404(
        DirectoryEntry.objects.public().select_related("business", "photo"), slug=slug
    )
    return found


def _to_flag(request: HttpRequest, entry: DirectoryEntry) -> Listing | None:
    """What a member may flag here; nobody has written anything where there is no such row."""
    if not request.user.is_authenticated:
        return None
    return Listing.objects.filter(business=entry.business_id).first()


def _drawn(entry: DirectoryEntry, profile: Profile) -> bytes:
    ours = current_alliance()
    photo = StoredFile.objects.filter(pk=entry.photo.large_id).first() if entry.photo else None
    return cards.draw(
        cards.Card(
            alliance=ours.name,
            name=profile.name,
            line=profile.line,
            accent=accent_hex(hue=ours.accent_hue, chroma=float(ours.accent_chroma)),
            photo=bytes(photo.content) if photo else None,
        )
    )
