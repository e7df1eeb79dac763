"""Appeals: once, in time, and heard by somebody who had no part in it."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage, Role
from alliance.services.seats import give_seat
from moderation.models import Appeal, Decision, Flag, Sanction
from moderation.services import appeals, cases, sanctions
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


@pytest.fixture
def muted(note, mia, cleo):
    """Cleo has muted Ben for what he wrote."""
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo, outcome="mute")
    return case


@pytest.fixture
def appealed(muted, ben):
    """And Ben wants a second look."""
    appeals.appeal(case=muted, words="It was a joke between friends.", by=ben)
    muted.refresh_from_db()
    return muted


def hear(case, by, outcome="keep", **told):
    agreement = None if outcome == "keep" else make.an_agreement()
    return appeals.hear(
        case=case,
        by=by,
        **{"outcome": outcome, "agreement": agreement, "reasons": "It was."} | told,
    )


def test_it_is_to_be_heard_within_three_days(appealed):
    assert appealed.state == "appealed"
    assert appealed.appeal_due_at - appealed.appealed_at == timedelta(hours=72)
    assert not appealed.is_overdue
    with clock.at(clock.now() + timedelta(hours=73)):
        assert appealed.is_overdue


def test_overturned_everything_that_followed_is_undone(appealed, note, ben, ada):
    hear(appealed, ada)
    appealed.refresh_from_db()
    note.refresh_from_db()
    assert (appealed.state, note.is_hidden, Flag.objects.get().upheld) == ("final", False, False)
    assert Sanction.objects.live().count() == 0
    sanctions.refuse_silenced(ben)
    sent = OutboxMessage.objects.filter(key__startswith="case-appeal")
    assert [(row.to, row.context["is_appeal"]) for row in sent] == [(ben.person.email, True)]
    assert OutboxMessage.objects.filter(key__startswith="flag-appeal").count() == 1


def test_upheld_it_stays_as_it_was(appealed, note, ben, ada):
    hear(appealed, ada, outcome="mute")
    note.refresh_from_db()
    assert (note.is_hidden, Sanction.objects.count()) == (True, 1)
    with pytest.raises(DomainError, match="again on"):
        sanctions.refuse_silenced(ben)


def test_a_milder_word_takes_the_first_ones_place(appealed, note, ben, ada):
    hear(appealed, ada, outcome="warn")
    note.refresh_from_db()
    assert (note.is_hidden, Flag.objects.get().upheld) == (False, True)
    sanctions.refuse_silenced(ben)


def test_removed_after_all_it_is_emptied_at_once(appealed, note, ada):
    hear(appealed, ada, outcome="remove")
    assert ("emptied", note.pk) in make.told


def test_the_author_appeals_once(appealed, ben, ada):
    for _ in range(2):
        with pytest.raises(DomainError, match="already"):
            appeals.appeal(case=appealed, words="Again.", by=ben)
    hear(appealed, ada)
    with pytest.raises(DomainError, match="already"):
        appeals.appeal(case=appealed, words="Again.", by=ben)
    assert Appeal.objects.count() == 1


def test_nobody_else_appeals(muted, mia, cleo):
    for seat in (mia, cleo):
        with pytest.raises(DomainError, match="Only who wrote it"):
            appeals.appeal(case=muted, words="Let him be.", by=seat)


def test_only_in_time(muted, ben):
    with (
        clock.at(clock.now() + timedelta(days=14, seconds=1)),
        pytest.raises(DomainError, match="no longer"),
    ):
        appeals.appeal(case=muted, words="I was away.", by=ben)
    with clock.at(clock.now() + timedelta(days=13)):
        appeals.appeal(case=muted, words="I was away.", by=ben)


def test_there_is_nothing_to_appeal_before_a_decision_or_after_it_was_kept(note, ben, mia, cleo):
    case = make.a_case(note, by=mia)
    with pytest.raises(DomainError, match="no longer"):
        appeals.appeal(case=case, words="Please.", by=ben)
    make.a_decision(case, by=cleo, outcome="keep")
    with pytest.raises(DomainError, match="no longer"):
        appeals.appeal(case=case, words="Please.", by=ben)


def test_words_are_asked_for(muted, ben):
    for words in ("", "x" * 2001, "a\x00"):
        with pytest.raises(DomainError) as refused:
            appeals.appeal(case=muted, words=words, by=ben)
        assert refused.value.field == "words"


# --- who hears it ---------------------------------------------------------------------


def test_nobody_hears_an_appeal_on_their_own_decision_whichever_seat_they_use(
    note, mia, ben, ada, cleo
):
    advisor = make.a_steward(Role.ADVISOR, by=ada, seat=cleo)
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo)
    appeals.appeal(case=case, words="Please.", by=ben)
    with pytest.raises(DomainError, match="had a part"):
        hear(case, advisor)
    assert Decision.objects.count() == 1
    hear(case, ada)  # the control


def test_who_hid_it_by_hand_does_not_hear_it_either(note, mia, ben, ada, cleo):
    advisor = make.a_steward(Role.ADVISOR, by=ada, seat=cleo)
    case = make.a_case(note, by=mia)
    cases.hide(case=case, by=cleo)
    make.a_decision(case, by=ada)
    appeals.appeal(case=case, words="Please.", by=ben)
    with pytest.raises(DomainError, match="had a part"):
        hear(case, advisor)
    other = make.a_steward(Role.ADVISOR, by=ada)
    hear(case, other)


def test_who_flagged_it_does_not_hear_it(note, mia, ben, ada, cleo):
    case = make.a_case(note, by=mia)
    advisor = make.a_steward(Role.ADVISOR, by=ada, seat=mia)
    make.a_decision(case, by=cleo)
    appeals.appeal(case=case, words="Please.", by=ben)
    with pytest.raises(DomainError, match="had a part"):
        hear(case, advisor)


def test_its_author_does_not_hear_it(mia, ada, cleo):
    case = make.a_case(make.a_note(ada), by=mia)
    make.a_decision(case, by=cleo)
    appeals.appeal(case=case, words="Please.", by=ada)
    with pytest.raises(DomainError, match="had a part"):
        hear(case, ada)
    hear(case, make.a_steward(Role.ADVISOR, by=cleo))


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.MEMBER, Role.AUDITOR])
def test_only_advisors_and_directors_hear(appealed, role):
    with pytest.raises(DomainError, match="do not hear"):
        hear(appealed, make.a_seat(role=role))


def test_an_advisor_hears_in_their_space_alone_and_not_what_is_kept_from_it(ben, mia, ada, cleo):
    bakers, smiths = make.a_space("Bakers"), make.a_space("Smiths")
    advisor = make.a_steward(Role.ADVISOR, by=ada, space=bakers)

    def an_appeal(space, **fields):
        note = make.a_note(ben, space=space)
        case = make.a_flag(note, by=mia, **fields).case
        make.a_decision(case, by=cleo)
        appeals.appeal(case=case, words="Please.", by=ben)
        return case

    for case in (an_appeal(smiths), an_appeal(None), an_appeal(bakers, is_outside=True)):
        with pytest.raises(DomainError, match="do not hear"):
            hear(case, advisor)
    hear(an_appeal(bakers), advisor)


def test_an_appeal_is_heard_once(appealed, ada):
    hear(appealed, ada)
    with pytest.raises(DomainError, match="no appeal to hear"):
        hear(appealed, make.a_steward(Role.ADVISOR, by=ada))


def test_advisors_are_written_to_and_those_with_a_part_in_it_are_not(note, mia, ben, ada, cleo):
    make.a_steward(Role.ADVISOR, by=ada, name="Olga")
    make.a_steward(Role.ADVISOR, by=ada, seat=mia)
    make.a_steward(Role.CUSTODIAN, by=ada, name="Kim")
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo)
    appeals.appeal(case=case, words="Please.", by=ben)
    asked = OutboxMessage.objects.filter(key__startswith="appeal-waits")
    assert [row.to for row in asked] == ["olga@example.org"]
    waits = OutboxMessage.objects.filter(key__startswith="case-waits")
    assert [row.to for row in waits] == ["kim@example.org"]


def test_a_new_seat_of_the_author_may_appeal(muted, ben):
    again = give_seat(person=ben.person, role=Role.VOLUNTEER, by=None)
    assert appeals.appeal(case=muted, words="Please.", by=again).by == again
