"""A drive on paper, as a picture, on other people's sites; and where its business finds them."""

from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from alliance import pdfs
from alliance.tenancy.scope import in_alliance
from pledges.models import PledgeDrive
from pledges.services import drives
from tests.factories import pledges as make
from tests.members.drawing import needs_pango
from tests.pledges.reading import crowd, queries_of
from tests.pledges.views.browsing import active_parts, page_of, text, words

pytestmark = pytest.mark.usefixtures("neighbour")

PRINTS = ("poster.pdf", "cards.pdf", "tent.pdf")
SHOWN = (*PRINTS, "card.png", "widget/")


@pytest.fixture
def eve(visit, oak_street):
    return visit(oak_street)


@pytest.fixture
def base(oven):
    return page_of(oven)


def pages(answer) -> list[str]:
    """What each page of a PDF says."""
    found = PdfReader(BytesIO(answer.content)).pages
    # Beside a letter that no font here has, pypdf reads the others as two bytes each.
    return [" ".join(page.extract_text().replace("\x00", "").split()) for page in found]


# --- on paper -----------------------------------------------------------------------


@needs_pango
def test_the_poster_says_how_far_it_is_on_the_day(eve, base, oak_street, oven, eves_pledge):
    answer = eve.get(f"{base}poster.pdf")
    (said,) = pages(answer)
    assert (answer["Content-Type"], answer["X-Robots-Tag"]) == ("application/pdf", "noindex")
    assert answer["Content-Disposition"] == 'inline; filename="a-second-oven-poster.pdf"'
    for part in (
        "Oak Street Alliance",
        "Ben's Bakery",
        "A second oven",
        "So that nobody waits an hour on Fridays.",
        "$240 of $24,000",
        "1 of 100 people · Open until",
        "As of ",
        "Scan and pledge.",
        "oak-street.commonweal.test/pledge/a-second-oven",
    ):
        assert part in said


@needs_pango
def test_ten_cards_and_a_tent_that_reads_from_both_sides(eve, base):
    (cards,), (tent,) = (pages(eve.get(f"{base}{end}")) for end in ("cards.pdf", "tent.pdf"))
    assert (cards.count("Ben's Bakery"), tent.count("Ben's Bakery")) == (10, 2)


@needs_pango
@pytest.mark.parametrize("letter", ["W", "word ", "<b>", "廚", "ف"])
def test_the_longest_words_fit_onto_one_page(eve, base, oak_street, oven, letter):
    with in_alliance(oak_street):
        oven.title, oven.purpose = (letter * 120)[:120], (letter * 200)[:200]
        oven.save(update_fields=["title", "purpose"])
    for end in PRINTS:
        (said,) = pages(eve.get(f"{base}{end}"))
        assert "commonweal.test" in said


@needs_pango
def test_dollars_are_printed_on_letter_and_euros_on_a4(eve, base, oak_street):
    def size():
        box = PdfReader(BytesIO(eve.get(f"{base}tent.pdf").content)).pages[0].mediabox
        return round(box.width), round(box.height)

    letter = size()
    oak_street.currency = "EUR"
    oak_street.save(update_fields=["currency"])
    assert (letter, size()) == ((612, 792), (595, 842))


@needs_pango
def test_a_print_is_drawn_once_until_it_says_something_else(eve, base, oak_street, monkeypatch):
    drawn = []
    plain = pdfs.draw
    monkeypatch.setattr(pdfs, "draw", lambda *a, **k: drawn.append(1) or plain(*a, **k))
    first = eve.get(f"{base}poster.pdf")
    again = eve.get(f"{base}poster.pdf")
    unchanged = eve.get(f"{base}poster.pdf", headers={"if-none-match": first["ETag"]})
    assert (again.content, unchanged.status_code, len(drawn)) == (first.content, 304, 1)
    with in_alliance(oak_street):
        make.an_active_pledge(PledgeDrive.objects.get(), "new@example.com")
    assert "1 of 100 people" in pages(eve.get(f"{base}poster.pdf"))[0]
    assert len(drawn) == 2


def test_whoever_asks_for_too_many_new_ones_waits(eve, base, oak_street, oven, monkeypatch):
    monkeypatch.setattr(pdfs, "draw", lambda *a, **k: b"%PDF-")

    def ask(number):
        with in_alliance(oak_street):
            PledgeDrive.objects.update(title=f"Oven {number}")
        return eve.get(f"{base}tent.pdf")

    statuses = [ask(number).status_code for number in range(60)]
    refused = ask(60)
    assert (set(statuses), refused.status_code) == ({200}, 429)
    assert "no-store" in refused["Cache-Control"]
    # What is there already is given.
    assert ask(59).status_code == 200


def test_where_none_can_be_drawn_it_says_so(eve, base, visit, oak_street, ben, monkeypatch):
    monkeypatch.setattr(pdfs, "can_make", lambda: False)
    answer = eve.get(f"{base}poster.pdf")
    assert (answer.status_code, "cannot be made here" in words(answer)) == (503, True)
    own = words(visit(oak_street, ben).get("/me/drive/a-second-oven/print/"))
    assert "print your drive’s public page with your browser" in own


# --- as a picture -------------------------------------------------------------------


def test_the_picture_grows_with_the_pledges(eve, base, oak_street, oven):
    before = eve.get(f"{base}card.png")
    picture = Image.open(BytesIO(before.content))
    assert (before["Content-Type"], picture.format, picture.size) == (
        "image/png",
        "PNG",
        (1200, 630),
    )
    tag = {"if-none-match": before["ETag"]}
    assert eve.get(f"{base}card.png", headers=tag).status_code == 304
    with in_alliance(oak_street):
        crowd(oven, 60, confirmed_at=oven.opened_at)
    after = eve.get(f"{base}card.png", headers=tag)
    shades = [
        Image.open(BytesIO(answer.content)).convert("RGB").getpixel((600, 540))
        for answer in (before, after)
    ]
    assert (after.status_code, shades[0] != shades[1]) == (200, True)


def test_the_page_names_its_picture_and_its_json(eve, base):
    page = text(eve.get(base))
    for part in (
        'property="og:image" content="http://oak-street.commonweal.test/pledge/a-second-oven/card.png"',
        'property="og:image:alt" content="A second oven: 0 of 100 people"',
        'name="twitter:card" content="summary_large_image"',
        'rel="alternate" type="application/json" href="/api/v1/drives/a-second-oven/"',
    ):
        assert part in page


# --- on other people's sites --------------------------------------------------------


def test_the_widget_may_stand_anywhere_and_knows_nobody(visit, oak_street, base, ben, eves_pledge):
    for browser in (visit(oak_street), visit(oak_street, ben)):
        before = dict(browser.cookies)
        answer = browser.get(f"{base}widget/")
        assert "frame-ancestors *" in answer["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Cookie" not in answer.get("Vary", "")
        assert (dict(browser.cookies), active_parts(answer)) == (before, [])
        assert "1 of 100 people" in words(answer)
        assert 'a-second-oven/#pledge" target="_blank" rel="noopener"' in text(answer)


def test_every_other_page_stays_out_of_frames(eve, base):
    assert eve.get(base)["X-Frame-Options"] == "DENY"


def test_the_widget_is_never_frozen(eve, base, oak_street, oven):
    first = eve.get(f"{base}widget/")
    assert "no-cache" in first["Cache-Control"]
    tag = {"if-none-match": first["ETag"]}
    assert eve.get(f"{base}widget/", headers=tag).status_code == 304
    with in_alliance(oak_street):
        make.an_active_pledge(oven)
    assert "1 of 100 people" in words(eve.get(f"{base}widget/", headers=tag))


def test_a_drive_that_has_ended_asks_for_no_pledge(eve, base, oak_street, oven, ada):
    with in_alliance(oak_street):
        drives.end_drive(drive=oven, reason="The landlord sold.", by=ada)
    said = words(eve.get(f"{base}widget/"))
    assert ("ended early" in said, "How it goes on" in said, "days left" in said) == (
        True,
        True,
        False,
    )


# --- who may see it, and what it costs ----------------------------------------------


def test_what_nobody_may_read_yet_is_shown_nowhere(eve, oak_street, ben, base):
    with in_alliance(oak_street):
        draft = make.a_draft(business=PledgeDrive.objects.get().business, by=ben, title="A kiln")
    for end in SHOWN:
        assert eve.get(f"/pledge/{draft.slug}/{end}").status_code == 404
        assert eve.get(f"/pledge/a-colder-cellar/{end}").status_code == 404


def test_only_its_business_finds_them_together(visit, oak_street, oven, ben, ada, dan):
    path = "/me/drive/a-second-oven/print/"
    page = visit(oak_street, ben).get(path)
    assert page.status_code == 200
    for end in (*PRINTS, "card.png", "widget/"):
        assert f'"/pledge/a-second-oven/{end}"' in text(page)
    snippet = "&lt;iframe src=&quot;http://oak-street.commonweal.test/pledge/a-second-oven/widget/"
    assert snippet in text(page)
    assert path in text(visit(oak_street, ben).get("/me/drive/a-second-oven/"))
    assert visit(oak_street).get(path).status_code == 302
    assert visit(oak_street, ada).get(path).status_code == 404
    assert visit(oak_street, ben).get("/me/drive/a-colder-cellar/print/").status_code == 404


def test_they_cost_the_same_with_ten_pledges_and_with_a_thousand(eve, base, oak_street, oven):
    def cost(end):
        eve.get(f"{base}{end}")
        return queries_of(lambda: eve.get(f"{base}{end}"))

    def costs():
        return [cost(end) for end in ("card.png", "widget/")]

    few = costs()
    with in_alliance(oak_street):
        crowd(oven, 990, confirmed_at=oven.opened_at)
    assert costs() == few
