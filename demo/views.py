"""The page of the mail that was sent: what a customer would find in the inbox.

Anyone may read it, as everything in the demo is invented. An alliance's site
shows that alliance's mail, the network's site shows all.
"""

from csp.constants import NONE, SELF
from csp.decorators import csp
from django import forms
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from alliance.access import public_page
from demo import mailbox

PER_PAGE = 50


class SearchForm(forms.Form):
    """Whose mail."""

    to = forms.CharField(label=_("Sent to"), required=False, max_length=254)


@public_page
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """What was sent, newest first."""
    page, to = _page(request)
    return render(
        request,
        "demo/mail.html",
        {
            "form": SearchForm(initial={"to": to}),
            "page": page,
            "to": to,
            "previous_url": _page_url(request, page.number - 1) if page.has_previous() else None,
            "next_url": _page_url(request, page.number + 1) if page.has_next() else None,
        },
    )


@public_page
@require_safe
def mail_json(request: HttpRequest) -> JsonResponse:
    """The same for scripts, with the links that stand in each message."""
    page, _to = _page(request)
    found = (mailbox.letter(e.id, alliance=_alliance(request)) for e in page)
    return JsonResponse(
        {
            "messages": [
                {
                    "id": letter.envelope.id,
                    "to": letter.envelope.to,
                    "subject": letter.envelope.subject,
                    "alliance": letter.envelope.alliance,
                    "at": letter.envelope.at.isoformat(),
                    "links": letter.links,
                }
                for letter in found
                if letter
            ],
            "next": _page_url(request, page.number + 1) if page.has_next() else None,
        }
    )


@public_page
@require_safe
def message(request: HttpRequest, message_id: str) -> HttpResponse:
    """One message: its headers, its text, and its HTML in a frame."""
    return render(request, "demo/message.html", {"letter": _letter_or_404(request, message_id)})


@public_page
@require_safe
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]  # its types know views without arguments only
    {
        "default-src": [NONE],
        "style-src": ["'unsafe-inline'"],  # mail carries its styles in attributes
        "img-src": ["data:"],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def message_html(request: HttpRequest, message_id: str) -> HttpResponse:
    """The HTML part alone, shut in: no scripts, no requests, no forms."""
    letter = _letter_or_404(request, message_id)
    # The frame cannot show our own pages, so links open beside it.
    html = letter.html.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(html)


def _alliance(request: HttpRequest) -> str | None:
    alliance = request.alliance  # type: ignore[attr-defined]
    return alliance.slug if alliance else None


def _letter_or_404(request: HttpRequest, message_id: str) -> mailbox.Letter:
    letter = mailbox.letter(message_id, alliance=_alliance(request))
    if letter is None:
        raise Http404
    return letter


def _page(request: HttpRequest) -> tuple[Page[mailbox.Envelope], str]:
    to = request.GET.get("to", "")[:254]
    found = mailbox.envelopes(alliance=_alliance(request), to=to)
    return Paginator(found, PER_PAGE).get_page(request.GET.get("page")), to


def _page_url(request: HttpRequest, number: int) -> str:
    parameters = request.GET.copy()
    parameters["page"] = str(number)
    return f"{request.path}?{parameters.urlencode()}"
