"""Statements written once say what the ORM says, of one's own alliance alone."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import models

from alliance import clock
from alliance.models import Alliance, OutboxMessage, Role, Seat
from alliance.queries import alliance_at, live_seats
from alliance.services.seats import end_seat, give_seat
from alliance.tenancy.prepared import Prepared
from alliance.tenancy.scope import NoAlliance, in_alliance
from tests.conftest import _person


def values(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_an_alliance_has_the_values_and_the_kinds_of_the_orms(oak_street, mill_lane):
    Alliance.objects.filter(pk=oak_street.pk).update(accent_chroma=Decimal("0.125"), latitude=45.5)
    found = alliance_at("oak-street.commonweal.test")
    asked = Alliance.objects.get(pk=oak_street.pk)
    assert values(found) == values(asked)
    assert {name: type(value) for name, value in values(found).items()} == {
        name: type(value) for name, value in values(asked).items()
    }
    assert (found._state.adding, found._state.db) == (False, "default")


class TestLiveSeats:
    @pytest.fixture
    def held(self, in_oak_street, mill_lane):
        """Noa's seats: three that count, one ended, one run out, one at the neighbour's."""
        noa = _person("Noa")
        seats = [
            give_seat(person=noa, role=role, by=None)
            for role in (Role.OWNER, Role.MEMBERSHIP, Role.AUDITOR, Role.MEMBER, Role.TREASURER)
        ]
        end_seat(seat=seats[3], by=None)
        now = clock.now()
        Seat.objects.filter(pk=seats[1].pk).update(expires_at=now + timedelta(minutes=1))
        Seat.objects.filter(pk=seats[4].pk).update(expires_at=now - timedelta(minutes=1))
        with in_alliance(mill_lane):
            give_seat(person=noa, role=Role.OWNER, by=None)
        return noa

    def test_they_are_the_orms(self, held):
        asked = Seat.objects.filter(person=held).live().order_by("created_at")
        found = live_seats(held)
        assert [values(seat) for seat in found] == [values(seat) for seat in asked]
        assert [seat.role for seat in found] == [Role.OWNER, Role.MEMBERSHIP, Role.AUDITOR]
        assert {id(seat.person) for seat in found} == {id(held)}

    def test_another_alliance_has_its_own(self, held, oak_street, mill_lane):
        with in_alliance(mill_lane):
            assert [seat.alliance_id for seat in live_seats(held)] == [mill_lane.pk]
        with in_alliance(oak_street):
            assert {seat.alliance_id for seat in live_seats(held)} == {oak_street.pk}

    def test_whatever_the_condition_says(self, held, oak_street):
        seats = Prepared(Seat, "true OR true", order="id").rows()
        assert {seat.alliance_id for seat in seats} == {oak_street.pk}

    def test_nobody_elses(self, held):
        assert live_seats(_person("Nobody")) == ()


def test_without_a_scope_a_tenants_rows_are_refused(oak_street):
    with pytest.raises(NoAlliance):
        Prepared(Seat, "true").rows()


def test_values_go_through_the_fields_own_readers():
    """JSON comes out of the database as text, and is no text in the row."""
    columns = [field.attname for field in OutboxMessage._meta.concrete_fields]
    row = tuple('{"a": 1}' if name == "context" else None for name in columns)
    read = dict(zip(columns, Prepared(OutboxMessage, "true")._read(row), strict=True))
    assert read["context"] == {"a": 1}
