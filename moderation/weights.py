"""How much a flag weighs: trust × accuracy, between a fifth and two. Plain arithmetic."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

NEW, MEMBER, STEWARD = Decimal("0.5"), Decimal("1"), Decimal("2")
LEAST, MOST = Decimal("0.20"), Decimal("2.00")
LOOKS_BACK = 100
NEW_FOR_DAYS = 7


def trust(*, days: int, looks_after: bool) -> Decimal:
    """Two for staff and stewards, half in the first week, one for everybody else."""
    if looks_after:
        return STEWARD
    return NEW if days < NEW_FOR_DAYS else MEMBER


def accuracy(upheld: Iterable[bool]) -> Decimal:
    """The share of upheld flags among the last hundred decided ones, newest first; 1 of none."""
    last = list(upheld)[:LOOKS_BACK]
    return Decimal(sum(last)) / len(last) if last else Decimal(1)


def weight(trusted: Decimal, share: Decimal) -> Decimal:
    """Trust × accuracy to the cent, never below 0.2 and never above 2."""
    product = (trusted * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return min(MOST, max(LEAST, product))
