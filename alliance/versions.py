"""Answers that are asked for again and again: 304 where nothing has changed since."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition

View = Callable[..., HttpResponse]


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
