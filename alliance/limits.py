"""Atomic rate limits on what the public may send, kept in Valkey.

Counted per alliance and per network of the sender. Where Valkey cannot be
reached the request passes: customers come first, and what must hold (the
limit on mail to one inbox) is counted in PostgreSQL instead. Guesses at a
short code are the exception: what cannot be counted is not tried (`tries`).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import redis.exceptions
import structlog
from django.http import HttpRequest, HttpResponse
from django_ratelimit.core import get_usage

from alliance.addresses import client_network
from alliance.views import errors

log = structlog.get_logger("commonweal.limits")
View = Callable[..., HttpResponse]


def limited(group: str, rate: str, *, by: str = "network") -> Callable[[View], View]:
    """Allows `rate` posts ("30/h") to this view by one network or one `person`.

    One more answers 429 with a page that says when to come back.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                wait = over(request, group=group, rate=rate, by=by)
                if wait:
                    return errors.too_many(request, retry_after=wait)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def over(request: HttpRequest, *, group: str, rate: str, by: str = "network") -> int:
    """Counts one attempt; the seconds to wait if it was one too many, else 0."""

    def key(_group: str, request: HttpRequest) -> str:
        alliance = request.alliance  # type: ignore[attr-defined]
        who = request.user.pk if by == "person" else client_network(request)
        return f"{alliance.pk if alliance else 'network'}:{who}"

    try:
        usage = get_usage(request, group=group, key=key, rate=rate, increment=True)
    except redis.exceptions.RedisError as error:
        log.warning("limit_not_counted", group=group, error=type(error).__name__)
        return 0
    return max(1, usage["time_left"]) if usage and usage["should_limit"] else 0


def tries(request: HttpRequest, *, group: str, rate: str, whose: str, adds: bool = True) -> int:
    """Counts one try at something short enough to guess, whoever makes it from wherever.

    `whose` names what is guessed at; with `adds` False it is only looked at.
    The seconds to wait if there were enough already, else 0. Where Valkey
    cannot be reached there were: nobody may guess uncounted.
    """

    def key(_group: str, request: HttpRequest) -> str:
        return f"{request.alliance.pk}:{whose}"  # type: ignore[attr-defined]

    try:
        usage = get_usage(request, group=group, key=key, rate=rate, increment=adds)
    except redis.exceptions.RedisError as error:
        log.warning("tries_not_counted", group=group, error=type(error).__name__)
        return 60
    if not usage:
        return 0
    spent = usage["count"] > usage["limit"] if adds else usage["count"] >= usage["limit"]
    return max(1, usage["time_left"]) if spent else 0
