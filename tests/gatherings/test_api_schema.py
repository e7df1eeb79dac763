"""The API against its own schema: strange values everywhere, and never a 500."""

import pytest
from hypothesis import given

from alliance.services import keys
from alliance.tenancy.scope import in_alliance
from gatherings.api import GatheringViewSet
from tests.pledges.test_api_schema import CASES, NASTY, QUIET, _filled, operations, schema

READS = [
    "/api/v1/gatherings/",
    "/api/v1/gatherings/{slug}/",
    "/api/v1/occurrences/",
    "/api/v1/occurrences/{id}/",
]


def test_every_operation_of_this_room_is_asked_below():
    here = {pair for pair in operations() if "/gatherings/" in pair[0] or "/occurr" in pair[0]}
    assert here == {(path, "GET") for path in READS}


@pytest.fixture
def ask(visit, oak_street, theirs, eves, ada):
    """`ask(path, query)` by staff, a key and nobody: the three statuses."""
    with in_alliance(oak_street):
        _key, secret = keys.make_key(name="Probe", scopes=["gatherings:read"], days=1, by=ada)
    key = {"authorization": f"Bearer {secret}"}
    everybody = [(visit(oak_street, ada), {}), (visit(oak_street), key), (visit(oak_street), {})]
    for browser, _headers in everybody:
        browser.raise_request_exception = False

    def all_of_them(path: str, query: dict[str, str]) -> list[int]:
        answers = [browser.get(path, query, headers=own) for browser, own in everybody]
        problems = [answer for answer in answers if 400 <= answer.status_code < 500]
        assert {answer["Content-Type"] for answer in problems} <= {"application/problem+json"}
        return [answer.status_code for answer in answers]

    return all_of_them


def nasty(ask, path: str) -> list[int]:
    """The statuses of each nasty value in each parameter."""
    operation = schema()[path]["GET"]
    names = [each.name for each in operation.query] + ["format", "unheard-of"]
    places = [each.name for each in operation.path_parameters]
    seen: list[int] = []
    for value in NASTY:
        for name in names:
            seen += ask(_filled(path, dict.fromkeys(places, "breakfast")), {name: value})
        if places and value:
            seen += ask(_filled(path, dict.fromkeys(places, value)), {})
    return seen


@pytest.mark.parametrize("path", READS)
def test_whatever_a_program_sends_the_answer_is_ours(ask, path):
    seen: list[int] = []

    @QUIET(max_examples=CASES)
    @given(case=schema()[path]["GET"].as_strategy())
    def walk(case) -> None:
        query = {name: str(value) for name, value in (case.query or {}).items() if name}
        seen.extend(ask(_filled(path, case.path_parameters or {}), query))

    walk()
    assert [status for status in seen if status >= 500] == []
    assert len(seen) >= CASES


@pytest.mark.parametrize("path", READS)
def test_whatever_stands_in_a_parameter_the_answer_is_ours(ask, path):
    seen = nasty(ask, path)
    assert [status for status in seen if status >= 500] == []
    assert len(seen) >= 2 * len(NASTY)


def test_control_a_planted_fault_is_found(ask, monkeypatch):
    plain = GatheringViewSet.get_queryset

    def planted(self):
        _ = f"gatherings after {self.request.query_params.get('cursor', '')}" % ()
        return plain(self)

    monkeypatch.setattr(GatheringViewSet, "get_queryset", planted)
    assert 500 in nasty(ask, "/api/v1/gatherings/")
