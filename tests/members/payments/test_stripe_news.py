"""News at the adapter: signed by Stripe, recently, and about something."""

import json
import time
from typing import Any

import pytest

from members.payments.port import About, CardProcessor, Forged
from tests.members.payments.asking import SECRET
from tests.stripe_fake import Account
from tests.stripe_fake.server import sign


def test_signed_news_is_read(port: CardProcessor, account: Account) -> None:
    event = account.tell("ping", {"object": "thing", "id": "t", "words": "a\x00b"})
    body = json.dumps(event).encode()
    news = port.read_news(body, sign(body, SECRET))

    assert (news.external_id, news.type, news.is_live) == (event["id"], "ping", False)
    assert news.payload["data"]["object"]["words"] == "ab"
    assert "words" not in repr(news)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(lambda body: "", id="none"),
        pytest.param(lambda body: "t=1,v1=abc", id="made up"),
        pytest.param(lambda body: sign(body, "whsec_millane"), id="another's secret"),
        pytest.param(lambda body: sign(body + b" ", SECRET), id="of another body"),
        pytest.param(lambda body: sign(body, SECRET, at=int(time.time()) - 301), id="old"),
        pytest.param(lambda body: sign(body, SECRET).replace("v1=", "v0="), id="old scheme"),
    ],
)
def test_forged_news_is_refused(port: CardProcessor, account: Account, forged: Any) -> None:
    body = json.dumps(account.tell("ping", {"object": "thing", "id": "t"})).encode()
    with pytest.raises(Forged):
        port.read_news(body, forged(body))


def test_control_a_signature_of_five_minutes_ago_is_good(
    port: CardProcessor, account: Account
) -> None:
    body = json.dumps(account.tell("ping", {"object": "thing", "id": "t"})).encode()

    assert port.read_news(body, sign(body, SECRET, at=int(time.time()) - 290))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b"{", b'{"id": NaN}', b'{"id": "evt_1"}']
)
def test_signed_nonsense_is_refused(port: CardProcessor, body: bytes) -> None:
    with pytest.raises(Forged):
        port.read_news(body, sign(body, SECRET))


@pytest.mark.parametrize(
    ("thing", "about"),
    [
        ({"object": "checkout.session", "id": "cs"}, About(visit_id="cs")),
        ({"object": "payment_intent", "id": "pi"}, About(payment_id="pi")),
        (
            {"object": "refund", "id": "re", "payment_intent": "pi"},
            About(payment_id="pi", has_refunds=True),
        ),
        (
            {"object": "charge", "id": "ch", "payment_intent": {"id": "pi"}},
            About(payment_id="pi", has_refunds=True),
        ),
        ({"object": "charge", "id": "ch", "payment_intent": None}, About(has_refunds=True)),
        (
            {"object": "dispute", "id": "dp", "payment_intent": "pi"},
            About(payment_id="pi", is_disputed=True),
        ),
        ({"object": "customer", "id": "cus"}, About()),
    ],
)
def test_what_it_is_about(port: CardProcessor, thing: Any, about: About) -> None:
    assert port.about({"data": {"object": thing}}) == about
