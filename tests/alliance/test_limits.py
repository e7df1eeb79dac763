"""Rate limits: exactly as many as said, by network or person, and open when Valkey is gone."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
import redis.exceptions
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from alliance import limits
from alliance.models import Alliance, Person, Seat
from tests.side_by_side import at_once


@limits.limited("test", "7/h")
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("come in")


@limits.limited("test-person", "3/h", by="person")
def till(request: HttpRequest) -> HttpResponse:
    return HttpResponse("come in")


Post = Callable[..., int]


@pytest.fixture
def post(oak_street: Alliance) -> Post:
    """`post("10.0.0.1")`: the status of one post from there."""

    def send(
        address: str,
        *,
        alliance: Alliance | None = oak_street,
        user: Person | None = None,
        method: str = "post",
        through: Any = view,
    ) -> int:
        request = getattr(RequestFactory(), method)("/pledge/oven/", REMOTE_ADDR=address)
        request.alliance, request.seats, request.user = alliance, (), user
        return through(request).status_code

    return send


@pytest.fixture(autouse=True)
def _one_window(db: None) -> Any:
    """Windows of an hour begin where the key says; the clock stands inside one."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def test_the_seventh_passes_and_the_eighth_does_not(post: Post) -> None:
    assert [post("10.0.0.1") for _ in range(9)] == [200] * 7 + [429] * 2


@pytest.mark.parametrize("n", [7, 50])
def test_of_two_hundred_at_once_exactly_as_many_pass_as_may(
    oak_street: Alliance, n: int, rf: RequestFactory
) -> None:
    def ask() -> bool:
        request = rf.post("/", REMOTE_ADDR="10.0.0.1")
        request.alliance = oak_street
        return limits.over(request, group="rush", rate=f"{n}/h") == 0

    answers = at_once(*[ask] * 200)

    assert (answers.count(True), answers.count(False)) == (n, 200 - n)


def test_control_counting_without_an_atomic_increment_lets_more_pass() -> None:
    """Why `get_usage` and not a read followed by a write."""
    caches["default"].set("naive", 0)
    all_have_read = Barrier(20)

    def ask() -> bool:
        cache = caches["default"]
        seen = cache.get("naive")
        all_have_read.wait(timeout=30)
        cache.set("naive", seen + 1)
        return seen < 7

    assert at_once(*[ask] * 20).count(True) == 20


def test_one_network_counts_together(post: Post) -> None:
    one = [post(f"203.0.113.{n}") for n in range(1, 8)]

    assert one == [200] * 7
    assert post("203.0.113.250") == 429
    assert post("203.0.114.1") == 200


def test_one_network_of_the_newer_kind_too(post: Post) -> None:
    one = [post(f"2001:db8:0:{n:x}::1") for n in range(1, 8)]

    assert one == [200] * 7
    assert post("2001:db8:0:ff::9") == 429
    assert post("2001:db8:0:100::1") == 200


def test_alliances_count_by_themselves(
    post: Post, oak_street: Alliance, mill_lane: Alliance
) -> None:
    for _ in range(7):
        post("10.0.0.1", alliance=mill_lane)

    assert post("10.0.0.1", alliance=mill_lane) == 429
    assert post("10.0.0.1", alliance=oak_street) == 200
    assert post("10.0.0.1", alliance=None) == 200


def test_a_person_counts_wherever_they_are(post: Post, ada: Seat, cleo: Seat) -> None:
    answers = [post(f"10.0.{n}.1", user=ada.person, through=till) for n in range(4)]

    assert answers == [200, 200, 200, 429]
    assert post("10.0.0.1", user=cleo.person, through=till) == 200


def test_reading_is_never_counted(post: Post) -> None:
    assert [post("10.0.0.1", method="get") for _ in range(20)] == [200] * 20
    assert post("10.0.0.1") == 200


def test_after_the_hour_it_is_open_again(post: Post) -> None:
    for _ in range(8):
        post("10.0.0.1")

    with time_machine.travel(timezone.now().timestamp() + 3601, tick=False):
        assert post("10.0.0.1") == 200


def test_the_refusal_says_when_to_come_back(post: Post, oak_street: Alliance) -> None:
    for _ in range(7):
        post("10.0.0.1")
    request = RequestFactory().post("/pledge/oven/", REMOTE_ADDR="10.0.0.1")
    request.alliance, request.seats, request.user = oak_street, (), AnonymousUser()

    response = view(request)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 3600
    assert "Retry-After" not in view(RequestFactory().get("/")).headers


def test_where_valkey_is_gone_the_customer_passes(post: Post, settings: Settings) -> None:
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    }

    with pytest.raises(redis.exceptions.ConnectionError):
        caches["default"].get("anything")
    assert [post("10.0.0.1") for _ in range(9)] == [200] * 9


# --- guesses ---------------------------------------------------------------------


@pytest.fixture
def guess(oak_street: Alliance) -> Any:
    """`guess("a card")`: the seconds to wait after one try at it."""

    def one(whose: str, *, alliance: Alliance = oak_street, adds: bool = True) -> int:
        request = RequestFactory().post("/")
        request.alliance = alliance
        return limits.tries(request, group="guess", rate="3/h", whose=whose, adds=adds)

    return one


def test_tries_are_counted_by_what_is_guessed_at(guess: Any, mill_lane: Alliance) -> None:
    assert [guess("a card") > 0 for _n in range(5)] == [False, False, False, True, True]
    assert (guess("another card"), guess("a card", alliance=mill_lane)) == (0, 0)


def test_looking_adds_nothing_and_sees_when_there_were_enough(guess: Any) -> None:
    assert [guess("a card", adds=False) for _n in range(9)] == [0] * 9
    found = []
    for _n in range(3):
        guess("a card")
        found.append(guess("a card", adds=False) > 0)
    assert found == [False, False, True]


def test_where_nothing_is_counted_nothing_is_guessed(
    guess: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise redis.exceptions.ConnectionError

    monkeypatch.setattr(type(caches["default"]), "add", away)
    assert guess("a card") == 60
