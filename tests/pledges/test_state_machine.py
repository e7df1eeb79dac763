"""Customers, tills, staff and the calendar in any order, on the real database.

After every step the figures are added up from the rows and compared.
COMMONWEAL_HYPOTHESIS=long walks 2,000 × 50 steps instead of 30 × 30.
"""

import os
from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alliance import clock
from pledges import queries
from pledges.models import Pledge, PledgeDrive, PledgeStep, Redemption, RedemptionStep, WayIn
from pledges.models.pledges import LIVE_STATES, PLEDGE_TRANSITIONS
from pledges.models.redemptions import HOLDING_STATES, REDEMPTION_TRANSITIONS
from pledges.services import drives, pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import STATES, attempt

LONG = os.environ.get("COMMONWEAL_HYPOTHESIS") == "long"
WALK = settings(
    max_examples=2_000 if LONG else 30,
    stateful_step_count=50 if LONG else 30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
PEOPLE = st.sampled_from(["eve@example.com", "EVE+2@example.com", "gil@example.com", "h@x.example"])
AMOUNTS = st.integers(2, 30).map(lambda tens: tens * 10_00)
# Small change, round sums, and more than any pledge holds.
SPENDING = st.one_of(st.integers(1, 50_00), st.sampled_from([20_00, 240_00, 300_00, 9_999_99]))
WHICH = st.integers(0, 15)
UNDER_WAY = {"intended", "active", "fulfilled", "claimed", "disputed", "confirmed"}


class Drive(RuleBasedStateMachine):
    """One drive; `oven`, `ada` and `ben` are set by the test."""

    oven: PledgeDrive
    ada: object
    ben: object

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.forms = self.steps = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    @initialize(amounts=st.tuples(AMOUNTS, AMOUNTS), spent=SPENDING)
    def begin(self, amounts, spent):
        """Two people have pledged, one has bought: most of what may happen, happens later."""
        for n, amount in enumerate(amounts):
            pledge = make.an_active_pledge(self.oven, f"p{n}@x.example", amount_minor=amount)
        make.a_claim(pledge, by=self.ben, spent_minor=spent)

    def one(self, model, which):
        """One of the rows, by number; by an even one only of those in which much may happen."""
        rows = list(model.objects.order_by("id"))
        if which % 2 == 0:
            rows = [row for row in rows if row.state in UNDER_WAY] or rows
        return rows[which // 2 % len(rows)] if rows else None

    # --- what people do -------------------------------------------------------

    @rule(email=PEOPLE, amount=AMOUNTS)
    def intend(self, email, amount):
        self.forms += 1
        promise = make.a_promise(email, amount_minor=amount, form_key=f"f{self.forms}")
        attempt(pledges.intend, drive=self.oven, promise=promise)

    @rule(which=WHICH, back=st.integers(0, 1))
    def confirm(self, which, back):
        if pledge := self.one(Pledge, which):
            attempt(pledges.confirm, pledge=pledge, version=pledge.version - back)

    @rule(which=WHICH, amount=AMOUNTS)
    def raise_or_lower(self, which, amount):
        if pledge := self.one(Pledge, which):
            attempt(pledges.change_amount, pledge=pledge, amount_minor=amount)

    @rule(which=WHICH)
    def lower_to_what_was_counted(self, which):
        if pledge := self.one(Pledge, which):
            attempt(pledges.change_amount, pledge=pledge, amount_minor=pledge.held_minor)

    @rule(which=WHICH)
    def cancel(self, which):
        if pledge := self.one(Pledge, which):
            attempt(pledges.cancel, pledge=pledge)

    @rule(which=WHICH, spent=SPENDING)
    def claim(self, which, spent):
        if pledge := self.one(Pledge, which):
            attempt(
                redemptions.claim,
                pledge=pledge,
                purchase_minor=spent,
                way_in=WayIn.SCAN,
                by=self.ben,
                apart=timedelta(0),
            )

    @rule(which=WHICH, hours=st.sampled_from([71, 72, 500]))
    def silence(self, which, hours):
        if claim := self.one(Redemption, which):
            with clock.at(claim.claimed_at + timedelta(hours=hours)):
                attempt(redemptions.confirm_silent, redemption=claim)

    @rule(which=WHICH)
    def dispute(self, which):
        if claim := self.one(Redemption, which):
            attempt(redemptions.dispute, redemption=claim)

    @rule(which=WHICH, uphold=st.booleans())
    def decide(self, which, uphold):
        if claim := self.one(Redemption, which):
            settle = {"uphold": uphold, "reason": "Looked into.", "by": self.ada}
            attempt(redemptions.decide, redemption=claim, **settle)

    @rule(which=WHICH)
    def take_back(self, which):
        if claim := self.one(Redemption, which):
            attempt(redemptions.take_back, redemption=claim, reason="", by=self.ben)

    @rule(which=WHICH)
    def void(self, which):
        if (pledge := self.one(Pledge, which)) and which % 4 == 0:
            attempt(pledges.void, pledge=pledge, reason="Made up.", by=self.ada)

    @rule(which=WHICH)
    def lapse(self, which):
        pledge = self.one(Pledge, which)
        if pledge and pledge.term_ends_at and which % 3 == 0:
            with time_machine.travel(pledge.term_ends_at):
                pledges.lapse(pledge=pledge)

    @precondition(lambda self: self.steps > 20)
    @rule()
    def end_drive(self):
        attempt(drives.end_drive, drive=self.oven, reason="The oven came.", by=self.ada)

    # --- what is true after each ----------------------------------------------

    @invariant()
    def honoured_within_held_within_pledged(self):
        self.steps += 1
        held, honoured = Counter(), Counter()
        for claim in Redemption.objects.all():
            held[claim.pledge_id] += claim.amount_minor * (claim.state in HOLDING_STATES)
            honoured[claim.pledge_id] += claim.amount_minor * (claim.state == "confirmed")
        self.rows = list(Pledge.objects.all())
        for pledge in self.rows:
            assert (pledge.held_minor, pledge.honoured_minor) == (
                held[pledge.pk],
                honoured[pledge.pk],
            )
            assert 0 <= pledge.honoured_minor <= pledge.held_minor <= pledge.amount_minor
            assert (pledge.state == "fulfilled") <= (pledge.honoured_minor == pledge.amount_minor)

    @invariant()
    def the_figures_add_up(self):
        found = queries.drive_figures(self.oven)
        assert found.pledged_minor == found.honoured_minor + found.open_minor + found.dropped_minor
        counted = [p for p in self.rows if p.confirmed_at and p.state != "void"]
        assert (found.pledgers, found.pledged_minor, found.honoured_minor) == (
            len(counted),
            sum(p.amount_minor for p in counted),
            sum(p.honoured_minor for p in counted),
        )

    @invariant()
    def one_live_pledge_a_person(self):
        live = Counter(p.email_normalised for p in self.rows if p.state in LIVE_STATES)
        assert set(live.values()) <= {1}

    @invariant()
    def the_history_tells_every_change(self):
        steps = {}
        for step in PledgeStep.objects.order_by("id"):
            steps.setdefault(step.pledge_id, []).append(step)
        for pledge in self.rows:
            state, amount = None, 0
            for step in steps[pledge.pk]:
                assert step.amount_before_minor == amount or step.kind == "made"
                amount = step.amount_after_minor
                after = "intended" if step.kind == "made" else STATES.get(step.kind, state)
                assert state is None or after == state or after in PLEDGE_TRANSITIONS[state]
                state = after
            assert (state, amount) == (pledge.state, pledge.amount_minor)

    @invariant()
    def the_history_tells_every_purchase(self):
        fates = {}
        for step in RedemptionStep.objects.order_by("id"):
            before = fates.get(step.redemption_id)
            assert (before is None and step.to_state == "claimed") or (
                step.to_state in REDEMPTION_TRANSITIONS[before]
            )
            fates[step.redemption_id] = step.to_state
        assert fates == dict(Redemption.objects.values_list("pk", "state"))


@pytest.fixture
def walk(neighbour, in_oak_street, oven, ada, ben, monkeypatch):
    """Walks the machine; a stranger's inbox has no limit here, or little would happen."""
    monkeypatch.setattr("alliance.services.outbox.PER_HOUR", 10_000)
    monkeypatch.setattr("alliance.services.outbox.PER_DAY", 10_000)
    here = type("OvenDrive", (Drive,), {"oven": oven, "ada": ada, "ben": ben})
    return lambda how: run_state_machine_as_test(here, settings=how)


def test_whatever_the_order(walk):
    walk(WALK)


BRIEF = settings(WALK, max_examples=60, stateful_step_count=30, phases=[Phase.generate])


def test_control_a_till_that_forgets_to_free_what_it_takes_back_is_found(walk, monkeypatch):
    monkeypatch.setattr(redemptions, "_free", lambda pledge, amount_minor: None)
    with pytest.raises(AssertionError):
        walk(BRIEF)


def test_control_an_amount_changed_without_a_step_is_found(walk, monkeypatch):
    monkeypatch.setattr(pledges, "_record", lambda *args, **kwargs: None)
    with pytest.raises((AssertionError, KeyError)):
        walk(BRIEF)
