"""The business answers its customers' entries; staff take back what was confirmed."""

import pytest
import time_machine

from alliance.models import Person, Role
from alliance.services.seats import give_seat
from members.services.businesses import add_representative
from pledges.services import answers, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import audited, fates_of, last_mail, mails, money_of, refusal

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

STRANGER = ("This pledge is for another business.", None)
SETTLED = ("This has been settled already.", None)
OWN = ("Your own people entered this: the customer confirms it, or 72 hours pass.", None)


@pytest.fixture
def entered(eves_pledge):
    """$18 that Eve entered with the till's code."""
    return make.a_customers_claim(eves_pledge)


def test_it_was_so(entered, eves_pledge, ben):
    answers.confirm(redemption=entered, by=ben)
    answers.confirm(redemption=entered, by=ben)
    assert fates_of(entered)[1:] == [("confirmed", "", ben.pk)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)


def test_it_was_not_and_the_customer_reads_why(entered, eves_pledge, ben):
    answers.reject(redemption=entered, reason="That was Tuesday's.", by=ben)
    assert fates_of(entered)[1:] == [("rejected", "That was Tuesday's.", ben.pk)]
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert mails()[-1] == ("rejected", "eve@example.com", f"redemption-rejected:{entered.pk}")
    assert last_mail().context["reason"] == "That was Tuesday's."
    assert audited("redemption.rejected") == [
        ("redemption.rejected", ben.pk, entered.pk, {"amount_minor": 18_00})
    ]


def test_the_alliance_should_look(entered, eves_pledge, ben, cleo):
    answers.question(redemption=entered, reason="Who was that?", by=ben)
    assert fates_of(entered)[1:] == [("disputed", "Who was that?", ben.pk)]
    redemptions.decide(redemption=entered, uphold=True, reason="The receipt says so.", by=cleo)
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)
    assert last_mail().context["own"] is True


@pytest.mark.parametrize("act", [answers.reject, answers.question])
def test_a_no_needs_its_reason(entered, ben, act):
    assert refusal(act, redemption=entered, reason=" ", by=ben) == (
        "Say why; the customer reads it.",
        "reason",
    )


ACTS = {
    "confirm": lambda **given: answers.confirm(**given),
    "reject": lambda **given: answers.reject(reason="No.", **given),
    "question": lambda **given: answers.question(reason="Hm.", **given),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_answers_but_the_shops_people_and_not_for_themselves(
    entered, oven, ben, cleo, neighbour, act
):
    nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
    books = make.a_business(trade_name="The Book Nook")
    stranger = add_representative(business=books, person=nora, by=None).seat
    for who in (cleo, stranger, neighbour.dan):
        assert refusal(ACTS[act], redemption=entered, by=who) == STRANGER
    other = make.an_active_pledge(oven, "kind@example.com")
    own = make.a_claim(other, by=ben)
    assert refusal(ACTS[act], redemption=own, by=ben) == OWN
    assert [len(fates_of(each)) for each in (entered, own)] == [1, 1]


@pytest.mark.parametrize("act", ["reject", "question"])
def test_what_is_settled_stays_so(entered, ben, act):
    answers.confirm(redemption=entered, by=ben)
    assert refusal(ACTS[act], redemption=entered, by=ben) == SETTLED


def test_an_undo_is_no_answer_to_a_customers_entry(entered, ben):
    assert refusal(redemptions.take_back, redemption=entered, reason="", by=ben) == (
        "The customer entered this: confirm it, or say why it is not so.",
        None,
    )


# --- staff ----------------------------------------------------------------------


def test_staff_take_a_confirmed_purchase_back(eves_pledge, ben, cleo):
    bought = make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=240_00)
    assert money_of(eves_pledge) == ("fulfilled", 240_00, 240_00, 240_00)
    redemptions.reverse_confirmed(redemption=bought, reason="Rung up twice.", by=cleo)
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert fates_of(bought)[-1] == ("reversed", "Rung up twice.", cleo.pk)
    assert mails()[-1] == ("taken_back", "eve@example.com", f"redemption-reversed:{bought.pk}")
    assert audited("redemption.reversed") == [
        ("redemption.reversed", cleo.pk, bought.pk, {"amount_minor": 240_00})
    ]


def test_only_a_confirmed_one_and_with_a_reason(eves_pledge, ben, cleo):
    claim = make.a_claim(eves_pledge, by=ben)
    wrong = ("Only a confirmed purchase can be taken back here.", None)
    assert refusal(redemptions.reverse_confirmed, redemption=claim, reason="x", by=cleo) == wrong
    with time_machine.travel(claim.confirm_due_at):
        redemptions.confirm_silent(redemption=claim)
    assert refusal(redemptions.reverse_confirmed, redemption=claim, reason="", by=cleo) == (
        "Say why; both sides read it.",
        "reason",
    )
    redemptions.reverse_confirmed(redemption=claim, reason="x", by=cleo)
    assert refusal(redemptions.reverse_confirmed, redemption=claim, reason="x", by=cleo) == wrong
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


def test_nobody_decides_about_their_own_shop(eves_pledge, ben):
    bought = make.a_confirmed_purchase(eves_pledge, by=ben)
    both = give_seat(person=ben.person, role=Role.COMMUNITY, by=None)
    assert refusal(redemptions.reverse_confirmed, redemption=bought, reason="x", by=both) == (
        "Somebody else has to decide about your own business.",
        None,
    )
