"""A date in the words of schema.org, for search engines and assistants."""

from typing import Any

from alliance.tenancy.scope import current_alliance
from gatherings.models import Occurrence


def event(occurrence: Occurrence) -> dict[str, Any]:
    """An Event; where it is online, the address itself stays with those who come."""
    alliance, gathering = current_alliance(), occurrence.gathering
    url = alliance.url(occurrence.get_absolute_url())
    is_free = not (occurrence.is_full or occurrence.is_cancelled or occurrence.is_over)
    return {
        "@type": "Event",
        "name": occurrence.name,
        "description": gathering.words,
        "url": url,
        "startDate": occurrence.local_start.isoformat(),
        "endDate": occurrence.local_end.isoformat(),
        "eventStatus": _status(occurrence),
        "eventAttendanceMode": _mode(occurrence),
        "location": _places(occurrence),
        "organizer": _organizer(occurrence),
        "maximumAttendeeCapacity": occurrence.capacity,
        "isAccessibleForFree": True,
        "offers": {
            "@type": "Offer",
            "url": url,
            "price": "0",
            "priceCurrency": alliance.currency,
            "availability": "https://schema.org/" + ("InStock" if is_free else "SoldOut"),
        },
    }


def _status(occurrence: Occurrence) -> str:
    if occurrence.is_cancelled:
        return "https://schema.org/EventCancelled"
    moved = "EventRescheduled" if occurrence.moved_at else "EventScheduled"
    return f"https://schema.org/{moved}"


def _mode(occurrence: Occurrence) -> str:
    if occurrence.online and occurrence.where:
        return "https://schema.org/MixedEventAttendanceMode"
    mode = "Online" if occurrence.online else "Offline"
    return f"https://schema.org/{mode}EventAttendanceMode"


def _places(occurrence: Occurrence) -> list[dict[str, Any]]:
    gathering = occurrence.gathering
    found: list[dict[str, Any]] = []
    if occurrence.where:
        place: dict[str, Any] = {
            "@type": "Place",
            "name": occurrence.place_name if occurrence.is_elsewhere else gathering.place_name,
            "address": occurrence.address if occurrence.is_elsewhere else gathering.address,
        }
        if gathering.latitude is not None and not occurrence.is_elsewhere:
            place["geo"] = {
                "@type": "GeoCoordinates",
                "latitude": float(gathering.latitude),
                "longitude": float(gathering.longitude or 0),
            }
        found.append(place)
    if occurrence.online:
        page = current_alliance().url(occurrence.get_absolute_url())
        found.append({"@type": "VirtualLocation", "url": page})
    return found


def _organizer(occurrence: Occurrence) -> dict[str, Any]:
    alliance, business = current_alliance(), occurrence.gathering.business
    if business is not None:
        return {"@type": "Organization", "name": business.trade_name, "url": business.website}
    return {"@type": "Organization", "name": alliance.name, "url": alliance.url()}
