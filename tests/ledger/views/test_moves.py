"""Money moved by hand: looked over, written once, taken back with a reason."""

from datetime import UTC, datetime

import pytest
import time_machine

from alliance.tenancy.scope import in_alliance
from ledger.models import Entry
from ledger.queries import trial_balance
from ledger.services import move, post, reverse_adjustment
from tests.factories import ledger as make
from tests.pledges.reading import audited, row_counts
from tests.pledges.views.browsing import hidden, kept, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")
MOVE = "/staff/ledger/moves/new/"


@pytest.fixture(autouse=True)
def _in_april():
    with time_machine.travel(datetime(2026, 4, 1, 19, 0, tzinfo=UTC), tick=False):
        yield


def form(**changes) -> dict[str, str]:
    """What a treasurer types."""
    return {
        "source": "cash",
        "target": "bank",
        "amount": "1,080.50",
        "on": "2026-03-31",
        "memo": "Deposit slip 88",
        "form_key": "the-form",
    } | changes


def balances(alliance) -> dict[str, int]:
    with in_alliance(alliance):
        return {row.account.key: row.amount_minor for row in trial_balance().rows}


def test_from_the_form_over_the_check_to_the_entry(desk, oak_street, tess):
    empty = desk.get(MOVE)
    assert (kept(empty, "on"), len(hidden(empty, "form_key"))) == ("2026-04-01", 32)
    check = desk.post(MOVE, form())
    assert (check.status_code, title(check)) == (200, "Is this right?")
    for said in (
        "How much $1,080.50 From Cash box To Bank On 31 Mar 2026 What for Deposit slip 88",
        "Cash box $0 -$1,080.50",
        "Bank $0 $1,080.50",
        "More than the books know of",
    ):
        assert said in words(check)
    assert balances(oak_street) == {}
    names = ("source", "target", "amount", "on", "memo", "form_key")
    sent = {name: hidden(check, name) for name in names}
    page = desk.post(MOVE, sent | {"confirmed": "yes"}, follow=True)
    assert "Written down as entry 1." in words(page)
    assert balances(oak_street) == {"bank": 1_080_50, "cash": -1_080_50}
    with in_alliance(oak_street):
        entry = Entry.objects.get()
        assert (entry.kind, str(entry.on), entry.memo, entry.seat) == (
            "adjustment",
            "2026-03-31",
            "Deposit slip 88",
            tess,
        )
        assert audited("money.moved") == [
            ("money.moved", tess.pk, entry.pk, {"number": 1, "amount_minor": 1_080_50})
        ]


def test_pressed_twice_it_is_written_once(desk, oak_street):
    answers = [desk.post(MOVE, form(confirmed="yes")) for _press in range(3)]
    assert len({answer["Location"] for answer in answers}) == 1
    with in_alliance(oak_street):
        assert Entry.objects.count() == 1


def test_the_same_form_with_other_figures_is_asked_about(desk, oak_street):
    desk.post(MOVE, form(confirmed="yes"))
    again = desk.post(MOVE, form(confirmed="yes", amount="5"))
    assert (again.status_code, problems(again)) == (
        422,
        [("", "This was sent before with other figures. Please start again.")],
    )
    with in_alliance(oak_street):
        assert Entry.objects.count() == 1


def test_changing_something_keeps_what_was_typed(desk):
    page = desk.post(MOVE, form(change="yes"))
    assert (page.status_code, title(page)) == (200, "Move money")
    assert [kept(page, name) for name in ("amount", "on", "memo")] == [
        "1,080.50",
        "2026-03-31",
        "Deposit slip 88",
    ]
    assert hidden(page, "form_key") == "the-form"


WRONG = {
    "no place": ({"source": ""}, ["id_source_group"]),
    "a place that is none": ({"target": "dues"}, ["id_target_group"]),
    "the same place": ({"target": "cash"}, ["id_target_group"]),
    "nothing": ({"amount": "0"}, ["id_amount"]),
    "no amount": ({"amount": ""}, ["id_amount"]),
    "below nothing": ({"amount": "-5"}, ["id_amount"]),
    "three decimals": ({"amount": "5.005"}, ["id_amount"]),
    "words": ({"amount": "five"}, ["id_amount"]),
    "too much": ({"amount": "9" * 19}, ["id_amount"]),
    "no day": ({"on": ""}, ["id_on"]),
    "no such day": ({"on": "2026-02-30"}, ["id_on"]),
    "tomorrow": ({"on": "2026-04-02"}, ["id_on"]),
    "no words": ({"memo": " "}, ["id_memo"]),
    "too many words": ({"memo": "x" * 201}, ["id_memo"]),
    "two lines": ({"memo": "x\u2028y"}, ["id_memo"]),
    "no key": ({"form_key": ""}, [""]),
}


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
def test_what_cannot_be_meant_is_asked_again(desk, oak_street, confirmed):
    before = row_counts(oak_street)
    found = {}
    for what, (changes, _anchors) in WRONG.items():
        page = desk.post(MOVE, form(**changes, **confirmed))
        assert (page.status_code, title(page)) == (422, "Error: Move money"), what
        found[what] = [anchor for anchor, _sentence in problems(page)]
    assert found == {what: anchors for what, (_changes, anchors) in WRONG.items()}
    assert row_counts(oak_street) == before


def test_whatever_it_is_for_it_is_only_words(desk, oak_street):
    page = desk.post(MOVE, form(memo="<script>alert(1)</script>", confirmed="yes"), follow=True)
    assert "<script>alert" not in text(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(page)


# --- taken back ---------------------------------------------------------------------------


@pytest.fixture
def moved(oak_street, tess) -> Entry:
    """Eighty dollars from the cash box to the bank."""
    with in_alliance(oak_street):
        return move(order=make.a_move(), key="k", by=tess)


def test_a_move_is_taken_back_with_a_reason(desk, oak_street, tess, moved):
    path = f"{moved.get_absolute_url()}reversal/"
    assert "A new entry puts each line back." in words(desk.get(path))
    refused = desk.post(path, {"reason": " "})
    assert (refused.status_code, problems(refused)) == (
        422,
        [("id_reason", "Say why, in a sentence.")],
    )
    page = desk.post(path, {"reason": "It was the other box."}, follow=True)
    assert "Taken back by entry 2." in words(page)
    assert balances(oak_street) == {"bank": 0, "cash": 0}
    with in_alliance(oak_street):
        told = {"number": 1, "reason": "It was the other box."}
        assert audited("entry.reversed") == [("entry.reversed", tess.pk, moved.pk, told)]


def test_taken_back_twice_it_is_taken_back_once(desk, oak_street, moved):
    path = f"{moved.get_absolute_url()}reversal/"
    answers = [desk.post(path, {"reason": f"Reason {n}."}) for n in range(3)]
    assert len({answer["Location"] for answer in answers}) == 1
    with in_alliance(oak_street):
        assert Entry.objects.count() == 2
        assert len(audited("entry.reversed")) == 1


@pytest.mark.parametrize(
    ("make_one", "sentence"),
    [
        (make.dues, "An invoice is corrected by a credit note."),
        (make.payment, "A payment is corrected by giving it back."),
    ],
)
def test_what_members_owe_is_corrected_where_they_see_it(
    desk, oak_street, tess, make_one, sentence
):
    with in_alliance(oak_street):
        entry = post(make_one(), by=tess)
    path = f"{entry.get_absolute_url()}reversal/"
    page = desk.get(path)
    assert sentence in words(page)
    assert "Let it stand" not in words(page)
    refused = desk.post(path, {"reason": "Wrong."})
    assert refused.status_code == 422
    assert sentence in problems(refused)[0][1]
    with in_alliance(oak_street):
        assert Entry.objects.count() == 1


def test_a_reversal_stands(desk, oak_street, tess, moved):
    with in_alliance(oak_street):
        reversal = reverse_adjustment(entry=moved, reason="Wrong.", by=tess)
    refused = desk.post(f"{reversal.get_absolute_url()}reversal/", {"reason": "Right."})
    assert problems(refused) == [("", "A reversal stands. Make the entry anew instead.")]
