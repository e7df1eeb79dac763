"""The stand-in is held against the SDK's own types, so that it cannot drift from Stripe.

The types are generated from Stripe's specification of the pinned version: every
object that the stand-in answers must fit them, and every field that the adapter
reads must be one of theirs.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import pytest
import stripe
from stripe import StripeObject

from members.payments.port import ProcessorRefused
from members.payments.stripe_port import VERSION, StripePort
from tests.members.payments.asking import KEY, SECRET, a_kept_card, ask, charge
from tests.stripe_fake import Account, StandIn
from tests.stripe_fake.objects import Thing, new_id
from tests.stripe_fake.params import refuse_unknown
from tests.stripe_fake.server import sign

TYPES: dict[str, type[StripeObject]] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "setup_intent": stripe.SetupIntent,
    "payment_method": stripe.PaymentMethod,
    "customer": stripe.Customer,
    "charge": stripe.Charge,
    "balance_transaction": stripe.BalanceTransaction,
    "refund": stripe.Refund,
    "event": stripe.Event,
}

# Every field that the adapter reads, by the SDK's class.
READ = {
    "BalanceTransaction": {"currency", "exchange_rate", "fee"},
    "Charge": {
        "amount", "balance_transaction", "created", "currency", "payment_method_details",
    },
    "Charge.PaymentMethodDetails": {"card"},
    "Charge.PaymentMethodDetails.Card": {"brand", "exp_month", "exp_year", "last4"},
    "Event": {"id", "livemode", "type"},
    "ListObject": {"data"},
    "PaymentIntent": {
        "amount", "amount_received", "currency", "customer", "id", "latest_charge", "metadata",
        "payment_method", "status",
    },
    "PaymentMethod": {"card", "id"},
    "PaymentMethod.Card": {"brand", "exp_month", "exp_year", "last4"},
    "Refund": {"amount", "failure_reason", "id", "metadata", "status"},
    "Session": {"id", "metadata", "payment_intent", "setup_intent", "status", "url"},
    "SetupIntent": {"customer", "payment_method", "status"},
}  # fmt: skip


def wrong(value: Any, annotation: Any, path: str) -> Iterator[str]:
    """Where a value does not fit the SDK's annotation."""
    if isinstance(annotation, str | ForwardRef):
        name = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        known = getattr(stripe, name, None)
        if isinstance(value, dict) and known is not None:
            yield from wrong_object(value, known, path)
        elif not isinstance(value, str):
            yield f"{path}: {value!r} is no {name}"
    elif get_origin(annotation) is Union:
        choices = [list(wrong(value, choice, path)) for choice in get_args(annotation)]
        if all(choices):
            yield min(choices, key=len)[0]
    elif get_origin(annotation) is Literal:
        if value not in get_args(annotation):
            yield f"{path}: {value!r} is none of {get_args(annotation)}"
    elif get_origin(annotation) is list:
        for inner in value if isinstance(value, list) else [object()]:
            yield from wrong(inner, get_args(annotation)[0], f"{path}[]")
    elif annotation in (int, str, bool, float, type(None)):
        if type(value) is not annotation:
            yield f"{path}: {value!r} is no {annotation.__name__}"
    elif "UntypedStripeObject" in str(annotation):
        if not isinstance(value, dict):
            yield f"{path}: {value!r} is no object"
    elif inspect.isclass(annotation) and issubclass(annotation, StripeObject):
        yield from wrong_object(value, annotation, path)


def wrong_object(thing: Any, known: type[StripeObject], path: str) -> Iterator[str]:
    """Fields that Stripe does not have, lacks, or has otherwise."""
    if not isinstance(thing, dict):
        yield f"{path}: {thing!r} is no {known.__name__}"
        return
    annotations = inspect.get_annotations(known)
    fields = {n: a for n, a in annotations.items() if "ClassVar" not in str(a)}
    for name in sorted(thing.keys() - fields.keys()):
        yield f"{path}.{name}: Stripe has no such field"
    for name, annotation in fields.items():
        if name in thing:
            yield from wrong(thing[name], annotation, f"{path}.{name}")
        elif type(None) not in get_args(annotation):
            yield f"{path}.{name}: is missing"


def faults(things: list[Thing]) -> list[str]:
    found = []
    for thing in things:
        kind = thing["object"]
        # What news is about is of any kind.
        plain = {**thing, "data": {"object": {}}} if kind == "event" else thing
        found += [
            fault for fault in wrong_object(plain, TYPES[kind], kind) if "event.data" not in fault
        ]
    return found


@pytest.fixture
def everything(port: Any, account: Account) -> list[Thing]:
    """An object of every kind, in every state that it can be in."""
    keeps = port.open_visit(ask(key="1", saves_card=True))
    account.pay(keeps.external_id)
    for number, card in enumerate(("4242", "0002")):
        account.pay(port.open_visit(ask(key=f"2{number}")).external_id, card=card)
    for number, well in enumerate((True, False)):
        late = port.open_visit(ask(key=f"3{number}"))
        account.pay(late.external_id, later=True)
        account.arrive(late.external_id, well=well)
    account.expire(port.open_visit(ask(key="4")).external_id)
    card = a_kept_card(port, account, "4242")
    paid = port.charge(charge(card))
    account.refused.add(card.payment_method_id)
    with pytest.raises(ProcessorRefused):
        port.charge(charge(card, key="charge:1:1"))
    account.refund({"payment_intent": paid.external_id, "amount": "500"})
    account.refunds_wait = True
    waits = account.refund({"payment_intent": paid.external_id, "amount": "500"})
    account.end_refund(waits["id"], well=False)
    things = [thing for thing in account.things.values() if thing["object"] != "params"]
    return [*things, *account.events]


def test_every_object_fits_the_types_of_the_pinned_version(everything: list[Thing]) -> None:
    assert {thing["object"] for thing in everything} == TYPES.keys()
    assert {event["api_version"] for event in everything if event["object"] == "event"} == {VERSION}
    assert faults(everything) == []


def test_control_an_invented_a_missing_and_a_wrong_field_are_found(
    everything: list[Thing],
) -> None:
    session = next(thing for thing in everything if thing["object"] == "checkout.session")
    planted = [
        {**session, "paid_in_full": True},
        {name: value for name, value in session.items() if name != "expires_at"},
        {**session, "expires_at": "tomorrow"},
        {**session, "custom_text": {}, "custom_fields": [{"key": 1}]},
    ]

    assert [faults([thing])[0] for thing in planted] == [
        "checkout.session.paid_in_full: Stripe has no such field",
        "checkout.session.expires_at: is missing",
        "checkout.session.expires_at: 'tomorrow' is no int",
        "checkout.session.custom_fields[].key: 1 is no str",
    ]


class Reads:
    """Notes which fields are read of which class."""

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = {}

    def note(self, thing: StripeObject, name: str) -> None:
        owner = type(thing).__qualname__
        # The SDK itself reads `object`, to know what it is reading.
        if owner != "StripeObject" and name != "object":
            self.found.setdefault(owner, set()).add(name)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    noted = Reads()
    read = StripeObject.__getattr__

    def noting(self: StripeObject, name: str) -> Any:
        value = read(self, name)
        noted.note(self, name)
        return value

    monkeypatch.setattr(StripeObject, "__getattr__", noting)
    return noted


def use_all(port: Any, account: Account) -> None:
    """Every question that the adapter can ask, and news."""
    visit = port.open_visit(ask(key="all", saves_card=True))
    account.pay(visit.external_id)
    closed = port.visit(visit.external_id)
    payment = port.payment(closed.payment_id)
    unpaid = port.open_visit(ask(key="all:unpaid"))
    account.pay(unpaid.external_id, card="0002")
    port.payment(port.visit(unpaid.external_id).payment_id)
    method = account.get(closed.payment_id)["latest_charge"]
    account.get(account.get(method)["balance_transaction"]).update(
        currency="eur", exchange_rate=0.9
    )
    port.payment(closed.payment_id)
    port.charge(charge(payment.card, key="all:charge"))
    port.charged(customer_id=payment.card.customer_id, reference={}, since=payment.paid_at)
    a_kept_card(port, account, "4242")
    made = account.refund({"payment_intent": closed.payment_id, "amount": "500"})
    made.update(status="failed", failure_reason="unknown")
    port.refunds(closed.payment_id)
    account.refused.add(payment.card.payment_method_id)
    body = json.dumps(account.events[-1]).encode()
    port.read_news(body, sign(body, SECRET))


def test_what_the_adapter_reads_is_written_down_and_stripes(
    port: Any, account: Account, reads: Reads
) -> None:
    use_all(port, account)

    assert reads.found == READ
    for owner, names in READ.items():
        known: Any = stripe.checkout if owner == "Session" else stripe
        for part in owner.split("."):
            known = getattr(known, part)
        assert names - inspect.get_annotations(known).keys() == set(), owner


def _without(thing: Any, kinds: set[str], name: str) -> Any:
    """An answer with one field of these kinds left out, however deep it lies."""
    if isinstance(thing, list):
        return [_without(inner, kinds, name) for inner in thing]
    if not isinstance(thing, dict):
        return thing
    kind = thing.get("object", thing.get("type", "card" if "last4" in thing else ""))
    # An event's data has its object under that name.
    is_it = isinstance(kind, str) and kind in kinds
    return {
        key: _without(value, kinds, name)
        for key, value in thing.items()
        if not (is_it and key == name)
    }


KINDS = {
    "BalanceTransaction": {"balance_transaction"},
    "Charge": {"charge"},
    "Charge.PaymentMethodDetails": {"card"},
    "Charge.PaymentMethodDetails.Card": {"card"},
    "Event": {"event"},
    "ListObject": {"list"},
    "PaymentIntent": {"payment_intent"},
    "PaymentMethod": {"payment_method"},
    "PaymentMethod.Card": {"card"},
    "Refund": {"refund"},
    "Session": {"checkout.session"},
    "SetupIntent": {"setup_intent"},
}


@pytest.mark.parametrize(
    ("owner", "name"), [(owner, name) for owner, names in READ.items() for name in sorted(names)]
)
def test_a_field_that_is_missing_is_noticed_and_never_guessed(
    stripe_server: StandIn, monkeypatch: pytest.MonkeyPatch, owner: str, name: str
) -> None:
    from tests.stripe_fake import api

    whole, account = api.as_bytes, stripe_server.account(KEY)
    port = StripePort(secret_key=KEY, webhook_secret=SECRET, base=stripe_server.base)
    monkeypatch.setattr(api, "as_bytes", lambda body: whole(_without(body, KINDS[owner], name)))
    monkeypatch.setattr(json, "dumps", _dumping_without(KINDS[owner], name))

    # An event that lacks something is taken for no event at all.
    with pytest.raises(Exception, match="AttributeError" if owner == "Event" else name):
        use_all(port, account)


def _dumping_without(kinds: set[str], name: str) -> Any:
    whole = json.dumps

    def dumps(thing: Any, **kwargs: Any) -> str:
        is_event = isinstance(thing, dict) and thing.get("object") == "event"
        return whole(_without(thing, kinds, name) if is_event else thing, **kwargs)

    return dumps


@pytest.mark.parametrize(
    ("route", "params", "unknown"),
    [
        ("POST /v1/checkout/sessions", {"payment_method_types": ["card"]}, "payment_method_types"),
        (
            "POST /v1/checkout/sessions",
            {"line_items": [{"price_data": {"price": "1"}}]},
            "line_items[price_data][price]",
        ),
        ("POST /v1/payment_intents", {"payment_method_types": ["card"]}, "payment_method_types"),
        ("GET /v1/refunds", {"payment": "pi"}, "payment"),
        ("POST /v1/payment_methods/*/detach", {"customer": "cus"}, "customer"),
    ],
)
def test_a_field_that_this_version_does_not_know_is_refused(
    route: str, params: Thing, unknown: str
) -> None:
    from tests.stripe_fake import Trouble

    with pytest.raises(Trouble) as caught:
        refuse_unknown(route, params)

    assert str(caught.value) == f"Received unknown parameter: {unknown}"


def test_another_version_of_the_api_is_refused(stripe_server: StandIn) -> None:
    client = stripe.StripeClient(
        KEY, stripe_version="2024-06-20", base_addresses={"api": stripe_server.base}
    )
    with pytest.raises(stripe.InvalidRequestError, match="Another API version"):
        client.v1.checkout.sessions.retrieve("cs_test_1")


def test_keys_have_accounts_of_their_own(port: Any, stripe_server: StandIn) -> None:
    visit = port.open_visit(ask())
    another = StripePort(
        secret_key="rk_test_milllane", webhook_secret=SECRET, base=stripe_server.base
    )

    with pytest.raises(ProcessorRefused, match="No such object"):
        another.visit(visit.external_id)
    assert new_id("pi") != new_id("pi")
