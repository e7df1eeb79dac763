"""A tier as its form sends it, and as it is stored."""

from alliance.tenancy.scope import in_alliance
from members.models import Tier

NEW = "/staff/tiers/new/"


def form(**changes: str | None) -> dict[str, str]:
    """The form as the desk sends it; None leaves a field out."""
    data = {
        "name": "Corner shop",
        "description": "For a shop with a door to the street.",
        "price_minor": "120",
        "least_minor": "",
        "most_minor": "",
        "term_kind": "rolling",
        "term_months": "12",
        "rollover_month": "1",
        "rollover_day": "1",
        "proration": "monthly",
        "seats": "3",
        "benefits": "A window sticker",
        "is_public": "on",
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def stored(alliance) -> list[tuple[str, int]]:
    with in_alliance(alliance):
        return list(Tier.objects.values_list("name", "price_minor"))
