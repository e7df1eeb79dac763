"""What a column can fill, in the order of an export."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

BUSINESS, PLACE, PERSON, STANDING = "business", "place", "person", "standing"
GROUPS: dict[str, Any] = {
    BUSINESS: _("The business"),
    PLACE: _("Where it is"),
    PERSON: _("Who speaks for it"),
    STANDING: _("Its membership"),
}


@dataclass(frozen=True)
class Field:
    """A place for a column; `longest` cuts or refuses what is longer."""

    key: str
    label: Any
    group: str
    longest: int = 0


FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        Field("trade_name", _("Business name"), BUSINESS, 120),
        Field("legal_name", _("Legal name"), BUSINESS, 160),
        Field("segment", _("Kind of business"), BUSINESS),
        Field("categories", _("What exactly"), BUSINESS),
        Field("blurb", _("About"), BUSINESS, 600),
        Field("founded_year", _("Founded"), BUSINESS),
        Field("size_band", _("People who work there"), BUSINESS),
        Field("phone", _("Phone"), BUSINESS, 32),
        Field("email", _("E-mail"), BUSINESS, 254),
        Field("website", _("Website"), BUSINESS, 200),
        Field("street", _("Street"), PLACE, 120),
        Field("city", _("City"), PLACE, 80),
        Field("neighbourhood", _("Neighbourhood"), PLACE, 80),
        Field("region", _("State or region"), PLACE, 40),
        Field("postal_code", _("Postal code"), PLACE, 16),
        Field("latitude", _("Latitude"), PLACE),
        Field("longitude", _("Longitude"), PLACE),
        Field("at_location_since", _("At this place since"), PLACE),
        Field("contact_name", _("Contact"), PERSON, 120),
        Field("contact_first", _("Contact’s first name"), PERSON, 120),
        Field("contact_last", _("Contact’s last name"), PERSON, 120),
        Field("contact_email", _("Contact’s e-mail"), PERSON, 254),
        Field("contact_kind", _("Contact’s part"), PERSON),
        Field("tier", _("Tier"), STANDING, 60),
        Field("dues", _("Dues"), STANDING),
        Field("relief", _("Relief"), STANDING),
        Field("joined_on", _("Member since"), STANDING),
        Field("paid_from", _("Paid from"), STANDING),
        Field("paid_until", _("Paid until"), STANDING),
        Field("paid_on", _("Paid on"), STANDING),
        Field("status", _("Standing"), STANDING),
        Field("slug", _("Address on this site"), BUSINESS, 80),
    )
}
# In two columns elsewhere, in one here.
ONLY_IN = frozenset({"contact_first", "contact_last"})
EXPORTED = [key for key in FIELDS if key not in ONLY_IN]


def labels() -> dict[str, str]:
    """Our own name for each field, in the active language."""
    return {key: str(field.label) for key, field in FIELDS.items()}
