"""The directory for programs, read by others' readers."""

import csv
import io

import feedparser
import geojson
import pytest
from django.urls import reverse
from usp.tree import sitemap_tree_for_homepage
from usp.web_client.abstract_client import (
    AbstractWebClient,
    AbstractWebClientSuccessResponse,
    WebClientErrorResponse,
)

from alliance import sitemaps
from alliance.tenancy.scope import in_alliance
from directory import addresses
from directory.content import Content
from directory.models import DirectoryEntry
from tests.directory.asked import HOME, PAGE, data
from tests.factories.directory import a_listed_business, many_listed
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("next_door")

ATOM, CSV = "/directory/feed.atom", "/directory/businesses.csv"
JSON, GEOJSON = "/directory/businesses.json", "/directory/businesses.geojson"
ALL = [ATOM, CSV, JSON, GEOJSON, "/sitemap.xml", "/sitemap-listings-1.xml", "/sitemap-pages.xml"]


@pytest.fixture
def eve(visit, oak_street):
    return visit(oak_street)


def test_a_listings_path_is_its_address():
    assert addresses.listing_path("a-shop") == reverse("directory:listing", args=["a-shop"])


def test_a_feed_is_read_whatever_signs_somebody_typed(eve, oak_street, bare):
    with in_alliance(oak_street):
        DirectoryEntry.objects.filter(business=bare).update(
            name="Plain\x01 & Sons", blurb="Tea\x0b."
        )
    feed = feedparser.parse(eve.get(ATOM).content)
    assert feed.bozo is False
    assert [(each.title, each.summary) for each in feed.entries] == [("Plain & Sons", "Tea.")]


def test_the_feed(eve, flor, bare):
    answer = eve.get(ATOM)
    feed = feedparser.parse(answer.content)

    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert feed.bozo is False
    assert (feed.version, feed.feed.title) == ("atom10", "Oak Street Alliance: local businesses")
    assert [
        (e.title, e.link, e.id, [tag.term for tag in e.get("tags", [])], e.summary)
        for e in feed.entries
    ] == [
        ("Plain & Sons", f"{HOME}/directory/plain/", bare.pk.urn, [], ""),
        (
            # The reader strips what looks like an element of HTML.
            "Flor de Maíz & Sons",
            f"{HOME}{PAGE}",
            flor.pk.urn,
            ["Bakery", "Café"],
            "Bread,  & coffee from six.",
        ),
    ]


def test_the_open_data_as_a_spreadsheet(eve, flor, bare):
    answer = eve.get(CSV)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))

    assert rows == [
        {
            "name": "Flor de Maíz & Sons",
            "url": f"{HOME}{PAGE}",
            "kind": "Food & drink",
            "categories": "Bakery; Café",
            "blurb": "Bread, <conchas> & coffee from six.",
            "street": "542 49th St",
            "neighbourhood": "Temescal",
            "city": "Oakland",
            "region": "CA",
            "postal_code": "94609",
            "latitude": "37.83416",
            "longitude": "-122.26454",
            "phone": "510-555-0137",
            "email": "hola@flor.example",
            "website": "https://www.flor.example/",
            "languages": "en; es",
            "values": "woman-owned; living-wage",
            "tags": "sourdough; open late",
            "accepts_pledges": "yes",
            "locally_owned_until": "",
            "changed_at": rows[0]["changed_at"],
            "licence": "CC BY 4.0",
        }
    ]
    assert answer["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("name", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(eve, oak_street, name):
    with in_alliance(oak_street):
        a_listed_business(trade_name=name, slug="odd", content=Content(is_open_data=True))
    (row,) = csv.reader(io.StringIO(eve.get(CSV).content.decode().split("\n", 1)[1], newline=""))

    assert row[0].startswith("'")


def test_the_open_data_as_json_and_geojson(eve, flor, bare):
    found = data(eve.get(JSON))
    features = geojson.loads(eve.get(GEOJSON).content)

    assert (found["licence"], found["source"]) == ("CC BY 4.0", f"{HOME}/directory/")
    assert [business["name"] for business in found["businesses"]] == ["Flor de Maíz & Sons"]
    assert (features.is_valid, features["licence"]) == (True, "CC BY 4.0")
    (feature,) = features["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [-122.26454, 37.83416]}
    assert feature["properties"] == found["businesses"][0]


def test_what_the_page_hides_is_in_no_data(eve, oak_street):
    hidden = Content.of(
        {"shows": {"street": False, "phone": False, "website": False}, "is_open_data": True}
    )
    with in_alliance(oak_street):
        a_listed_business(
            slug="home", street="542 49th St", phone="510-555-0137", email="a@flor.example",
            website="https://flor.example/", latitude="37.834162", longitude="-122.264541",
            content=hidden,
        )  # fmt: skip
    text = " ".join(eve.get(path).content.decode() for path in (CSV, JSON, GEOJSON, ATOM))

    assert "/directory/home/" in text
    for secret in ("542 49th", "0137", "a@flor", "https://flor.example", "37.834", "-122.264"):
        assert secret not in text, secret


class OurSite(AbstractWebClient):
    """The sitemap's reader asks the test's browser instead of the web."""

    def __init__(self, browser):
        self.browser = browser

    def set_max_response_data_length(self, max_response_data_length):
        pass

    def get(self, url):
        answer = self.browser.get(url.removeprefix(HOME))
        if answer.status_code != 200:
            return WebClientErrorResponse(f"{answer.status_code}", retryable=False)
        return Answer(url, answer)


class Answer(AbstractWebClientSuccessResponse):
    def __init__(self, url, answer):
        self.address, self.answer = url, answer

    def status_code(self):
        return 200

    def status_message(self):
        return "OK"

    def header(self, case_insensitive_name):
        return self.answer.get(case_insensitive_name)

    def raw_data(self):
        return self.answer.content

    def url(self):
        return self.address


def test_a_reader_finds_every_page_from_robots_txt(eve, oak_street, flor, bare, oven):
    tree = sitemap_tree_for_homepage(HOME, web_client=OurSite(eve), use_known_paths=False)

    assert sorted(page.url for page in tree.all_pages()) == sorted(
        f"{HOME}{path}"
        for path in (
            "/",
            "/directory/",
            "/directory/map/",
            "/pledge/",
            PAGE,
            "/directory/plain/",
            "/pledge/a-second-oven/",
            "/honour/",
        )
    )
    listing = next(page for page in tree.all_pages() if page.url == f"{HOME}{PAGE}")
    with in_alliance(oak_street):
        changed_at = DirectoryEntry.objects.get(slug="flor-de-maiz").changed_at
    assert listing.last_modified == changed_at.replace(microsecond=0)


def test_a_long_list_comes_in_parts(eve, oak_street, monkeypatch):
    monkeypatch.setattr(sitemaps, "PART", 2)
    with in_alliance(oak_street):
        many_listed(3)
    index = eve.get("/sitemap.xml").content.decode()

    assert index.count("sitemap-listings-") == 2
    assert eve.get("/sitemap-listings-2.xml").content.decode().count("<url>") == 1
    statuses = [
        eve.get(f"/sitemap-{part}.xml").status_code
        for part in ("listings-3", "listings-0", "nothing-1", "listings-99999999999999999999")
    ]
    assert statuses == [404] * 4


@pytest.mark.parametrize("path", ALL)
def test_nothing_new_is_answered_with_304(eve, oak_street, flor, path):
    first = eve.get(path)
    tag = {"if-none-match": first["ETag"]}
    since = {"if-modified-since": first["Last-Modified"]}

    same = [eve.get(path, headers=headers).status_code for headers in (tag, since)]
    with in_alliance(oak_street):
        a_listed_business(slug="new", content=Content(is_open_data=True))
    later = eve.get(path, headers=tag).status_code

    assert same == [304, 304]
    assert later == 200
    assert "no-cache" in first["Cache-Control"]
    assert first.cookies == {}


@pytest.mark.parametrize("path", ALL)
def test_it_costs_the_same_however_many_there_are(eve, oak_street, flor, path):
    few = queries_of(lambda: eve.get(path))
    with in_alliance(oak_street):
        for n in range(12):
            a_listed_business(slug=f"s{n}", content=Content(is_open_data=True))

    assert queries_of(lambda: eve.get(path)) == few <= 12
