"""How simulated pledgers buy: who keeps a pledge, who partly, late or never, and on which days.

Nothing here is a forecast: a mix of habits, or a mean honour, is said by
whoever asks. The same seed draws the same purchases.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from itertools import accumulate
from random import Random

from lending.arithmetic.amounts import exact, whole
from lending.arithmetic.pool import KEPT_BEFORE, MISSED_BEFORE, PledgeProgress

# A visit to a parlour is about this much; rounding goes to the last one.
VISIT_MINOR = 20_00
# How far pledgers lie around their drive's mean, and drives around theirs: the less, the farther.
# Drives differ as widely as `pool` believes before anything is known.
PLEDGERS_ALIKE, DRIVES_ALIKE = 4, KEPT_BEFORE + MISSED_BEFORE
LATE_FROM = 0.5
PARTLY_FROM, PARTLY_TO = 0.2, 0.8


@dataclass(frozen=True)
class Mix:
    """Which part of the pledgers has which habit; the four add up to 1.

    Kept: all of it, evenly. Partly: from 20% to 80% of it, evenly. Late: all of
    it, in the second half of the term. Never: nothing.

    Raises:
        ValueError: a part is below 0 or above 1, or they do not add up to 1.
    """

    kept: Decimal = Decimal(0)
    partly: Decimal = Decimal(0)
    late: Decimal = Decimal(0)
    never: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        parts = [exact(f"The part {name}", part, most=Decimal(1)) for name, part in self.parts]
        if sum(parts) != 1:
            raise ValueError("The parts of a mix add up to 1.")

    @property
    def parts(self) -> tuple[tuple[str, Decimal], ...]:
        """Each habit and its part."""
        return tuple((field.name, getattr(self, field.name)) for field in fields(self))

    @classmethod
    def read(cls, text: str) -> "Mix":
        """A mix as it is typed: `kept:0.6,partly:0.2,late:0.1,never:0.1`.

        Raises:
            ValueError: an unknown habit, no number, one habit twice, or as the mix itself.
        """
        found: dict[str, Decimal] = {}
        for word in text.split(","):
            name, _colon, part = word.strip().partition(":")
            if name in found or name not in cls.__dataclass_fields__:
                raise ValueError(f"A habit is kept, partly, late or never, once each: {word!r}.")
            found[name] = _number(part)
        return cls(**found)

    def of_drive(self, random: Random) -> "Mix":
        """The pledgers of one drive: all drives are alike."""
        return self

    def draw(self, random: Random) -> tuple[float, float]:
        """The part of a pledge that somebody buys, and from which part of the term on."""
        names, parts = zip(*self.parts, strict=True)
        habit = random.choices(names, cum_weights=list(accumulate(map(float, parts))))[0]
        if habit == "partly":
            return random.uniform(PARTLY_FROM, PARTLY_TO), 0.0
        return (0.0 if habit == "never" else 1.0), (LATE_FROM if habit == "late" else 0.0)


@dataclass(frozen=True)
class MeanHonour:
    """Each pledger buys a part of their own, evenly; together it is about this mean.

    Where drives are `unlike`, each has a mean of its own around this one: some
    shops are let down by all their pledgers at once, as in life.

    Raises:
        ValueError: the mean is below 0 or above 1.
    """

    mean: Decimal
    unlike: bool = False

    def __post_init__(self) -> None:
        exact("The mean honour", self.mean, most=Decimal(1))

    def of_drive(self, random: Random) -> "MeanHonour":
        """What one drive's pledgers come to."""
        if not self.unlike:
            return self
        return MeanHonour(Decimal(round(100 * _around(self.mean, DRIVES_ALIKE, random))).scaleb(-2))

    def draw(self, random: Random) -> tuple[float, float]:
        """The part of a pledge that somebody buys, and where in the term: from its start on."""
        return _around(self.mean, PLEDGERS_ALIKE, random), 0.0


Honours = Mix | MeanHonour


@dataclass(frozen=True)
class SimulatedPledge:
    """A pledge and all that is ever bought on it: (day, minor units), the days in order.

    Days count from the simulation's first one, which is 0; the term is over
    `term_days` after `first_day`.

    Raises:
        ValueError: a purchase outside the term, no purchase's amount, or more
            than was pledged.
    """

    amount_minor: int
    first_day: int
    term_days: int
    purchases: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        whole("A pledge", self.amount_minor, least=1)
        bought = sum(minor for _day, minor in self.purchases)
        whole("What was bought", bought, most=self.amount_minor)
        for day, minor in self.purchases:
            whole("A purchase", minor, least=1)
            whole("A purchase's day", day, least=self.first_day, most=self.last_day)

    @property
    def last_day(self) -> int:
        """The day at whose end the term is over."""
        return self.first_day + self.term_days

    def honoured_minor(self, day: int) -> int:
        """What was bought up to this day, its own purchases included."""
        return sum(minor for at, minor in self.purchases if at <= day)

    def progress(self, day: int) -> PledgeProgress:
        """The pledge on this day, as `pool` reckons with it.

        Raises:
            ValueError: the day lies before the first one.
        """
        return PledgeProgress(
            self.amount_minor,
            self.honoured_minor(day),
            elapsed_days=day - self.first_day,
            term_days=self.term_days,
        )


def draw_pledge(
    random: Random, honours: Honours, *, amount_minor: int, first_day: int, term_days: int
) -> SimulatedPledge:
    """A pledge, and on which days of its term how much of it is bought.

    Raises:
        ValueError: no amount, or a term without a day.
    """
    part, from_part = honours.draw(random)
    # In whole percents: nobody knows better, and equal pledges are reckoned together.
    buys = whole("A pledge", amount_minor, least=1) * round(100 * part) // 100
    visits = -(-buys // VISIT_MINOR)
    days = whole("A pledge's term in days", term_days, least=1, most=36_500)
    earliest = min(int(days * from_part) + 1, days)
    on = sorted(random.randint(earliest, days) for _visit in range(visits))
    each = [buys // visits] * visits if visits else []
    if each:
        each[-1] += buys - sum(each)
    purchases = tuple((first_day + day, minor) for day, minor in zip(on, each, strict=True))
    return SimulatedPledge(amount_minor, first_day, term_days, purchases)


def bought_by_day(pledges: Sequence[SimulatedPledge], days: int) -> list[int]:
    """What all of them bought on each day from 0 to `days`, in minor units."""
    found = [0] * (days + 1)
    for pledge in pledges:
        for day, minor in pledge.purchases:
            if day <= days:
                found[day] += minor
    return found


def _around(mean: Decimal, alike: int, random: Random) -> float:
    """Between 0 and 1, around the mean."""
    if mean in (0, 1):
        return float(mean)
    a = alike * float(mean)
    return random.betavariate(a, alike - a)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(f"A part is a number such as 0.6, not {text!r}.") from error
