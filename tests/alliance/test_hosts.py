"""The address names the alliance; what is nobody's address is answered before anything else."""

import pytest
from django.test import Client
from django.utils import timezone

from alliance.models import Alliance, AllianceState, Domain
from alliance.queries import alliance_at

NOBODYS = (400, b"There is no site at this address.\n")


def answer(host: str, path: str = "/robots.txt") -> tuple[int, bytes]:
    response = Client(HTTP_HOST=host).get(path)
    return response.status_code, response.content


def served(host: str) -> str | None:
    """The slug of the alliance that answers at this host; None for the network."""
    response = Client(HTTP_HOST=host).get("/robots.txt")
    assert response.status_code == 200, host
    found = response.wsgi_request.alliance
    return found.slug if found else None


@pytest.mark.parametrize(
    "host",
    [
        "elsewhere.example",
        "nobody.commonweal.test",
        "commonweal.test.evil.example",
        "www.oak-street.commonweal.test",
        "oak-street.commonweal.test.evil.example",
        "oak_street.commonweal.test",
        ".commonweal.test",
        "",
        "oak-street.commonweal.test@evil.example",
        "oak-street.commonweal.test/evil",
        "[::1]",
        "127.0.0.1:8000",
        "оak-street.commonweal.test",  # a Cyrillic о
    ],
)
def test_an_unknown_host_is_nobodys(oak_street: Alliance, host: str) -> None:
    assert answer(host) == NOBODYS


@pytest.mark.parametrize(
    "host",
    [
        "oak-street.commonweal.test",
        "OAK-Street.Commonweal.TEST",
        "oak-street.commonweal.test:8000",
        "oak-street.commonweal.test.",
    ],
)
def test_a_sub_domain_is_its_alliances_however_it_is_written(
    oak_street: Alliance, mill_lane: Alliance, host: str
) -> None:
    assert served(host) == "oak-street"


@pytest.mark.parametrize("host", ["commonweal.test", "COMMONWEAL.test:8000", "commonweal.test."])
def test_the_bare_host_is_the_networks(oak_street: Alliance, host: str) -> None:
    assert served(host) is None


@pytest.mark.parametrize(
    ("state", "is_served"),
    [
        (AllianceState.TRIAL, True),
        (AllianceState.ACTIVE, True),
        (AllianceState.SUSPENDED, False),
        (AllianceState.ARCHIVED, False),
    ],
)
def test_a_closed_alliance_is_nobodys_address(
    oak_street: Alliance, state: str, is_served: bool
) -> None:
    Alliance.objects.filter(pk=oak_street.pk).update(state=state)

    assert (answer("oak-street.commonweal.test") != NOBODYS) is is_served


def test_an_own_domain_serves_once_it_is_verified(oak_street: Alliance) -> None:
    domain = Domain.objects.create(alliance=oak_street, host="Oak-Street.example")
    assert answer("oak-street.example") == NOBODYS

    domain.verified_at = timezone.now()
    domain.save()
    assert served("oak-street.example") == "oak-street"
    assert served("OAK-STREET.EXAMPLE:443") == "oak-street"


def test_a_domain_that_looks_like_the_platforms_takes_nothing_over(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    for host in ("oak-street.commonweal.test", "commonweal.test"):
        Domain.objects.create(alliance=mill_lane, host=host, verified_at=timezone.now())

    assert served("oak-street.commonweal.test") == "oak-street"
    assert served("commonweal.test") is None


def test_links_come_from_the_stored_address_never_from_the_request(oak_street: Alliance) -> None:
    assert oak_street.url("/pledge/") == "http://oak-street.commonweal.test/pledge/"

    Domain.objects.create(
        alliance=oak_street, host="oak.example", is_primary=True, verified_at=timezone.now()
    )
    assert Alliance.objects.get().url("/pledge/") == "http://oak.example/pledge/"


def test_an_unverified_primary_domain_stands_in_no_link(oak_street: Alliance) -> None:
    Domain.objects.create(alliance=oak_street, host="oak.example", is_primary=True)

    assert oak_street.url() == "http://oak-street.commonweal.test/"


def test_a_forwarded_host_says_nothing(oak_street: Alliance, mill_lane: Alliance) -> None:
    client = Client(
        HTTP_HOST="oak-street.commonweal.test",
        HTTP_X_FORWARDED_HOST="mill-lane.commonweal.test",
    )

    assert client.get("/robots.txt").wsgi_request.alliance == oak_street


def test_answers_differ_by_host_for_caches(oak_street: Alliance) -> None:
    response = Client(HTTP_HOST="oak-street.commonweal.test").get("/robots.txt")

    assert "Host" in response["Vary"]


@pytest.mark.parametrize(
    ("domain", "status"),
    [
        ("commonweal.test", 200),
        ("oak-street.commonweal.test", 200),
        ("OAK-STREET.commonweal.test", 200),
        ("nobody.commonweal.test", 404),
        ("elsewhere.example", 404),
        ("", 404),
        ("oak\0.commonweal.test", 404),
        ("%\0", 404),
    ],
)
def test_the_proxy_asks_for_certificates_of_known_hosts_only(
    oak_street: Alliance, domain: str, status: int
) -> None:
    client = Client(HTTP_HOST="commonweal.test")

    assert client.get("/internal/tls-allowed", {"domain": domain}).status_code == status


def test_the_networks_inner_addresses_are_not_the_alliances(oak_street: Alliance) -> None:
    client = Client(HTTP_HOST="oak-street.commonweal.test", raise_request_exception=False)

    assert client.get("/internal/tls-allowed").status_code == 404


def test_alliance_at_an_empty_host_is_none(oak_street: Alliance) -> None:
    assert alliance_at("") is None
