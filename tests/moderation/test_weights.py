"""A flag weighs between a fifth and two, whatever its history."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import weights

HISTORY = st.lists(st.booleans(), max_size=250)
TRUST = st.sampled_from([weights.NEW, weights.MEMBER, weights.STEWARD])


@pytest.mark.parametrize(
    ("days", "looks_after", "expected"),
    [
        (0, False, "0.5"),
        (6, False, "0.5"),
        (7, False, "1"),
        (4000, False, "1"),
        (0, True, "2"),
        (400, True, "2"),
    ],
)
def test_trust(days, looks_after, expected):
    assert weights.trust(days=days, looks_after=looks_after) == Decimal(expected)


@pytest.mark.parametrize(
    ("trust", "upheld", "expected"),
    [
        (weights.MEMBER, [], "1.00"),
        (weights.MEMBER, [True], "1.00"),
        (weights.MEMBER, [False], "0.20"),
        (weights.MEMBER, [True, False], "0.50"),
        (weights.MEMBER, [True, True, False], "0.67"),
        (weights.NEW, [True, False, False, False], "0.20"),
        (weights.STEWARD, [True, True, True, False], "1.50"),
        # Only the last hundred count: what came before is forgotten.
        (weights.MEMBER, [True] * 100 + [False] * 100, "1.00"),
        (weights.MEMBER, [False] * 100 + [True] * 100, "0.20"),
    ],
)
def test_trust_times_accuracy(trust, upheld, expected):
    assert weights.weight(trust, weights.accuracy(upheld)) == Decimal(expected)


@given(trust=TRUST, history=HISTORY)
def test_it_stays_between_a_fifth_and_two(trust, history):
    found = weights.weight(trust, weights.accuracy(history))
    assert Decimal("0.20") <= found <= Decimal("2.00")
    assert found == found.quantize(Decimal("0.01"))


@given(trust=TRUST, history=HISTORY)
def test_one_more_upheld_flag_never_weighs_less(trust, history):
    before = weights.weight(trust, weights.accuracy(history))
    assert weights.weight(trust, weights.accuracy([True, *history])) >= before
    if len(history) < weights.LOOKS_BACK:
        assert weights.weight(trust, weights.accuracy([False, *history])) <= before


@given(history=HISTORY)
def test_accuracy_is_the_plain_share_of_the_last_hundred(history):
    last = history[:100]
    expected = Decimal(last.count(True)) / len(last) if last else Decimal(1)
    assert weights.accuracy(history) == expected
