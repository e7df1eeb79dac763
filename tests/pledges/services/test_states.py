"""Every step that the transition tables allow can be taken; no other can."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from alliance.errors import DomainError
from pledges.models import (
    Pledge,
    PledgeState,
    Redemption,
    RedemptionState,
    StepKind,
)
from pledges.models.pledges import PLEDGE_TRANSITIONS
from pledges.models.redemptions import REDEMPTION_TRANSITIONS
from pledges.services import answers, customer_claims, pledges, redemption_rows, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import attempt

pytestmark = pytest.mark.usefixtures("in_oak_street")

STATES = [str(state) for state in PledgeState]


@pytest.fixture
def pledge_in(oven, ada, ben):
    """`pledge_in("lapsed")`: a pledge brought to that state by the services.

    All but the intended one hold a purchase of their whole amount, claimed
    before they ended.
    """

    def bring(state: str) -> Pledge:
        pledge = make.an_intended_pledge(oven)
        if state == "intended":
            return pledge
        pledge = pledges.confirm(pledge=pledge, version=1)
        claim = make.a_claim(pledge, by=ben, spent_minor=240_00)
        match state:
            case "fulfilled":
                with time_machine.travel(claim.confirm_due_at):
                    redemptions.confirm_silent(redemption=claim)
            case "lapsed":
                with time_machine.travel(pledge.term_ends_at):
                    pledges.lapse(pledge=pledge)
            case "cancelled":
                pledges.cancel(pledge=pledge)
            case "released":
                pledges.release_all(drive=oven, reason="Over.", by=ada)
            case "void":
                pledges.void(pledge=pledge, reason="Made up.", by=ada)
        return Pledge.objects.get(pk=pledge.pk)

    return bring


@pytest.fixture
def deed(oven, ada, ben):
    """`deed("lapse", pledge)`: does it if the rules let it."""

    def silence(pledge):
        for claim in Redemption.objects.filter(pledge=pledge):
            with time_machine.travel(claim.confirm_due_at):
                redemptions.confirm_silent(redemption=claim)

    def take_back(pledge):
        for claim in Redemption.objects.filter(pledge=pledge):
            attempt(redemptions.take_back, redemption=claim, reason="", by=ben)

    def lapse(pledge):
        with time_machine.travel((pledge.term_ends_at or oven.gathering_ends_at) + timedelta(1)):
            pledges.lapse(pledge=pledge)

    deeds = {
        "confirm": lambda p: attempt(pledges.confirm, pledge=p, version=p.version),
        "raise": lambda p: attempt(pledges.change_amount, pledge=p, amount_minor=300_00),
        "cancel": lambda p: attempt(pledges.cancel, pledge=p),
        "release": lambda p: pledges.release_all(drive=oven, reason="Over.", by=ada),
        "lapse": lapse,
        "silence": silence,
        "take back": take_back,
        "void": lambda p: attempt(pledges.void, pledge=p, reason="Made up.", by=ada),
    }

    def act(name: str, pledge: Pledge) -> str:
        deeds[name](pledge)
        return Pledge.objects.get(pk=pledge.pk).state

    return act


# Where each deed leads from each state; what is not named here stays as it is.
LEADS = {
    "confirm": {"intended": "active"},
    "raise": {"fulfilled": "active"},
    "cancel": {"active": "cancelled"},
    "release": {"intended": "released", "active": "released"},
    "lapse": {"active": "lapsed"},
    "silence": {"active": "fulfilled", "lapsed": "fulfilled"},
    "take back": {"fulfilled": "active"},
    "void": dict.fromkeys(STATES, "void"),
}


@contextmanager
def undone():
    """What is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", LEADS)
def test_where_each_deed_leads_from_each_state(pledge_in, deed, name):
    found = {}
    for state in STATES:
        with undone():
            pledge = pledge_in(state)
            assert pledge.state == state
            found[state] = deed(name, pledge)
    assert found == {state: LEADS[name].get(state, state) for state in STATES}


def test_the_deeds_above_take_every_step_of_the_table_and_no_other():
    taken = {(start, end) for led in LEADS.values() for start, end in led.items() if start != end}
    allowed = {(start, end) for start, ends in PLEDGE_TRANSITIONS.items() for end in ends}
    assert taken == allowed


def test_every_state_has_its_row():
    assert set(PLEDGE_TRANSITIONS) == set(PledgeState)
    assert set(REDEMPTION_TRANSITIONS) == set(RedemptionState)
    assert set(ROADS) == set(RedemptionState)


REFUSED = [
    (start, end)
    for start in STATES
    for end in STATES
    if start != end and end not in PLEDGE_TRANSITIONS[start]
]


def test_every_other_step_is_refused_at_the_one_door(pledge_in, oven):
    pledge = pledge_in("active")
    for start, end in REFUSED:
        pledge.state = start
        with pytest.raises(DomainError):
            pledges.move(pledge, PledgeState(end), StepKind.CONFIRMED)
    assert Pledge.objects.get().state == "active"
    assert len(REFUSED) == 7 * 6 - sum(len(ends) for ends in PLEDGE_TRANSITIONS.values())


def test_control_without_the_table_a_void_pledge_would_come_back(pledge_in, monkeypatch):
    monkeypatch.setitem(PLEDGE_TRANSITIONS, PledgeState.VOID, frozenset(PledgeState))
    pledge = pledge_in("void")
    pledges.move(pledge, PledgeState.ACTIVE, StepKind.REOPENED)
    assert Pledge.objects.get().state == "active"


# --- purchases ----------------------------------------------------------------

PURCHASE_LEADS = {
    "silence": {"claimed": "confirmed"},
    "question": {"claimed": "disputed"},
    "uphold": {"disputed": "confirmed"},
    "reject": {"disputed": "rejected"},
    "take back": {"claimed": "rejected", "confirmed": "reversed"},
    "yes": {"claimed": "confirmed"},
    "reverse": {"confirmed": "reversed"},
}
# The same steps for what the customer entered; each side's deeds are the other's now.
OWN_LEADS = {
    "silence": {"claimed": "confirmed"},
    "it was so": {"claimed": "confirmed"},
    "it was not": {"claimed": "rejected"},
    "who knows": {"claimed": "disputed"},
    "withdraw": {"claimed": "rejected"},
    "uphold": {"disputed": "confirmed"},
    "reject": {"disputed": "rejected"},
    "reverse": {"confirmed": "reversed"},
    "take back": {"confirmed": "reversed"},
    "question": {},
    "yes": {},
}


@pytest.fixture
def act(ben, cleo):
    """`act("question", purchase)`: does it if the rules let it; the state after."""

    def do(name: str, purchase: Redemption) -> str:
        settle = {"redemption": purchase, "reason": "Looked into.", "by": cleo}
        match name:
            case "silence":
                with time_machine.travel(purchase.confirm_due_at):
                    redemptions.confirm_silent(redemption=purchase)
            case "question":
                attempt(redemptions.dispute, redemption=purchase)
            case "uphold":
                attempt(redemptions.decide, uphold=True, **settle)
            case "reject":
                attempt(redemptions.decide, uphold=False, **settle)
            case "take back":
                attempt(redemptions.take_back, redemption=purchase, reason="", by=ben)
            case "yes":
                attempt(customer_claims.confirm_by_customer, redemption=purchase)
            case "withdraw":
                attempt(customer_claims.withdraw_claim, redemption=purchase)
            case "reverse":
                attempt(redemptions.reverse_confirmed, **settle)
            case "it was so":
                attempt(answers.confirm, redemption=purchase, by=ben)
            case "it was not":
                attempt(answers.reject, redemption=purchase, reason="No.", by=ben)
            case "who knows":
                attempt(answers.question, redemption=purchase, reason="Hm.", by=ben)
        return Redemption.objects.get(pk=purchase.pk).state

    return do


ROADS = {
    "claimed": [],
    "disputed": ["question"],
    "confirmed": ["silence"],
    "rejected": ["take back"],
    "reversed": ["silence", "take back"],
}


@pytest.mark.parametrize("name", PURCHASE_LEADS)
def test_where_each_deed_leads_a_purchase(eves_pledge, ben, act, name):
    found = {}
    for state in ROADS:
        with undone():
            purchase = make.a_claim(eves_pledge, by=ben)
            for step in ROADS[state]:
                act(step, purchase)
            assert Redemption.objects.get().state == state
            found[state] = act(name, purchase)
    assert found == {state: PURCHASE_LEADS[name].get(state, state) for state in ROADS}


OWN_ROADS = {
    "claimed": [],
    "disputed": ["who knows"],
    "confirmed": ["it was so"],
    "rejected": ["withdraw"],
    "reversed": ["silence", "reverse"],
}


@pytest.mark.parametrize("name", OWN_LEADS)
def test_where_each_deed_leads_what_a_customer_entered(eves_pledge, act, name):
    found = {}
    for state in OWN_ROADS:
        with undone():
            purchase = make.a_customers_claim(eves_pledge)
            for step in OWN_ROADS[state]:
                act(step, purchase)
            assert Redemption.objects.get().state == state
            found[state] = act(name, purchase)
    assert found == {state: OWN_LEADS[name].get(state, state) for state in OWN_ROADS}


def test_those_deeds_take_every_step_of_the_table_and_no_other():
    both = (*PURCHASE_LEADS.values(), *OWN_LEADS.values())
    taken = {pair for led in both for pair in led.items()}
    allowed = {(start, end) for start, ends in REDEMPTION_TRANSITIONS.items() for end in ends}
    assert taken == allowed


def test_every_other_step_of_a_purchase_is_refused_at_the_one_door(eves_pledge, ben):
    purchase = make.a_claim(eves_pledge, by=ben)
    for start in RedemptionState:
        for end in set(RedemptionState) - REDEMPTION_TRANSITIONS[start]:
            purchase.state = start
            with pytest.raises(DomainError):
                redemption_rows.move(purchase, end, by=ben, reason="")
    assert Redemption.objects.get().state == "claimed"
