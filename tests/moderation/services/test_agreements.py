"""Agreements: eight to begin with, in versions, accepted on record."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Alliance, Role
from alliance.services.places import open_alliance
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from moderation.models import Acceptance, Agreement, AgreementSet, LogEntry
from moderation.queries import agreements as queries
from moderation.queries.agreements import Version
from moderation.services import agreements
from moderation.template import AGREEMENTS, Item
from tests.factories import moderation as make

TITLES = [
    "Introduce yourself", "Be respectful", "Talk of wins and failures", "Keep confidences",
    "Help before you sell", "One ask, one offer", "No pitching by private message",
    "Leave when it no longer serves you",
]  # fmt: skip
OTHERS = [Item(f"Rule {n}", f"What rule {n} means.") for n in range(1, 4)]


def test_every_alliance_begins_with_the_eight(oak_street, mill_lane):
    for alliance in (oak_street, mill_lane):
        with in_alliance(alliance):
            found = queries.agreements_of(None)
            assert [one.title for one in found] == TITLES
            assert [one.position for one in found] == list(range(1, 9))
            assert queries.current(None).number == 1


def test_opening_one_more_brings_it_its_own(network, oak_street):
    third = open_alliance(
        network=network, name="Third", slug="third", contact_email="hello@third.example"
    )
    with in_alliance(third):
        assert len(queries.agreements_of(None)) == 8


def test_alliances_that_were_open_before_get_them_once(network):
    """The migration, run over an alliance that nobody has opened through the service."""
    migration = importlib.import_module("moderation.migrations.0002_agreements")
    before = Alliance.objects.create(
        network=network, name="Before", slug="before", contact_email="hello@before.example"
    )
    with in_alliance(before):
        assert queries.agreements_of(None) == []
        for _ in range(2):
            migration.give(apps, None)
        assert [one.title for one in queries.agreements_of(None)] == TITLES
        assert AgreementSet.objects.count() == 1


def test_what_an_alliance_has_written_stays_when_the_migration_runs(in_oak_street, ada):
    migration = importlib.import_module("moderation.migrations.0002_agreements")
    agreements.publish(space=None, items=OTHERS, by=ada)
    migration.give(apps, None)
    assert len(queries.agreements_of(None)) == 3


@pytest.mark.usefixtures("in_oak_street")
class TestPublishing:
    """What staff and facilitators write."""

    def test_a_new_version_follows_and_the_old_stays(self, ada):
        version = agreements.publish(space=None, items=OTHERS, by=ada)
        assert (version.number, version.made_by) == (2, ada)
        assert [one.title for one in queries.agreements_of(None)] == ["Rule 1", "Rule 2", "Rule 3"]
        assert Agreement.objects.count() == 11
        entry = LogEntry.objects.get()
        assert (entry.action, entry.detail) == ("agreements_published", {"number": 2})

    def test_the_same_words_again_are_no_new_version(self, ada):
        assert agreements.publish(space=None, items=AGREEMENTS, by=ada).number == 1
        assert LogEntry.objects.count() == 0

    def test_a_space_has_the_alliances_until_it_writes_its_own(self, ada):
        space = make.a_space()
        assert (queries.current(space), len(queries.agreements_of(space))) == (None, 8)
        agreements.publish(space=space, items=OTHERS, by=ada)
        assert len(queries.agreements_of(space)) == 3
        assert len(queries.agreements_of(None)) == 8

    @pytest.mark.parametrize(
        ("items", "field"),
        [
            ([], None),
            (OTHERS[:2], None),
            (OTHERS * 7, None),
            ([*OTHERS, Item("", "Words.")], "title"),
            ([*OTHERS, Item("Title", " ")], "words"),
            ([*OTHERS, Item("x" * 81, "Words.")], "title"),
            ([*OTHERS, Item("Title", "x" * 601)], "words"),
            ([*OTHERS, Item("Ti\x00tle", "Words.")], "title"),
        ],
    )
    def test_what_is_too_little_or_too_much_changes_nothing(self, ada, items, field):
        with pytest.raises(DomainError) as refused:
            agreements.publish(space=None, items=items, by=ada)
        assert refused.value.field == field
        assert AgreementSet.objects.count() == 1

    def test_accepting_is_a_record_of_the_person_once(self, mia):
        version = queries.current(None)
        assert not queries.has_accepted(version, mia)
        first = agreements.accept(agreement_set=version, by=mia)
        other = give_seat(person=mia.person, role=Role.VOLUNTEER, by=None)
        assert agreements.accept(agreement_set=version, by=other) == first
        assert queries.has_accepted(version, other)
        assert Acceptance.objects.count() == 1

    def test_an_old_version_is_not_accepted_any_more_and_the_new_one_is_asked_for(self, mia, ada):
        old = queries.current(None)
        agreements.accept(agreement_set=old, by=mia)
        new = agreements.publish(space=None, items=OTHERS, by=ada)
        assert not queries.has_accepted(new, mia)
        with pytest.raises(DomainError, match="changed since"):
            agreements.accept(agreement_set=old, by=make.a_seat())


class TestVersions:
    def test_each_says_when_it_counted(self, in_oak_street, ada):
        first = queries.current(None)
        with clock.at(first.made_at + timedelta(days=40)):
            second = agreements.publish(space=None, items=OTHERS, by=ada)
        assert queries.versions(None) == [
            Version(second.pk, 2, second.made_at, None),
            Version(first.pk, 1, first.made_at, second.made_at),
        ]
        day = timedelta(days=1)
        assert [
            queries.in_force(None, moment)
            for moment in (first.made_at - day, first.made_at, second.made_at - day, clock.now())
        ] == [None, first, first, first]
        assert queries.in_force(None, second.made_at) == second

    def test_in_a_space_its_own_counts_from_when_there_is_one(self, in_oak_street, ada):
        space, begun = make.a_space(), clock.now()
        with clock.at(begun + timedelta(days=5)):
            own = agreements.publish(space=space, items=OTHERS, by=ada)
            # The alliance's next one does not count there.
            agreements.publish(space=None, items=OTHERS, by=ada)
        assert queries.in_force(space, begun) == AgreementSet.objects.get(space=None, number=1)
        assert queries.in_force(space, own.made_at + timedelta(days=9)) == own

    def test_a_spaces_own_is_read_by_who_accepted_one_and_who_sees_its_cases(
        self, in_oak_street, ada, mia, nils
    ):
        space = make.a_space()
        custodian = make.a_steward(Role.CUSTODIAN, by=ada, space=space)
        elsewhere = make.a_steward(Role.CUSTODIAN, by=ada, space=make.a_space("Smiths"))
        first = agreements.publish(space=space, items=OTHERS, by=ada)
        agreements.accept(agreement_set=first, by=mia)
        second = agreements.publish(space=space, items=OTHERS[::-1], by=ada)
        readers = {"accepted": mia, "member": nils, "staff": ada, "here": custodian,
                   "elsewhere": elsewhere}  # fmt: skip
        for version in (first, second):
            may = [who for who, seat in readers.items() if queries.may_read(version, [seat])]
            assert may == ["accepted", "staff", "here"]
        assert queries.may_read(queries.current(None), [])
        assert not queries.may_read(first, [])
