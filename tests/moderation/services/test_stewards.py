"""Stewards: the path, the invitation, the charter, the year."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage, Role, Seat
from alliance.services.seats import end_seat
from moderation import events
from moderation.models import LogEntry, Stewardship
from moderation.queries import path, powers
from moderation.services import stewards
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")
WHY = "She has been here from the start."


@pytest.fixture
def helped(monkeypatch):
    """Who was helpful how often; a test says it."""
    counts = {}
    monkeypatch.setattr(path, "_counters", [lambda: counts])
    return counts


@pytest.fixture
def olga(helped):
    """On the path: sixty days, five times helpful."""
    seat = make.a_seat("Olga", days=60)
    helped[seat.person_id] = 5
    return seat


def test_whoever_has_walked_the_path_could_be_invited(olga, helped):
    early, shy = make.a_seat("Early", days=59), make.a_seat("Shy", days=400)
    helped |= {early.person_id: 50, shy.person_id: 4}
    found = path.candidates()
    assert [(one.person, one.days, one.helped) for one in found] == [(olga.person, 60, 5)]


def test_the_most_helpful_come_first_and_counters_add_up(olga, helped, monkeypatch):
    paul = make.a_seat("Paul", days=100)
    helped[paul.person_id] = 3
    monkeypatch.setattr(path, "_counters", [lambda: helped, lambda: {paul.person_id: 4}])
    assert [(one.person.name, one.helped) for one in path.candidates()] == [
        ("Paul", 7), ("Olga", 5),
    ]  # fmt: skip


def test_an_upheld_flag_ends_the_path_and_one_that_was_not_does_not(olga, mia, cleo):
    make.a_decision(make.a_case(make.a_note(olga), by=mia), by=cleo, outcome="keep")
    assert path.is_on_path(olga.person)
    make.a_decision(make.a_case(make.a_note(olga), by=mia), by=cleo, outcome="warn")
    assert (path.candidates(), path.is_on_path(olga.person)) == ([], False)
    with pytest.raises(DomainError, match="cannot be asked"):
        stewards.invite(
            person=olga.person, role=Role.CUSTODIAN, space=None, by=cleo, why="I like her."
        )


def test_who_was_asked_has_left_or_may_not_write_is_not_listed(olga, helped, cleo):
    left = make.a_seat("Left", days=90)
    helped[left.person_id] = 9
    end_seat(seat=left, by=None)
    assert [one.person.name for one in path.candidates()] == ["Olga"]
    stewards.invite(person=olga.person, role=Role.ADVISOR, space=None, by=cleo)
    assert path.candidates() == []


def test_invited_with_the_charter_in_the_letter(olga, cleo):
    space = make.a_space("Bakers")
    row = stewards.invite(person=olga.person, role=Role.FACILITATOR, space=space, by=cleo)
    letter = OutboxMessage.objects.get()
    assert (row.seat, row.accepted_at, row.invited_by) == (None, None, cleo)
    assert (letter.template, letter.to) == ("moderation/email/charter", "olga@example.org")
    assert "I welcome who is new" in letter.context["charter"]
    assert (letter.context["role"], letter.context["place"]) == ("facilitator", "Bakers")
    assert powers.stewards_of(space) == []


def test_accepting_is_on_record_and_gives_the_seat_for_twelve_months(olga, cleo):
    space = make.a_space()
    row = stewards.invite(person=olga.person, role=Role.CUSTODIAN, space=space, by=cleo)
    began = []
    receiver = lambda sender, stewardship, **kwargs: began.append(stewardship)  # noqa: E731
    events.stewardship_began.connect(receiver)
    row = stewards.accept(stewardship=row, by=olga)
    assert (row.seat.role, row.seat.person, row.charter[:6]) == ("custodian", olga.person, "I hide")
    assert row.expires_at - row.accepted_at == timedelta(days=365)
    assert abs(row.seat.expires_at - row.expires_at) < timedelta(seconds=5)
    assert (powers.stewards_of(space), began) == ([row], [row])
    assert make.may_tend(row.seat, space)
    assert not make.may_tend(row.seat, None)
    assert [e.action for e in LogEntry.objects.order_by("at", "id")] == [
        "steward_invited", "steward_began",
    ]  # fmt: skip


def test_the_answer_is_theirs_and_given_once(olga, mia, cleo):
    row = stewards.invite(person=olga.person, role=Role.CUSTODIAN, space=None, by=cleo)
    for answer in (stewards.accept, stewards.decline):
        with pytest.raises(DomainError, match="somebody else"):
            answer(stewardship=row, by=mia)
    stewards.decline(stewardship=row, by=olga)
    for answer in (stewards.accept, stewards.decline):
        with pytest.raises(DomainError, match="answered already"):
            answer(stewardship=row, by=olga)
    assert Seat.objects.filter(role=Role.CUSTODIAN).count() == 0
    # No is no reason against asking another time.
    stewards.invite(person=olga.person, role=Role.CUSTODIAN, space=None, by=cleo)


def test_who_is_not_on_the_path_needs_a_reason_on_record(mia, cleo):
    with pytest.raises(DomainError, match="not on the path") as refused:
        stewards.invite(person=mia.person, role=Role.CUSTODIAN, space=None, by=cleo)
    assert refused.value.field == "why"
    row = stewards.invite(person=mia.person, role=Role.CUSTODIAN, space=None, by=cleo, why=WHY)
    assert row.why == WHY


@pytest.mark.parametrize("role", [Role.OWNER, Role.MEMBER, "queen"])
def test_no_other_role_is_given_so(olga, cleo, role):
    with pytest.raises(DomainError) as refused:
        stewards.invite(person=olga.person, role=role, space=None, by=cleo, why=WHY)
    assert refused.value.field == "role"


def test_only_those_who_appoint_and_only_members(olga, mia, tess, cleo, dan):
    for by in (mia, tess):
        with pytest.raises(DomainError, match="do not appoint"):
            stewards.invite(person=olga.person, role=Role.ADVISOR, space=None, by=by, why=WHY)
    with pytest.raises(DomainError, match="Only members"):
        stewards.invite(person=dan.person, role=Role.ADVISOR, space=None, by=cleo, why=WHY)


def test_asked_once_at_a_time(olga, cleo):
    row = stewards.invite(person=olga.person, role=Role.CUSTODIAN, space=None, by=cleo)
    again = {"person": olga.person, "role": Role.CUSTODIAN, "space": None, "by": cleo, "why": WHY}
    with pytest.raises(DomainError, match="asked already"):
        stewards.invite(**again)
    stewards.accept(stewardship=row, by=olga)
    with pytest.raises(DomainError, match="do that already"):
        stewards.invite(**again)
    # Another place, another role: another charter.
    stewards.invite(**again | {"space": make.a_space()})
    stewards.invite(**again | {"role": Role.ADVISOR})


def test_the_index_is_what_says_once(olga, cleo):
    told = {"person": olga.person, "role": Role.CUSTODIAN, "invited_by": cleo}
    Stewardship.objects.create(**told)
    with pytest.raises(IntegrityError, match="one_invitation"), transaction.atomic():
        Stewardship.objects.create(**told)


def test_one_seat_serves_several_charters_until_the_last_has_ended(olga, cleo):
    bakers, smiths = make.a_space("Bakers"), make.a_space("Smiths")
    seat = make.a_steward(Role.CUSTODIAN, by=cleo, space=bakers, seat=olga)
    with clock.at(clock.now() + timedelta(days=100)):
        assert make.a_steward(Role.CUSTODIAN, by=cleo, space=smiths, seat=olga) == seat
    seat.refresh_from_db()
    first, second = Stewardship.objects.order_by("accepted_at")
    assert abs(seat.expires_at - second.expires_at) < timedelta(seconds=5)
    stewards.end(stewardship=second, by=cleo)
    seat.refresh_from_db()
    assert (seat.ended_at, seat.expires_at) == (None, first.expires_at)
    assert make.may_tend(seat, bakers)
    assert not make.may_tend(seat, smiths)
    stewards.end(stewardship=first, by=olga)
    seat.refresh_from_db()
    assert seat.ended_at is not None
    assert not make.may_tend(seat, bakers)


def test_they_end_it_themselves_or_who_appoints_does_and_nobody_else(olga, mia, cleo):
    make.a_steward(Role.CUSTODIAN, by=cleo, seat=olga)
    row = Stewardship.objects.get()
    with pytest.raises(DomainError, match="do not appoint"):
        stewards.end(stewardship=row, by=mia)
    for _ in range(2):
        stewards.end(stewardship=row, by=olga)
    assert LogEntry.objects.filter(action="steward_ended").count() == 1
    assert OutboxMessage.objects.filter(key__startswith="charter-ended").count() == 1


def test_a_year_later_the_seat_does_nothing_even_before_the_worker_comes(olga, cleo):
    seat = make.a_steward(Role.CUSTODIAN, by=cleo, seat=olga)
    with clock.at(clock.now() + timedelta(days=366)):
        assert not make.may_tend(seat, None)
        assert len(stewards.run_out()) == 1


def test_asked_again_in_the_last_two_months_the_new_year_follows(olga, cleo):
    make.a_steward(Role.CUSTODIAN, by=cleo, seat=olga)
    with clock.at(clock.now() + timedelta(days=310)):
        make.a_steward(Role.CUSTODIAN, by=cleo, seat=olga)
        assert Stewardship.objects.live().count() == 1
    with clock.at(clock.now() + timedelta(days=500)):
        assert make.may_tend(Seat.objects.get(role=Role.CUSTODIAN), None)
