"""Everybody at the same moment: no place is given twice, and each who moves up is told once.

The guards are the date's row lock and the CHECK on it; the controls take them
away and show what would happen.
"""

import os
from functools import partial
from threading import Barrier

import pytest
from django.db.models import F

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from gatherings.models import Occurrence, Reminder, Rsvp, RsvpState
from gatherings.services import gatherings, reminders, rsvps
from tests import side_by_side
from tests.factories import gatherings as make
from tests.gatherings.reading import places_of
from tests.pledges.at_once import at_once, broker_instead_of_eager, without_guard

pytestmark = pytest.mark.django_db(transaction=True)
OWNER = os.environ["OWNER_DATABASE_URL"]
PEOPLE = 20


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


@pytest.fixture
def full(oak_street, ada):
    """Twenty places, twenty who come, twenty who have asked and not confirmed."""
    with in_alliance(oak_street):
        date = make.a_date(by=ada, capacity=PEOPLE)
        coming = [make.an_rsvp(date, f"c{n}@example.com") for n in range(PEOPLE)]
        asked = [make.an_asked(date, f"a{n}@example.com") for n in range(PEOPLE)]
    return date, coming, asked


def counts(date) -> dict[str, int]:
    """How many answers are in each state."""
    states = Rsvp.objects.filter(occurrence=date).values_list("state", flat=True)
    return {state: list(states).count(state) for state in sorted(set(states))}


def confirm(rsvp) -> Rsvp:
    return rsvps.confirm(rsvp=rsvp, version=rsvp.version)


def test_twenty_withdraw_while_twenty_confirm(theirs, oak_street, full):
    date, coming, asked = full
    acts = [
        act
        for leaver, newcomer in zip(coming, asked, strict=True)
        for act in (partial(rsvps.withdraw, rsvp=leaver), partial(confirm, newcomer))
    ]
    answers = at_once(oak_street, acts)
    assert [answer for answer in answers if not isinstance(answer, Rsvp)] == []
    with in_alliance(oak_street):
        assert counts(date) == {"coming": PEOPLE, "withdrawn": PEOPLE}
        assert places_of(date) == (PEOPLE, PEOPLE)
        told = OutboxMessage.objects.filter(to__startswith="a", template__contains="moved_up")
        waited = OutboxMessage.objects.filter(to__startswith="a", template__endswith="/waiting")
        assert told.count() == waited.count()
        assert told.values("to").distinct().count() == told.count()
    with in_alliance(theirs.alliance):
        assert places_of(theirs.date) == (1, 1)


def test_forty_confirm_for_ten_places(oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada, capacity=10)
        asked = [make.an_asked(date, f"a{n}@example.com") for n in range(40)]
    at_once(oak_street, [partial(confirm, rsvp) for rsvp in asked])
    with in_alliance(oak_street):
        assert counts(date) == {"coming": 10, "waiting": 30}
        assert places_of(date) == (10, 10)


def test_one_link_pressed_forty_times_takes_one_place(oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada, capacity=10)
        asked = make.an_asked(date)
    at_once(oak_street, [partial(confirm, asked)] * 40)
    with in_alliance(oak_street):
        assert (counts(date), places_of(date)) == ({"coming": 1}, (1, 10))
        assert OutboxMessage.objects.filter(template__endswith="/coming").count() == 1


def test_one_person_asks_forty_times_at_once(oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada)
    act = partial(rsvps.ask, occurrence=date, answer=make.an_answer(form_key="one"))
    answers = at_once(oak_street, [act] * 40)
    assert [answer for answer in answers if not isinstance(answer, Rsvp)] == []
    with in_alliance(oak_street):
        assert counts(date) == {"asked": 1}
        assert OutboxMessage.objects.filter(template__endswith="/confirm").count() == 1


def test_capacity_is_lowered_while_people_confirm(oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada, capacity=10)
        asked = [make.an_asked(date, f"a{n}@example.com") for n in range(10)]
    lower = partial(gatherings.change_gathering, gathering=date.gathering, by=ada, capacity=5)
    answers = at_once(oak_street, [*(partial(confirm, rsvp) for rsvp in asked), lower])
    with in_alliance(oak_street):
        taken, capacity = places_of(date)
        refused = [answer for answer in answers if isinstance(answer, DomainError)]
        assert (taken, capacity, len(refused)) in ((5, 5, 0), (10, 10, 1))
        assert sum(counts(date).values()) == 10


def test_sweeps_at_once_write_each_reminder_once(oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada)
        people = [make.an_rsvp(date, f"c{n}@example.com") for n in range(5)]
        soon = date.starts_at

    def sweep() -> int:
        with clock.at(soon - reminders.AHEAD["day"]):
            return reminders.send_due(oak_street)

    side_by_side.at_once(*[sweep] * 6)
    with in_alliance(oak_street):
        assert Reminder.objects.count() == len(people)
        assert OutboxMessage.objects.filter(template__endswith="/reminder").count() == len(people)


def careless(date, everybody_has_looked: Barrier, n: int) -> Rsvp:
    """Looks, then writes: a place without lock."""
    found = Occurrence.objects.get(pk=date.pk)
    is_full = found.is_full
    everybody_has_looked.wait(timeout=60)
    if not is_full:
        Occurrence.objects.filter(pk=date.pk).update(taken=F("taken") + 1)
    return Rsvp.objects.create(
        occurrence=found,
        email=f"x{n}@example.com",
        email_normalised=f"x{n}@example.com",
        name="X",
        digest=str(n),
        state=RsvpState.COMING,
        confirmed_at=found.starts_at,
    )


def test_control_without_lock_and_check_places_are_given_twice(oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada, capacity=1)
    with without_guard(
        OWNER, table="gatherings_occurrence", name="occurrence_taken_within_capacity"
    ):
        barrier = Barrier(5)
        at_once(oak_street, [partial(careless, date, barrier, n) for n in range(5)])
        with in_alliance(oak_street):
            assert places_of(date) == (5, 1)


def test_the_check_alone_holds_where_the_lock_is_missing(oak_street, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada, capacity=1)
    barrier = Barrier(5)
    answers = at_once(oak_street, [partial(careless, date, barrier, n) for n in range(5)])
    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["IntegrityError"] * 4 + ["Rsvp"]
    with in_alliance(oak_street):
        assert places_of(date) == (1, 1)
