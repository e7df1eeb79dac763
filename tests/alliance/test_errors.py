"""Pages for what went wrong: kind, with a way back and a reference, and nothing private."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path
from pytest_django import Settings

from alliance import urls
from alliance.access import public_page
from alliance.errors import DomainError
from alliance.models import Alliance, Person, Seat
from alliance.tenancy.scope import in_alliance
from alliance.views import errors
from members.models import Tier
from members.services.tiers import add_tier

PRIVATE = "eve@example.com pledged $240"


@public_page
def breaks(request: HttpRequest) -> HttpResponse:
    add_tier(name="Half done", price_minor=1, by=None)
    raise RuntimeError(PRIVATE)


@public_page
def breaks_the_database(request: HttpRequest) -> HttpResponse:
    add_tier(name="Half done", price_minor=1, by=None)
    connection.cursor().execute("SELECT * FROM no_such_table -- " + PRIVATE)
    return HttpResponse()


@public_page
def refuses(request: HttpRequest) -> HttpResponse:
    raise DomainError(PRIVATE)


@pytest.fixture
def planted(settings: Settings) -> Iterator[None]:
    """Three addresses that break, each in its own way."""
    kept = list(urls.urlpatterns)
    urls.urlpatterns += [
        path("breaks/", breaks),
        path("breaks-the-database/", breaks_the_database),
        path("refuses/", refuses),
        path("api/v1/breaks/", breaks),
    ]
    clear_url_caches()
    yield
    urls.urlpatterns[:] = kept
    clear_url_caches()


@pytest.fixture
def visitor(oak_street: Alliance) -> Client:
    """Shows what a visitor sees; an exception in a view is a page, not a traceback."""
    return Client(HTTP_HOST="oak-street.commonweal.test", raise_request_exception=False)


def looks_like_ours(response: Any, status: int) -> None:
    """A page of the house with one heading, a way back, a reference, no script of its own."""
    html = response.content.decode()
    assert response.status_code == status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert html.count("<h1") == 1
    assert '<html lang="en"' in html
    assert 'href="/"' in html
    assert "Traceback" not in html
    assert PRIVATE not in html


def reference(response: Any) -> str:
    found = re.search(r"\b[0-9a-f]{8}\b", response.content.decode().partition("</head>")[2])
    return found[0] if found else ""


def test_nothing_at_this_address(visitor: Client) -> None:
    response = visitor.get("/nowhere/")

    looks_like_ours(response, 404)
    assert re.fullmatch("[0-9a-f]{8}", reference(response))


def test_nothing_on_the_networks_site(db: None) -> None:
    looks_like_ours(Client(HTTP_HOST="commonweal.test").get("/nowhere/"), 404)


def test_a_form_without_its_proof_of_origin(oak_street: Alliance) -> None:
    visitor = Client(HTTP_HOST="oak-street.commonweal.test", enforce_csrf_checks=True)

    response = visitor.post("/pledge/lost-card/", {"email": "eve@example.com"})

    looks_like_ours(response, 403)
    assert "nothing was stored" in response.content.decode()
    assert "eve@example.com" not in response.content.decode()


def test_too_often(visitor: Client, oak_street: Alliance, rf: Any) -> None:
    request = rf.get("/")
    request.alliance, request.seats, request.user = oak_street, (), None
    response = errors.too_many(request, retry_after=119)

    looks_like_ours(response, 429)
    assert response["Retry-After"] == "119"
    assert "in 2 minutes" in response.content.decode()


def test_gone_says_why(rf: Any, oak_street: Alliance) -> None:
    request = rf.get("/")
    request.alliance, request.seats, request.user = oak_street, (), None
    response = errors.gone(request, reason="This link <was> good for seven days.")

    looks_like_ours(response, 410)
    assert "This link &lt;was&gt; good for seven days." in response.content.decode()


@pytest.mark.parametrize("address", ["/breaks/", "/breaks-the-database/", "/refuses/"])
def test_a_view_that_fails_leaves_nothing_and_says_nothing(
    planted: None, visitor: Client, oak_street: Alliance, address: str
) -> None:
    response = visitor.get(address)

    looks_like_ours(response, 500)
    assert re.fullmatch("[0-9a-f]{8}", reference(response))
    with in_alliance(oak_street):
        assert list(Tier.objects.all()) == []


@pytest.mark.django_db(transaction=True)
def test_what_a_failed_view_wrote_is_not_committed(
    planted: None, visitor: Client, oak_street: Alliance
) -> None:
    """Really not: the middleware's transaction commits, the view's was rolled back within it."""
    assert visitor.get("/breaks/").status_code == 500

    with in_alliance(oak_street):
        assert list(Tier.objects.all()) == []


def test_the_500_page_needs_no_database(rf: Any) -> None:
    """This test has no right to one: a query would be refused."""
    looks_like_ours(errors.server_error(rf.get("/")), 500)
    looks_like_ours(errors.unavailable(rf.get("/")), 503)


def test_the_reference_is_the_logs_request_id(rf: Any) -> None:
    with structlog.contextvars.bound_contextvars(request_id="0123abcd-ef01-4abc-8def-0123456789ab"):
        assert reference(errors.server_error(rf.get("/"))) == "0123abcd"


@pytest.fixture
def no_database() -> Iterator[None]:
    """The server is out of reach: another port, no connection kept."""
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST="127.0.0.1", PORT="1")
    yield
    connection.close()
    connection.settings_dict.update(kept)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/pledge/", "/staff/", "/nowhere/", "/api/v1/drives/"])
def test_without_the_database_it_is_closed_for_a_moment(
    oak_street: Alliance, no_database: None, address: str
) -> None:
    visitor = Client(HTTP_HOST="oak-street.commonweal.test", raise_request_exception=False)

    response = visitor.get(address)

    looks_like_ours(response, 503)
    assert response["Retry-After"] == "60"


@pytest.mark.django_db(transaction=True)
def test_without_the_database_the_networks_site_is_closed_too(no_database: None) -> None:
    visitor = Client(HTTP_HOST="commonweal.test", raise_request_exception=False)

    looks_like_ours(visitor.get("/"), 503)


def test_the_api_answers_in_its_own_way(visitor: Client, planted: None) -> None:
    missing = visitor.get("/api/v1/nowhere/")
    assert missing["Content-Type"] == "application/problem+json"
    assert {k: v for k, v in missing.json().items() if k != "instance"} == {
        "type": "about:blank", "title": "Not Found", "status": 404,
    }  # fmt: skip

    refused = visitor.get("/api/v1/pledges/")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == "Bearer"
    assert refused["Content-Type"] == "application/problem+json"

    broken = visitor.get("/api/v1/breaks/")
    assert broken.status_code == 500
    assert PRIVATE not in broken.content.decode()


def test_an_error_page_greets_whoever_is_signed_in(
    oak_street: Alliance, ada: Seat, visit: Callable[..., Client]
) -> None:
    looks_like_ours(visit(oak_street, ada).get("/nowhere/"), 404)
    assert Person.objects.filter(pk=ada.person_id).exists()
