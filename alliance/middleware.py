"""The address names the alliance; the person's seats say what they may do here."""

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.urls import set_urlconf
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django_structlog.middlewares import RequestMiddleware as StructlogMiddleware

from alliance.models import Seat
from alliance.queries import alliance_at, live_seats
from alliance.services import files
from alliance.tenancy.scope import in_alliance
from alliance.views import errors, health

Handler = Callable[[HttpRequest], HttpResponseBase]


class HealthMiddleware:
    """Answers /healthz and /readyz to whatever address a probe uses."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        page = {"/healthz": health.alive, "/readyz": health.ready}.get(request.path)
        return page(request) if page else self.get_response(request)


class RequestLogMiddleware(StructlogMiddleware):
    """One line a request, by its route: a path may hold a card's secret."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = request.resolver_match
        return f"{request.method} {match.route if match else '-'}"


class HostMiddleware:
    """Resolves the host once and opens the alliance's scope around all the rest.

    An unknown host is answered before any code of an alliance runs.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = split_domain_port(request.META.get("HTTP_HOST", ""))[0].rstrip(".")
        request.alliance = None  # type: ignore[attr-defined]
        request.seats = ()  # type: ignore[attr-defined]
        try:
            if host == settings.PLATFORM_HOST:
                request.urlconf = settings.NETWORK_URLCONF
                set_urlconf(settings.NETWORK_URLCONF)
                return self.get_response(request)
            alliance = alliance_at(host)
            if alliance is None or not alliance.is_open:
                return errors.unknown_host(request)
            structlog.contextvars.bind_contextvars(alliance=alliance.slug)
            request.alliance = alliance  # type: ignore[attr-defined]
            with in_alliance(alliance):
                # No text holds a NUL, and PostgreSQL refuses it wherever it would arrive.
                has_nul = "%00" in request.META.get("QUERY_STRING", "")
                response = errors.bad_request(request) if has_nul else self.get_response(request)
        except (DatabaseError, InterfaceError) as error:
            if errors.database_is_away(error):
                return errors.unavailable(request)
            # Deferred constraints speak at commit, when the view is long done.
            structlog.get_logger("commonweal").exception("commit_failed", exc_info=error)
            return errors.server_error(request)
        patch_vary_headers(response, ["Host"])
        return response


class UploadMiddleware:
    """Answers 413 to a body that no form of ours takes, before a byte of it is read.

    It stands before the check of a form's origin, which reads the whole body.
    """

    # The largest file, and room for the rest of its form.
    LARGEST = files.LARGEST + 1024 * 1024

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isascii() and length.isdigit() and int(length) > self.LARGEST:
            return errors.too_large(request, megabytes=files.LARGEST // 1024**2)
        return self.get_response(request)


class SeatMiddleware:
    """Gives `request.seats`: the signed-in person's live seats in this alliance."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.seats = SimpleLazyObject(lambda: seats_of(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.session.accessed and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        return response


def seats_of(request: Any) -> tuple[Seat, ...]:
    """The person's live seats at the request's alliance, oldest first."""
    if request.alliance is None or not request.user.is_authenticated:
        return ()
    user = request.user
    # The person, not the promise of one that the middleware gives.
    return live_seats(user._wrapped if isinstance(user, SimpleLazyObject) else user)
