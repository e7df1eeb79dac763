"""The addresses of Stripe's API that we use, and what it answers there."""

import copy
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.stripe_fake import params as reading
from tests.stripe_fake.accounts import VERSION, Account, Trouble
from tests.stripe_fake.objects import Thing

KEY = re.compile(r"[rs]k_(test|live)_\w{8,}")


@dataclass
class Request:
    """A request as it came."""

    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]

    @property
    def route(self) -> str:
        """The address with its identifier left out: GET /v1/refunds/*."""
        path = re.sub(r"/(cs_test|cs_live|pi|seti|re|pm)_\w+", "/*", self.path)
        return f"{self.method} {path}"

    @property
    def identifier(self) -> str:
        found = re.search(r"/((?:cs_test|cs_live|pi|seti|re|pm)_\w+)", self.path)
        return found[1] if found else ""


Accounts = Callable[[str], Account]


def answer(request: Request, accounts: Accounts) -> tuple[int, Thing]:
    """What Stripe answers; one request at a time."""
    try:
        account = accounts(_key(request))
        account.requests.append(request.route)
        if request.headers.get("stripe-version") != VERSION:
            raise Trouble(400, "invalid_request_error", "Another API version than was expected.")
        return _once(request, account)
    except Trouble as trouble:
        return trouble.status, trouble.body


def _key(request: Request) -> str:
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not KEY.fullmatch(key) or "unknown" in key:
        raise Trouble(401, "invalid_request_error", f"Invalid API Key provided: {key[:8]}****")
    if "narrow" in key:
        raise Trouble(403, "invalid_request_error", "The provided key does not have access.")
    return key


def _once(request: Request, account: Account) -> tuple[int, Thing]:
    """The first answer to a key again; the same key with another request is refused."""
    name = request.headers.get("idempotency-key", "")
    if request.method != "POST" or not name:
        return _answer(request, account)
    digest = hashlib.sha256(f"{request.path} {request.body}".encode()).hexdigest()
    if name in account.answers:
        known, status, body = account.answers[name]
        if known != digest:
            words = "Keys for idempotent requests can only be used with the same parameters."
            raise Trouble(400, "idempotency_error", words)
        return status, body
    try:
        status, body = _answer(request, account)
    except Trouble as trouble:
        # What was refused before it began may be asked again; a card's refusal is an answer.
        if trouble.status == 402:
            account.answers[name] = (digest, trouble.status, copy.deepcopy(trouble.body))
        raise
    account.answers[name] = (digest, status, copy.deepcopy(body))
    return status, body


def _answer(request: Request, account: Account) -> tuple[int, Thing]:
    params = reading.read(request.body if request.method == "POST" else request.query)
    if request.route not in ROUTES:
        raise Trouble(404, "invalid_request_error", f"Unrecognized request: {request.route}")
    reading.refuse_unknown(request.route, params)
    found = ROUTES[request.route](account, request.identifier, params)
    return 200, _expanded(copy.deepcopy(found), params.get("expand", []), account)


def _expanded(thing: Thing, wanted: list[str], account: Account) -> Thing:
    for path in wanted:
        inner: Any = thing
        for step in path.split("."):
            value = inner.get(step)
            if isinstance(value, str) and value in account.things:
                inner[step] = copy.deepcopy(account.things[value])
            inner = inner[step]
            if inner is None:
                break
    return thing


def _listed(things: list[Thing], path: str) -> Thing:
    return {"object": "list", "data": things, "has_more": False, "url": path}


def _intents(account: Account, identifier: str, params: Thing) -> Thing:
    since = int(params.get("created", {}).get("gte", 0))
    found = [
        thing
        for thing in account.of("payment_intent")
        if thing["customer"] == params.get("customer") and thing["created"] >= since
    ]
    return _listed(found[: int(params.get("limit", 10))], "/v1/payment_intents")


def _refunds(account: Account, identifier: str, params: Thing) -> Thing:
    account.get(params["payment_intent"], "payment_intent")
    found = [
        thing
        for thing in account.of("refund")
        if thing["payment_intent"] == params["payment_intent"]
    ]
    return _listed(found[: int(params.get("limit", 10))], "/v1/refunds")


ROUTES: dict[str, Callable[[Account, str, Thing], Thing]] = {
    "POST /v1/checkout/sessions": lambda a, _, p: a.open_session(p),
    "GET /v1/checkout/sessions/*": lambda a, i, _: a.get(i, "checkout.session"),
    "POST /v1/checkout/sessions/*/expire": lambda a, i, _: a.expire(i),
    "POST /v1/payment_intents": lambda a, _, p: a.charge_off_session(p),
    "GET /v1/payment_intents": _intents,
    "GET /v1/payment_intents/*": lambda a, i, _: a.get(i, "payment_intent"),
    "GET /v1/setup_intents/*": lambda a, i, _: a.get(i, "setup_intent"),
    "POST /v1/refunds": lambda a, _, p: a.refund(p),
    "GET /v1/refunds": _refunds,
    "POST /v1/payment_methods/*/detach": lambda a, i, _: a.detach(i),
}


def as_bytes(body: Thing) -> bytes:
    return json.dumps(body).encode()
