"""At the till: a code or a scan, the amount, done; undone with one press."""

import pytest

from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, Redemption
from tests.factories import pledges as make
from tests.pledges.reading import fates_of, money_of, row_counts
from tests.pledges.views.browsing import hidden, kept, problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def till(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


def typed(pledge: Pledge) -> dict[str, str]:
    """The code form with this card's code."""
    return {"code": pledge.code}


def counting(pledge: Pledge) -> str:
    """The path at which a purchase is counted."""
    return f"/me/till/{pledge.pk}/"


def purchase(amount: str = "18.50", key: str = "a-form-of-this-morning") -> dict[str, str]:
    """The purchase form as it is sent."""
    return {"amount": amount, "form_key": key}


def test_from_the_code_to_the_count(till, oak_street, eves_pledge):
    assert till.get("/me/till/").status_code == 200
    found = till.post("/me/till/", typed(eves_pledge))
    assert (found.status_code, found["Location"]) == (302, counting(eves_pledge))
    page = till.get(found["Location"])
    assert "$240 left of $240 pledged" in words(page)
    done = till.post(found["Location"], purchase(key=hidden(page, "form_key")), follow=True)
    assert done.redirect_chain == [("/me/till/", 302)]
    assert "Counted. The customer has been told." in words(done)
    assert "$18.50" in words(done)
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)


def test_a_code_however_it_is_typed(till, eves_pledge):
    code = eves_pledge.code
    for typed in (
        code,
        code.lower(),
        f" {code} ",
        f"{code[:2]}-{code[2:]}",
        eves_pledge.code_grouped,
    ):
        assert till.post("/me/till/", {"code": typed}).status_code == 302


UNKNOWN = "No pledge for your business has this code."
EIGHT = "The code has eight letters and digits."
CODES = {
    "unknown": ("ZZZZZZZZ", UNKNOWN),
    "short": ("K7QX", EIGHT),
    "long": ("K7QX2M9PP", EIGHT),
    "nothing": ("", "Type the code on the customer’s card."),
    "only signs": ("--------", EIGHT),
    "emoji": ("🍕🍕🍕🍕🍕🍕🍕🍕", EIGHT),
    "full-width": ("Ｋ７ＱＸ２Ｍ９Ｐ", EIGHT),
    "null": ("K7QX\x002M9P", "Null characters are not allowed."),
    "endless": ("K" * 41, "Ensure this value has at most 40 characters (it has 41)."),
    "SQL": ("' OR 1=1--", EIGHT),
}


def test_a_code_that_leads_nowhere(till, oak_street, eves_pledge):
    before, answers = row_counts(oak_street), {}
    for what, (code, _sentence) in CODES.items():
        answer = till.post("/me/till/", {"code": code})
        answers[what] = (answer.status_code, problems(answer))
    assert answers == {
        what: (422, [("id_code", sentence)]) for what, (_code, sentence) in CODES.items()
    }
    assert row_counts(oak_street) == before


def test_a_code_of_a_promise_that_nobody_confirmed(till, oak_street, oven):
    with in_alliance(oak_street):
        promise = make.an_intended_pledge(oven)
    assert problems(till.post("/me/till/", typed(promise))) == [("id_code", UNKNOWN)]
    assert till.get(counting(promise)).status_code == 404


def test_the_neighbours_card_is_like_none(till, neighbour):
    assert problems(till.post("/me/till/", typed(neighbour.pledge))) == [("id_code", UNKNOWN)]
    assert till.get(counting(neighbour.pledge)).status_code == 404
    assert till.post(counting(neighbour.pledge), purchase()).status_code == 404
    assert till.post(f"/me/till/purchases/{neighbour.claim.pk}/undo/").status_code == 404


def test_the_card_of_another_business_is_like_none(visit, oak_street, eves_pledge, neighbour):
    from alliance.models import Person
    from members.services.businesses import add_representative

    with in_alliance(oak_street):
        nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
        books = make.a_business(trade_name="The Book Nook")
        seat = add_representative(business=books, person=nora, by=None).seat
    till = visit(oak_street, seat)
    assert problems(till.post("/me/till/", typed(eves_pledge))) == [("id_code", UNKNOWN)]
    assert till.post(counting(eves_pledge), purchase()).status_code == 404


def test_guessing_codes_is_limited(till, eves_pledge):
    statuses = [till.post("/me/till/", {"code": "ZZZZZZZZ"}).status_code for _n in range(121)]
    assert statuses == [422] * 120 + [429]


def test_the_same_form_twice_counts_once(till, oak_street, eves_pledge):
    answers = [till.post(counting(eves_pledge), purchase()) for _n in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/me/till/")] * 2
    with in_alliance(oak_street):
        assert Redemption.objects.count() == 1


def test_the_same_form_with_other_figures_is_refused(till, oak_street, eves_pledge):
    till.post(counting(eves_pledge), purchase("18.50"))
    answer = till.post(counting(eves_pledge), purchase("85.50"))
    assert (answer.status_code, problems(answer)) == (
        422,
        [("", "This was sent before with other figures. Please start again.")],
    )
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)


def test_a_purchase_larger_than_what_is_left_says_so(till, eves_pledge):
    page = till.post(counting(eves_pledge), purchase("300"), follow=True)
    assert "Counted as far as the pledge went." in words(page)


def test_a_second_purchase_within_ten_minutes_is_refused_with_a_sentence(till, eves_pledge):
    till.post(counting(eves_pledge), purchase(key="one"))
    answer = till.post(counting(eves_pledge), purchase(key="two"))
    assert (answer.status_code, problems(answer), kept(answer, "amount")) == (
        422,
        [("", "A purchase was counted for this pledge within the last ten minutes.")],
        "18.50",
    )


SPENT = "Enter what was spent, up to $10,000."
A_NUMBER = "Enter an amount in dollars, such as 18 or 18.50."
AMOUNTS = {
    "": "Enter what was spent, such as 18.50.",
    "0": SPENT,
    "0.00": SPENT,
    "10000.01": SPENT,
    "-5": A_NUMBER,
    "18,50": A_NUMBER,
    "18.505": A_NUMBER,
    "eighteen": A_NUMBER,
    "🍕": A_NUMBER,
    "<b>": A_NUMBER,
    "18\x00": "Null characters are not allowed.",
    "9" * 21: "Ensure this value has at most 20 characters (it has 21).",
}


def test_amounts_that_are_asked_for_again(till, oak_street, eves_pledge):
    before, answers = row_counts(oak_street), {}
    for amount in AMOUNTS:
        answer = till.post(counting(eves_pledge), purchase(amount))
        answers[amount] = (answer.status_code, problems(answer))
    assert answers == {
        amount: (422, [("id_amount", sentence)]) for amount, sentence in AMOUNTS.items()
    }
    assert row_counts(oak_street) == before


def test_a_form_without_its_key_counts_nothing(till, oak_street, eves_pledge):
    before = row_counts(oak_street)
    for key in ("", "k" * 65, "\x00"):
        assert till.post(counting(eves_pledge), purchase(key=key)).status_code == 422
    assert row_counts(oak_street) == before


def test_the_way_in_is_kept(till, oak_street, eves_pledge):
    till.post(f"{counting(eves_pledge)}?way=scan", purchase())
    with in_alliance(oak_street):
        assert Redemption.objects.get().way_in == "scan"


def test_undoing_an_entry(till, oak_street, eves_pledge, ben):
    till.post(counting(eves_pledge), purchase())
    with in_alliance(oak_street):
        entry = Redemption.objects.get()
    undo = f"/me/till/purchases/{entry.pk}/undo/"
    assert undo in text(till.get("/me/till/"))
    assert till.get(undo).status_code == 405
    assert "Taken back." in words(till.post(undo, follow=True))
    assert "This has been settled already." in words(till.post(undo, follow=True))
    assert undo not in text(till.get("/me/till/"))
    with in_alliance(oak_street):
        assert fates_of(entry)[1:] == [("rejected", "", ben.pk)]
        assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


@pytest.mark.parametrize("path", ["/me/till/", "/me/till/{}/"])
def test_who_may_come_to_the_till(visit, oak_street, eves_pledge, ada, neighbour, path):
    path = path.format(eves_pledge.pk)
    anonymous = visit(oak_street).get(path)
    assert (anonymous.status_code, anonymous["Location"].split("?")[0]) == (
        302,
        "/accounts/login/",
    )
    assert visit(oak_street, ada).get(path).status_code == 404
    assert visit(oak_street, neighbour.dan).get(path).status_code == 404
