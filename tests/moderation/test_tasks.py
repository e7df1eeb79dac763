"""What passes with time: appeals that are too late, pauses and years that end, work that rises."""

from datetime import timedelta

import pytest

from alliance import clock, staff_queue
from alliance.models import OutboxMessage, Role
from alliance.tenancy.scope import in_alliance
from moderation.models import Case, Sanction, Stewardship, Writing
from moderation.services import appeals, care, sanctions
from moderation.tasks import pass_hours
from tests.factories import moderation as make


@pytest.fixture
def muted(oak_street, note, mia, cleo):
    with in_alliance(oak_street):
        case = make.a_case(note, by=mia)
        make.a_decision(case, by=cleo, outcome="mute")
        return case


def after(**span):
    return clock.at(clock.now() + timedelta(**span))


def test_after_fourteen_days_a_decision_is_final(oak_street, muted):
    with after(days=13):
        pass_hours()
    with in_alliance(oak_street):
        assert Case.objects.get().state == "decided"
    with after(days=14, minutes=1):
        pass_hours()
        pass_hours()
    with in_alliance(oak_street):
        assert Case.objects.get().state == "final"


def test_what_is_appealed_waits_for_its_word(oak_street, muted, ben):
    with in_alliance(oak_street):
        appeals.appeal(case=muted, words="Please.", by=ben)
    with after(days=30):
        pass_hours()
    with in_alliance(oak_street):
        assert Case.objects.get().state == "appealed"


def test_the_end_of_a_pause_is_told_once(oak_street, muted, ben):
    for days in (6, 7, 8):
        with after(days=days, minutes=1):
            pass_hours()
    with in_alliance(oak_street):
        told = OutboxMessage.objects.filter(key__startswith="may-write")
        assert [(row.to, row.context["subject"]) for row in told] == [
            (ben.person.email, "You can write again")
        ]


def test_a_pause_that_was_lifted_ends_in_silence(oak_street, muted):
    with in_alliance(oak_street):
        sanctions.lift(decision=Sanction.objects.get().decision)
    with after(days=8):
        pass_hours()
    with in_alliance(oak_street):
        assert not OutboxMessage.objects.filter(key__startswith="may-write").exists()


def test_a_stewards_year_is_announced_and_ends(oak_street, cleo):
    with in_alliance(oak_street):
        seat = make.a_steward(Role.CUSTODIAN, by=cleo, name="Olga")
    for days in (330, 336, 340):
        with after(days=days):
            pass_hours()
    with in_alliance(oak_street):
        assert OutboxMessage.objects.filter(key__startswith="charter-ends").count() == 1
        assert Stewardship.objects.get().ended_at is None
    with after(days=365, minutes=1):
        pass_hours()
        pass_hours()
    with in_alliance(oak_street):
        seat.refresh_from_db()
        row = Stewardship.objects.get()
        assert (row.ended_by, row.ended_at is None, seat.ended_at is None) == (None, False, False)
        assert OutboxMessage.objects.filter(key__startswith="charter-ended").count() == 1


def test_digests_are_forgotten(oak_street, note, ben):
    with in_alliance(oak_street):
        care.look_at(subject=note, words=note.words, by=ben)
    with after(days=7, minutes=1):
        pass_hours()
    with in_alliance(oak_street):
        assert Writing.objects.count() == 0


def test_nothing_due_asks_once(oak_street, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        pass_hours()


def labels(*seats):
    return [str(row.label) for row in staff_queue.rows(seats)]


WAITS, LATE = "Flagged or held, to decide", "Overdue: nobody has looked for a day"
APPEALS, LATE_APPEALS = "Appeals to hear", "Overdue: appeals older than three days"


def test_cases_wait_in_the_queue_and_rise_when_overdue(oak_street, note, ben, mia, cleo, tess):
    with in_alliance(oak_street):
        case = make.a_case(note, by=mia)
        assert (labels(cleo), labels(tess)) == ([WAITS], [])
        with after(hours=25):
            make.a_case(make.a_note(ben), by=mia)
            # The younger row is not above the older one by age alone.
            assert labels(cleo) == [LATE, WAITS]
            make.hide_by_hand(case, by=cleo)
            assert labels(cleo) == [WAITS]


def test_what_rises_stands_above_what_is_older(oak_street, note, mia, cleo, monkeypatch):
    with in_alliance(oak_street):
        case = make.a_case(note, by=mia)
        Case.objects.filter(pk=case.pk).update(opened_at=clock.now() - timedelta(days=900))
        with after(hours=1):
            second = make.a_case(make.a_note(mia), by=make.a_seat())
            Case.objects.filter(pk=second.pk).update(first_due_at=clock.now())
        with after(hours=2):
            assert labels(cleo) == [LATE, WAITS]


def test_appeals_wait_for_those_who_hear_them(oak_street, muted, ben, ada, cleo):
    with in_alliance(oak_street):
        appeals.appeal(case=muted, words="Please.", by=ben)
        assert (labels(ada), labels(cleo)) == ([APPEALS], [])
        with after(hours=73):
            assert labels(ada) == [LATE_APPEALS]
