"""The members' API against its own schema: strange values everywhere, and never a 500."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.api.tiers import TierViewSet
from tests.members.api import INVOICES
from tests.pledges.test_api_schema import CASES, NASTY, QUIET, _filled, operations, schema

READS = [
    f"/api/v1/{name}/{gap}"
    for name in ("tiers", "members", "invoices", "payments")
    for gap in ("", "{id}/")
]
WRITE = "/api/v1/invoices/{id}/payments/"
PROBLEM = "application/problem+json"


def test_every_operation_of_this_room_is_asked_below():
    rooms = tuple(f"/api/v1/{name}/" for name in ("tiers", "members", "invoices", "payments"))
    here = {pair for pair in operations() if pair[0].startswith(rooms)}
    assert here == {*((path, "GET") for path in READS), (WRITE, "POST")}


@pytest.fixture
def ask(visit, oak_street, neighbour, invoice, tess, make_key):
    """`ask(path, query)` by staff, a key and nobody: the three statuses."""
    header = make_key("members:read", "money:read", "money:write")
    everybody = [
        (visit(oak_street, tess), {}),
        (visit(oak_street), header),
        (visit(oak_street), {}),
    ]
    for browser, _headers in everybody:
        browser.raise_request_exception = False

    def all_of_them(
        path: str, query: dict[str, str], body: Any = None, **headers: str
    ) -> list[int]:
        found = []
        for browser, own in everybody:
            if body is None:
                answer = browser.get(path, query, headers=own)
            else:
                answer = browser.post(
                    path, body, content_type="application/json", headers=own | headers
                )
            if 400 <= answer.status_code < 500:
                assert answer["Content-Type"] == PROBLEM
            found.append(answer.status_code)
        return found

    return all_of_them


@pytest.mark.parametrize("path", READS)
def test_whatever_a_program_sends_the_answer_is_ours(ask, path):
    seen: list[int] = []

    @QUIET(max_examples=CASES)
    @given(case=schema()[path]["GET"].as_strategy())
    def walk(case: Any) -> None:
        query = {name: str(value) for name, value in (case.query or {}).items() if name}
        seen.extend(ask(_filled(path, case.path_parameters or {}), query))

    walk()
    assert [status for status in seen if status >= 500] == []
    assert len(seen) >= CASES


def nasty(path: str, ask: Any) -> list[int]:
    """The statuses of each nasty value in each parameter."""
    operation = schema()[path]["GET"]
    places = [parameter.name for parameter in operation.path_parameters]
    query = [parameter.name for parameter in operation.query] + ["format", "unheard-of"]
    seen: list[int] = []
    for value in NASTY:
        for name in query:
            seen += ask(_filled(path, dict.fromkeys(places, "1")), {name: value})
        if places and value:
            seen += ask(_filled(path, dict.fromkeys(places, value)), {})
    return seen


@pytest.mark.parametrize("path", READS)
def test_whatever_stands_in_a_parameter_the_answer_is_ours(ask, path):
    seen = nasty(path, ask)
    assert [status for status in seen if status >= 500] == []
    assert len(seen) >= 6 * len(NASTY)


def test_control_a_planted_fault_is_found(ask, monkeypatch):
    """A view that puts a parameter into a format string, as people do."""
    plain = TierViewSet.get_queryset

    def planted(self: TierViewSet) -> Any:
        _ = f"tiers after {self.request.query_params.get('cursor', '')}" % ()
        return plain(self)

    monkeypatch.setattr(TierViewSet, "get_queryset", planted)
    assert 500 in nasty("/api/v1/tiers/", ask)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.sampled_from(NASTY),
    st.text(max_size=200),
    st.lists(st.integers(), max_size=2),
)
BODIES = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "amount_minor": VALUES | st.integers(1, 200_00),
            "method": VALUES | st.sampled_from(["cheque", "cash", "card"]),
            "received_on": VALUES | st.dates().map(str),
            "reference": VALUES,
        },
    ).map(lambda body: json.dumps(body)),
    VALUES.map(lambda value: json.dumps(value)),
    st.text(max_size=40),
)
NAMES = st.one_of(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80),
    st.sampled_from([value for value in NASTY if value.isascii() and value.isprintable()]),
)


def test_whatever_is_written_the_answer_is_ours(ask, invoice):
    seen: list[int] = []

    @QUIET(max_examples=CASES * 3)
    @given(body=BODIES, name=NAMES)
    def write(body: str, name: str) -> None:
        path = f"{INVOICES}{invoice.pk}/payments/"
        seen.extend(ask(path, {}, body, **{"idempotency-key": name}))

    write()
    assert [status for status in seen if status >= 500] == []
    assert set(seen) <= {201, 400, 401, 409}
