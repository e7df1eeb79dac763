"""Errors as application/problem+json (RFC 9457), from one place."""

from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance

CONTENT_TYPE = "application/problem+json"


def problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal in one shape; None lets a 500 be one."""
    if isinstance(exc, DomainError):
        return _response(409, exc.message, **_where(exc))
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    headers = {}
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers["WWW-Authenticate"] = getattr(exc, "auth_header", "Bearer")
    if isinstance(exc, exceptions.ValidationError):
        return _response(exc.status_code, "Some fields need a look.", errors=exc.detail)
    return _response(exc.status_code, str(exc.detail), headers=headers)


def problem_response(status: int, detail: str = "", **extra: Any) -> JsonResponse:
    """The same for what never reached DRF: a path that does not exist, another's message."""
    return JsonResponse(_body(status, detail) | extra, status=status, content_type=CONTENT_TYPE)


def _response(
    status: int, detail: str, *, headers: dict[str, str] | None = None, **extra: Any
) -> Response:
    return Response(
        _body(status, detail) | extra, status=status, headers=headers, content_type=CONTENT_TYPE
    )


def _where(refusal: DomainError) -> dict[str, Any]:
    """Which field a refusal is about, and the page that puts it right, where it says so."""
    path = refusal.leads_to()
    told = {
        "field": refusal.field or "",
        "leads_to": current_alliance().url(path) if path else "",
    }
    return {name: words for name, words in told.items() if words}


def _body(status: int, detail: str) -> dict[str, Any]:
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return body | ({"detail": detail} if detail else {}) | {"instance": str(request_id)}
