"""Who lapses is gone from everywhere the next day; who is taken out, at once."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from directory.models import DirectoryEntry, PausedBy
from directory.services import listings
from tests.directory.asked import PAGE

# Every public address that shows the listing, and what shows it there.
SLUG, NAME = "flor-de-maiz", "Flor de Maíz"
LISTS = {
    "/directory/map/": SLUG,
    "/directory/map/?q=flor": SLUG,
    "/directory/map.json": SLUG,
    "/directory/print/": SLUG,
    "/directory/feed.atom": SLUG,
    "/directory/businesses.csv": SLUG,
    "/directory/businesses.json": SLUG,
    "/directory/businesses.geojson": SLUG,
    "/directory/widget/frame/": SLUG,
    "/directory/widget/": "Bakery",
    "/sitemap-listings-1.xml": SLUG,
    "/sitemap.xml": "sitemap-listings-1.xml",
    "/api/v1/listings/": SLUG,
    "/api/v1/listings/?q=flor": SLUG,
}
OWN = [
    PAGE,
    *(f"{PAGE}{part}" for part in ("correction/", "poster/", "card.png", "contact.vcf", "qr.svg",
                                   "count/view.gif")),
    f"/api/v1/listings/{SLUG}/",
]  # fmt: skip


@pytest.fixture
def seen(visit, oak_street, flor, next_door) -> Callable[[], dict[str, bool]]:
    """Where the listing can be found, address by address; caches are as visitors leave them."""

    def look() -> dict[str, bool]:
        browser = visit(oak_street)
        found = {}
        for path, word in LISTS.items():
            answer = browser.get(path)
            assert answer.status_code in (200, 404), path
            found[path] = answer.status_code == 200 and word in answer.content.decode()
        for path in OWN:
            found[path] = browser.get(path).status_code == 200
        return found

    return look


@pytest.fixture
def last_day(oak_street, flor) -> datetime:
    """A minute before midnight of the last day on which the membership lets it be seen."""
    with in_alliance(oak_street):
        until = DirectoryEntry.objects.get(slug=SLUG).shown_until
    return datetime.combine(until, time(23, 59), tzinfo=oak_street.zone)


EVERYWHERE = dict.fromkeys([*LISTS, *OWN], True)
NOWHERE = dict.fromkeys([*LISTS, *OWN], False)


def test_a_member_who_lapses_is_gone_from_everywhere_the_next_day(seen, last_day):
    with clock.at(last_day):
        assert seen() == EVERYWHERE
    with clock.at(last_day + timedelta(minutes=2)):
        assert seen() == NOWHERE


def test_who_is_taken_out_is_gone_at_once_and_comes_back_at_once(seen, oak_street, flor, ada):
    assert seen() == EVERYWHERE
    with in_alliance(oak_street):
        listings.pause(business=flor, kind=PausedBy.MEMBER, by=ada)
    assert seen() == NOWHERE
    with in_alliance(oak_street):
        listings.resume(business=flor, kind=PausedBy.MEMBER, by=ada)
    assert seen() == EVERYWHERE


def test_who_has_a_copy_is_told_that_it_has_changed(visit, oak_street, flor, ada):
    browser = visit(oak_street)
    paths = [path for path in LISTS if "map" not in path or path.startswith("/sitemap")]
    copies = {path: answer["ETag"] for path in paths if "ETag" in (answer := browser.get(path))}
    assert len(copies) == 9
    with in_alliance(oak_street):
        listings.pause(business=flor, kind=PausedBy.MEMBER, by=ada)

    again = {
        path: browser.get(path, headers={"if-none-match": tag}).status_code
        for path, tag in copies.items()
    }

    assert 304 not in again.values()


def test_control_an_entry_that_keeps_its_day_is_still_seen(seen, oak_street, last_day):
    with in_alliance(oak_street):
        DirectoryEntry.objects.filter(slug=SLUG).update(
            shown_until=last_day.date() + timedelta(days=1)
        )
    with clock.at(last_day + timedelta(minutes=2)):
        assert seen() == EVERYWHERE
