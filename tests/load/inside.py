"""What is asked inside the stack's own environment: `python -m tests.load.inside <what> ...`.

cast [seat e-mail]      what a visitor needs: tokens, a session, an API key (JSON)
queries                 queries of each page (JSON)
profile drive|pledge    where the time of one page goes
plan                    how PostgreSQL answers a drive's figures
"""

import cProfile
import json
import pstats
import sys
from collections.abc import Callable
from typing import Any

import django

HOST = "eastbay.localhost"


def main(arguments: list[str]) -> None:
    django.setup()
    what = arguments[0]
    if what == "cast":
        print(json.dumps(_cast(arguments[1])))
    elif what == "queries":
        print(json.dumps(_queries(arguments[1:])))
    elif what == "profile":
        _profile(arguments[1])
    elif what == "plan":
        print(json.dumps(_plan(arguments[1])))


def _home() -> Any:
    from alliance.models import Alliance

    return Alliance.objects.get(slug="eastbay")


def _cast(seat_email: str) -> dict[str, Any]:
    from django.test import Client

    from alliance import links
    from alliance.models import Person, Role, Seat
    from alliance.services.keys import make_key
    from alliance.tenancy.scope import in_alliance
    from pledges.api import READ_PLEDGES
    from pledges.models import Pledge
    from pledges.services.pledges import CONFIRM

    client = Client(HTTP_HOST=HOST)
    client.force_login(Person.objects.get(email=seat_email))
    with in_alliance(_home()):
        director = Seat.objects.filter(role=Role.OWNER).live().first()
        _key, secret = make_key(name="bench", scopes=[READ_PLEDGES], days=1, by=director)
        waiting = Pledge.objects.filter(drive__slug="bench-confirm").values_list("pk", flat=True)
        return {
            "session": client.cookies["session"].value,
            "key": secret,
            "till": [
                str(pk)
                for pk in Pledge.objects.filter(drive__slug="bench-till").values_list(
                    "pk", flat=True
                )
            ],
            "tokens": [links.sign(CONFIRM, {"pledge": str(pk), "version": 1}) for pk in waiting],
        }


def _queries(paths: list[str]) -> dict[str, dict[str, int]]:
    """Statements of each page, after one visit that fills what is remembered."""
    from django.db import connection
    from django.test import Client

    found = {}
    for path in paths:
        client = Client(HTTP_HOST=HOST)
        client.get(path)
        seen: list[str] = []

        def note(execute: Callable[..., Any], sql: str, *rest: Any, seen: list[str] = seen) -> Any:
            seen.append(str(sql))
            return execute(sql, *rest)

        with connection.execute_wrapper(note):
            response = client.get(path)
        scope = [sql for sql in seen if sql.startswith(("SET ", "SAVEPOINT", "RELEASE"))]
        found[path] = {
            "status": response.status_code,
            "queries": len(seen) - len(scope),
            "scope": len(scope),
        }
    return found


def _profile(page: str) -> None:
    from django.test import Client

    from alliance.forms import new_form_key

    client = Client(HTTP_HOST=HOST)
    path = "/pledge/gustoso-oven/"
    numbers = iter(range(10_000))

    def visit() -> None:
        if page == "drive":
            client.get(path)
            return
        number = next(numbers)
        client.cookies.clear()
        fields = {
            "form_key": new_form_key(), "amount": "24000", "name": "Eve Castellano",
            "email": f"profile-{number}@example.com", "display": "full", "consent": "on",
        }  # fmt: skip
        reply = client.post(path, fields, HTTP_X_FORWARDED_FOR=f"10.9.{number % 250}.1")
        assert reply.status_code == 302, reply.content[:2000]

    from alliance.forms import PublicForm

    PublicForm.MIN_SECONDS = 0
    for _warm in range(5):
        visit()
    profiler = cProfile.Profile()
    profiler.enable()
    for _round in range(60):
        visit()
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(90)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def _plan(slug: str) -> list[str]:
    """EXPLAIN of a drive's figures, as the application's role sees them."""
    from django.db import connection

    from alliance.tenancy.scope import in_alliance
    from pledges import queries
    from pledges.models import PledgeDrive

    with in_alliance(_home()):
        drive = PledgeDrive.objects.get(slug=slug)
        seen: list[tuple[str, Any]] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
            seen.append((sql, params))
            return execute(sql, params, *rest)

        with connection.execute_wrapper(note):
            queries.drive_figures(drive)
        with connection.cursor() as cursor:
            sql, params = seen[-1]
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, SUMMARY OFF) {sql}", params)
            return [row[0] for row in cursor.fetchall()]


if __name__ == "__main__":
    main(sys.argv[1:])
