"""The customer's card: whoever holds the link holds the card, and nobody else."""

import pytest
import time_machine

from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, Redemption
from pledges.services import answers, pledges
from tests.factories import pledges as make
from tests.pledges.reading import fates_of, money_of, row_counts, steps_of
from tests.pledges.views.browsing import kept, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def card(oak_street, eves_pledge) -> str:
    """The path of Eve's card."""
    with in_alliance(oak_street):
        return eves_pledge.get_absolute_url()


@pytest.fixture
def claim(oak_street, eves_pledge, ben) -> Redemption:
    """Eve's $18 of just now."""
    with in_alliance(oak_street):
        return make.a_claim(eves_pledge, by=ben)


def question_of(card: str, claim: Redemption) -> str:
    """The path at which a purchase is questioned."""
    return f"{card}purchases/{claim.pk}/question/"


def test_the_card_shows_the_code_what_is_left_and_the_purchases(visit, oak_street, card, claim):
    page = visit(oak_street).get(card)
    read = words(page)
    with in_alliance(oak_street):
        code = Pledge.objects.get().code_grouped
    assert (page.status_code, title(page)) == (200, "Your card for Ben's Bakery")
    for said in (code, "$222", "$240", "$18"):
        assert said in read


@pytest.mark.parametrize("path", ["", "qr.svg", "amount/", "withdrawal/", "question/"])
def test_the_link_stays_with_its_holder(visit, oak_street, card, claim, path):
    if path == "question/":
        path = question_of("", claim)
    answer = visit(oak_street).get(card + path)
    assert answer.status_code == 200
    assert {name: answer[name] for name in ("Cache-Control", "X-Robots-Tag")} == {
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }
    assert answer["Referrer-Policy"] in ("no-referrer", "same-origin")


def test_only_the_cards_hash_is_stored(oak_street, card):
    secret = card.rstrip("/").rsplit("/", 1)[-1]
    with in_alliance(oak_street):
        row = str(Pledge.objects.values().get())
    assert secret not in row


@pytest.mark.parametrize("path", ["", "qr.svg", "amount/", "withdrawal/"])
def test_a_guessed_link_opens_nothing(visit, oak_street, eves_pledge, path):
    for secret in ("x", "%00", "A" * 22, "🍕", "%FF", "a" * 5000):
        assert visit(oak_street).get(f"/pledge/card/{secret}/{path}").status_code == 404


def test_the_card_opens_in_its_own_alliance_only(visit, oak_street, neighbour, card):
    assert visit(neighbour.alliance).get(card).status_code == 404
    with in_alliance(neighbour.alliance):
        theirs = neighbour.pledge.get_absolute_url()
    assert visit(oak_street).get(theirs).status_code == 404
    assert visit(neighbour.alliance).get(theirs).status_code == 200


def test_a_promise_that_nobody_confirmed_has_no_card(visit, oak_street, oven):
    with in_alliance(oak_street):
        card = make.an_intended_pledge(oven).get_absolute_url()
    assert visit(oak_street).get(card).status_code == 404


def test_the_qr_code_is_a_picture_of_the_cards_address(visit, oak_street, card):
    answer = visit(oak_street).get(f"{card}qr.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert text(answer).startswith("<svg")
    assert "<script" not in text(answer)


def test_raising_by_the_card(visit, oak_street, card, eves_pledge):
    form = {"amount": "other", "other_amount": "300"}
    page = visit(oak_street).post(f"{card}amount/", form, follow=True)
    assert page.redirect_chain == [(card, 302)]
    assert "Your pledge has been changed." in words(page)
    with in_alliance(oak_street):
        assert steps_of(eves_pledge)[2:] == [("raised", 240_00, 300_00)]


def test_a_second_press_changes_nothing_more(visit, oak_street, card):
    eve, form = visit(oak_street), {"amount": "other", "other_amount": "300"}
    eve.post(f"{card}amount/", form)
    before = row_counts(oak_street)
    assert eve.post(f"{card}amount/", form).status_code == 302
    assert row_counts(oak_street) == before


def test_not_below_what_was_counted(visit, oak_street, card, claim):
    with in_alliance(oak_street):
        Redemption.objects.update(purchase_minor=45_50, amount_minor=45_50)
        Pledge.objects.update(held_minor=45_50)
    form = {"amount": "other", "other_amount": "40"}
    answer = visit(oak_street).post(f"{card}amount/", form)
    assert (answer.status_code, problems(answer), kept(answer, "other_amount")) == (
        422,
        [("id_amount_group", "$45.50 has been counted already; the pledge cannot be less.")],
        "40",
    )


BAD = {
    "nothing": ({"amount": ""}, ("id_amount_group", "Choose an amount.")),
    "words": (
        {"amount": "other", "other_amount": "lots"},
        ("id_other_amount", "Enter an amount in dollars, such as 18 or 18.50."),
    ),
    "too much": (
        {"amount": "other", "other_amount": "2010"},
        ("id_other_amount", "A pledge is between $20 and $2,000."),
    ),
    "null": (
        {"amount": "other", "other_amount": "2\x000"},
        ("id_other_amount", "Null characters are not allowed."),
    ),
}


def test_an_amount_that_does_not_fit(visit, oak_street, card):
    eve, before, answers = visit(oak_street), row_counts(oak_street), {}
    for what, (form, _problem) in BAD.items():
        answer = eve.post(f"{card}amount/", form)
        answers[what] = (answer.status_code, problems(answer))
    assert answers == {what: (422, [problem]) for what, (_form, problem) in BAD.items()}
    assert row_counts(oak_street) == before


def test_withdrawing_asks_once_and_needs_no_reason(visit, oak_street, card, eves_pledge):
    eve = visit(oak_street)
    assert eve.get(f"{card}withdrawal/").status_code == 200
    with in_alliance(oak_street):
        assert money_of(eves_pledge)[0] == "active"
    page = eve.post(f"{card}withdrawal/", follow=True)
    assert "Your pledge has been withdrawn." in words(page)
    assert eve.post(f"{card}withdrawal/").status_code == 302
    with in_alliance(oak_street):
        assert steps_of(eves_pledge)[2:] == [("cancelled", 240_00, 240_00)]


def test_the_card_of_a_withdrawn_pledge_still_shows_its_history(visit, oak_street, card):
    with in_alliance(oak_street):
        pledges.cancel(pledge=Pledge.objects.get())
    page = visit(oak_street).get(card)
    assert (page.status_code, "qr.svg" in text(page), "amount/" in text(page)) == (
        200,
        False,
        False,
    )


def test_questioning_a_purchase(visit, oak_street, card, claim):
    eve, path = visit(oak_street), question_of(card, claim)
    assert eve.get(path).status_code == 200
    page = eve.post(path, {"reason": "I was away."}, follow=True)
    assert "Noted. Somebody of the alliance will look into it." in words(page)
    with in_alliance(oak_street):
        assert fates_of(claim)[1:] == [("disputed", "I was away.", None)]


def test_questioning_after_72_hours_says_so(visit, oak_street, card, claim):
    with time_machine.travel(claim.confirm_due_at):
        page = visit(oak_street).post(question_of(card, claim), {"reason": ""}, follow=True)
    assert "The 72 hours to question this purchase are over." in words(page)
    with in_alliance(oak_street):
        assert fates_of(claim) == [("claimed", "", claim.entered_by_id)]


@pytest.mark.parametrize("reason", ["r" * 401, "\x00"])
def test_a_reason_that_does_not_fit(visit, oak_street, card, claim, reason):
    before = row_counts(oak_street)
    answer = visit(oak_street).post(question_of(card, claim), {"reason": reason})
    assert answer.status_code == 422
    assert row_counts(oak_street) == before


def test_one_card_does_not_question_another_cards_purchase(visit, oak_street, oven, card, ben):
    with in_alliance(oak_street):
        other = make.an_active_pledge(oven, "kind@example.com")
        theirs = make.a_claim(other, by=ben)
    answer = visit(oak_street).post(question_of(card, theirs), {"reason": "Mine?"})
    assert answer.status_code == 404
    with in_alliance(oak_street):
        assert len(fates_of(theirs)) == 1


def test_at_the_till_the_card_leads_to_counting(visit, oak_street, card, ben, ada, eves_pledge):
    way = f"/me/till/{eves_pledge.pk}/?way=scan"
    assert [way in text(visit(oak_street, who).get(card)) for who in (ben, ada, None)] == [
        True,
        False,
        False,
    ]


def test_what_was_said_of_a_purchase_stands_with_it(visit, oak_street, eves_pledge, ben, card):
    """Whoever questions or rejects an entry says why, and the customer reads it on the card."""
    with in_alliance(oak_street):
        entered = make.a_customers_claim(eves_pledge)
        answers.question(redemption=entered, reason="Not one of our receipts.", by=ben)

    page = visit(oak_street).get(card).content.decode()

    assert "“Not one of our receipts.”" in page
    assert "questioned" in page
