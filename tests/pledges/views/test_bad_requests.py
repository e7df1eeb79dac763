"""Requests that no browser sends: an answer, nothing stored, and never a 500."""

import pytest
from django.test import Client

from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import page_of, pledge_form, problems

pytestmark = pytest.mark.usefixtures("neighbour")


def test_a_name_of_a_million_characters(visit, oak_street, oven):
    before = row_counts(oak_street)
    answer = visit(oak_street).post(page_of(oven), pledge_form(name="n" * 1_000_000))
    assert (answer.status_code, problems(answer)) == (
        422,
        [("id_name", "Ensure this value has at most 80 characters (it has 1000000).")],
    )
    assert row_counts(oak_street) == before


RAW = {
    "more than a megabyte": (b"name=" + b"n" * 1_100_000, 400),
    "a thousand fields": (b"&".join(b"f%d=1" % n for n in range(1_000)), 400),
    "invalid UTF-8": (b"name=%FF%FE%80&email=%C3%28", 422),
    "raw invalid UTF-8": (b"name=\xff\xfe&email=\xc3\x28", 422),
    "a lone surrogate": (b"name=%ED%A0%80", 422),
    "an overlong slash": (b"name=%C0%AF", 422),
    "nothing but separators": (b"&&&==&;=", 422),
    "the same field twice": (b"name=a&name=b&email=a&email=b", 422),
}


def test_bodies_that_no_browser_sends(visit, oak_street, oven):
    eve, before, form = visit(oak_street), row_counts(oak_street), "x-www-form-urlencoded"
    answers = {
        what: eve.post(page_of(oven), body, content_type=f"application/{form}").status_code
        for what, (body, _status) in RAW.items()
    }
    assert answers == {what: status for what, (_body, status) in RAW.items()}
    assert row_counts(oak_street) == before


STRANGE_TYPES = [
    ("application/json", b'{"name": "Eve"}'),
    ("multipart/form-data; boundary=x", b"--x\r\nnonsense"),
    ("multipart/form-data", b"no boundary"),
    ("text/plain; charset=utf-7", b"+AHs-"),
    ("application/x-www-form-urlencoded; charset=klingon", b"name=Eve"),
]


def test_content_types_that_no_browser_sends(visit, oak_street, oven):
    eve, before = visit(oak_street), row_counts(oak_street)
    for content_type, body in STRANGE_TYPES:
        answer = eve.generic("POST", page_of(oven), body, content_type=content_type)
        assert answer.status_code < 500
    assert row_counts(oak_street) == before


def test_addresses_that_no_drive_has(visit, oak_street, oven):
    for path in ("/pledge/%00/", "/pledge/a%20b/", "/pledge/%FF/", "/pledge/🍕/"):
        assert visit(oak_street).get(path).status_code == 404


def test_methods_that_no_form_uses(visit, oak_street, oven):
    eve, path = visit(oak_street), page_of(oven)
    for act in (eve.put, eve.patch, eve.delete):
        assert act(path).status_code == 405


def test_a_form_without_the_cookies_proof_is_refused(oak_street, oven):
    before = row_counts(oak_street)
    stranger = Client(HTTP_HOST="oak-street.commonweal.test", enforce_csrf_checks=True)
    assert stranger.post(page_of(oven), pledge_form()).status_code == 403
    assert row_counts(oak_street) == before
