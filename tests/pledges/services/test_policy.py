"""What an alliance asks of drives: the defaults, or what it decided; one row, audited, its own."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from alliance.tenancy.scope import in_alliance
from pledges.models import PledgeDrive, PledgePolicy
from pledges.models.policy import NUMBERS
from pledges.policy import policy
from pledges.rules import THRESHOLDS, Threshold, threshold
from pledges.services.policy import CHANGEABLE, change_policy
from tests.pledges.reading import audited, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def asks(rung: str, *known: PledgePolicy) -> Threshold:
    """What a drive on this rung must show."""
    return threshold(PledgeDrive(seeks_loan=True, rung=rung), *known)


def test_the_defaults_hold_until_something_is_decided(oak_street):
    before = row_counts(oak_street)
    found = {name: getattr(policy(), name) for name in CHANGEABLE}
    assert found == {
        "has_private_phase": True,
        "asks_reciprocity": True,
        "private_days": 15,
        "private_pledgers": 15,
        "standard_pledgers": 100,
        "standard_months": 24,
        "starter_pledgers": 25,
        "starter_months": 12,
        "at_risk_days": 45,
    }
    assert {rung: asks(rung) for rung in ("standard", "starter")} == THRESHOLDS
    assert row_counts(oak_street) == before


def test_one_row_however_often_it_is_changed(ada, neighbour):
    change_policy(by=ada, standard_pledgers=80, has_private_phase=False)
    change_policy(by=ada, standard_pledgers=80, starter_months=6)
    row = PledgePolicy.objects.get()
    assert [asks("standard", row), asks("starter", row)] == [
        Threshold(80, 24),
        Threshold(25, 6),
    ]
    assert asks("standard") == Threshold(80, 24)
    assert audited("pledges.policy_changed") == [
        (
            "pledges.policy_changed",
            ada.pk,
            row.pk,
            {"changed": {"has_private_phase": [True, False], "standard_pledgers": [100, 80]}},
        ),
        ("pledges.policy_changed", ada.pk, row.pk, {"changed": {"starter_months": [12, 6]}}),
    ]
    with in_alliance(neighbour.alliance):
        assert asks("standard") == Threshold(100, 24)


def test_saving_what_stands_already_tells_nobody(ada):
    change_policy(by=ada, private_days=15)
    assert audited("pledges.policy_changed") == []


OUTSIDE = [(name, n) for name, (_d, least, most) in NUMBERS.items() for n in (least - 1, most + 1)]


@pytest.mark.parametrize(("name", "number"), OUTSIDE)
def test_a_number_outside_its_range(ada, oak_street, name, number):
    before = row_counts(oak_street)
    with pytest.raises(ValidationError):
        change_policy(by=ada, **{name: number})
    assert row_counts(oak_street) == before


@pytest.mark.parametrize(("name", "number"), [pair for pair in OUTSIDE if pair[1] > 0])
def test_control_the_database_refuses_it_too(name, number):
    with pytest.raises(IntegrityError), transaction.atomic():
        PledgePolicy.objects.create(**{name: number})


def test_only_the_policy_is_set(ada):
    with pytest.raises(ValueError, match="alliance"):
        change_policy(by=ada, alliance=None)
