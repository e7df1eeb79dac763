"""Networks and alliances: how a tenant comes to be."""

from typing import Any

from django.db import transaction

from alliance import events
from alliance.models import Alliance, Network
from alliance.tenancy.scope import in_alliance


@transaction.atomic
def open_alliance(*, network: Network, name: str, slug: str, **fields: Any) -> Alliance:
    """A new alliance in its network, made ready by every room that listens.

    Raises:
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    alliance = Alliance(network=network, name=name, slug=slug, **fields)
    alliance.full_clean()
    alliance.save()
    with in_alliance(alliance):
        events.alliance_opened.send(sender=Alliance, alliance=alliance)
    return alliance


@transaction.atomic
def change_brand(*, alliance: Alliance, accent_hue: int, accent_chroma: Any) -> None:
    """Other colours for an alliance's pages; `brand.css` follows at once."""
    alliance.accent_hue, alliance.accent_chroma = accent_hue, accent_chroma
    alliance.full_clean()
    alliance.save(update_fields=["accent_hue", "accent_chroma"])
