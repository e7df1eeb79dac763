"""Pages for what went wrong: kind words, a way back, a reference, nothing private."""

import sys
from typing import Any

import psycopg2
import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from alliance.access import public_page


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: missing, or not yours to see; the two look the same."""
    return _page(request, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: a form whose proof of origin is missing, mostly."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 in our words: cookies off, or a page older than the browser's memory."""
    return _page(request, 403, is_csrf=True)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what came in could not be read."""
    return _page(request, 400)


def too_large(request: HttpRequest, *, megabytes: int) -> HttpResponse:
    """413: a file beyond all that we take."""
    return _page(request, 413, megabytes=megabytes)


def too_many(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """429: too often from one place; says in how many seconds to come back."""
    minutes = max(1, -(-retry_after // 60))
    response = _page(request, 429, minutes=minutes)
    response["Retry-After"] = str(retry_after)
    return response


def gone(request: HttpRequest, **context: Any) -> HttpResponse:
    """410: a link that was good once."""
    return _page(request, 410, **context)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is out of reach; needs no database itself."""
    if database_is_away(sys.exc_info()[1]):
        return unavailable(request)
    return HttpResponse(_bare("500.html"), status=500)


def database_is_away(error: BaseException | None) -> bool:
    """Whether this came of a database that is out of reach, rather than of what it was asked."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    # psycopg2 raises its plain class where the connection breaks at COMMIT; what the
    # server itself refuses carries a code and comes as a class of its own.
    return type(error.__cause__) is psycopg2.DatabaseError if error else False


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: try again in a minute; a form that is sent again counts once."""
    structlog.get_logger("commonweal").error("database_unavailable", exc_info=True)
    response = HttpResponse(_bare("503.html"), status=503)
    response["Retry-After"] = "60"
    return response


@public_page
def unknown_host(request: HttpRequest) -> HttpResponse:
    """400 before any code of an alliance: this address is nobody's here."""
    return HttpResponse("There is no site at this address.\n", "text/plain", status=400)


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    if request.path.startswith("/api/"):
        from alliance.api.problems import problem_response

        return problem_response(status)
    return render(request, f"{status}.html", _reference() | context, status=status)


def _reference() -> dict[str, Any]:
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return {"request_id": str(request_id)[:8]}


def _bare(template: str) -> str:
    # No request: its context processors would ask the database that has just failed.
    return get_template(template).render(_reference())
