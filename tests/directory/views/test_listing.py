"""A listing's page: what it shows, to whom, and until when."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import extruct
import pytest
import vobject
from django.core.cache import cache
from justhtml import JustHTML
from PIL import Image

from alliance import clock
from alliance.services import files
from alliance.tenancy.scope import in_alliance
from directory.content import Content, Picture, Shows
from directory.models import Correction, DirectoryEntry, Listing, Photo
from directory.services import listings
from members.models import Business
from members.services.businesses import add_representative
from tests.conftest import _person
from tests.directory.conftest import EVERYTHING
from tests.factories import pledges as make
from tests.factories.directory import a_listed_business
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import active_parts, form_key, kept, problems, title, words

pytestmark = pytest.mark.usefixtures("next_door")

PAGE = "/directory/flor-de-maiz/"
HOME = "http://oak-street.commonweal.test"
THURSDAY = datetime(2026, 11, 19, 8, 0, tzinfo=ZoneInfo("America/Los_Angeles"))


@pytest.fixture
def eve(visit, oak_street):
    return visit(oak_street)


def test_everything_that_it_shows(eve, oak_street, flor):
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(attested_until="2028-10-01")
    with clock.at(THURSDAY):
        page = eve.get(PAGE)

    said = words(page)
    for words_of_it in (
        "Bakery, Café · Temescal",
        "Bread, <conchas> & coffee from six.",
        "Open now, until 3:00 PM",
        "Locally owned , confirmed until 1 Oct 2028",
        "Built of brick in 1931.",
        "Day-old bread for soup kitchens",
        "A van on Tuesdays",
        "The library’s reading hour.",
        "542 49th St Oakland, CA 94609",
        "Thursday (today) 7:00 AM – 3:00 PM",
        "Sunday closed",
        "Also by appointment.",
        "Thursday, 26 Nov 2026 closed (Thanksgiving)",
        "At the market",
        "510-555-0199",
        "510-555-0137",
        "hola@flor.example",
        "flor.example",
        "English, Spanish",
        "Woman-owned , Pays a living wage",
        "takes them at the till",
        "sourdough",
    ):
        assert words_of_it in said.replace("\xa0", " "), words_of_it
    assert "24 Dec 2026" not in said  # beyond thirty days
    assert title(page) == "Flor de Maíz & Sons"


def test_a_page_with_nothing_filled_in_is_calm(eve, bare):
    said = words(eve.get("/directory/plain/"))

    assert "Plain & Sons" in said
    for heading in ("About us", "Opening hours", "Telephone", "E-mail", "Where and when", "Asks"):
        assert heading not in said


def test_what_is_hidden_is_nowhere(eve, oak_street):
    hidden = Content(shows=Shows(street=False, phone=False, email=False, website=False))
    with in_alliance(oak_street):
        a_listed_business(
            slug="home",
            street="542 49th St",
            city="Oakland",
            postal_code="94609",
            latitude="37.834162",
            longitude="-122.264541",
            phone="510-555-0137",
            email="hola@flor.example",
            website="https://www.flor.example/",
            content=hidden,
        )
    paths = ("", "contact.vcf", "poster/", "qr.svg")
    answers = " ".join(eve.get(f"/directory/home/{path}").content.decode() for path in paths)

    assert "Oakland" in answers
    for secret in ("542 49th", "94609", "37.834", "-122.264", "0137", "hola@", "flor.example"):
        assert secret not in answers, secret


def test_the_door_says_when_it_opens(eve, flor):
    with clock.at(THURSDAY.replace(day=21, hour=16)):
        said = words(eve.get(PAGE)).replace("\xa0", " ")

    assert "Closed, opens Monday at 7:00 AM" in said


@pytest.mark.parametrize(
    "path",
    ["", "correction/", "poster/", "card.png", "contact.vcf", "qr.svg", "count/view.gif"],
)
def test_the_neighbours_listing_and_a_paused_one_are_not_found(eve, oak_street, flor, path):
    assert eve.get(f"{PAGE}{path}").status_code == 200
    assert eve.get(f"/directory/mill-lane-bakery/{path}").status_code == 404
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(shown_until=None)
    assert eve.get(f"{PAGE}{path}").status_code == 404


def test_an_imported_address_that_would_run_is_not_shown(eve, oak_street, flor):
    with in_alliance(oak_street):
        Business.objects.filter(pk=flor.pk).update(website="javascript:alert(1)")

    assert "javascript:" not in eve.get(PAGE).content.decode()


# --- for machines --------------------------------------------------------------


def structured(page):
    found = extruct.extract(page.content.decode(), syntaxes=["json-ld"], base_url=HOME)
    return {data["@type"]: data for data in found["json-ld"]}


def test_its_data_for_search_engines(eve, flor):
    page = eve.get(PAGE)
    found = structured(page)

    bakery = found["Bakery"]
    assert {
        name: bakery[name]
        for name in ("name", "url", "telephone", "email", "sameAs", "address", "geo")
    } == {
        "name": "Flor de Maíz & Sons",
        "url": f"{HOME}{PAGE}",
        "telephone": "510-555-0137",
        "email": "hola@flor.example",
        "sameAs": ["https://www.flor.example/"],
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "542 49th St",
            "addressLocality": "Oakland",
            "addressRegion": "CA",
            "postalCode": "94609",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 37.83416, "longitude": -122.26454},
    }
    hours = bakery["openingHoursSpecification"]
    assert hours[0] == {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": "https://schema.org/Monday",
        "opens": "07:00",
        "closes": "15:00",
    }
    assert hours[-2:] == [
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": "2026-11-26",
            "validThrough": "2026-11-26",
            "opens": "00:00",
            "closes": "00:00",
        },
        {
            "@type": "OpeningHoursSpecification",
            "validFrom": "2026-12-24",
            "validThrough": "2026-12-24",
            "opens": "08:00",
            "closes": "12:00",
        },
    ]
    assert [place["name"] for place in bakery["location"]] == ["At the market"]
    assert "priceRange" not in bakery
    crumbs = found["BreadcrumbList"]["itemListElement"]
    assert [(c["position"], c["name"], c["item"]) for c in crumbs] == [
        (1, "Directory", f"{HOME}/directory/"),
        (2, "Food & drink", f"{HOME}/directory/?kind=food"),
        (3, "Flor de Maíz & Sons", f"{HOME}{PAGE}"),
    ]


def test_its_card_for_shared_links(eve, flor):
    page = eve.get(PAGE)
    found = extruct.extract(page.content.decode(), syntaxes=["opengraph"], base_url=HOME)
    about = dict(found["opengraph"][0]["properties"])
    head = JustHTML(page.content.decode(), sanitize=False)

    assert about == {
        "og:type": "website",
        "og:site_name": "Oak Street Alliance",
        "og:title": "Flor de Maíz & Sons",
        "og:description": "Bread, <conchas> & coffee from six.",
        "og:url": f"{HOME}{PAGE}",
        "og:image": f"{HOME}{PAGE}card.png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Flor de Maíz & Sons, Bakery, Café · Temescal",
    }
    assert head.query_one("link[rel=canonical]").attrs["href"] == f"{HOME}{PAGE}"


def test_the_picture_has_the_size_that_it_promises(eve, flor):
    answer = eve.get(f"{PAGE}card.png")

    with Image.open(BytesIO(answer.content)) as picture:
        assert (answer["Content-Type"], picture.format, picture.size) == (
            "image/png",
            "PNG",
            (1200, 630),
        )
    assert len(answer.content) < 300_000


def test_the_picture_is_drawn_again_when_something_changed(eve, oak_street, flor):
    first = eve.get(f"{PAGE}card.png")
    again = eve.get(f"{PAGE}card.png", headers={"if-none-match": first["ETag"]})
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(changed_at=clock.now())
    later = eve.get(f"{PAGE}card.png", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content, later.status_code) == (304, b"", 200)
    assert "no-cache" in first["Cache-Control"]


def test_its_card_for_an_address_book(eve, flor):
    answer = eve.get(f"{PAGE}contact.vcf")
    card = vobject.readOne(answer.content.decode())

    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="flor-de-maiz.vcf"'
    assert {
        "fn": card.fn.value,
        "org": card.org.value,
        "streets": [adr.value.street for adr in card.adr_list],
        "tel": card.tel.value,
        "email": card.email.value,
        "url": card.url.value,
        "note": card.note.value,
        "categories": card.categories.value,
    } == {
        "fn": "Flor de Maíz & Sons",
        "org": ["Flor de Maíz & Sons"],
        "streets": ["542 49th St", "9 Market Square"],
        "tel": "510-555-0137",
        "email": "hola@flor.example",
        "url": "https://www.flor.example/",
        "note": "Bread, <conchas> & coffee from six.",
        "categories": ["Bakery", "Café"],
    }


def test_nothing_in_a_text_ends_a_line_of_the_card(eve, oak_street):
    name = "Ben; Söhne, Inc\\\r\nTEL:911"
    with in_alliance(oak_street):
        a_listed_business(trade_name=name, slug="odd", blurb="é" * 300, email="", phone="")
    text = eve.get("/directory/odd/contact.vcf").content
    card = vobject.readOne(text.decode())

    assert card.fn.value == "Ben; Söhne, Inc\\\nTEL:911"
    assert not hasattr(card, "tel")
    assert max(len(line) for line in text.split(b"\r\n")) <= 75
    assert card.note.value == "é" * 300


def test_its_qr_code_and_table_tent(eve, flor):
    code = eve.get(f"{PAGE}qr.svg")
    tent = eve.get(f"{PAGE}poster/")

    assert (code["Content-Type"], code.content[:4]) == ("image/svg+xml", b"<svg")
    assert f"{HOME}{PAGE}" in words(tent)


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


def test_hostile_texts_do_nothing(eve, oak_street):
    content = Content(
        about=HOSTILE, tags=(HOSTILE[:30],), asks=(HOSTILE,), offers=(HOSTILE,), cause=HOSTILE
    )
    with in_alliance(oak_street):
        a_listed_business(trade_name=HOSTILE, slug="odd", blurb=HOSTILE, content=content)
    page = eve.get("/directory/odd/")

    # Data blocks are read, not run.
    assert [part for part in active_parts(page) if part != "script"] == []
    assert structured(page)["FoodEstablishment"]["name"] == HOSTILE
    assert page.content.decode().count("<script>") == 0


def a_photograph(business):
    """Two sizes of a red square, as the photographs' own service keeps them."""
    picture = BytesIO()
    Image.new("RGB", (800, 600), "#c0392b").save(picture, "WEBP")
    large, small = (
        files.store(
            name=f"{n}.webp", content=picture.getvalue(), content_type="image/webp", by=None
        )
        for n in ("large", "small")
    )
    listing = Listing.objects.get(business=business)
    return Photo.objects.create(listing=listing, large=large, small=small, width=800, height=600)


def test_its_photographs_stand_first(eve, oak_street, flor):
    with in_alliance(oak_street):
        first, second = a_photograph(flor), a_photograph(flor)
        content = replace(
            EVERYTHING,
            pictures=(
                Picture(str(first.pk), "The oven at dawn"),
                Picture(str(second.pk), "Conchas & coffee"),
                Picture(str(flor.pk), "Gone"),
            ),
        )
        listings.publish(business=flor, content=content, by=None)
    page = eve.get(PAGE)
    shown = [
        (img.attrs["src"], img.attrs["alt"])
        for img in JustHTML(page.content.decode(), sanitize=False).query("article img")
    ]

    at = "/directory/photographs"
    assert shown == [
        (f"{at}/{first.pk}/large.webp", "The oven at dawn"),
        (f"{at}/{second.pk}/small.webp", "Conchas & coffee"),
    ]
    assert structured(page)["Bakery"]["image"] == [
        f"{HOME}{at}/{photo.pk}/large.webp" for photo in (first, second)
    ]
    with Image.open(BytesIO(eve.get(f"{PAGE}card.png").content)) as card:
        red, green, blue = card.convert("RGB").getpixel((1000, 400))
    assert red > 150 > green
    assert blue < 100


# --- its open drive -------------------------------------------------------------


def test_its_open_drive_hangs_there(eve, oak_street, flor, ada):
    assert "Pledge to us" not in words(eve.get(PAGE))
    with in_alliance(oak_street):
        ben = add_representative(business=flor, person=_person("Flora"), by=None).seat
        make.an_open_drive(business=flor, by=ben, reviewer=ada, title="A third oven")

    said = words(eve.get(PAGE))
    assert ("Pledge to us" in said, "A third oven" in said) == (True, True)


# --- what is wrong ---------------------------------------------------------------


def correction(**changes):
    return {
        "words": "They close at five on Saturdays.",
        "email": "eve@example.com",
        "website": "",
        "form_key": form_key(),
    } | changes


def stored(oak_street):
    with in_alliance(oak_street):
        return list(Correction.objects.values_list("business__slug", "words", "email"))


def test_a_visitor_says_what_is_wrong(eve, oak_street, flor):
    sent = eve.post(f"{PAGE}correction/", correction(), follow=True)

    assert sent.redirect_chain == [(PAGE, 302)]
    assert "Thank you. Somebody looks at it soon." in words(sent)
    assert stored(oak_street) == [
        ("flor-de-maiz", "They close at five on Saturdays.", "eve@example.com")
    ]


def test_what_was_typed_stays_when_something_is_missing(eve, oak_street, flor):
    answer = eve.post(f"{PAGE}correction/", correction(words=" ", email="eve@example.com"))
    robot = eve.post(f"{PAGE}correction/", correction(website="https://spam.example"))

    assert (answer.status_code, problems(answer), kept(answer, "email")) == (
        422,
        [("id_words", "Say in a few words what is wrong.")],
        "eve@example.com",
    )
    assert robot.status_code == 422
    assert stored(oak_street) == []


def test_so_many_an_hour(eve, flor):
    statuses = [
        eve.post(f"{PAGE}correction/", correction(words="")).status_code for _n in range(21)
    ]

    assert statuses == [422] * 20 + [429]


# --- made once, seen by many ------------------------------------------------------


def test_the_next_visitor_sees_a_copy_until_the_listing_or_its_drive_changes(
    eve, oak_street, flor, ada
):
    first = eve.get(PAGE)
    again = eve.get(PAGE, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, eve.get(PAGE).content == first.content) == (304, True)
    with in_alliance(oak_street):
        listings.publish(business=flor, content=Content(blurb="Now with rye."), by=ada)
    assert "Now with rye." in words(eve.get(PAGE))
    with in_alliance(oak_street):
        ben = add_representative(business=flor, person=_person("Flora"), by=None).seat
        make.an_open_drive(business=flor, by=ben, reviewer=ada, title="A third oven")
    assert "A third oven" in words(eve.get(PAGE))


# --- what it costs ----------------------------------------------------------------


def test_the_page_costs_the_same_whatever_it_shows(eve, oak_street, flor, bare):
    def cost(path: str) -> int:
        cache.clear()
        return queries_of(lambda: eve.get(path))

    # Six of them open and close the scope of the alliance.
    assert cost(PAGE) == cost("/directory/plain/") <= 8 + 6
    cache.clear()
    assert queries_of(lambda: eve.get(f"{PAGE}card.png")) <= 12
