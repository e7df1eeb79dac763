"""A page costs the same however much there is."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.tenancy.scope import in_alliance
from gatherings.models import Rsvp
from gatherings.services import calendar_links, rsvps
from tests.factories import gatherings as make

pytestmark = pytest.mark.usefixtures("theirs")

PAGES = {
    "/": None,
    "/events/": None,
    "/events/?past=1": None,
    "/events/weekly/": None,
    "date": None,
    "rsvp": None,
    "/events/calendar.ics": None,
    "/events/weekly/calendar.ics": None,
    "/events/feed.atom": None,
    "mine": None,
    "date ": "ben",
    "/me/events/": "ben",
    "/me/events/tasting/": "ben",
    "roster": "ben",
    "roster ": "ada",
    "/staff/": "ada",
    "/staff/events/": "ada",
    "/staff/events/new/": "ada",
    "/staff/events/weekly/": "ada",
    "/staff/events/weekly/edit/": "ada",
    "/api/v1/gatherings/?page_size=100": None,
    "/api/v1/occurrences/?page_size=100": None,
}
# At most so many questions, the visitor's session, seats and alliance included; the desk
# asks one more for each kind of work.
# The front page holds the panels of five rooms, and asks each what it shows.
MOST = {"/": 12, "/staff/": 18}
USUALLY = 10
# What opens and closes the transaction and its scope.
FRAME = ("SAVEPOINT", "RELEASE", "SET LOCAL")


@pytest.fixture
def ask(visit, oak_street, ada, ben, bakery):
    """How many queries each page costs: asked twice, so that what is remembered is remembered."""
    people = {"ada": ada, "ben": ben, None: None}
    with in_alliance(oak_street):
        series = make.a_series(3, by=ada, slug="weekly", capacity=5)
        tasting = make.a_date(by=ada, slug="tasting", business=bakery)
        rsvp = make.an_rsvp(make.date_of(series))
        make.an_rsvp(tasting, "ben@example.org")
        secret = calendar_links.link_of(person=ben.person).secret
        paths = {
            "date": make.date_of(series).get_absolute_url(),
            "rsvp": rsvp.get_absolute_url(),
            "mine": f"/events/mine/{secret}.ics",
            "roster": f"{tasting.get_absolute_url()}roster/",
        }

    def count() -> dict[str, int]:
        found = {}
        for page, who in PAGES.items():
            browser, path = visit(oak_street, people[who]), paths.get(page.strip(), page)
            cache.clear()
            assert browser.get(path).status_code == 200, path
            with CaptureQueriesContext(connection) as asked:
                browser.get(path)
            found[page] = sum(not q["sql"].startswith(FRAME) for q in asked.captured_queries)
        return found

    return count


def more_of_everything(ada, ben, bakery) -> None:
    """Gatherings, dates and people."""
    for n in range(12):
        series = make.a_series(6, by=ada, business=bakery, capacity=3, title=f"More {n}")
        date = make.date_of(series)
        rsvps.come(occurrence=date, person=ben.person, seat=ben, wording="Yes.")
        for m in range(4):
            make.an_rsvp(date, f"p{m}-{n}@example.com")
    tasting = Rsvp.objects.get(
        occurrence__gathering__slug="tasting", email="ben@example.org"
    ).occurrence
    for n in range(20):
        make.an_rsvp(tasting, f"t{n}@example.com")


def test_a_page_costs_the_same_with_few_and_with_many(ask, oak_street, ada, ben, bakery):
    few = ask()
    with in_alliance(oak_street):
        more_of_everything(ada, ben, bakery)
    assert ask() == few
    assert {page: cost for page, cost in few.items() if cost > MOST.get(page, USUALLY)} == {}
