"""Signed links: good for one purpose, in one alliance, for a while."""

from datetime import timedelta

import hypothesis
import pytest
import time_machine
from django.core import signing
from django.utils import timezone
from django_scopes import scope
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from alliance import links
from alliance.links import BadLink, ExpiredLink
from alliance.models import Alliance
from alliance.tenancy.scope import in_alliance

WEEK = 7 * 24 * 3600
PAYLOAD = {"pledge": "0192", "version": 3}


def read(token: str, *, purpose: str = "pledge-confirm", seconds: int = WEEK) -> dict[str, object]:
    return links.read(purpose, token, max_age_seconds=seconds)


def test_what_was_signed_is_read(in_oak_street: Alliance) -> None:
    assert read(links.sign("pledge-confirm", PAYLOAD)) == PAYLOAD


def test_the_token_stands_in_an_address_as_it_is(in_oak_street: Alliance) -> None:
    token = links.sign("pledge-confirm", PAYLOAD | {"name": "Peña / + ?"})

    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:.")


def test_for_another_purpose_it_is_dead(in_oak_street: Alliance) -> None:
    token = links.sign("pledge-change", PAYLOAD)

    with pytest.raises(BadLink):
        read(token)


def test_in_another_alliance_it_is_dead(oak_street: Alliance, mill_lane: Alliance) -> None:
    with in_alliance(mill_lane):
        token = links.sign("pledge-confirm", PAYLOAD)
        assert read(token) == PAYLOAD

    with in_alliance(oak_street), pytest.raises(BadLink):
        read(token)


def test_in_another_installation_it_is_dead(in_oak_street: Alliance, settings: Settings) -> None:
    token = links.sign("pledge-confirm", PAYLOAD)
    settings.SECRET_KEY = "somebody-elses"

    with pytest.raises(BadLink):
        read(token)


def test_it_expires(in_oak_street: Alliance) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        token = links.sign("pledge-confirm", PAYLOAD)

    with time_machine.travel(now + timedelta(seconds=WEEK - 1), tick=False):
        assert read(token) == PAYLOAD
    with (
        time_machine.travel(now + timedelta(seconds=WEEK + 1), tick=False),
        pytest.raises(ExpiredLink),
    ):
        read(token)


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda token: token[:-1], id="cut off"),
        pytest.param(lambda token: token + "A", id="longer"),
        pytest.param(lambda token: "", id="nothing"),
        pytest.param(lambda token: "::", id="colons"),
        pytest.param(lambda token: "\0", id="NUL"),
        pytest.param(lambda token: "ü" * 40, id="other letters"),
        pytest.param(lambda token: token.swapcase(), id="other case"),
        pytest.param(lambda token: signing.dumps(PAYLOAD), id="signed without a purpose"),
        pytest.param(lambda token: signing.dumps(PAYLOAD, salt="pledge-confirm"), id="no alliance"),
        pytest.param(lambda token: signing.dumps(PAYLOAD, key="guessed"), id="a guessed key"),
        pytest.param(lambda token: links.sign("pledge-confirm", ["a", "list"]), id="no payload"),
    ],
)
def test_a_forged_token_is_dead(in_oak_street: Alliance, forge) -> None:  # type: ignore[no-untyped-def]
    token = links.sign("pledge-confirm", PAYLOAD)

    with pytest.raises(BadLink):
        read(forge(token))


@hypothesis.settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_whatever_comes_in_is_a_dead_link_and_no_error(text: str) -> None:
    with scope(alliance=Alliance(slug="oak-street")), pytest.raises(BadLink):
        read(text)


def test_a_derived_secret_is_the_same_each_time_and_only_here(
    oak_street: Alliance, mill_lane: Alliance, settings: Settings
) -> None:
    def secrets() -> set[str]:
        return {
            links.derived_secret("pledge-card", "1"),
            links.derived_secret("pledge-card", "2"),
            links.derived_secret("other", "1"),
        }

    with in_alliance(oak_street):
        ours, again = secrets(), secrets()
    with in_alliance(mill_lane):
        theirs = secrets()
    settings.SECRET_KEY = "somebody-elses"
    with in_alliance(oak_street):
        elsewhere = secrets()

    assert ours == again
    assert len(ours | theirs | elsewhere) == 9
    assert {len(secret) for secret in ours} == {22}


def test_new_secrets_differ_and_their_digests_do_not_show_them() -> None:
    made = {links.new_secret(bits=256) for _ in range(100)}

    assert len(made) == 100
    assert {len(secret) for secret in made} == {43}
    assert not [secret for secret in made if secret[:6] in links.digest(secret)]


def test_derived_digits_are_of_their_length_purpose_and_name(in_oak_street: Alliance) -> None:
    digits = links.derived_digits("till", "shop:1", digits=6)
    assert (len(digits), digits.isdecimal()) == (6, True)
    assert digits == links.derived_digits("till", "shop:1", digits=6)
    others = {
        links.derived_digits("till", "shop:2", digits=6),
        links.derived_digits("other", "shop:1", digits=6),
    }
    assert digits not in others


def test_derived_digits_keep_their_zeros(in_oak_street: Alliance) -> None:
    found = [links.derived_digits("till", str(n), digits=2) for n in range(300)]
    assert {len(digits) for digits in found} == {2}
    assert any(digits.startswith("0") for digits in found)
