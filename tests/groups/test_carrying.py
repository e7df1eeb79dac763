"""Commitments are carried to each meeting until they end, and to none after.

`is_carried` says in words what `carried_to` asks of the database; the two are compared.
"""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.tenancy.scope import in_alliance
from groups.carrying import times_carried
from groups.models import Commitment, Meeting
from groups.queries import meetings as queries
from tests.factories import groups as make
from tests.factories import groups_around as around

START = datetime(2026, 1, 5, 18, tzinfo=UTC)
HELD = st.lists(st.integers(0, 50), min_size=1, max_size=12, unique=True).map(sorted)


def at(month: int) -> datetime:
    return START + timedelta(days=28 * month)


def is_carried(made_at: datetime, ended_at: datetime | None, meeting_at: datetime) -> bool:
    """Made at an earlier meeting, and not done or let go before this one begins."""
    return made_at < meeting_at and (ended_at is None or ended_at >= meeting_at)


def test_made_in_january_done_after_march():
    held = [at(n) for n in range(5)]
    ended = at(2) + timedelta(days=3)
    assert [is_carried(at(0), ended, each) for each in held] == [False, True, True, False, False]
    assert [times_carried(at(0), each, held) for each in held] == [0, 1, 2, 3, 4]


@given(HELD, st.integers(0, 50), st.none() | st.integers(0, 60))
def test_each_is_one_time_more_than_the_one_before(months, made, ended):
    """Nothing is skipped, nothing counted twice."""
    held = [at(month) for month in months]
    end = None if ended is None else at(ended)
    carried = [each for each in held if is_carried(at(made), end, each)]
    assert [times_carried(at(made), each, held) for each in carried] == list(
        range(1, len(carried) + 1)
    )


@pytest.mark.usefixtures("theirs")
def test_the_database_carries_what_the_words_say(oak_street, bakers, ben, fay):
    """Five meetings; at each something is promised and ended at every instant that differs."""
    around_a_meeting = [timedelta(days=days) for days in (-1, 0, 1)]
    ends = [at(n) + shift for n, shift in product(range(1, 5), around_a_meeting)]
    with in_alliance(oak_street):
        bens = make.introduced(bakers, ben)
        make.introduced(bakers, fay)
        held = [around.a_meeting(bakers, fay, days=7 + n, title=f"Evening {n}") for n in range(5)]
        for n, meeting in enumerate(held):
            hours = timedelta(hours=1)
            Meeting.objects.filter(pk=meeting.pk).update(starts_at=at(n), ends_at=at(n) + hours)
        rows = [
            Commitment(
                group=bakers, member=bens, meeting=meeting, at=at(n), words=f"{n} {i} {field}",
                **({field: ended} if ended else {}),
            )
            for (n, meeting), (i, ended), field in product(
                enumerate(held), enumerate([None, *ends]), ("done_at", "let_go_at")
            )
            if ended is None or ended >= at(n)
        ]  # fmt: skip
        # Fewer than what one page lists at most.
        for chunk in (rows[::2], rows[1::2]):
            Commitment.objects.all().delete()
            Commitment.objects.bulk_create(chunk)
            for n, meeting in enumerate(Meeting.objects.order_by("starts_at")):
                wanted = {
                    row.pk
                    for row in chunk
                    if is_carried(row.at, row.done_at or row.let_go_at, at(n))
                }
                found = queries.carried_to(meeting)
                assert {each.commitment.pk for each in found} == wanted, n
                assert len(wanted) < queries.MOST_CARRIED
                assert all(
                    each.times == times_carried(each.commitment.at, at(n), map(at, range(5)))
                    for each in found
                )
