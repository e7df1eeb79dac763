"""What a visitor already has is not made again: ETag, Last-Modified and 304 (RFC 9110, 13.1).

`unless_unchanged` stands before pages, which may show a visitor's own name:
it speaks to those alone who are nobody yet. `versioned` stands before feeds,
pictures and files, which are the same for everyone.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import condition

from alliance import memory

View = Callable[..., Any]
Told = Callable[..., tuple[object, ...] | None]
# Whoever carries one of these may see something of their own: a name, a message.
PERSONAL = ("SESSION_COOKIE_NAME", "MESSAGES_COOKIE_NAME")


def unless_unchanged(version: Told, *, seconds: int = 0) -> Callable[[View], View]:
    """Answers 304 where the visitor's copy is still right, asked by one cheap version.

    `version(request, …)` gives whatever the page depends on besides its
    address, the alliance, the language and the release; None: make it anew.
    Only for visitors who are nobody yet: no session, no message. With
    `seconds`, what one of them was shown is kept for the others for so long,
    until the version changes; a page with a form to post is never kept, nor is
    one that was asked a question, of which there are any number.
    """

    def tag(request: HttpRequest, *args: Any, **kwargs: Any) -> str | None:
        if not is_anybody(request):
            return None
        told = version(request, *args, **kwargs)
        request.page_tag = None if told is None else _etag(request, told)  # type: ignore[attr-defined]
        return request.page_tag  # type: ignore[attr-defined]

    def decorate(view: View) -> View:
        guarded: View = condition(etag_func=tag)(_kept(view, seconds) if seconds else view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = guarded(request, *args, **kwargs)
            if is_anybody(request):
                patch_cache_control(response, no_cache=True)
                patch_vary_headers(response, ["Cookie", "Accept-Language"])
            return response

        return answer

    return decorate


def _kept(view: View, seconds: int) -> View:
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tag = getattr(request, "page_tag", None)
        if tag is None or request.GET:
            response: HttpResponse = view(request, *args, **kwargs)
            return response
        key = f"page:{tag}"
        if (content := memory.recall(key)) is not None:
            return HttpResponse(content)
        response = view(request, *args, **kwargs)
        # What a form proves itself by is one visitor's alone.
        is_own = bool(response.cookies) or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        if response.status_code == HTTPStatus.OK and not is_own:
            memory.keep(key, response.content, seconds=seconds)
        return response

    return answer


@dataclass(frozen=True)
class Version:
    """All that an answer depends on, and when the newest of it changed."""

    parts: tuple[Any, ...]
    changed_at: datetime | None

    @property
    def etag(self) -> str:
        digest = hashlib.sha256(repr(self.parts).encode()).hexdigest()
        return f'"{digest[:24]}"'


def versioned(version_of: Callable[..., Version | None]) -> Callable[[View], View]:
    """Answers with ETag and Last-Modified, and with 304 to whoever has this version.

    `version_of` takes what the view takes; None leaves the answer to the view,
    which then says 404. Caches may keep the answer but ask each time: what is
    taken out of the directory is gone from everywhere at once.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            version = version_of(request, *args, **kwargs)
            if version is None:
                return view(request, *args, **kwargs)
            guarded = condition(lambda *a, **k: version.etag, lambda *a, **k: version.changed_at)
            response: HttpResponse = guarded(view)(request, *args, **kwargs)
            patch_cache_control(response, public=True, no_cache=True)
            return response

        return answered

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
