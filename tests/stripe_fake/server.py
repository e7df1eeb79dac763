"""The stand-in as a server, and its news on their way to us."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from stripe import WebhookSignature

from tests.stripe_fake import api, pages
from tests.stripe_fake.accounts import Account, Trouble
from tests.stripe_fake.objects import REFUSED, Thing


@dataclass
class Endpoint:
    """Where an account's news goes, and the secret that signs it."""

    url: str
    secret: str


class StandIn:
    """Accounts by key. News is kept until somebody takes it, or sent where an endpoint is."""

    def __init__(self, base: str = "") -> None:
        self.base = base
        self.accounts: dict[str, Account] = {}
        self.endpoints: dict[str, Endpoint] = {}
        # What happens to the next requests: "refuse", "lose" the answer, or a status.
        self.trouble: list[str] = []
        self.lock = threading.RLock()
        self._sent: dict[str, int] = {}
        self._outgoing: queue.Queue[tuple[Endpoint, bytes]] = queue.Queue()

    def account(self, key: str) -> Account:
        """The account of a key; a new one where the key is new."""
        return self.accounts.setdefault(key, Account(key=key, base=self.base))

    def take(self, key: str) -> list[Thing]:
        """The account's news since it was last taken, oldest first."""
        account = self.account(key)
        start = self._sent.get(key, 0)
        self._sent[key] = len(account.events)
        return account.events[start:]

    def session(self, identifier: str) -> tuple[Account, Thing]:
        """A session by its name alone, as its page's address has it."""
        for account in self.accounts.values():
            if identifier in account.things:
                return account, account.get(identifier, "checkout.session")
        raise Trouble(404, "invalid_request_error", "No such page.")

    def send(self, key: str, event: Thing, *, after: float = 0) -> None:
        """Puts one piece of news on its way; `after` so many seconds."""
        if endpoint := self.endpoints.get(key):
            item = (endpoint, json.dumps(event).encode())
            threading.Timer(after, self._outgoing.put, [item]).start()

    def send_new(self) -> None:
        """Puts all that is new on its way."""
        for key in self.endpoints:
            for event in self.take(key):
                self.send(key, event)

    def deliver_forever(self) -> None:
        """Sends what is on its way; what is refused comes again a few times."""
        while True:
            endpoint, body = self._outgoing.get()
            for wait in (0, 0.5, 1, 2, 4):
                time.sleep(wait)
                if post(endpoint, body) < 300:
                    break


def sign(body: bytes, secret: str, *, at: int | None = None) -> str:
    """The header with which Stripe signs; by the SDK's own hand."""
    return WebhookSignature.generate_signature_header(body.decode(), secret, timestamp=at)


def post(endpoint: Endpoint, body: bytes) -> int:
    """Sends news to an address; names under .localhost are this machine's."""
    parts = urlsplit(endpoint.url)
    host = parts.hostname or ""
    here = "127.0.0.1" if host.endswith("localhost") else host
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": sign(body, endpoint.secret),
    }
    connection = HTTPConnection(here, parts.port or 80, timeout=10)
    try:
        connection.request("POST", parts.path, body=body, headers=headers)
        return connection.getresponse().status
    except OSError:
        return 599
    finally:
        connection.close()


def handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    """The request handler of one stand-in."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve("")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: tests have output of their own."""

        def _serve(self, body: str) -> None:
            path, _, query = self.path.partition("?")
            with stand_in.lock:
                if path.startswith("/v1/"):
                    self._api(path, query, body)
                elif path.startswith("/c/pay/"):
                    self._page(path.rsplit("/", 1)[-1], body)
                else:
                    self._control(path, body)
                stand_in.send_new()

        def _api(self, path: str, query: str, body: str) -> None:
            trouble = stand_in.trouble.pop(0) if stand_in.trouble else ""
            if trouble == "refuse":
                self._hang_up()
                return
            if trouble.isdigit():
                self._answer(int(trouble), {"error": {"type": "api_error", "message": "Oops."}})
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = api.Request(self.command, path, query, body, headers)
            status, found = api.answer(request, stand_in.account)
            if trouble == "lose":
                self._hang_up()
                return
            self._answer(status, found)

        def _page(self, identifier: str, body: str) -> None:
            try:
                account, session = stand_in.session(identifier)
            except Trouble as trouble:
                self._answer(trouble.status, trouble.body)
                return
            if session["status"] != "open":
                self._html(pages.closed(session))
            elif self.command == "GET":
                self._html(pages.checkout(session))
            else:
                card = parse_qs(body).get("card", [""])[0]
                account.pay(identifier, card=card)
                if card == REFUSED:
                    self._html(pages.checkout(session, "Your card was declined."))
                else:
                    self.send_response(303)
                    self.send_header("Location", session["success_url"])
                    self.send_header("Content-Length", "0")
                    self.end_headers()

        def _control(self, path: str, body: str) -> None:
            """For tests in another process: POST /stand-in/<what> with JSON."""
            try:
                given = json.loads(body or "{}")
                self._answer(200, {"answer": control(stand_in, path.rsplit("/", 1)[-1], given)})
            except (Trouble, KeyError, ValueError) as error:
                self._answer(400, {"error": {"message": str(error)}})

        def _hang_up(self) -> None:
            self.close_connection = True
            self.connection.close()

        def _html(self, text: str) -> None:
            self._write(200, text.encode(), "text/html; charset=utf-8")

        def _answer(self, status: int, body: Thing) -> None:
            self._write(status, api.as_bytes(body), "application/json")

        def _write(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Request-Id", "req_stand_in")
            self.end_headers()
            self.wfile.write(content)

    return Handler


def control(stand_in: StandIn, what: str, given: Thing) -> Any:
    """What a browser test may ask for besides: news again, refunds at the desk, refusals."""
    if what == "endpoint":
        stand_in.endpoints[given["key"]] = Endpoint(given["url"], given["secret"])
        return None
    account = stand_in.account(given["key"])
    if what == "events":
        return [event["type"] for event in account.events]
    if what == "replay":
        for event in account.events * int(given.get("times", 1)):
            stand_in.send(given["key"], event)
        return len(account.events)
    if what == "refund":
        intent = account.of("payment_intent")[0]
        return account.refund({"payment_intent": intent["id"], "amount": given["amount"]})["id"]
    if what == "refuse-cards":
        account.refused = {method["id"] for method in account.of("payment_method")}
        return len(account.refused)
    raise ValueError(what)


@contextmanager
def serving(*, port: int = 0) -> Iterator[StandIn]:
    """A stand-in on 127.0.0.1 for as long as the block runs."""
    stand_in = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(stand_in))
    server.daemon_threads = True
    stand_in.base = f"http://127.0.0.1:{server.server_port}"
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True),
        threading.Thread(target=stand_in.deliver_forever, daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
