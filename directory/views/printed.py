"""The directory to print."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.access import public_page
from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance
from directory import addresses
from directory.asking import understood
from directory.queries.printed import chapters
from directory.queries.search import Asked


@public_page
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """/directory/print/: the whole list, or what the query string narrows it down to."""
    try:
        asked, problem = understood(request.GET, current_alliance()), ""
    except DomainError as error:
        asked, problem = Asked(), error.message
    found, results = chapters(replace(asked, by_name=True, after=None))
    context = {
        "chapters": found,
        "total": results.total,
        "is_cut": results.has_more,
        "problem": problem,
        "list_path": f"{addresses.search_path()}?{request.GET.urlencode()}",
    }
    return render(request, "directory/print.html", context, status=400 if problem else 200)
