"""The reports' figures, against models that know nothing of SQL."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.models import STANDING
from members.queries.reports import moves, states, terms
from members.queries.reports.lists import Happenings, Question, What
from members.queries.reports.moves import Move
from members.queries.reports.terms import Cohort
from members.status import History, Since, status_on
from tests.members import naive
from tests.members.histories import DAYS, days_of, histories
from tests.members.queries.test_standing import possible, write

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

OFTEN = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rested(history: History) -> History:
    """With a break of three weeks early in its first term, if there is one."""
    if not history.periods:
        return history
    first = history.periods[0]
    begins = max(first.starts_on, first.paid_on) + timedelta(days=5)
    return replace(history, holds=(Since(begins, begins + timedelta(days=21)),))


LIKELY = histories().map(possible) | histories().map(possible).map(rested)
MANY = st.lists(LIKELY, min_size=1, max_size=6)


def days_asked(found: list[History], which: int) -> tuple[date, date]:
    """Two of the days on which something turns, in their order."""
    turns = sorted({day for history in found for day in days_of(history)})
    pair = turns[which % len(turns)], turns[which // 7 % len(turns)]
    return min(pair), max(pair)


def known(found: list[History], day: date) -> list[History]:
    """As they were written by that day: what came later changes nothing that is told of it."""
    return [naive.known(history, day) for history in found]


@OFTEN
@given(MANY, DAYS, st.integers(0, 10_000))
def test_counts_by_status_are_those_of_the_pure_function(found, day, which):
    with transaction.atomic():
        write(found)
        for asked in (day, *days_asked(found, which)):
            expected = Counter(
                status
                for history in known(found, asked)
                if (status := status_on(asked, history)) != "pending" or history.joined_on <= asked
            )
            state = states.state_on(asked)
            assert state.by_status == expected
            active = sum(expected[status] for status in STANDING)
            assert (state.active, state.by_tier.total(), state.by_place.total()) == (active,) * 3
        transaction.set_rollback(True)


@OFTEN
@given(MANY, DAYS, st.integers(0, 10_000))
def test_moves_are_those_of_the_slow_model_and_lead_to_the_statuses(found, day, which):
    with transaction.atomic():
        made = write(found)
        for asked in (day, *days_asked(found, which)):
            got = moves.moves_until(asked)
            expected = Counter(move for history in found for move in naive.moves_of(history, asked))
            assert Counter({(when, str(move)): n for when, move, n in got.rows}) == expected
            is_known = got.known_from is not None and got.known_from <= asked
            active = sum(status_on(asked, history) in STANDING for history in found)
            assert got.active_on(asked) == (active if is_known else None)
            # And row by row, as the list tells it.
            for membership, history in zip(made, found, strict=True):
                listed = listing(What.CAME, asked).of([membership.pk])
                listed += listing(What.LEFT, asked).of([membership.pk])
                told = Counter((one.day, one.kind) for one in listed)
                assert told == Counter(naive.moves_of(naive.known(history, asked), asked))
        transaction.set_rollback(True)


def listing(what: What, last: date) -> Happenings:
    return Happenings(Question(what, date(2000, 1, 1), last))


@OFTEN
@given(MANY, st.integers(0, 10_000))
def test_retention_is_that_of_the_slow_model(found, which):
    with transaction.atomic():
        write(found)
        first, last = days_asked(found, which)
        got = terms.terms_between(first, last)
        then = known(found, last)
        fates = naive.together(naive.fates_of(history, first, last) for history in then)
        cohort = Cohort(renewed=fates["renewed"], open=fates["open"], lost=fates["lost"])
        assert got.cohort(first, last) == cohort
        renewals = sum(naive.renewals_of(history, first, last) for history in then)
        assert got.renewals_between(first, last) == renewals
        early = first + (last - first) // 2
        assert (
            got.cohort(first, early).due
            == Happenings(Question(What.DUE, first, early, as_of=last)).count
        )
        asked = [Question(what, first, last) for what in (What.DUE, What.RENEWALS)]
        assert [Happenings(question).count for question in asked] == [cohort.due, renewals]
        transaction.set_rollback(True)


def test_the_histories_reach_every_move_and_every_fate():
    """Else the properties above would say little."""
    seen = set()

    # The same ones each time: a rare kind is there or it is not.
    @settings(max_examples=400, database=None, deadline=None, derandomize=True)
    @given(LIKELY, st.integers(0, 4))
    def look(history, offset):
        for day in days_of(history)[offset::5]:
            seen.update(move for _day, move in naive.moves_of(history, day))
            seen.update(naive.fates_of(history, date(2020, 1, 1), day))

    look()
    assert seen == {*Move, *terms.Fate}
