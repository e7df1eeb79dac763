"""Who may do what with drives and pledges, and what a rung asks."""

from datetime import date

import pytest

from alliance.access import MATRIX, STEWARDS
from alliance.models import Role
from alliance.services.seats import give_seat
from pledges.models import PledgeDrive
from pledges.rules import ACTIONS, Threshold, may_review, months_at_location, threshold


def test_the_matrix_of_this_room():
    assert {action.name: sorted(set(Role.values) - set(action.roles)) for action in ACTIONS} == {
        "pledges.see_drives": sorted({"evaluator", "lender", "member"} | STEWARDS),
        "pledges.review_drives": sorted(
            set(Role.values) - {"owner", "lending_officer", "community"}
        ),
        "pledges.set_policy": sorted(set(Role.values) - {"owner", "lending_officer"}),
        "pledges.settle_disputes": sorted(
            set(Role.values) - {"owner", "lending_officer", "community", "volunteer"}
        ),
        "pledges.export": sorted(
            set(Role.values) - {"owner", "treasurer", "lending_officer", "auditor"}
        ),
    }


def test_every_action_is_registered():
    assert {action.name: MATRIX[action.name] for action in ACTIONS} == {
        action.name: action for action in ACTIONS
    }


@pytest.mark.parametrize(
    ("seeks_loan", "rung", "asks"),
    [
        (True, "standard", Threshold(pledgers=100, months_at_location=24)),
        (True, "starter", Threshold(pledgers=25, months_at_location=12)),
        (False, "standard", Threshold(0, 0)),
        (False, "starter", Threshold(0, 0)),
    ],
)
def test_what_a_rung_asks(in_oak_street, seeks_loan, rung, asks):
    assert threshold(PledgeDrive(seeks_loan=seeks_loan, rung=rung)) == asks


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("since", "today", "months"),
    [
        (None, TODAY, 0),
        (date(2026, 11, 23), TODAY, 0),
        (TODAY, TODAY, 0),
        (date(2025, 11, 22), TODAY, 12),
        (date(2025, 11, 23), TODAY, 11),
        (date(2024, 11, 22), TODAY, 24),
        (date(2024, 2, 29), date(2026, 2, 27), 23),
        (date(2024, 2, 29), date(2026, 2, 28), 24),
        (date(2026, 8, 31), date(2026, 9, 30), 1),
    ],
)
def test_months_at_the_location(since, today, months):
    assert months_at_location(since, today) == months


@pytest.mark.parametrize("role", Role.values)
def test_who_reviews(in_oak_street, ada, role):
    seat = give_seat(person=ada.person, role=Role(role), by=None)
    assert may_review([seat]) is (role in {"owner", "lending_officer", "community"})


def test_nobody_without_a_seat_reviews():
    assert may_review([]) is False
