"""Networks and alliances: how a tenant comes to be."""

from typing import Any

from django.db import transaction

from alliance import events
from alliance.models import Alliance, Network, Seat
from alliance.services import audit
from alliance.tenancy.scope import in_alliance

# What its director may change; the address, currency and state are the network's.
CHANGEABLE = (
    "name",
    "tagline",
    "about",
    "place",
    "postal_address",
    "contact_email",
    "timezone",
    "accent_hue",
    "latitude",
    "longitude",
    "is_on_network_map",
)


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
def change_alliance(*, alliance: Alliance, by: Seat, **fields: Any) -> Alliance:
    """Other words or colours for an alliance's pages; they show at once.

    Raises:
        ValueError: a field that is not the alliance's own to change.
        django.core.exceptions.ValidationError: a value that does not fit.
    """
    if strange := set(fields) - set(CHANGEABLE):
        raise ValueError(f"Not to be changed here: {', '.join(sorted(strange))}.")
    before = {name: getattr(alliance, name) for name in fields}
    for name, value in fields.items():
        setattr(alliance, name, value)
    alliance.full_clean()
    alliance.save(update_fields=list(fields))
    changed = sorted(name for name, value in fields.items() if before[name] != value)
    audit.record(by=by, action="alliance.changed", subject=alliance, fields=changed)
    return alliance
