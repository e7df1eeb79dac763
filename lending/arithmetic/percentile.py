"""Percentiles of the Beta distribution: the one place where floats are let in.

Whoever asks rounds the answer to whole percents. Off by less than 1e-8 for
parameters up to a million, where the logarithms of the gamma function cancel.
"""

from math import exp, isqrt, lgamma, log, log1p

MOST = 1_000_000


def beta_percentile(share: float, a: int, b: int) -> float:
    """The x below which this share of Beta(a, b) lies, by halving the interval.

    Raises:
        ValueError: the share is not between 0 and 1, or a parameter not within 1 to a million.
    """
    if not 0 < share < 1:
        raise ValueError(f"A share lies between 0 and 1, not at {share!r}.")
    low, high = 0.0, 1.0
    for _halving in range(52):
        middle = (low + high) / 2
        if incomplete_beta(a, b, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def incomplete_beta(a: int, b: int, x: float) -> float:
    """I_x(a, b), the share of Beta(a, b) that lies below x.

    The continued fraction of DLMF 8.17.22, from its tail to its head; it
    converges fast left of the mean, and the symmetry of DLMF 8.17.4 brings
    every x there. As many steps as in Press et al., Numerical Recipes, 6.4:
    of the order of the root of the larger parameter.

    Raises:
        ValueError: x is not within 0 to 1, or a parameter not within 1 to a million.
    """
    if not (1 <= a <= MOST and 1 <= b <= MOST and 0 <= x <= 1):
        raise ValueError(f"There is no I_x({a!r}, {b!r}) at x = {x!r}.")
    if x in (0, 1):
        return float(x)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    tail = 0.0
    for m in range(50 + 3 * isqrt(max(a, b)), 0, -1):
        tail = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m) * (1 + tail))
        n = m - 1
        tail = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1) * (1 + tail))
    front = a * log(x) + b * log1p(-x) + lgamma(a + b) - lgamma(a) - lgamma(b)
    return exp(front) / (a * (1 + tail))
