"""The directory on other people's sites: how to put it there, the frame, the script."""

from functools import cache
from pathlib import Path

from csp.decorators import csp_replace
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from alliance.access import public_page
from alliance.conditional import versioned
from alliance.tenancy.scope import current_alliance
from directory import addresses, snippets
from directory.forms.widget import WidgetForm
from directory.queries import versions
from directory.queries.listed import listed
from directory.queries.search import Asked, search

SCRIPT_SECONDS = 3600


@public_page
@require_safe
def widget(request: HttpRequest) -> HttpResponse:
    """/directory/widget/: two pieces of text to copy, and how it will look."""
    form = WidgetForm(request.GET or None)
    form.offer(search(Asked(), size=0).counts)
    url = current_alliance().url
    frame_path = f"/directory/widget/frame/?{form.query}"
    words = _("Local businesses of %(alliance)s") % {"alliance": current_alliance().name}
    context = {
        "form": form,
        "frame_path": frame_path,
        **snippets.of(
            list_url=url(addresses.search_path(**form.chosen)),
            script_url=url("/directory/widget.js"),
            frame_url=url(frame_path),
            chosen=form.chosen | {"number": str(form.number_shown)},
            words=words,
        ),
    }
    return render(request, "directory/widget.html", context, status=422 if form.errors else 200)


@public_page
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
@versioned(versions.of_directory)
def frame(request: HttpRequest) -> HttpResponse:
    """/directory/widget/frame/: a small page for any site; no cookie, no session, no script."""
    form = WidgetForm(request.GET or None)
    chosen = {group: (value,) for group, value in form.chosen.items()}
    results = search(Asked(chosen=chosen), size=form.number_shown)
    context = {
        "alliance": current_alliance(),
        "rows": listed(results),
        "list_url": current_alliance().url(addresses.search_path(**form.chosen)),
    }
    # Without the request: whoever is signed in here is nothing to the other site.
    response = HttpResponse(render_to_string("directory/widget_frame.html", context))
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@public_page
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """/directory/widget.js: at an address that never changes, since other sites name it."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={SCRIPT_SECONDS}"
    return response


@cache
def _script() -> str:
    found = finders.find("js/widget.js")
    return Path(str(found)).read_text(encoding="utf-8")
