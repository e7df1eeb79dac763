"""What a member is written when a renewal could not be taken from the card."""

from datetime import date

from django.utils import translation

from alliance.money import format_money
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from members.models import CardCharge, SavedCard
from members.services import pay_links
from members.services.renewal_letters import in_words


def charge_failed(*, charge: CardCharge, card: SavedCard | None, next_on: date | None) -> None:
    """A letter a try, with the link to pay otherwise; `next_on` is None after the last."""
    invoice = charge.invoice
    if not invoice.bill_email:
        return
    with translation.override(current_alliance().language):
        context = {
            "business": invoice.bill_to,
            "number": invoice.number,
            "due": format_money(invoice.due_minor, invoice.currency),
            "card": str(card) if card else "",
            "next_on": in_words(next_on) if next_on else "",
            "url": pay_links.url(invoice),
        }
    outbox.enqueue(
        key=f"card-failed:{charge.pk}:{charge.tries}",
        template="members/email/card_failed",
        to=invoice.bill_email,
        context=context,
        confirmed=True,
    )
