"""The stand-in as a process of its own: its page, and its news on their way to an address."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from members.payments.port import PaymentState
from members.payments.stripe_port import StripePort
from tests.members.payments.asking import KEY, SECRET, ask

pytestmark = pytest.mark.local

News = tuple[bytes, str, str]


@pytest.fixture
def letterbox() -> Iterator[tuple[str, "Queue[News]"]]:
    """An address that takes what is posted to it: body, signature, host."""
    taken: Queue[News] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.put((body, self.headers["Stripe-Signature"], self.headers["Host"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://oak-street.localhost:{server.server_port}/stripe/news/", taken
    server.shutdown()
    server.server_close()


@pytest.fixture
def base(letterbox: tuple[str, "Queue[News]"]) -> Iterator[str]:
    """Where the process answers."""
    words = ["--port", "0", "--endpoint", f"{KEY},{letterbox[0]},{SECRET}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.stripe_fake", *words],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.match(r"Ready: (http://\S+)", process.stdout.readline())
        assert found
        yield found[1]
    finally:
        process.terminate()
        process.wait(timeout=10)


def page(address: str, **fields: str) -> str:
    data = urlencode(fields).encode() if fields else None
    with urlopen(address, data=data, timeout=10) as response:
        return str(response.read().decode())


def control(base: str, what: str, **given: Any) -> Any:
    request = Request(f"{base}/stand-in/{what}", data=json.dumps({"key": KEY, **given}).encode())
    with urlopen(request, timeout=10) as response:
        return json.load(response)["answer"]


def test_a_payer_pays_on_its_page_and_signed_news_comes(
    base: str, letterbox: tuple[str, "Queue[News]"]
) -> None:
    address, taken = letterbox
    port = StripePort(secret_key=KEY, webhook_secret=SECRET, base=base)
    visit = port.open_visit(
        ask(success_url=f"{base}/c/pay/back", cancel_url="https://oak.example/unpaid/?a=1&b=2")
    )
    shown = page(visit.url)
    assert "Pay 120.00 usd" in shown
    assert "https://oak.example/unpaid/?a=1&amp;b=2" in shown
    assert "Your card was declined." in page(visit.url, card="0002")
    declined, _, host = taken.get(timeout=10)
    assert json.loads(declined)["type"] == "payment_intent.payment_failed"
    assert address.startswith(f"http://{host}/")

    with pytest.raises(OSError, match="404"):
        # Sent on to where Stripe was told to; nobody is there in this test.
        page(visit.url, card="4242")
    news = [taken.get(timeout=10) for _ in range(3)]
    read = [port.read_news(body, signature) for body, signature, _ in news]
    assert {one.type for one in read} == {
        "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed",
    }  # fmt: skip
    assert port.payment(port.visit(visit.external_id).payment_id).state is PaymentState.PAID
    assert "This page is closed" in page(visit.url)

    assert control(base, "replay", times=2) == 4
    assert len([taken.get(timeout=10) for _ in range(8)]) == 8
    assert control(base, "refund", amount=500).startswith("re_")
    assert {json.loads(taken.get(timeout=10)[0])["type"] for _ in range(2)} == {
        "refund.created", "charge.refunded",
    }  # fmt: skip
