"""Members, treasurers and the calendar in any order, on the real database.

After every step the terms, the sums, the numbers, the letters and the ledger
are added up from the rows and compared. COMMONWEAL_HYPOTHESIS=long walks
2,000 × 50 steps instead of 15 × 30.
"""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from members.models import (
    Method,
)
from members.services import memberships, paid_terms, payments
from tests.factories import members as make
from tests.members.desk import Desk

LONG = os.environ.get("COMMONWEAL_HYPOTHESIS") == "long"
WALK = settings(
    max_examples=2_000 if LONG else 15,
    stateful_step_count=50 if LONG else 30,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def oak_desk(neighbour, in_oak_street) -> type[Desk]:
    """The machine: a rolling year, a fixed one by months, a month."""
    kinds = [
        make.a_tier(),
        make.a_tier(term_kind="fixed", rollover_month=7, proration="monthly", price_minor=99_99),
        make.a_tier(term_months=1, price_minor=7_01),
    ]
    return type("OakDesk", (Desk,), {"alliance": in_oak_street, "tiers": kinds})


def test_whatever_the_order(oak_desk):
    run_state_machine_as_test(oak_desk, settings=WALK)


# The controls walk a few steps on purpose, so that they find what is planted every time.


@pytest.fixture
def desk(oak_desk) -> Iterator[Desk]:
    found = oak_desk()
    found.everything_adds_up()
    yield found
    if found.run is not None:
        found.teardown()


def fails(desk: Desk, act: Callable[[], None]) -> bool:
    """Whether adding up, now or at the end, finds something after this act."""
    try:
        act()
        desk.everything_adds_up()
        desk.teardown()
    except AssertionError:
        return True
    return False


def a_full_credit(desk: Desk) -> None:
    desk.credit(which=0, share=100)


def a_refund(desk: Desk) -> None:
    desk.give_back(which=0, share=100)


def a_renewal(desk: Desk) -> None:
    desk.days_go_by(335)
    desk.days_go_by(1)
    desk.renew(which=0)
    desk.pay(which=3, share=100, ago=0, method=Method.CHEQUE)


@pytest.mark.parametrize("steps", [a_full_credit, a_refund, a_renewal])
def test_these_steps_by_themselves_add_up(desk, steps):
    assert not fails(desk, partial(steps, desk))


def test_control_a_credit_that_forgets_the_terms_is_found(desk, monkeypatch):
    monkeypatch.setattr(paid_terms, "void_periods", lambda **kwargs: 0)
    assert fails(desk, partial(a_full_credit, desk))


def test_control_a_refund_that_is_not_booked_is_found(desk, monkeypatch):
    plain = payments.post

    def post(draft, *, by):
        return plain(draft, by=by) if draft.kind != "refund" else None

    monkeypatch.setattr(payments, "post", post)
    assert fails(desk, partial(a_refund, desk))


def test_control_a_term_that_counts_from_before_it_was_paid_is_found(desk, monkeypatch):
    """Days that are over would be told otherwise."""
    plain = memberships.add_periods

    def add(membership, periods):
        for period in periods:
            period.paid_on -= timedelta(days=400)
        plain(membership, periods)

    monkeypatch.setattr(memberships, "add_periods", add)
    assert fails(desk, partial(a_renewal, desk))
