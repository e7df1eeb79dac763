"""Whether the process lives, and whether it can serve."""

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

_is_migrated = False


def alive(request: HttpRequest) -> HttpResponse:
    """GET /healthz: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """GET /readyz: database, cache and migrations; 503 names what is missing."""
    checks = {"database": _database, "cache": _cache, "migrations": _migrations}
    found = {}
    for name, check in checks.items():
        try:
            found[name] = "ok" if check() else "missing"
        except Exception as error:  # a probe reports, whatever went wrong
            found[name] = type(error).__name__
    is_ready = set(found.values()) == {"ok"}
    return JsonResponse(found, status=200 if is_ready else 503)


def _database() -> bool:
    with connection.cursor() as cursor:
        # A standby answers reads too, but stores nothing.
        cursor.execute("SELECT pg_is_in_recovery()")
        return not cursor.fetchone()[0]


def _cache() -> bool:
    cache.set("ready", 1, 5)
    return bool(cache.get("ready"))


def _migrations() -> bool:
    global _is_migrated
    if not _is_migrated:
        executor = MigrationExecutor(connection)
        _is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _is_migrated
