"""One inbox, one spelling; one household, one network."""

import hypothesis
import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from alliance.addresses import client_network, email_digest, normalise_email


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("eve@example.com", "eve@example.com"),
        ("  Eve@Example.COM ", "eve@example.com"),
        ("eve+pledges@example.com", "eve@example.com"),
        ("eve+a+b@example.com", "eve@example.com"),
        ("e.ve@example.com", "e.ve@example.com"),
        ("e.v.e@gmail.com", "eve@gmail.com"),
        ("e.ve+x@GoogleMail.com", "eve@gmail.com"),
        ('"odd@one"@example.com', '"odd@one"@example.com'),
    ],
)
def test_one_inbox_has_one_spelling(written: str, meant: str) -> None:
    assert normalise_email(written) == meant


emails = st.from_regex(r"\A[A-Za-z0-9.]{1,12}(\+[a-z0-9]{0,6})?@[a-zA-Z0-9]{1,10}\.[a-z]{2,4}\Z")


@hypothesis.settings(max_examples=60, deadline=None)
@given(emails)
def test_normalising_again_changes_nothing(email: str) -> None:
    once = normalise_email(email)

    assert normalise_email(once) == once
    assert normalise_email(email.swapcase()) == once
    local, _, domain = email.rpartition("@")
    assert normalise_email(f"{local}+more@{domain}") == once


def test_a_digest_counts_one_inbox_and_does_not_show_it(settings: Settings) -> None:
    digest = email_digest("eve+1@gmail.com")

    assert digest == email_digest("E.VE@googlemail.com")
    assert digest != email_digest("adam@gmail.com")
    assert "eve" not in digest
    # Without the key nobody can look an address up in it.
    settings.SECRET_KEY = "somebody-elses"
    assert email_digest("eve@gmail.com") != digest


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("203.0.113.1", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_a_household_is_one_network(rf: RequestFactory, address: str, network: str) -> None:
    assert client_network(rf.get("/", REMOTE_ADDR=address)) == network


def test_a_forwarded_address_counts_only_behind_our_own_proxy(
    rf: RequestFactory, settings: Settings
) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.66, 203.0.113.77")

    assert client_network(request) == "10.0.0.0/24"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert client_network(request) == "203.0.113.0/24"
