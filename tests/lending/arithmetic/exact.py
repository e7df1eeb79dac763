"""The Beta distribution in fractions, slow and without any rounding."""

from fractions import Fraction
from math import comb


def incomplete_beta(a: int, b: int, x: Fraction) -> Fraction:
    """I_x(a, b) as the chance of at least a successes in a + b − 1 throws (DLMF 8.17.5)."""
    n = a + b - 1
    return sum((comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1)), start=Fraction(0))
