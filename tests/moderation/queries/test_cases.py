"""Who sees which case, and which log; and with how many queries."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.models import Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from moderation.models import Case, LogEntry
from moderation.queries import cases, log
from moderation.services import appeals
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


@pytest.fixture
def four(ben, mia):
    """A case in no space, one among bakers, one among smiths, one kept from the bakers' own."""
    bakers, smiths = make.a_space("Bakers"), make.a_space("Smiths")
    return {
        "nowhere": make.a_case(make.a_note(ben), by=mia),
        "bakers": make.a_case(make.a_note(ben, space=bakers), by=mia),
        "smiths": make.a_case(make.a_note(ben, space=smiths), by=mia),
        "outside": make.a_flag(make.a_note(ben, space=bakers), by=mia, is_outside=True).case,
    }


def seen(four, *seats):
    found = set(cases.seen_by(seats))
    return {name for name, case in four.items() if case in found}


def test_everybody_sees_what_they_look_after(four, ada, cleo, tess, mia, nils):
    bakers = four["bakers"].space
    assert seen(four, ada) == seen(four, cleo) == set(four)
    assert seen(four, make.a_steward(Role.CUSTODIAN, by=ada)) == set(four)
    assert seen(four, make.a_steward(Role.CUSTODIAN, by=ada, space=bakers)) == {"bakers"}
    assert seen(four, make.a_steward(Role.ADVISOR, by=ada, space=bakers)) == {"bakers"}
    assert seen(four, make.a_steward(Role.FACILITATOR, by=ada, space=bakers)) == set()
    for seat in (tess, mia, nils):
        assert seen(four, seat) == set()
    assert seen(four) == set()


def test_a_steward_of_two_spaces_sees_both(four, ada, nils):
    for name in ("bakers", "smiths"):
        seat = make.a_steward(Role.CUSTODIAN, by=ada, space=four[name].space, seat=nils)
    assert seen(four, nils, seat) == {"bakers", "smiths"}


def test_nobody_sees_cases_about_their_own_words(mia, cleo, ada):
    own = make.a_case(make.a_note(give_seat(person=cleo.person, role=Role.MEMBER, by=None)), by=mia)
    assert list(cases.seen_by([cleo])) == []
    assert list(cases.seen_by([ada])) == [own]
    assert list(log.seen_by([cleo])) == []
    assert [entry.case for entry in log.seen_by([ada])] == [own]


def test_the_log_follows_the_same_lines(four, ada, tess, mia):
    bakers = four["bakers"].space
    facilitator = make.a_steward(Role.FACILITATOR, by=ada, space=bakers)
    flagged = LogEntry.objects.filter(action="flagged")

    def of(seat):
        return {entry.case for entry in log.seen_by([seat]) if entry.case}

    assert of(ada) == {entry.case for entry in flagged} == set(four.values())
    assert of(facilitator) == {four["bakers"]}
    assert of(tess) == of(mia) == set()


def test_the_pages_of_one_case_agree_with_the_services(note, ben, mia, cleo, ada, tess):
    case = make.a_case(note, by=mia)
    assert cases.decider(case, [cleo]) == cleo
    for seats in ([ben], [mia], [tess], []):
        assert cases.decider(case, seats) is None
    make.a_decision(case, by=cleo)
    case.refresh_from_db()
    assert (cases.decider(case, [ada]), cases.hearer(case, [ada])) == (None, None)
    assert cases.may_appeal(case, ben.person)
    assert not cases.may_appeal(case, mia.person)
    appeals.appeal(case=case, words="Please.", by=ben)
    case.refresh_from_db()
    assert not cases.may_appeal(case, ben.person)
    assert cases.hearer(case, [ada]) == ada
    for seats in ([cleo], [ben], [mia], []):
        assert cases.hearer(case, seats) is None


def test_a_persons_own_pages(note, ben, mia, nils, cleo):
    case = make.a_case(note, by=mia)
    assert list(cases.of_author(ben.person)) == [case]
    assert list(cases.of_author(mia.person)) == []
    assert [flag.case for flag in cases.flags_of(mia.person)] == [case]
    assert list(cases.flags_of(nils.person)) == []
    assert (cases.undecided_about(note), cases.latest_about(note)) == (case, case)
    make.a_decision(case, by=cleo)
    assert (cases.undecided_about(note), cases.latest_about(note)) == (None, case)
    assert cases.standing_decision(case).outcome == "hide"


def test_overdue_after_a_day_until_somebody_acts(note, mia, cleo):
    case = make.a_case(note, by=mia)

    def is_overdue() -> bool:
        """As the row says it, and as the database does."""
        case.refresh_from_db()
        found = list(Case.objects.overdue())
        assert (found == [case]) is case.is_overdue
        assert list(Case.objects.in_time()) == [each for each in [case] if each not in found]
        return case.is_overdue

    assert not is_overdue()
    with clock.at(clock.now() + timedelta(hours=25)):
        assert is_overdue()
        make.hide_by_hand(case, by=cleo)
        assert not is_overdue()


def test_lists_cost_the_same_however_long(
    ben, mia, ada, cleo, django_assert_num_queries, django_assert_max_num_queries
):
    steward = make.a_steward(Role.CUSTODIAN, by=ada, space=make.a_space())
    for _ in range(6):
        make.a_decision(make.a_case(make.a_note(ben), by=mia), by=cleo)
    with django_assert_num_queries(1):
        [(case.space, case.author.person) for case in cases.seen_by([ada])]
    with django_assert_num_queries(2):
        list(cases.seen_by([steward]))
    with django_assert_num_queries(2):
        for case in cases.of_author(ben.person):
            [(decision.agreement, case.space) for decision in case.decisions.all()]
    with django_assert_num_queries(1):
        [(entry.case, entry.seat and entry.seat.person) for entry in log.seen_by([ada])]
    case = Case.objects.first()
    with django_assert_max_num_queries(4):
        cases.decider(case, [steward, ada])


def test_the_neighbour_sees_nothing_of_it(note, mia, cleo, ada, neighbour, mill_lane):
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo)
    with in_alliance(mill_lane):
        theirs = [neighbour.director]
        own = neighbour.community.case
        assert list(cases.seen_by(theirs)) == [own]
        assert {entry.case for entry in log.seen_by(theirs)} - {None} == {own}
        assert list(cases.of_author(mia.person)) == list(cases.flags_of(mia.person)) == []
        assert Case.objects.filter(pk=case.pk).count() == 0
        # Nor does a person's history come along.
        assert cases.latest_about(note) is None
    # The control: at home it is there.
    assert list(cases.seen_by([ada])) == [case]
