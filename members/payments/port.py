"""What we ask of a card processor, and what it answers, in our words.

Amounts are minor units. `reference` is what we wrote on a thing when we made
it, and get back with it. Asks carry a `key`: the same key again does nothing
twice, and gives the first answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

Reference = Mapping[str, str]


class ProcessorError(Exception):
    """The processor did not do what was asked; `str()` is for staff and holds no secret."""


class ProcessorAway(ProcessorError):
    """No answer, or none that says whether it was done: ask the same again later."""


class ProcessorRefused(ProcessorError):
    """It will not do this, however often it is asked."""


class KeyRefused(ProcessorRefused):
    """It does not know our key, or the key may not do this."""


class CardDeclined(ProcessorRefused):
    """The card's bank said no, or wants its owner to be there."""


class Forged(Exception):
    """News without a signature of the processor, with a wrong one, or with an old one."""


class PaymentState(Enum):
    PAID = "paid"
    PENDING = "pending"
    UNPAID = "unpaid"


class VisitState(Enum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class RefundState(Enum):
    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True)
class Card:
    """A card that the processor keeps: its names there, and what its owner knows it by."""

    customer_id: str
    payment_method_id: str
    brand: str
    last4: str
    expires_month: int
    expires_year: int


@dataclass(frozen=True)
class VisitAsk:
    """A visit to the processor's page: pays an amount, or with none saves a card only."""

    key: str
    amount_minor: int
    currency: str
    description: str
    email: str
    saves_card: bool
    success_url: str
    cancel_url: str
    expires_at: datetime
    reference: Reference


@dataclass(frozen=True)
class Visit:
    """A visit as it stands; `payment_id` and `setup_id` name what came of it."""

    external_id: str
    url: str
    state: VisitState
    payment_id: str
    setup_id: str
    reference: Reference


@dataclass(frozen=True)
class ChargeAsk:
    """Money to be taken from a saved card, its owner not there."""

    key: str
    amount_minor: int
    currency: str
    description: str
    customer_id: str
    payment_method_id: str
    reference: Reference


@dataclass(frozen=True)
class PaymentSeen:
    """A payment as it stands. `fee_minor` is None while the processor has not said it."""

    external_id: str
    state: PaymentState
    amount_minor: int
    currency: str
    fee_minor: int | None
    paid_at: datetime | None
    card: Card | None
    reference: Reference


@dataclass(frozen=True)
class RefundAsk:
    """A part or all of a payment to be given back."""

    key: str
    payment_id: str
    amount_minor: int
    reference: Reference


@dataclass(frozen=True)
class RefundSeen:
    """A refund as it stands, ours or one that was made at the processor's own desk."""

    external_id: str
    state: RefundState
    amount_minor: int
    error: str
    reference: Reference


@dataclass(frozen=True)
class About:
    """What a piece of news is about: at most one of these is named, the rest with a payment.

    `is_disputed`: the card's owner has told their bank that it was not theirs.
    """

    visit_id: str = ""
    payment_id: str = ""
    has_refunds: bool = False
    is_disputed: bool = False


@dataclass(frozen=True)
class News:
    """One signed message, as it came."""

    external_id: str
    type: str
    is_live: bool
    payload: dict[str, Any] = field(repr=False)


class CardProcessor(Protocol):
    """One alliance's account with a card processor.

    Every method but the last two goes over the network and may raise
    ProcessorAway and ProcessorRefused.
    """

    def open_visit(self, ask: VisitAsk) -> Visit:
        """Makes the page to which the payer is sent."""
        ...

    def visit(self, external_id: str) -> Visit:
        """A visit as it stands now."""
        ...

    def close_visit(self, external_id: str) -> Visit:
        """Closes the page of a visit; one that is over already stays as it is."""
        ...

    def saved_card(self, setup_id: str) -> Card | None:
        """The card that a visit without an amount saved; None if it did not come to that."""
        ...

    def charge(self, ask: ChargeAsk) -> PaymentSeen:
        """Takes money from a saved card; raises CardDeclined."""
        ...

    def charged(
        self, *, customer_id: str, reference: Reference, since: datetime
    ) -> PaymentSeen | None:
        """A payment with this reference that was made, or is under way, since then."""
        ...

    def payment(self, external_id: str) -> PaymentSeen:
        """A payment as it stands now, with its fee and its card."""
        ...

    def refund(self, ask: RefundAsk) -> RefundSeen:
        """Gives money back."""
        ...

    def refunds(self, payment_id: str) -> list[RefundSeen]:
        """Every refund of a payment, oldest first."""
        ...

    def forget_card(self, payment_method_id: str) -> None:
        """Has the processor forget a card; one that it does not know is forgotten already."""
        ...

    def read_news(self, payload: bytes, signature: str) -> News:
        """A message whose signature is the processor's; raises Forged."""
        ...

    def about(self, payload: dict[str, Any]) -> About:
        """What a stored message is about."""
        ...
