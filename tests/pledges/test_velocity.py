"""What is odd: each rule at its edge."""

from hypothesis import given
from hypothesis import strategies as st

from pledges.models import Oddity
from pledges.velocity import Facts, oddities

EDGES = {
    "by_seat_within_hour": (20, 21, Oddity.BUSY_SEAT),
    "whole_on_first_day": (5, 6, Oddity.WHOLE_AT_ONCE),
    "alike_in_a_row": (4, 5, Oddity.SAME_AMOUNT),
    "of_pledge_within_day": (3, 4, Oddity.BUSY_PLEDGE),
    "shops_within_day": (3, 4, Oddity.MANY_SHOPS),
}


def test_each_rule_at_its_edge():
    found = {
        name: (oddities(Facts(**{name: last})), oddities(Facts(**{name: first})))
        for name, (last, first, _reason) in EDGES.items()
    }
    assert found == {name: ([], [reason]) for name, (_l, _f, reason) in EDGES.items()}
    assert {reason for _l, _f, reason in EDGES.values()} == set(Oddity)


@given(st.tuples(*[st.integers(0, 40)] * len(EDGES)))
def test_the_reasons_do_not_touch_each_other(counts):
    facts = dict(zip(EDGES, counts, strict=True))
    alone = [reason for name, n in facts.items() for reason in oddities(Facts(**{name: n}))]
    assert oddities(Facts(**facts)) == alone
