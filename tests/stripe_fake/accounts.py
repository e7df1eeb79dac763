"""One account at the stand-in: its objects, what can happen to them, and its news."""

import copy
from dataclasses import dataclass, field

from tests.stripe_fake import objects
from tests.stripe_fake.objects import PAYS, PAYS_ONCE, REFUSED, WANTS_OWNER, Thing

VERSION = "2026-10-28.endive"


class Trouble(Exception):
    """A request that Stripe refuses: status, type, code, words."""

    def __init__(
        self, status: int, kind: str, words: str, *, code: str = "", thing: Thing | None = None
    ) -> None:
        super().__init__(words)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": words}}
        if thing:
            self.body["error"]["payment_intent"] = thing


def missing(identifier: str) -> Trouble:
    words = f"No such object: '{identifier}'"
    return Trouble(404, "invalid_request_error", words, code="resource_missing")


@dataclass
class Account:
    """What Stripe keeps for one key."""

    key: str
    base: str = ""
    version: str = VERSION
    things: dict[str, Thing] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    # What a key was asked before: digest of the request, and the answer.
    answers: dict[str, tuple[str, int, Thing]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    # Cards that every bank refuses from now on, by their name here.
    refused: set[str] = field(default_factory=set)
    refunds_wait: bool = False

    @property
    def is_live(self) -> bool:
        return "_live_" in self.key

    def get(self, identifier: str, kind: str = "") -> Thing:
        thing = self.things.get(identifier)
        if thing is None or (kind and thing["object"] != kind):
            raise missing(identifier)
        return thing

    def of(self, kind: str) -> list[Thing]:
        """Every object of a kind, newest first as Stripe lists them."""
        return [thing for thing in reversed(self.things.values()) if thing["object"] == kind]

    def tell(self, kind: str, thing: Thing) -> Thing:
        """Notes a piece of news."""
        event = objects.event(
            kind, copy.deepcopy(thing), version=self.version, is_live=self.is_live
        )
        self.events.append(event)
        return event

    # --- what a program asks ---------------------------------------------

    def open_session(self, params: Thing) -> Thing:
        session = objects.session(params, base=self.base, is_live=self.is_live)
        if not 1800 - 60 <= session["expires_at"] - objects.now() <= 24 * 3600:
            raise Trouble(400, "invalid_request_error", "expires_at is out of range")
        session_params = {"payment": params.get("payment_intent_data", {})}
        session_params["setup"] = params.get("setup_intent_data", {})
        self.things[session["id"]] = session
        self.things[f"params of {session['id']}"] = {"object": "params", **session_params}
        return session

    def charge_off_session(self, params: Thing) -> Thing:
        method = self.get(params["payment_method"], "payment_method")
        if method["customer"] is None or method["customer"] != params["customer"]:
            raise Trouble(400, "invalid_request_error", "The payment method is not the customer's.")
        intent = self._keep(objects.payment_intent(params, is_live=self.is_live))
        last4 = method["card"]["last4"]
        if last4 == WANTS_OWNER:
            raise self._declined(intent, "authentication_required")
        if last4 in (PAYS_ONCE, REFUSED) or method["id"] in self.refused:
            raise self._declined(intent, "card_declined")
        return self._paid(intent, method)

    def refund(self, params: Thing) -> Thing:
        intent = self.get(params["payment_intent"], "payment_intent")
        charge = self.get(intent["latest_charge"] or "none", "charge")
        amount = int(params.get("amount", charge["amount"] - charge["amount_refunded"]))
        if not 0 < amount <= charge["amount"] - charge["amount_refunded"]:
            words = "Refund amount is greater than the unrefunded amount on charge"
            raise Trouble(400, "invalid_request_error", words, code="charge_already_refunded")
        status = "pending" if self.refunds_wait else "succeeded"
        made = objects.refund(
            intent, amount=amount, metadata=params.get("metadata", {}), status=status
        )
        self._keep(made)
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self.tell("refund.created", made)
        self.tell("charge.refunded", charge)
        return made

    def detach(self, identifier: str) -> Thing:
        method = self.get(identifier, "payment_method")
        if method["customer"] is None:
            raise Trouble(400, "invalid_request_error", "The payment method is not attached.")
        method["customer"] = None
        return method

    # --- what a payer does on the page -------------------------------------

    def pay(self, session_id: str, *, card: str = PAYS, later: bool = False) -> Thing:
        """Somebody pays, or gives a card; `later` leaves the money on its way."""
        session = self.get(session_id, "checkout.session")
        if session["status"] != "open":
            raise Trouble(400, "invalid_request_error", "This session is not open.")
        if session["mode"] == "setup":
            return self._give_card(session, card)
        params = self.things[f"params of {session_id}"]["payment"]
        intent = self._keep(
            objects.payment_intent(
                {
                    **params,
                    "amount": session["amount_total"],
                    "currency": session["currency"],
                    "customer": self._customer_of(session),
                    "allowed_payment_method_types": session["payment_method_types"],
                },
                is_live=self.is_live,
            )
        )
        session["payment_intent"], session["customer"] = intent["id"], intent["customer"]
        if card == REFUSED:
            self._declined(intent, "card_declined")
            return session
        keeps = params.get("setup_future_usage") == "off_session"
        method = self._method(card, intent["customer"] if keeps else None)
        session["status"], session["url"] = "complete", None
        if later:
            intent["status"], intent["payment_method"] = "processing", method["id"]
        else:
            self._paid(intent, method)
            session["payment_status"] = "paid"
        self.tell("checkout.session.completed", session)
        return session

    def arrive(self, session_id: str, *, well: bool = True) -> Thing:
        """Money that was on its way comes, or does not."""
        session = self.get(session_id, "checkout.session")
        intent = self.get(session["payment_intent"])
        if well:
            self._paid(intent, self.get(intent["payment_method"]))
            session["payment_status"] = "paid"
        else:
            self._declined(intent, "payment_failed")
        end = "succeeded" if well else "failed"
        self.tell(f"checkout.session.async_payment_{end}", session)
        return session

    def expire(self, session_id: str) -> Thing:
        """Nobody paid in time, or its owner closes the page."""
        session = self.get(session_id, "checkout.session")
        if session["status"] != "open":
            raise Trouble(400, "invalid_request_error", "This session is not open.")
        session["status"], session["url"] = "expired", None
        self.tell("checkout.session.expired", session)
        return session

    def end_refund(self, refund_id: str, *, well: bool) -> Thing:
        """A refund that was pending is done, or comes back."""
        made = self.get(refund_id, "refund")
        made["status"] = "succeeded" if well else "failed"
        if not well:
            made["failure_reason"] = "lost_or_stolen_card"
            charge = self.get(made["charge"])
            charge["amount_refunded"] -= made["amount"]
            charge["refunded"] = False
        self.tell("refund.updated" if well else "refund.failed", made)
        return made

    def _keep(self, thing: Thing) -> Thing:
        self.things[thing["id"]] = thing
        return thing

    def _customer_of(self, session: Thing) -> str | None:
        if session["customer"] or session["customer_creation"] != "always":
            return session["customer"]
        made = objects.customer(email=session["customer_email"], is_live=self.is_live)
        return self._keep(made)["id"]

    def _method(self, card: str, customer: str | None) -> Thing:
        return self._keep(
            objects.payment_method(last4=card, customer=customer, is_live=self.is_live)
        )

    def _give_card(self, session: Thing, card: str) -> Thing:
        session["customer"] = self._customer_of(session)
        if card == REFUSED:
            return session
        method = self._method(card, session["customer"])
        params = self.things[f"params of {session['id']}"]["setup"]
        intent = self._keep(objects.setup_intent(params, method=method, is_live=self.is_live))
        session["setup_intent"] = intent["id"]
        session["status"], session["url"] = "complete", None
        self.tell("setup_intent.succeeded", intent)
        self.tell("checkout.session.completed", session)
        return session

    def _paid(self, intent: Thing, method: Thing) -> Thing:
        booked = self._keep(objects.balance_transaction(intent["amount"], intent["currency"]))
        # As Stripe does since 2024: booked in the background unless one asks to wait for it.
        at_once = intent["capture_method"] == "automatic"
        charge = self._keep(
            objects.charge(intent, method, fee_id=booked["id"] if at_once else None)
        )
        intent["amount_received"] = intent["amount"]
        intent["latest_charge"] = charge["id"]
        intent["payment_method"] = method["id"]
        intent["status"] = "succeeded"
        self.tell("charge.succeeded", charge)
        self.tell("payment_intent.succeeded", intent)
        return intent

    def _declined(self, intent: Thing, code: str) -> Trouble:
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"type": "card_error", "code": code}
        self.tell("payment_intent.payment_failed", intent)
        words = "Your card was declined."
        return Trouble(402, "card_error", words, code=code, thing=copy.deepcopy(intent))
