"""Flagging: who may, what is kept, and when it hides."""

from decimal import Decimal

import pytest

from alliance.errors import DomainError
from alliance.models import OutboxMessage, Role
from alliance.services.seats import end_seat, give_seat
from moderation.models import Case, CaseAuthor, Flag, LogEntry
from moderation.services import agreements, cases, flags
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


def test_a_flag_names_the_agreement_and_keeps_what_stood_there(note, ben, mia):
    flag = make.a_flag(note, by=mia, note="It hurt.")

    case = Case.objects.get()
    assert (flag.agreement.title, flag.note, flag.words, flag.weight, flag.upheld) == (
        "Be respectful", "It hurt.", note.words, Decimal("1.00"), None,
    )  # fmt: skip
    assert (case.kind, case.subject_id, case.words, case.author, case.state, case.origin) == (
        make.KEY, note.pk, note.words, ben, "open", "flags",
    )  # fmt: skip
    assert (case.first_due_at - case.opened_at).total_seconds() == 24 * 3600
    assert list(CaseAuthor.objects.values_list("person", flat=True)) == [ben.person_id]


def test_one_member_alone_hides_nothing(note, mia):
    make.a_flag(note, by=mia)
    note.refresh_from_db()
    assert (note.hidden_at, make.told) == (None, [])
    assert OutboxMessage.objects.count() == 0


def test_two_members_hide_it_until_it_is_decided_and_its_author_is_told(note, ben, mia, nils):
    make.a_flag(note, by=mia)
    make.a_flag(note, by=nils)

    note.refresh_from_db()
    message = OutboxMessage.objects.get()
    assert (Case.objects.get().state, note.is_hidden) == ("auto_hidden", True)
    assert make.told == [("changed", note.pk)]
    assert (message.template, message.to) == ("moderation/email/held", ben.person.email)
    # Neither the words that are hidden nor who flagged them.
    assert note.words not in str(message.context)
    assert note.title not in str(message.context)
    assert "Mia" not in str(message.context)


def test_staff_and_stewards_weigh_double(note, cleo):
    assert make.a_flag(note, by=cleo).weight == Decimal("2.00")
    note.refresh_from_db()
    assert note.is_hidden


def test_newcomers_weigh_half_and_four_of_them_hide(note):
    for n in range(4):
        note.refresh_from_db()
        assert note.hidden_at is None, n
        flag = make.a_flag(note, by=make.a_seat(days=2))
        assert flag.weight == Decimal("0.50")
    note.refresh_from_db()
    assert note.is_hidden


def test_coming_back_makes_nobody_new(note, mia):
    make.since(mia, 400)
    end_seat(seat=mia, by=None)
    again = give_seat(person=mia.person, role=Role.MEMBER, by=None)
    assert flags.weight_of(again.person) == Decimal("1.00")


def test_who_is_often_wrong_weighs_little_until_they_are_right_again(ben, cleo, mia):
    for _ in range(2):
        case = make.a_case(make.a_note(ben), by=mia)
        make.a_decision(case, by=cleo, outcome="keep")
    assert flags.weight_of(mia.person) == Decimal("0.20")

    make.a_decision(make.a_case(make.a_note(ben), by=mia), by=cleo, outcome="hide")
    assert flags.weight_of(mia.person) == Decimal("0.33")


def test_a_second_flag_of_one_person_is_refused_whichever_seat_they_use(note, mia):
    other = make.since(give_seat(person=mia.person, role=Role.EVALUATOR, by=None), 30)
    make.a_flag(note, by=mia)
    for seat in (mia, other):
        with pytest.raises(DomainError, match="already"):
            make.a_flag(note, by=seat)
    assert Flag.objects.count() == 1


def test_nobody_flags_their_own(note, ben, mia):
    both = make.a_note(mia, ben)
    for subject in (note, both):
        with pytest.raises(DomainError, match="your own"):
            make.a_flag(subject, by=ben)
    assert Case.objects.count() == 0


def test_what_they_cannot_read_cannot_be_flagged(ben, mia, tess):
    secret = make.a_note(ben)
    secret.capacity = 13
    secret.save()
    with pytest.raises(DomainError, match="cannot read"):
        make.a_flag(secret, by=mia)
    # The control: whoever may read it may flag it.
    make.a_flag(secret, by=tess)
    assert Flag.objects.count() == 1


def test_what_is_hidden_cannot_be_flagged_any_more(note, mia, nils, cleo):
    make.a_flag(note, by=cleo)
    with pytest.raises(DomainError, match="cannot read"):
        make.a_flag(note, by=mia)


def test_whoever_has_left_flags_nothing(note, mia):
    end_seat(seat=mia, by=None)
    with pytest.raises(DomainError, match="cannot read"):
        make.a_flag(note, by=mia)


def test_the_agreement_has_to_count_there(ben, mia, ada):
    bakers, smiths = make.a_space("Bakers"), make.a_space("Smiths")
    for space in (bakers, smiths):
        agreements.publish(space=space, by=ada)
    note = make.a_note(ben, space=bakers)
    with pytest.raises(DomainError, match="does not count") as refused:
        make.a_flag(note, by=mia, agreement=make.an_agreement(space=smiths))
    assert refused.value.field == "agreement"
    # Its own counts there, and so does the alliance's.
    make.a_flag(note, by=mia, agreement=make.an_agreement(space=bakers))
    make.a_flag(note, by=make.a_seat(), agreement=make.an_agreement())


def test_a_later_edit_changes_nothing_of_the_evidence(note, mia, nils):
    make.a_flag(note, by=mia)
    before = note.words
    note.words = "Your bread is lovely."
    note.save()
    make.a_flag(note, by=nils)

    assert Case.objects.get().words == before
    assert list(Flag.objects.values_list("words", flat=True)) == [before, "Your bread is lovely."]


def test_once_somebody_asked_it_stays_with_people_from_outside(ben, mia, nils, ada):
    space = make.a_space()
    keeper = make.a_steward(Role.CUSTODIAN, by=ada, space=space)
    note = make.a_note(ben, space=space)
    make.a_flag(note, by=mia)
    assert Case.objects.get().is_outside is False
    make.a_flag(note, by=nils, is_outside=True)
    case = Case.objects.get()
    assert case.is_outside is True
    with pytest.raises(DomainError, match="do not look after"):
        make.hide_by_hand(case, by=keeper)


def test_what_was_looked_at_and_shown_again_is_not_hidden_by_further_flags(note, mia, cleo):
    case = make.a_case(note, by=mia)
    cases.hide(case=case, by=cleo)
    cases.show(case=case, by=cleo)
    for _ in range(3):
        make.a_flag(note, by=make.a_seat())
    note.refresh_from_db()
    assert (note.hidden_at, Case.objects.get().state) == (None, "open")


def test_the_log_says_that_it_was_flagged_and_not_by_whom(note, mia):
    make.a_flag(note, by=mia, note="It hurt.")
    entry = LogEntry.objects.get(action="flagged")
    assert (entry.seat, entry.detail) == (None, {"weight": "1.00", "kind": make.KEY})


@pytest.mark.parametrize("words", ["x" * 601, "a\x00b", "\ud800"], ids=["long", "nul", "half"])
def test_a_note_that_cannot_be_kept_leaves_nothing_behind(note, mia, words):
    with pytest.raises(DomainError) as refused:
        make.a_flag(note, by=mia, note=words)
    assert refused.value.field == "note"
    assert (Case.objects.count(), Flag.objects.count()) == (0, 0)
