"""Loans and pledges of all kinds, drawn in the same order each time."""

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from lending.arithmetic.cover import Backing
from lending.arithmetic.pool import PledgeProgress
from lending.arithmetic.schedule import LoanTerms

steadily = settings(derandomize=True, deadline=None, max_examples=60)

# From $100 to $100,000 over up to two years: what whole cents can always repay, even at 400%.
AMOUNTS = st.integers(100_00, 100_000_00)
MONTHS = st.integers(1, 24)
APRS = st.decimals("0", "4", places=4)
HONOURS = st.decimals("0.01", "1", places=2)
MARGINS = st.decimals("0.01", "0.60", places=2)
FEES = st.integers(0, 99_00)
LOANS = st.builds(LoanTerms, AMOUNTS, APRS, MONTHS, FEES, FEES)
BACKINGS = st.builds(Backing, st.integers(0, 1_000_000_00), st.sampled_from((6, 9, 12)), MARGINS)
PLEDGES = st.integers(2, 200).map(lambda steps: steps * 10_00)
CONFIRMED = st.tuples(st.integers(0, 3_000_00), st.integers(0, 3_000_00)).map(sorted)
PROGRESS = st.builds(
    lambda amount, bought, elapsed: PledgeProgress(amount, bought[1], bought[0], elapsed, 365),
    PLEDGES,
    CONFIRMED,
    st.integers(0, 500),
)


def percent(text: str) -> Decimal:
    """ "3.99" → Decimal("0.0399")."""
    return Decimal(text) / 100
