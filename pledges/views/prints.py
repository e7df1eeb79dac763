"""A drive on paper, as a picture for shared links, and on other people's sites."""

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from alliance import memory, pdfs
from alliance.access import public_page, seat_page
from alliance.colour import accent_hex
from alliance.conditional import Version, release, versioned
from alliance.limits import over
from alliance.tenancy.scope import current_alliance
from alliance.views import errors
from directory import cards, snippets
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges import prints, queries
from pledges.models import PledgeDrive
from pledges.prints import Print
from pledges.progress import progress_of

CARD_SECONDS = 24 * 3600
# So many may be drawn for one network; those that are there already do not count.
DRAWN = "60/h"
WIDGET_HEIGHT = 340


def _print_version(request: HttpRequest, slug: str, kind: Print) -> Version:
    """What the print says; the view finds it again on the request."""
    request.sheet = prints.sheet(_public(slug), kind)  # type: ignore[attr-defined]
    return Version((request.sheet.digest,), None)  # type: ignore[attr-defined]


@public_page
@require_safe
@versioned(_print_version)
def paper(request: HttpRequest, slug: str, kind: Print) -> HttpResponse:
    """/pledge/<slug>/poster.pdf, cards.pdf, tent.pdf: drawn once for all who ask for the same."""
    sheet: prints.PrintedSheet = request.sheet  # type: ignore[attr-defined]
    content = prints.kept(sheet)
    if content is None:
        if refusal := _refusal(request):
            # It must not be kept under the tag of what it stands for.
            refusal["Cache-Control"] = "no-store"
            return refusal
        content = prints.draw(sheet)
    response = HttpResponse(content, content_type="application/pdf")
    disposition = content_disposition_header(as_attachment=False, filename=sheet.file_name)
    response["Content-Disposition"] = disposition or "inline"
    # Whoever searches shall find the page, not its paper.
    response["X-Robots-Tag"] = "noindex"
    return response


def _version(request: HttpRequest, slug: str) -> Version:
    """The drive, its figures and days, and the alliance's name and colour."""
    ours, drive = current_alliance(), _public(slug)
    request.drive = drive  # type: ignore[attr-defined]
    request.figures = queries.drive_figures(drive)  # type: ignore[attr-defined]
    looks = (ours.pk, ours.name, ours.host, ours.accent_hue, ours.accent_chroma, release())
    says = (
        drive.shown_title,
        drive.business.trade_name,
        drive.target_pledgers,
        drive.suggested_minor,
    )
    figures = request.figures  # type: ignore[attr-defined]
    version = Version((looks, says, drive.pk, drive.state, drive.days_left, figures), None)
    request.drive_version = version.etag  # type: ignore[attr-defined]
    return version


@public_page
@require_safe
@versioned(_version)
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """/pledge/<slug>/card.png: what a shared link brings along, with the progress of the moment."""
    key = f"drive-card:{request.drive_version}"  # type: ignore[attr-defined]
    picture = memory.recall(key)
    if picture is None:
        picture = _drawn(request.drive, request.figures)  # type: ignore[attr-defined]
        memory.keep(key, picture, seconds=CARD_SECONDS)
    return HttpResponse(picture, content_type="image/png")


@public_page
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@versioned(_version)
def widget(request: HttpRequest, slug: str) -> HttpResponse:
    """/pledge/<slug>/widget/: a small page for any site; no cookie, no session, no script."""
    drive: PledgeDrive = request.drive  # type: ignore[attr-defined]
    context = {
        "alliance": current_alliance(),
        "drive": drive,
        "figures": request.figures,  # type: ignore[attr-defined]
        "drive_url": current_alliance().url(drive.get_absolute_url()),
    }
    # Without the request: whoever is signed in here is nothing to the other site.
    response = HttpResponse(render_to_string("pledges/widget.html", context))
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@seat_page(REPRESENT)
@require_safe
def own_prints(request: HttpRequest, slug: str) -> HttpResponse:
    """/me/drive/<slug>/print/: everything with which a business shows its drive around."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    public = PledgeDrive.objects.public().filter(business__in=own).select_related("business")
    drive = get_object_or_404(public, slug=slug)
    url = current_alliance().url(drive.get_absolute_url())
    words = _("%(title)s, a drive of %(business)s") % {
        "title": drive.shown_title,
        "business": drive.business.trade_name,
    }
    context: dict[str, Any] = {
        "drive": drive,
        "drive_url": url,
        "can_make": pdfs.can_make(),
        "widget_html": snippets.frame(url=f"{url}widget/", words=words, height=WIDGET_HEIGHT),
        "widget_height": WIDGET_HEIGHT,
    }
    return render(request, "pledges/own_prints.html", context)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Why nothing can be drawn now; None where it can."""
    if not pdfs.can_make():
        words = _("PDFs cannot be made here at the moment. You can print the page instead.")
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=503)
    wait = over(request, group="drive-print", rate=DRAWN)
    return errors.too_many(request, retry_after=wait) if wait else None


def _public(slug: str) -> PledgeDrive:
    """The drive with its business; 404 where the public may not see it."""
    public = PledgeDrive.objects.public().select_related("business")
    found: PledgeDrive = get_object_or_404(public, slug=slug)
    return found


def _drawn(drive: PledgeDrive, figures: queries.DriveFigures) -> bytes:
    ours, progress = current_alliance(), progress_of(drive, figures)
    return cards.draw(
        cards.Card(
            alliance=ours.name,
            name=drive.shown_title,
            line=drive.business.trade_name,
            accent=accent_hex(hue=ours.accent_hue, chroma=float(ours.accent_chroma)),
            bar=cards.Bar(
                full=progress.honoured,
                half=progress.active,
                hatched=progress.dropped,
                words=f"{progress.standing} {progress.goal} · {progress.people}",
            ),
        )
    )
