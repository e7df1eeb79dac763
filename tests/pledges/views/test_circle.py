"""The private link: whoever has it finds the drive, nobody else does."""

import pytest

from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, PledgeDrive
from pledges.services import drives
from tests.factories import pledges as make
from tests.pledges.views.browsing import pledge_form, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def circle(oak_street, bakery, ben, ada):
    """The bakery's drive among its own circle."""
    with in_alliance(oak_street):
        drive = make.a_private_drive(business=bakery, by=ben, reviewer=ada)
        drive.link = drive.get_absolute_url()
    return drive


def test_the_link_shows_the_page_and_takes_a_pledge(circle, oak_street, visit):
    page = visit(oak_street).get(circle.link)
    assert (page.status_code, title(page)) == (200, "A second oven, Ben's Bakery")
    assert "You are among the first." in words(page)
    assert [page[name] for name in ("X-Robots-Tag", "Referrer-Policy", "Cache-Control")] == [
        "noindex",
        "same-origin",
        "private, no-store",
    ]
    browser = visit(oak_street)
    answer = browser.post(circle.link, pledge_form())
    assert (answer.status_code, answer["Location"]) == (302, "/pledge/sent/")
    assert f'href="{circle.link}"' in text(browser.get("/pledge/sent/"))
    with in_alliance(oak_street):
        assert Pledge.objects.get().drive == circle


def test_what_does_not_fit_stays_on_the_private_page(circle, oak_street, visit):
    page = visit(oak_street).post(circle.link, pledge_form(name=""))
    assert (page.status_code, page["X-Robots-Tag"]) == (422, "noindex")
    assert f'action="{circle.link}#pledge"' in text(page)


def test_nobody_else_finds_it(circle, oak_street, visit, neighbour):
    here = visit(oak_street)
    places = ["/", "/pledge/", "/sitemap.xml", "/api/v1/drives/", "/directory/bens-bakery/"]
    for place in places:
        found = here.get(place, follow=True)
        assert "A second oven" not in text(found)
        assert circle.link not in text(found)
    for address in ("/pledge/a-second-oven/", "/api/v1/drives/a-second-oven/"):
        assert here.get(address).status_code == 404
    assert here.post("/pledge/a-second-oven/", pledge_form()).status_code == 404
    assert visit(neighbour.alliance).get(circle.link).status_code == 404
    assert here.get("/pledge/private/abcdefghijklmnopqrstuv/").status_code == 404


def test_once_open_the_link_leads_to_the_public_page(circle, oak_street, visit):
    with in_alliance(oak_street):
        PledgeDrive.objects.update(
            state="gathering", opened_at=circle.created_at, gathering_ends_at=circle.private_ends_at
        )
    answer = visit(oak_street).get(circle.link)
    assert (answer.status_code, answer["Location"]) == (302, "/pledge/a-second-oven/")


def test_the_owner_sees_the_link_with_a_code_to_scan(circle, oak_street, ben, visit, neighbour):
    page = visit(oak_street, ben).get("/me/drive/a-second-oven/")
    assert circle.link in text(page)
    assert "0 of 15 people have confirmed a pledge." in words(page)
    code = visit(oak_street, ben).get("/me/drive/a-second-oven/link.svg")
    assert (code.status_code, code["Content-Type"]) == (200, "image/svg+xml")
    stranger = visit(neighbour.alliance, neighbour.dan).get("/me/drive/a-second-oven/link.svg")
    assert stranger.status_code == 404


def test_staff_see_how_far_the_circle_is(circle, oak_street, ada, visit):
    page = visit(oak_street, ada).get("/staff/drives/a-second-oven/")
    assert "0 of 15 pledgers have come. At 15 it opens to all." in words(page)


def test_robots_are_told_to_stay_away(oak_street, visit):
    assert "Disallow: /pledge/private/" in text(visit(oak_street).get("/robots.txt"))


def test_the_owner_and_the_staff_read_what_a_neighbour_has_to_do_with_it(
    oak_street, bakery, ben, ada, visit
):
    with in_alliance(oak_street):
        make.a_plain_policy(asks_reciprocity=True)
        drives.submit_drive(drive=make.a_draft(business=bakery, by=ben), by=ben)
    own = visit(oak_street, ben).get("/me/drive/a-second-oven/")
    assert "No other member has asked for pledges yet, so it passes this time." in words(own)
    staff = visit(oak_street, ada).get("/staff/drives/a-second-oven/")
    assert "nobody to pledge at, so it passes" in words(staff)


def test_a_perk_stands_on_the_page_and_on_the_card(oak_street, oven, eves_pledge, visit):
    with in_alliance(oak_street):
        PledgeDrive.objects.update(perk="A coffee <b>on</b> the house")
        card = eves_pledge.get_absolute_url()
    here = visit(oak_street)
    for page in (here.get("/pledge/a-second-oven/"), here.get(card)):
        assert "A thank-you: A coffee <b>on</b> the house" in words(page).replace("&lt;", "<")
