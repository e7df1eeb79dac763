"""The API against its own schema: strange values in every parameter, and never a 500."""

import os
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from pledges.api import DriveViewSet

CASES = 2_500 if os.environ.get("COMMONWEAL_HYPOTHESIS") == "long" else 40
OPERATIONS = [
    ("/api/v1/drives/", "GET"),
    ("/api/v1/drives/{slug}/", "GET"),
    ("/api/v1/honour/", "GET"),
    ("/api/v1/pledges/", "GET"),
    ("/api/v1/pledges/{id}/", "GET"),
    ("/api/v1/redemptions/", "GET"),
    ("/api/v1/redemptions/{id}/", "GET"),
]
OURS = {"drives", "honour", "pledges", "redemptions"}
# What generators seldom think of, and programs often trip over.
NASTY = [
    "",
    "%",
    "%s",
    "%(name)s",
    "{0}",
    "{{ 7 }}",
    "'",
    '"',
    "';--",
    "\\",
    "\x00",
    "\x1f",
    "\n",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "..%2f",
    "null",
    "NaN",
    "-1",
    "0",
    "9" * 40,
    "1e309",
    "true",
    "[]",
    "🍕",
    "\u202e",
    "\ufffd",
    "ß",
    "İ",
    "a" * 3_000,
    "00000000-0000-0000-0000-000000000000",
    "cD1nYXJiYWdl",
    "bz05OTk5OTk5OTk5",
    "2026-02-31",
    "a-second-oven",
    "a-colder-cellar",
]
QUIET = partial(
    settings,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def schema() -> Any:
    """The schema as it is published."""
    return schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))


def operations() -> set[tuple[str, str]]:
    """What the schema names."""
    return {(found.ok().path, found.ok().method.upper()) for found in schema().get_all_operations()}


def test_every_operation_of_this_room_is_asked_below():
    here = {pair for pair in operations() if pair[0].split("/")[3] in OURS}
    assert here == set(OPERATIONS)


@pytest.fixture
def ask(visit, oak_street, neighbour, eves_pledge, ada):
    """`ask(path, query)` as staff; `by="key"` or `by="nobody"` as those. The status."""
    with in_alliance(oak_street):
        _key, secret = keys.make_key(name="Probe", scopes=["pledges:read"], days=1, by=ada)
    browsers = {"staff": visit(oak_street, ada), "key": visit(oak_street)}
    browsers["nobody"] = visit(oak_street)
    for browser in browsers.values():
        browser.raise_request_exception = False

    def one(path: str, query: Any, by: str = "staff") -> int:
        headers = {"authorization": f"Bearer {secret}"} if by == "key" else {}
        return _status(browsers[by], path, query, headers)

    return one


def _status(browser: Client, path: str, query: Any, headers: dict[str, str]) -> int:
    answer = browser.get(path, query or {}, headers=headers)
    if 400 <= answer.status_code < 500:
        assert answer["Content-Type"] == "application/problem+json"
    return int(answer.status_code)


def _generated(path: str, method: str, ask: Any) -> list[int]:
    """Sends cases that schemathesis makes from the schema; every status that came back."""
    seen: list[int] = []

    @QUIET(max_examples=CASES)
    @given(case=schema()[path][method].as_strategy())
    def walk(case: Any) -> None:
        query = {name: str(value) for name, value in (case.query or {}).items() if name}
        where = _filled(path, case.path_parameters or {})
        seen.extend(ask(where, query, by=who) for who in ("staff", "key", "nobody"))

    walk()
    return seen


def _nasty(path: str, method: str, ask: Any) -> Iterator[int]:
    """The status of each nasty value in each parameter."""
    operation = schema()[path][method]
    places = [parameter.name for parameter in operation.path_parameters]
    names = [parameter.name for parameter in operation.query] + ["format", "unheard-of"]
    for value in NASTY:
        for name in names:
            yield ask(_filled(path, dict.fromkeys(places, "a-second-oven")), {name: value})
        if places and value:
            yield ask(_filled(path, dict.fromkeys(places, value)), {})


def _filled(path: str, places: dict[str, Any]) -> str:
    for name, value in places.items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    return path


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_a_program_sends_the_answer_is_ours(ask, path, method):
    seen = _generated(path, method, ask)
    assert [status for status in seen if status >= 500] == []
    operation = schema()[path][method]
    takes_something = any((*operation.path_parameters, *operation.query))
    # What takes nothing can be asked in one way alone, by three kinds of visitors.
    assert len(seen) >= (CASES if takes_something else 3)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_stands_in_a_parameter_the_answer_is_ours(ask, path, method):
    seen = list(_nasty(path, method, ask))
    assert [status for status in seen if status >= 500] == []
    assert len(seen) >= 2 * len(NASTY)


def test_control_a_planted_fault_is_found(ask, monkeypatch):
    """A view that puts a parameter into a format string, as people do."""
    plain = DriveViewSet.get_queryset

    def planted(self: DriveViewSet) -> Any:
        wanted = self.request.query_params.get("cursor", "")
        _ = f"drives after {wanted}" % ()
        return plain(self)

    monkeypatch.setattr(DriveViewSet, "get_queryset", planted)
    assert 500 in _nasty("/api/v1/drives/", "GET", ask)
