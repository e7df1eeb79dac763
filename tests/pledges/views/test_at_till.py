"""On the customer's phone: the till's code, a receipt, yes, and taking back."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance import clock
from alliance.tenancy.scope import in_alliance
from pledges.models import Redemption
from pledges.services import customer_claims
from tests.directory.pictures import a_photo
from tests.factories import pledges as make
from tests.pledges.reading import fates_of, money_of, row_counts
from tests.pledges.views.browsing import hidden, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")

LEFT_OUT = "The shop’s owners, its staff and the people of their household"


@pytest.fixture(autouse=True)
def _one_moment():
    """Codes change with the minute: the clock stands."""
    with time_machine.travel(clock.now(), tick=False):
        yield


@pytest.fixture
def card(oak_street, eves_pledge) -> str:
    """The path of Eve's card."""
    with in_alliance(oak_street):
        return eves_pledge.get_absolute_url()


@pytest.fixture
def code(oak_street, bakery) -> str:
    """The code that the bakery's till shows now."""
    with in_alliance(oak_street):
        return make.code_of(bakery)


@pytest.fixture
def eve(visit, oak_street):
    """Eve's phone."""
    return visit(oak_street)


def entry(code: str, amount: str = "18.50", key: str = "a-form") -> dict[str, str]:
    """The form at the till as it is sent."""
    return {"code": code, "amount": amount, "form_key": key}


def a_file(content: bytes = b"") -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    return SimpleUploadedFile("IMG_1.jpg", content or a_photo(), "image/jpeg")


def test_from_the_card_to_an_entry(eve, oak_street, card, code, eves_pledge):
    assert f"{card}till/" in text(eve.get(card))
    page = eve.get(f"{card}till/")
    assert LEFT_OUT in words(page)
    form = entry(f"{code[:3]} {code[3:]}", key=hidden(page, "form_key"))
    done = eve.post(f"{card}till/", form, follow=True)
    assert done.redirect_chain == [(card, 302)]
    assert "Noted. The shop confirms it, or three days pass." in words(done)
    assert "Waits for Ben's Bakery" in words(done)
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)


def test_the_same_form_twice_counts_once(eve, oak_street, card, code):
    assert [eve.post(f"{card}till/", entry(code)).status_code for _n in range(2)] == [302, 302]
    with in_alliance(oak_street):
        assert Redemption.objects.count() == 1


SIX = "The till’s code has six digits."
CODES = {
    "wrong": ("000000", "That is not the code of this till."),
    "short": ("12345", SIX),
    "letters": ("abcdef", SIX),
    "other digits": ("\u0661" * 6, SIX),
    "nothing": ("", "Type the six digits that the till shows."),
    "null": ("12\x003456", "Null characters are not allowed."),
}


def test_codes_that_do_not_fit(eve, oak_street, card):
    before = row_counts(oak_street)
    found = {what: eve.post(f"{card}till/", entry(typed)) for what, (typed, _s) in CODES.items()}
    assert {what: (a.status_code, problems(a)) for what, a in found.items()} == {
        what: (422, [("id_code", sentence)]) for what, (_typed, sentence) in CODES.items()
    }
    assert row_counts(oak_street) == before


def test_a_card_has_ten_tries_an_hour_from_wherever(visit, oak_street, card, code):
    statuses = []
    for n in range(11):
        phone = visit(oak_street)
        statuses.append(
            phone.post(f"{card}till/", entry("000000"), REMOTE_ADDR=f"10.{n}.0.1").status_code
        )
    assert statuses == [422] * 10 + [429]
    right = visit(oak_street).post(f"{card}till/", entry(code))
    assert (right.status_code, "Retry-After" in right) == (429, True)
    with in_alliance(oak_street):
        assert not Redemption.objects.exists()


def test_a_shop_has_a_hundred_wrong_ones_an_hour(visit, oak_street, oven, code, monkeypatch):
    monkeypatch.setattr("pledges.views.tries.OF_A_SHOP", "3/h")
    with in_alliance(oak_street):
        cards = [
            make.an_active_pledge(oven, f"p{n}@example.com").get_absolute_url() for n in range(5)
        ]
    phone = visit(oak_street)
    statuses = [phone.post(f"{card}till/", entry("000000")).status_code for card in cards[:4]]
    assert statuses == [422, 422, 422, 429]
    assert phone.post(f"{cards[4]}till/", entry(code)).status_code == 429


def test_right_codes_do_not_count_against_the_shop(visit, oak_street, oven, code, monkeypatch):
    monkeypatch.setattr("pledges.views.tries.OF_A_SHOP", "1/h")
    with in_alliance(oak_street):
        cards = [
            make.an_active_pledge(oven, f"p{n}@example.com").get_absolute_url() for n in range(3)
        ]
    assert [visit(oak_street).post(f"{c}till/", entry(code)).status_code for c in cards] == [
        302
    ] * 3


def test_the_ways_in_stay_with_the_cards_holder(eve, visit, neighbour, card):
    for path in ("till/", "receipt/"):
        page = eve.get(card + path)
        assert (page.status_code, page["Cache-Control"], page["Referrer-Policy"]) == (
            200,
            "private, no-store",
            "same-origin",
        )
        assert visit(neighbour.alliance).get(card + path).status_code == 404


# --- where the till's QR code leads ----------------------------------------------


def test_both_codes_on_the_shops_page(eve, oak_street, eves_pledge, code):
    path = "/pledge/till/bens-bakery/"
    page = eve.get(path)
    assert (title(page), LEFT_OUT in words(page)) == ("At the till of Ben's Bakery", True)
    form = entry(code) | {"card_code": eves_pledge.code_grouped}
    done = eve.post(path, form, follow=True)
    assert "Noted." in words(done)
    assert "Castellano" not in words(done)
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)


def test_neither_code_is_told_from_the_other_there(eve, eves_pledge, neighbour, code):
    path, said = "/pledge/till/bens-bakery/", []
    for card_code, till_code in (
        ("ZZZZZZZZ", code),
        (eves_pledge.code, "000000"),
        (neighbour.pledge.code, code),
    ):
        answer = eve.post(path, entry(till_code) | {"card_code": card_code})
        said.append((answer.status_code, problems(answer)))
    assert said == [(422, [("", "One of the two codes does not fit.")])] * 3


def test_a_shop_without_a_drive_and_the_neighbours_have_no_page(eve, oak_street, oven):
    with in_alliance(oak_street):
        make.a_business(slug="quiet-shop")
    for slug in ("quiet-shop", "dans-dairy", "nobody"):
        assert eve.get(f"/pledge/till/{slug}/").status_code == 404


# --- the page with the code -------------------------------------------------------


def test_the_till_shows_the_code_and_comes_again_with_the_next(visit, oak_street, ben, code):
    page = visit(oak_street, ben).get("/me/till/code/")
    assert f"{code[:3]} {code[3:]}" in words(page)
    assert 1 <= int(page["Refresh"]) <= 60
    assert f"The next code comes in {page['Refresh']} second" in words(page)
    assert 'src="data:image/png;base64,' in text(page)
    assert page["Cache-Control"] == "private, no-store"


def test_only_ones_own_shops_code(visit, oak_street, ben, oven):
    with in_alliance(oak_street):
        make.a_business(slug="book-nook")
    assert visit(oak_street, ben).get("/me/till/code/?business=book-nook").status_code == 404


# --- receipts ---------------------------------------------------------------------


def a_receipt(eve, card: str, content: bytes = b"", **changes: str):
    form = {"photo": a_file(content), "amount": "18.50", "form_key": "r"} | changes
    return eve.post(f"{card}receipt/", form)


def test_a_receipt_and_who_sees_it(eve, visit, oak_street, card, ben, ada, tess, neighbour):
    assert LEFT_OUT in words(eve.get(f"{card}receipt/"))
    assert a_receipt(eve, card).status_code == 302
    with in_alliance(oak_street):
        made = Redemption.objects.get()
    on_card = f"{card}purchases/{made.pk}/photo/"
    assert on_card in text(eve.get(card))
    shown = eve.get(on_card)
    assert (shown.status_code, shown["Content-Type"], shown["Cache-Control"]) == (
        200,
        "image/webp",
        "private, no-store",
    )
    till, desk = f"/me/till/purchases/{made.pk}/photo/", f"/staff/purchases/{made.pk}/photo/"
    assert visit(oak_street, ben).get(till).status_code == 200
    assert visit(oak_street, ada).get(desk).status_code == 200
    for who, path in ((tess, desk), (ada, till), (ben, desk), (neighbour.dan, till)):
        assert visit(oak_street, who).get(path).status_code == 404
    with in_alliance(neighbour.alliance):
        theirs = neighbour.pledge.get_absolute_url()
    assert visit(neighbour.alliance).get(f"{theirs}purchases/{made.pk}/photo/").status_code == 404


def test_another_card_does_not_show_the_photo(eve, oak_street, oven, card):
    a_receipt(eve, card)
    with in_alliance(oak_street):
        made = Redemption.objects.get()
        other = make.an_active_pledge(oven, "kind@example.com").get_absolute_url()
    assert eve.get(f"{other}purchases/{made.pk}/photo/").status_code == 404


def test_files_that_are_no_receipt(eve, oak_street, card):
    before = row_counts(oak_street)
    found = {
        what: problems(a_receipt(eve, card, content))
        for what, content in {"text": b"not a picture", "svg": b"<svg/>"}.items()
    }
    sentence = "This is no photograph that we can read: bring a JPEG, PNG or WebP."
    assert found == {what: [("id_photo", sentence)] for what in found}
    missing = eve.post(f"{card}receipt/", {"amount": "18.50", "form_key": "r"})
    assert (missing.status_code, problems(missing)) == (422, [("id_photo", "Choose a photo.")])
    assert row_counts(oak_street) == before


# --- yes, and taking back -----------------------------------------------------------


def test_yes_that_was_me(eve, oak_street, card, eves_pledge, ben):
    with in_alliance(oak_street):
        made = make.a_claim(eves_pledge, by=ben)
    path = f"{card}purchases/{made.pk}/yes/"
    assert path in text(eve.get(card))
    page = eve.get(path)
    assert (page.status_code, "Yes, that was me" in words(page)) == (200, True)
    with in_alliance(oak_street):
        assert len(fates_of(made)) == 1
    assert "Thank you. The purchase counts." in words(eve.post(path, follow=True))
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)
    assert "This has been settled." in words(eve.get(path))


def test_a_question_after_the_yes_is_422_and_changes_nothing(
    eve, oak_street, card, eves_pledge, ben
):
    with in_alliance(oak_street):
        made = make.a_claim(eves_pledge, by=ben)
        customer_claims.confirm_by_customer(redemption=made)
    before = row_counts(oak_street)
    answer = eve.post(f"{card}purchases/{made.pk}/question/", {"reason": "Changed my mind."})
    assert (answer.status_code, problems(answer)) == (
        422,
        [
            (
                "",
                "This purchase has been confirmed. Please write to the alliance: "
                "it can still be taken back.",
            )
        ],
    )
    assert row_counts(oak_street) == before


def test_taking_an_own_entry_back(eve, oak_street, card, code, eves_pledge):
    eve.post(f"{card}till/", entry(code))
    with in_alliance(oak_street):
        made = Redemption.objects.get()
    path = f"{card}purchases/{made.pk}/take-back/"
    assert path in text(eve.get(card))
    assert "Taken back." in words(eve.post(path, follow=True))
    assert "This has been settled already." in words(eve.post(path, follow=True))
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert eve.get(path).status_code == 405
