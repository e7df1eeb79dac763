"""A shop's own till over HTTP: its page, its secret, and the messages that it signs."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, PointOfSale, Redemption
from pledges.signatures import sign
from pledges.views.points_of_sale import LARGEST
from tests.factories import pledges as make
from tests.pledges.reading import money_of, row_counts
from tests.pledges.views.browsing import problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")

NOON = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
PAGE = "/me/till/points-of-sale/"
PROBLEM = "application/problem+json"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def till(oak_street, bakery, ben):
    """The bakery's till and its secret."""
    with in_alliance(oak_street):
        return make.a_point_of_sale(business=bakery, by=ben)


@pytest.fixture
def sale(oak_street, eves_pledge):
    """A sale as its message says it."""
    with in_alliance(oak_street):
        Pledge.objects.update(confirmed_at=NOON - timedelta(days=1))
    return {
        "id": "sale-1042",
        "code": eves_pledge.code,
        "amount_minor": 18_50,
        "currency": "USD",
        "at": "2026-12-01T20:00:00Z",
    }


@pytest.fixture
def tell(oak_street, till):
    """`tell(sale)`: sends it, signed; what it answers."""

    def send(said, *, secret=till[1], pk=till[0].pk, seconds=0, alliance=oak_street, **headers):
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        at = int(NOON.timestamp()) + seconds
        headers = {"Commonweal-Signature": sign(body, secret=secret, at=at)} | headers
        program = Client(HTTP_HOST=f"{alliance.slug}.commonweal.test", enforce_csrf_checks=True)
        return program.post(
            f"/pledge/pos/{pk}/", body, content_type="application/json", headers=headers
        )

    return send


def refused(answer) -> tuple[int, str]:
    """A refusal: its status and its sentence."""
    assert answer["Content-Type"] == PROBLEM
    body = answer.json()
    assert body["status"] == answer.status_code
    return answer.status_code, body.get("detail", "")


def test_a_sale_is_counted_without_a_session_or_a_token(tell, sale, oak_street, eves_pledge):
    answer = tell(sale)
    with in_alliance(oak_street):
        made = Redemption.objects.get()
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "id": "sale-1042",
            "redemption": str(made.pk),
            "amount_minor": 18_50,
            "counted_minor": 18_50,
            "currency": "USD",
        },
    )


def test_the_same_message_ten_times_is_answered_alike_and_counts_once(tell, sale, oak_street):
    first = tell(sale)
    before = row_counts(oak_street)
    answers = {(tell(sale, seconds=n).status_code, tell(sale).content) for n in range(9)}
    assert answers == {(200, first.content)}
    assert row_counts(oak_street) == before


def test_the_code_however_a_till_writes_it(tell, sale, eves_pledge):
    sale["code"] = eves_pledge.code_grouped.lower()
    assert tell(sale).status_code == 200


def test_signatures_and_clocks(tell, sale, oak_street):
    before = row_counts(oak_street)
    forged = (400, "The signature does not fit this body and secret.")
    assert refused(tell(sale, secret="cwpos_guessed")) == forged
    assert refused(tell(sale, **{"Commonweal-Signature": ""})) == forged
    clocks = (
        "Your clock is 301 seconds {} ours; 300 are allowed. Set it by the network and send again."
    )
    assert refused(tell(sale, seconds=301)) == (400, clocks.format("ahead of"))
    assert refused(tell(sale, seconds=-301)) == (400, clocks.format("behind"))
    assert row_counts(oak_street) == before
    assert tell(sale, seconds=-300).status_code == 200


def test_unknown_revoked_and_the_neighbours_are_alike(
    tell, sale, oak_street, till, neighbour, visit, ben
):
    nobodys = refused(tell(sale, pk="019a0000-0000-7000-8000-000000000000"))
    theirs = refused(tell(sale, pk=neighbour.point_of_sale.pk))
    elsewhere = refused(tell(sale, alliance=neighbour.alliance))
    visit(oak_street, ben).post(f"{PAGE}{till[0].pk}/revocation/")
    assert [nobodys, theirs, elsewhere, refused(tell(sale))] == [(404, "")] * 4


def test_a_secret_that_cannot_be_read_any_more_opens_nothing(tell, sale, settings):
    settings.SECRET_KEY = "another"
    assert refused(tell(sale)) == (404, "")


def test_another_shops_code_the_neighbours_and_nobodys_are_alike(tell, sale, neighbour):
    answers = [refused(tell(sale | {"code": code})) for code in (neighbour.pledge.code, "ZZZZZZZZ")]
    assert answers == [(404, "No pledge for your business has this code.")] * 2


def test_what_the_rules_refuse(tell, sale):
    assert refused(tell(sale | {"currency": "EUR"})) == (409, "This pledge is in USD.")
    tell(sale)
    assert refused(tell(sale | {"amount_minor": 1})) == (
        409,
        "This id came before with other figures.",
    )
    assert refused(tell(sale | {"id": "sale-1043"})) == (
        409,
        "A purchase was counted for this pledge within the last ten minutes.",
    )
    later = "2026-12-01T20:11:00Z"
    assert refused(tell(sale | {"id": "sale-1044", "at": later}))[0] == 409


BAD = {
    "no id": ({"id": None}, "id"),
    "a long id": ({"id": "x" * 121}, "id"),
    "a null in the id": ({"id": "a\x00b"}, "id"),
    "a line in the id": ({"id": "a\nb"}, "id"),
    "a list": ({"id": ["a"]}, "id"),
    "a short code": ({"code": "K7"}, "code"),
    "an object": ({"code": {"a": 1}}, "code"),
    "nothing spent": ({"amount_minor": 0}, "amount_minor"),
    "less than nothing": ({"amount_minor": -1}, "amount_minor"),
    "a fraction": ({"amount_minor": 18.5}, "amount_minor"),
    "true": ({"amount_minor": True}, "amount_minor"),
    "too much": ({"amount_minor": 10_000_01}, "amount_minor"),
    "words": ({"amount_minor": "lots"}, "amount_minor"),
    "a small currency": ({"currency": "usd"}, "currency"),
    "an emoji": ({"currency": "🍕"}, "currency"),
    "no zone": ({"at": "2026-12-01T20:00:00"}, "at"),
    "no moment": ({"at": "noon"}, "at"),
    "a day that is none": ({"at": "2026-02-31T20:00:00Z"}, "at"),
    "the year 9999": ({"at": "9999-12-31T23:59:59-23:00"}, "at"),
}


def test_fields_that_are_asked_for_again(tell, sale, oak_street):
    before, found = row_counts(oak_street), {}
    for what, (change, _field) in BAD.items():
        said = {name: value for name, value in (sale | change).items() if value is not None}
        answer = tell(said)
        found[what] = (refused(answer)[0], list(answer.json()["errors"]))
    assert found == {what: (422, [field]) for what, (_change, field) in BAD.items()}
    assert row_counts(oak_street) == before


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff\xfe", b"[" * 5_000, b'"a"'])
def test_what_is_no_object_of_json(tell, body):
    answer = tell(body)
    assert (refused(answer)[0], sorted(answer.json()["errors"])) == (
        422,
        ["amount_minor", "at", "code", "currency", "id"],
    )


def test_a_body_that_is_too_large_is_not_read(tell):
    assert refused(tell(b"x" * (LARGEST + 1)))[0] == 413
    assert refused(tell(b"x" * LARGEST))[0] == 422


def test_messages_are_posted(visit, oak_street, till):
    assert visit(oak_street).get(f"/pledge/pos/{till[0].pk}/").status_code == 405


# --- the page -------------------------------------------------------------------


def test_making_one_shows_its_secret_once(visit, oak_street, bakery, ben):
    browser = visit(oak_street, ben)
    assert browser.get(PAGE).status_code == 200
    made = browser.post(PAGE, {"name": "Counter till", "business": str(bakery.pk)})
    with in_alliance(oak_street):
        till = PointOfSale.objects.get()
    assert "cwpos_" in text(made)
    assert f"http://oak-street.commonweal.test/pledge/pos/{till.pk}/" in text(made)
    assert "cwpos_" not in text(browser.get(PAGE))
    assert "Counter till" in words(browser.get(PAGE))


def test_a_shop_of_somebody_else_cannot_be_chosen(visit, oak_street, ben):
    with in_alliance(oak_street):
        other = make.a_business(trade_name="The Book Nook")
    answer = visit(oak_street, ben).post(PAGE, {"name": "x", "business": str(other.pk)})
    assert answer.status_code == 422
    assert "The Book Nook" not in words(answer)
    with in_alliance(oak_street):
        assert not PointOfSale.objects.exists()


def test_a_name_is_asked_for(visit, oak_street, bakery, ben):
    answer = visit(oak_street, ben).post(PAGE, {"name": "", "business": str(bakery.pk)})
    assert (answer.status_code, problems(answer)) == (422, [("id_name", "Give it a name.")])


def test_another_shops_till_is_not_revoked(visit, oak_street, ben, neighbour):
    answer = visit(oak_street, ben).post(f"{PAGE}{neighbour.point_of_sale.pk}/revocation/")
    assert answer.status_code == 404
