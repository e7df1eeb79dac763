"""What may be forgotten: kept in Valkey for a while, made anew where it is gone or Valkey is away.

Each alliance remembers for itself: its id stands before every key.
"""

from typing import Any

import redis.exceptions
import structlog
from django.core.cache import cache

from alliance.tenancy.scope import current_alliance

log = structlog.get_logger("commonweal.memory")


def recall(key: str) -> Any:
    """What was kept under this key; None where there is nothing."""
    try:
        return cache.get(_own(key))
    except redis.exceptions.RedisError as error:
        log.warning("not_recalled", error=type(error).__name__)
        return None


def recall_all(*keys: str) -> dict[str, Any]:
    """What was kept under these keys, in one look; without those that hold nothing."""
    own = {_own(key): key for key in keys}
    try:
        return {own[name]: value for name, value in cache.get_many(list(own)).items()}
    except redis.exceptions.RedisError as error:
        log.warning("not_recalled", error=type(error).__name__)
        return {}


def keep(key: str, value: object, *, seconds: int) -> None:
    """Keeps it for so long at most."""
    try:
        cache.set(_own(key), value, seconds)
    except redis.exceptions.RedisError as error:
        log.warning("not_kept", error=type(error).__name__)


def add(key: str, value: object, *, seconds: int) -> bool:
    """Keeps it where nothing is kept yet, and whether that was so; true where Valkey is away."""
    try:
        return bool(cache.add(_own(key), value, seconds))
    except redis.exceptions.RedisError as error:
        log.warning("not_kept", error=type(error).__name__)
        return True


def _own(key: str) -> str:
    return f"{current_alliance().pk}:{key}"
