"""What may go into the arithmetic, and how its ratios are shown."""

from decimal import Decimal
from fractions import Fraction

# A rate or a ratio, as it is given; floats are refused.
Ratio = Decimal | Fraction

# Ten thousand million, in minor units: nothing that we add up comes near.
MOST_MINOR = 10**12
MOST_MONTHS = 60
# What no honest loan asks; the arithmetic still holds there.
MOST_APR = Decimal(4)


def whole(name: str, value: object, *, least: int = 0, most: int = MOST_MINOR) -> int:
    """The value, if it is a whole number between these two, both included.

    Raises:
        ValueError: it is not, or it is a float, a Decimal or a truth value.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"{name} is a whole number from {least} to {most}, not {value!r}.")
    return value


def exact(name: str, value: object, *, least: Ratio = Decimal(0), most: Ratio) -> Fraction:
    """The value without any rounding, if it lies between these two, both included.

    Raises:
        ValueError: it does not, or it is a float, infinite or no number.
    """
    if isinstance(value, Fraction) or (isinstance(value, Decimal) and value.is_finite()):
        found = Fraction(value)
        if Fraction(least) <= found <= Fraction(most):
            return found
    raise ValueError(f"{name} is a ratio from {least} to {most}, not {value!r}.")


def above_nothing(name: str, value: object, *, most: Ratio) -> Fraction:
    """The same, where zero makes no sense either.

    Raises:
        ValueError: as `exact`, or it is zero.
    """
    found = exact(name, value, most=most)
    if not found:
        raise ValueError(f"{name} is above zero.")
    return found


def shown(ratio: Fraction, places: int = 4) -> Decimal:
    """The ratio with that many decimals, rounded half to even: 1/3 → Decimal("0.3333")."""
    return Decimal(round(ratio * 10**places)).scaleb(-places)
