"""`{% load cards %}`: paying an invoice by card, where it can be."""

from django import template

from members.forms.cards import PayByCardForm
from members.models import Invoice, SavedCard
from members.queries import cards

register = template.Library()


@register.simple_tag
def card_form(invoice: Invoice) -> PayByCardForm | None:
    """`{% card_form invoice as form %}`: None where nothing is due or Stripe is not connected."""
    offer = cards.offer(invoice)
    return PayByCardForm(offer) if offer else None


@register.filter
def card_name(card: SavedCard) -> str:
    """A card as its owner knows it: Visa ending 4242."""
    return f"{card.brand} •••• {card.last4}"
