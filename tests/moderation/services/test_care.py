"""What is held by itself, whose, and what its author hears."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.models import OutboxMessage, Role
from moderation.models import Case, Flag, Writing
from moderation.services import care, decisions
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")

LINK = "This county form saved me a week of letters: https://county.example.org/form"
LONG = "Does anybody know a mill near the river that sells by the sack?"


def write(by, words, *, in_group=False, note=None):
    """Writes or changes something, as its room would; the reason why it is held."""
    note = note or make.a_note(by, words=words)
    note.words = words
    note.save()
    return note, care.look_at(subject=note, words=words, by=by, in_group=in_group)


@pytest.fixture
def newcomer(in_oak_street):
    return make.a_seat("Noor", days=2)


def test_plain_words_pass_and_only_their_digest_is_remembered(newcomer):
    note, reason = write(newcomer, LONG)
    note.refresh_from_db()
    assert (reason, note.hidden_at, Case.objects.count()) == (None, None, 0)
    row = Writing.objects.get()
    assert (row.person, row.kind, len(row.digest)) == (newcomer.person, make.KEY, 64)


def test_links_of_newcomers_wait_and_those_of_others_do_not(newcomer, mia):
    note, reason = write(newcomer, LINK)
    note.refresh_from_db()
    case = Case.objects.get()
    assert "first week" in reason
    assert (note.is_hidden, case.origin, case.state, case.reason) == (
        True, "care", "auto_hidden", reason,
    )  # fmt: skip
    held = OutboxMessage.objects.get()
    assert (held.template, held.to, held.context["reason"]) == (
        "moderation/email/held", "noor@example.org", reason,
    )  # fmt: skip
    assert write(mia, LINK)[1] is None


def test_after_seven_days_nobody_is_new(newcomer):
    make.since(newcomer, 7)
    with clock.at(clock.now() + timedelta(seconds=1)):
        assert write(newcomer, LINK)[1] is None


def test_a_link_alone_waits_whoever_wrote_it(mia, cleo):
    for seat in (mia, cleo):
        assert "hardly a word" in write(seat, "Look: https://example.org")[1]


def test_the_same_words_in_two_places_wait(mia, nils):
    assert write(mia, LONG)[1] is None
    assert "stand somewhere else" in write(mia, LONG.upper())[1]
    # Somebody else may ask the same, and so may they themselves after a week.
    assert write(nils, LONG)[1] is None
    with clock.at(clock.now() + timedelta(days=8)):
        assert write(mia, LONG)[1] is None


def test_an_edit_is_no_duplicate_of_itself(mia):
    note, _reason = write(mia, LONG)
    assert write(mia, LONG, note=note)[1] is None
    assert Writing.objects.count() == 1


def test_short_thanks_may_be_said_often(mia):
    assert {write(mia, "Thank you!")[1] for _ in range(5)} == {None}


def test_bursts_wait_sooner_of_newcomers(newcomer, mia):
    found = [write(newcomer, f"Word {n}")[1] for n in range(5)]
    assert found[:4] == [None] * 4
    assert "few minutes" in found[4]
    found = [write(mia, f"Word {n}")[1] for n in range(11)]
    assert found[:10] == [None] * 10
    assert "few minutes" in found[10]
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert write(mia, "Word 12")[1] is None


def test_who_looks_after_a_place_writes_as_much_as_they_like(cleo):
    assert {write(cleo, LONG)[1] for _ in range(12)} == {None}


def test_pitches_wait_in_groups_alone(mia, cleo):
    pitch = "Special offer for all of you: 20% off this week, order now."
    assert write(mia, pitch)[1] is None
    for seat in (mia, cleo):
        assert "advertisement" in write(seat, pitch + f" {seat.pk}", in_group=True)[1]


def test_held_twice_is_one_case_and_one_letter(newcomer):
    note, _reason = write(newcomer, LINK)
    write(newcomer, LINK + " again", note=note)
    assert (Case.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_what_is_flagged_already_keeps_its_case(newcomer, mia):
    note, _reason = write(newcomer, LONG)
    make.a_flag(note, by=mia)
    write(newcomer, LINK, note=note)
    case = Case.objects.get()
    assert (case.state, Flag.objects.get().case) == ("auto_hidden", case)


def test_shown_again_by_a_person_it_is_back(newcomer, cleo):
    note, _reason = write(newcomer, LINK)
    make.a_decision(Case.objects.get(), by=cleo, outcome="keep")
    note.refresh_from_db()
    assert note.hidden_at is None


def test_changed_as_asked_it_goes_back_to_whoever_looks_after_it(ben, mia, cleo):
    note = make.a_note(ben, words="You fools.")
    make.a_decision(make.a_case(note, by=mia), by=cleo, outcome="edit_request")
    note.refresh_from_db()
    assert note.is_hidden
    _note, reason = write(ben, "Dear colleagues.", note=note)
    second = Case.objects.undecided().get()
    assert "as they were asked" in reason
    assert (second.words, second.state) == ("Dear colleagues.", "auto_hidden")
    make.a_decision(second, by=cleo, outcome="keep")
    note.refresh_from_db()
    assert note.hidden_at is None
    # The first case closing later changes nothing of that.
    decisions.close(case=Case.objects.order_by("opened_at").first())
    note.refresh_from_db()
    assert note.hidden_at is None


def test_an_edit_of_what_is_hidden_for_good_opens_nothing(ben, mia, cleo):
    note = make.a_note(ben, words="You fools.")
    make.a_decision(make.a_case(note, by=mia), by=cleo, outcome="hide")
    note.refresh_from_db()
    assert write(ben, "Dear colleagues.", note=note)[1] is None
    note.refresh_from_db()
    assert note.is_hidden


def test_custodians_hear_of_it(newcomer, ada):
    space = make.a_space()
    make.a_steward(Role.CUSTODIAN, by=ada, space=space, name="Kim")
    make.a_steward(Role.CUSTODIAN, by=ada, space=make.a_space("Smiths"), name="Lea")
    note = make.a_note(newcomer, words=LINK, space=space)
    care.look_at(subject=note, words=LINK, by=newcomer)
    waits = OutboxMessage.objects.filter(key__startswith="case-waits")
    assert [row.to for row in waits] == ["kim@example.org"]


def test_after_a_week_it_is_forgotten(mia):
    write(mia, LONG)
    assert care.forget() == 0
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        assert care.forget() == 1


@pytest.mark.parametrize("words", ["x" * 1_000_000, "\n\n", "​‮", "é" * 60_000])
def test_strange_words_are_looked_at_like_others(mia, words):
    note = make.a_note(mia)
    assert care.look_at(subject=note, words=words, by=mia, in_group=True) is None
