"""The incomplete beta function, against exact sums and closed forms."""

from fractions import Fraction
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.percentile import beta_percentile, incomplete_beta
from tests.lending.arithmetic import exact
from tests.lending.arithmetic.drawing import steadily


@steadily
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 100))
def test_it_is_the_chance_of_so_many_throws(a, b, percent):
    found = incomplete_beta(a, b, percent / 100)
    assert isclose(
        found, exact.incomplete_beta(a, b, Fraction(percent, 100)), rel_tol=1e-10, abs_tol=1e-12
    )


@pytest.mark.parametrize("percent", [69, 71])
def test_a_long_history_too(percent):
    found = incomplete_beta(707, 303, percent / 100)
    assert isclose(found, exact.incomplete_beta(707, 303, Fraction(percent, 100)), rel_tol=1e-9)


@pytest.mark.parametrize("a", [1, 7, 1000, 1_000_000])
def test_the_half_of_an_even_one_is_the_middle(a):
    assert isclose(incomplete_beta(a, a, 0.5), 0.5, rel_tol=1e-7)


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.99])
@pytest.mark.parametrize("a", [1, 2, 7, 50])
def test_percentiles_that_have_a_closed_form(share, a):
    # I_x(a, 1) = x^a, and the mirror image of it.
    assert isclose(beta_percentile(share, a, 1), share ** (1 / a), rel_tol=1e-12)
    assert isclose(beta_percentile(share, 1, a), 1 - (1 - share) ** (1 / a), rel_tol=1e-12)


def test_the_twentieth_of_beta_7_3():
    found = Fraction(beta_percentile(0.2, 7, 3))
    step = Fraction(1, 10**12)
    assert (
        exact.incomplete_beta(7, 3, found - step)
        < Fraction(1, 5)
        < exact.incomplete_beta(7, 3, found + step)
    )


@steadily
@given(st.integers(1, 10**4), st.integers(1, 10**4), st.floats(0.01, 0.99))
def test_a_percentile_is_where_its_share_lies(a, b, share):
    assert isclose(incomplete_beta(a, b, beta_percentile(share, a, b)), share, abs_tol=1e-9)


@pytest.mark.parametrize("wrong", [(0, 3, 0.5), (7, 0, 0.5), (7, 3, -0.1), (7, 3, 1.1), (7, 3, 10)])
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        incomplete_beta(*wrong)


@pytest.mark.parametrize("share", [0, 1, -1, float("nan")])
def test_no_share_no_percentile(share):
    with pytest.raises(ValueError):
        beta_percentile(share, 7, 3)
