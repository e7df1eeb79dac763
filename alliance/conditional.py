"""Public pages that a browser already has are not made again: ETag and 304 (RFC 9110, 13.1)."""

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition

View = Callable[..., HttpResponseBase]
Version = Callable[..., tuple[object, ...] | None]
# Whoever carries one of these may see something of their own: a name, a message.
PERSONAL = ("SESSION_COOKIE_NAME", "MESSAGES_COOKIE_NAME")


def unless_unchanged(version: Version) -> Callable[[View], View]:
    """Answers 304 where the visitor's copy is still right, asked by one cheap version.

    `version(request, …)` gives whatever the page depends on besides its
    address, the alliance, the language and the release; None: make it anew.
    Only for visitors who are nobody yet: no session, no message.
    """

    def tag(request: HttpRequest, *args: Any, **kwargs: Any) -> str | None:
        if not is_anybody(request):
            return None
        told = version(request, *args, **kwargs)
        return None if told is None else _etag(request, told)

    def decorate(view: View) -> View:
        guarded: View = condition(etag_func=tag)(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = guarded(request, *args, **kwargs)
            if is_anybody(request):
                patch_cache_control(response, no_cache=True)
                patch_vary_headers(response, ["Cookie", "Accept-Language"])
            return response

        return answer

    return decorate


def is_anybody(request: HttpRequest) -> bool:
    """Whether nothing on the page can be this visitor's own."""
    names = {getattr(settings, name, "messages") for name in PERSONAL}
    return not names & set(request.COOKIES)


def _etag(request: HttpRequest, told: tuple[object, ...]) -> str:
    alliance: Any = request.alliance  # type: ignore[attr-defined]
    of_alliance = (
        tuple(getattr(alliance, field.attname) for field in alliance._meta.concrete_fields)
        if alliance
        else ()
    )
    parts = (release(), get_language(), request.get_full_path(), of_alliance, told)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


@cache
def release() -> str:
    """Another after each deployment: the newest file of code, templates, styles or words."""
    kinds = ("*.py", "*.html", "*.css", "*.js", "*.mo", "*.svg")
    roots = [
        path
        for path in Path(settings.BASE_DIR).iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name != "tests"
    ]
    newest = max(
        (path.stat().st_mtime_ns for root in roots for kind in kinds for path in root.rglob(kind)),
        default=0,
    )
    return str(newest)
