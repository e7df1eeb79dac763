"""What machines read on a date's page."""

import json
import re

import extruct
import pytest

from alliance.tenancy.scope import in_alliance
from gatherings.services import dates
from tests.factories import gatherings as make

pytestmark = pytest.mark.usefixtures("theirs")


def event_on(visit, alliance, occurrence) -> dict:
    path = f"/events/{occurrence.gathering.slug}/{occurrence.original_day}/"
    page = visit(alliance).get(path).content.decode()
    (found,) = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    raw = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(raw[1]) == found
    return found


def test_an_event_with_its_place_and_free_offer(visit, oak_street, bakery, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada, title="Tasting", business=bakery, capacity=9, slug="tasting")
    found = event_on(visit, oak_street, date)
    url = f"http://oak-street.commonweal.test/events/tasting/{date.original_day}/"
    assert found == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Tasting",
        "description": "Coffee is on the house.\n\nBring one question.",
        "url": url,
        "startDate": date.local_start.isoformat(),
        "endDate": date.local_end.isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": [{"@type": "Place", "name": "The Long Table", "address": "12 Oak Street"}],
        "organizer": {"@type": "Organization", "name": "Ben's Bakery"},
        "maximumAttendeeCapacity": 9,
        "isAccessibleForFree": True,
        "offers": {
            "@type": "Offer",
            "url": url,
            "price": "0",
            "priceCurrency": "USD",
            "availability": "https://schema.org/InStock",
        },
    }


def test_online_full_moved_and_called_off(visit, oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(
            by=ada, place_name="", address="", online_url="https://meet.example/x", capacity=1
        )
        make.an_rsvp(date)
    found = event_on(visit, oak_street, date)
    assert [place["@type"] for place in found["location"]] == ["VirtualLocation"]
    assert "meet.example" not in json.dumps(found)
    assert (found["eventAttendanceMode"], found["offers"]["availability"]) == (
        "https://schema.org/OnlineEventAttendanceMode", "https://schema.org/SoldOut",
    )  # fmt: skip
    with in_alliance(oak_street):
        dates.change_date(
            occurrence=date, by=ada, starts_at=date.starts_at,
            ends_at=date.ends_at.replace(minute=0),
        )  # fmt: skip
    assert event_on(visit, oak_street, date)["eventStatus"].endswith("EventRescheduled")
    with in_alliance(oak_street):
        dates.cancel_date(occurrence=date, reason="Ill.", by=ada)
    assert event_on(visit, oak_street, date)["eventStatus"].endswith("EventCancelled")
