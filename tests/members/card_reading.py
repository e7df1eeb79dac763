"""What card payments left in the books, as plain values that a test compares whole."""

from typing import Any

from django.db.models import F

from ledger.chart import CARD, CARD_FEES, DUES, RECEIVABLE
from ledger.queries import balance_minor
from members.models import Checkout, Invoice, Payment, Refund, StripeEvent
from members.services import stripe_events
from tests.members.at_stripe import AtStripe
from tests.members.reading import figures_of
from tests.pledges.reading import row_counts


def paid() -> list[tuple[int, int, str]]:
    """The payments: amount, fee, Stripe's name."""
    rows = Payment.objects.order_by("id")
    return list(rows.values_list("amount_minor", "fee_minor", "external_id"))


def books(invoice: Invoice) -> dict[str, Any]:
    """All that a piece of news could change: every table's rows but the news, and the figures."""
    counts = row_counts(invoice.alliance)
    del counts["StripeEvent"]
    refunds = Refund.objects.order_by("id").values_list("amount_minor", "state")
    checkouts = Checkout.objects.order_by("id").values_list("state", flat=True)
    return {
        **counts,
        "figures": figures_of(invoice),
        "refunds": list(refunds),
        "checkouts": list(checkouts),
        "balances": [balance_minor(x) for x in (CARD, CARD_FEES, RECEIVABLE, DUES)],
    }


def unsettled() -> list[tuple[str, str]]:
    """News that is not brought in: its type, and why."""
    rows = StripeEvent.objects.filter(handled_at=None).order_by("received_at")
    return list(rows.values_list("type", "last_error"))


def take_up_again(at_stripe: AtStripe) -> int:
    """A worker takes up all the stored news once more, as if it had never been; how much."""
    StripeEvent.objects.update(handled_at=None, dead_at=None, tries=0, due_at=F("received_at"))
    return stripe_events.bring_due(at_stripe.alliance)


def named(at_stripe: AtStripe, kind: str) -> dict[str, Any]:
    """The latest news of a type."""
    return next(e for e in reversed(at_stripe.account.events) if e["type"] == kind)
