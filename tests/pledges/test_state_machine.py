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
from pledges.models import (
    Display,
    DriveStep,
    Pledge,
    PledgeDrive,
    PledgeStep,
    PledgeTransfer,
    Redemption,
    RedemptionStep,
    WayIn,
)
from pledges.models.drives import DRIVE_TRANSITIONS
from pledges.models.pledges import LIVE_STATES, PLEDGE_TRANSITIONS
from pledges.models.redemptions import HOLDING_STATES, REDEMPTION_TRANSITIONS
from pledges.services import (
    answers,
    customer_claims,
    drives,
    pledges,
    redemption_rows,
    redemptions,
    transfers,
)
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
# So many confirmed pledges open the drive to all; two are there from the start.
CIRCLE = 3
UNDER_WAY = {"intended", "active", "fulfilled", "claimed", "disputed", "confirmed"}


def apart(number: int):
    """A moment of its own for each entry: ten minutes lie between two of them."""
    return clock.at(clock.now() + timedelta(minutes=10 * number + 10))


class Drive(RuleBasedStateMachine):
    """One drive, private at first; `oven`, `ada`, `ben` and `before` are set by the test."""

    oven: PledgeDrive
    before: object
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
        drive = PledgeDrive.objects.select_related("business").get()
        attempt(pledges.intend, drive=drive, promise=promise)

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

    @rule(which=WHICH, spent=SPENDING)
    def enter(self, which, spent):
        if pledge := self.one(Pledge, which):
            with apart(Redemption.objects.count()):
                attempt(make.a_customers_claim, pledge=pledge, spent_minor=spent)

    @rule(which=WHICH, answer=st.sampled_from(["yes", "so", "not", "knows", "withdraw", "reverse"]))
    def answer(self, which, answer):
        if claim := self.one(Redemption, which):
            why = {"redemption": claim, "reason": "Looked into."}
            {
                "yes": lambda: attempt(customer_claims.confirm_by_customer, redemption=claim),
                "so": lambda: attempt(answers.confirm, redemption=claim, by=self.ben),
                "not": lambda: attempt(answers.reject, by=self.ben, **why),
                "knows": lambda: attempt(answers.question, by=self.ben, **why),
                "withdraw": lambda: attempt(customer_claims.withdraw_claim, redemption=claim),
                "reverse": lambda: attempt(redemptions.reverse_confirmed, by=self.ada, **why),
            }[answer]()

    @rule(which=WHICH, hours=st.sampled_from([71, 72, 500]))
    def silence(self, which, hours):
        if claim := self.one(Redemption, which):
            with clock.at(claim.claimed_at + timedelta(hours=hours)):
                attempt(redemptions.confirm_silent, redemption=claim)

    @rule(which=WHICH)
    def dispute(self, which):
        if claim := self.one(Redemption, which):
            attempt(redemptions.dispute, redemption=claim)

    @rule(which=WHICH, email=PEOPLE)
    def offer(self, which, email):
        if pledge := self.one(Pledge, which):
            attempt(transfers.offer, pledge=pledge, name="Friend", email=email)

    @rule()
    def accept(self):
        """Whatever moves, the sum of what is pledged stays."""
        if transfer := PledgeTransfer.objects.order_by("-id").first():
            before = queries.drive_figures(self.oven).pledged_minor
            words = {"name": "Friend", "display": Display.FULL, "wording": "I mean to buy."}
            attempt(transfers.accept, transfer=transfer, **words)
            assert queries.drive_figures(self.oven).pledged_minor == before

    @rule(which=WHICH)
    def take_offer_back(self, which):
        if which % 4 == 0 and (pledge := self.one(Pledge, which)):
            transfers.take_back(pledge=pledge)

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
        # The shortest term is longer than the longest private phase.
        is_private = PledgeDrive.objects.get().state == "private"
        if pledge and pledge.term_ends_at and which % 3 == 0 and not is_private:
            with time_machine.travel(pledge.term_ends_at):
                pledges.lapse(pledge=pledge)

    @precondition(lambda self: self.steps > 8)
    @rule(step=st.sampled_from(["gathered", "finance", "unfinance", "serve", "complete"]))
    def take_the_drive_further(self, step):
        """Its calendar, its lender and its staff; most of these are refused most of the time."""
        drive = PledgeDrive.objects.get()
        match step:
            case "gathered" if drive.gathering_ends_at:
                with clock.at(drive.gathering_ends_at):
                    drives.end_gathering(drive=drive)
            case "finance":
                attempt(drives.finance_drive, drive=drive, by=None)
            case "unfinance":
                attempt(drives.unfinance_drive, drive=drive, by=self.ada, reason="Thought again.")
            case "serve":
                attempt(drives.serve_drive, drive=drive, by=self.ada)
            case "complete":
                drives.complete_drive(drive=drive)

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
        counted = [
            p for p in self.rows if p.confirmed_at and p.state != "void" and not p.passed_on_at
        ]
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
                went = step.kind == "passed_on" and step.amount_after_minor == amount
                amount = step.amount_after_minor
                after = "intended" if step.kind == "made" else STATES.get(step.kind, state)
                after = "cancelled" if went else after
                assert state is None or after == state or after in PLEDGE_TRANSITIONS[state]
                state = after
            assert (state, amount) == (pledge.state, pledge.amount_minor)

    @invariant()
    def the_history_tells_every_step_of_the_drive(self):
        drive, state = PledgeDrive.objects.get(), "private"
        for step in DriveStep.objects.filter(drive=drive, id__gt=self.before).order_by("id"):
            assert step.from_state == state
            assert step.to_state in DRIVE_TRANSITIONS[state]
            state = step.to_state
        assert state == drive.state
        assert (drive.opened_at is None) == (state == "private" or not drive.gathering_ends_at)

    @invariant()
    def enough_of_the_circle_have_opened_it(self):
        standing = Pledge.objects.filter(state__in=["active", "fulfilled"]).count()
        assert PledgeDrive.objects.get().state != "private" or standing < CIRCLE

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
    make.a_plain_policy(private_pledgers=CIRCLE, standard_pledgers=1)
    oven = make.brought_to(oven, "private", gathering_ends_at=None)
    before = DriveStep.objects.latest("id").pk
    here = type("OvenDrive", (Drive,), {"oven": oven, "ada": ada, "ben": ben, "before": before})
    return lambda how: run_state_machine_as_test(here, settings=how)


def test_whatever_the_order(walk):
    walk(WALK)


BRIEF = settings(WALK, max_examples=60, stateful_step_count=30, phases=[Phase.generate])


def test_control_a_till_that_forgets_to_free_what_it_takes_back_is_found(walk, monkeypatch):
    monkeypatch.setattr(redemption_rows, "free", lambda *args, **kwargs: None)
    with pytest.raises(AssertionError):
        walk(BRIEF)


def test_control_an_amount_changed_without_a_step_is_found(walk, monkeypatch):
    monkeypatch.setattr(pledges, "record", lambda *args, **kwargs: None)
    with pytest.raises((AssertionError, KeyError)):
        walk(BRIEF)
