"""The till's other doors: one form, entries that waited, names, and customers' entries."""

from datetime import timedelta

import pytest
import time_machine

from alliance import clock
from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, Redemption
from tests.factories import pledges as make
from tests.pledges.reading import fates_of, last_mail, mails, money_of, row_counts
from tests.pledges.views.browsing import problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")

ENTRIES = "/me/till/entries/"


@pytest.fixture
def till(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


@pytest.fixture
def yesterday(oak_street, eves_pledge):
    """Eve pledged yesterday; the clock stands."""
    with time_machine.travel(clock.now(), tick=False):
        with in_alliance(oak_street):
            Pledge.objects.update(confirmed_at=clock.now() - timedelta(days=1))
        yield


def entry(pledge, **changes: str) -> dict[str, str]:
    """An entry as the till's script sends it."""
    return {"code": pledge.code, "amount": "18.50", "form_key": "kept-1", "made_at": ""} | changes


def test_code_and_amount_on_one_form_count_at_once(till, oak_street, eves_pledge):
    done = till.post("/me/till/", entry(eves_pledge), follow=True)
    assert done.redirect_chain == [("/me/till/", 302)]
    assert "Counted. The customer has been told." in words(done)
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)


def test_a_refused_amount_stays_in_the_form(till, eves_pledge):
    till.post("/me/till/", entry(eves_pledge))
    answer = till.post("/me/till/", entry(eves_pledge, form_key="second"))
    assert (answer.status_code, problems(answer)) == (
        422,
        [("", "A purchase was counted for this pledge within the last ten minutes.")],
    )


def test_the_page_carries_what_the_script_needs(till, ben, oven):
    page = text(till.get("/me/till/"))
    for part in (f'data-entries="{ENTRIES}"', f'data-seat="{ben.pk}"', "data-now=", "till-offline"):
        assert part in page


@pytest.mark.usefixtures("yesterday")
def test_an_entry_that_waited_counts_when_it_was_made_and_once(till, oak_street, eves_pledge):
    made_at = clock.now() - timedelta(hours=3)
    answers = [till.post(ENTRIES, entry(eves_pledge, made_at=made_at.isoformat())) for _n in (1, 2)]
    assert [(a.status_code, a.json()) for a in answers] == [
        (200, {"said": "Counted. The customer has been told."})
    ] * 2
    with in_alliance(oak_street):
        assert Redemption.objects.get().claimed_at == made_at


@pytest.mark.usefixtures("yesterday")
def test_an_entry_that_arrived_unheard_counts_once(till, oak_street, eves_pledge):
    """First without a moment, as with a line; the answer is lost, and it comes again with one."""
    till.post(ENTRIES, entry(eves_pledge))
    again = till.post(ENTRIES, entry(eves_pledge, made_at=clock.now().isoformat()))
    assert again.status_code == 200
    with in_alliance(oak_street):
        assert Redemption.objects.count() == 1


@pytest.mark.usefixtures("yesterday")
def test_entries_that_are_refused_say_why(till, oak_street, eves_pledge, neighbour):
    before = row_counts(oak_street)
    moments = {"old": timedelta(hours=-73), "ahead": timedelta(minutes=6)}
    said = {
        what: entry(eves_pledge, made_at=(clock.now() + away).isoformat())
        for what, away in moments.items()
    } | {
        "no amount": entry(eves_pledge, amount=""),
        "no key": entry(eves_pledge, form_key=""),
        "no moment": entry(eves_pledge, made_at="yesterday"),
        "the neighbour's": entry(neighbour.pledge),
    }
    answers = {what: till.post(ENTRIES, data) for what, data in said.items()}
    assert {what: (a.status_code, a.json()["said"]) for what, a in answers.items()} == {
        "old": (409, "This purchase is more than 72 hours old; it cannot be counted now."),
        "ahead": (
            409,
            "The clock of this device is ahead of ours: 6 minutes. "
            "Set it right and enter the purchase again.",
        ),
        "no amount": (422, "This field is required."),
        "no key": (422, "This field is required."),
        "no moment": (
            422,
            "Write the moment with its time zone, such as 2026-12-01T20:00:00Z.",
        ),
        "the neighbour's": (422, "No pledge for your business has this code."),
    }
    assert row_counts(oak_street) == before


def test_a_session_that_ended_is_asked_to_sign_in(visit, oak_street, eves_pledge):
    answer = visit(oak_street).post(ENTRIES, entry(eves_pledge))
    assert (answer.status_code, answer["Location"][:17]) == (302, "/accounts/login/?")


# --- by name ----------------------------------------------------------------------


def test_a_customer_without_a_card_says_a_name(till, oak_street, eves_pledge):
    page = till.get("/me/till/people/?q=castellano")
    way = f"/me/till/{eves_pledge.pk}/?way=entry"
    assert way in text(page)
    till.post(way, {"amount": "18.50", "form_key": "k"})
    with in_alliance(oak_street):
        made = Redemption.objects.get()
        assert (made.way_in, fates_of(made)[0][0]) == ("entry", "claimed")
        assert mails()[-1] == ("entered", "eve@example.com", f"redemption-claimed:{made.pk}")
        card = eves_pledge.get_absolute_url()
        assert last_mail().context["url"].endswith(f"{card}purchases/{made.pk}/yes/")


def test_names_are_found_as_their_owners_show_them(till, oak_street, oven):
    with in_alliance(oak_street):
        for n, (name, display) in enumerate(
            [("Gil Full", "full"), ("Gil First", "first"), ("Gil Hidden", "anonymous")]
        ):
            make.an_active_pledge(oven, f"p{n}@example.com", name=name, display=display)
    read = {name: words(till.get(f"/me/till/people/?q={name}")) for name in ("Gil", "First", "Hid")}
    assert ("Gil Full" in read["Gil"], read["Gil"].count("This one"), "Hidden" in read["Gil"]) == (
        True,
        2,
        False,
    )
    assert ["This one" in read[name] for name in ("First", "Hid")] == [False, False]
    assert "Gil First" not in "".join(read.values())


def test_no_name_finds_nobody_and_no_neighbour_is_found(till, eves_pledge):
    for name in ("", "Gus", "%", "\\"):
        assert "This one" not in words(till.get("/me/till/people/", {"q": name}))
    assert till.get("/me/till/people/", {"q": "n" * 81}).status_code == 422


# --- what customers entered ---------------------------------------------------------


@pytest.fixture
def entered(oak_street, eves_pledge) -> Redemption:
    """$18 that Eve entered with the till's code."""
    with in_alliance(oak_street):
        return make.a_customers_claim(eves_pledge)


def test_the_list_and_its_yes(till, oak_street, entered, eves_pledge):
    assert "1 purchase that a customer entered waits" in words(till.get("/me/till/"))
    assert "$18, Eve Castellano" in words(till.get("/me/till/to-confirm/"))
    done = till.post(f"/me/till/purchases/{entered.pk}/confirmation/", follow=True)
    assert "Confirmed. It counts." in words(done)
    assert "Nothing to confirm" in words(done)
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)


@pytest.mark.parametrize(("answer", "state"), [("reject", "rejected"), ("question", "disputed")])
def test_its_no_with_a_reason(till, oak_street, entered, answer, state):
    path = f"/me/till/purchases/{entered.pk}/answer/"
    assert till.get(path).status_code == 200
    empty = till.post(path, {"answer": answer, "reason": ""})
    assert (empty.status_code, problems(empty)) == (
        422,
        [("id_reason", "Say why, in a sentence.")],
    )
    assert till.post(path, {"answer": answer, "reason": "Not us."}).status_code == 302
    with in_alliance(oak_street):
        assert fates_of(entered)[1:][0][:2] == (state, "Not us.")
    again = till.post(path, {"answer": answer, "reason": "Not us."})
    assert problems(again) == [("", "This has been settled already.")]


def test_nobody_elses_entries(till, visit, oak_street, neighbour, entered):
    for path in ("confirmation/", "answer/"):
        address = f"/me/till/purchases/{neighbour.claim.pk}/{path}"
        assert till.post(address).status_code == 404
        ours = f"/me/till/purchases/{entered.pk}/{path}"
        assert visit(neighbour.alliance, neighbour.dan).post(ours).status_code == 404
    with in_alliance(oak_street):
        assert len(fates_of(entered)) == 1


def test_what_counts_by_itself_leaves_the_list(till, entered):
    with time_machine.travel(entered.confirm_due_at):
        assert "Castellano" not in words(till.get("/me/till/to-confirm/"))
