"""How long reading takes, and how much of it fits into the time that somebody has."""

from collections.abc import Sequence
from math import ceil

WORDS_A_MINUTE = 200


def minutes_of(words: int) -> int:
    """Whole minutes for so many words; whatever is there at all takes one."""
    return max(1, ceil(words / WORDS_A_MINUTE))


def fitting(minutes: Sequence[int], left: int | None) -> list[bool]:
    """Which of these, taken in order, fit together into the minutes that are left.

    What is too long is passed over, so that shorter ones behind it still fit.
    `left` of None is as much as there is.
    """
    taken: list[bool] = []
    spent = 0
    for each in minutes:
        fits = left is None or spent + each <= left
        spent += each if fits else 0
        taken.append(fits)
    return taken


def left_of(budget: int | None, spent: int) -> int | None:
    """What is left of a week's minutes; never below nothing."""
    return None if budget is None else max(0, budget - spent)
