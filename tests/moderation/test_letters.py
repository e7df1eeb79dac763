"""The letters as they are read: both halves say the same, and none says a hidden word."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.models import OutboxMessage, Role
from alliance.services import mail
from alliance.services.seats import end_seat
from moderation.models import Case, Sanction, Stewardship
from moderation.services import appeals, care, letters
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


def read(folder: str, to: str = "") -> list[tuple[str, str, str]]:
    """Subject, plain words and HTML of each such letter."""
    rows = OutboxMessage.objects.filter(template=f"moderation/email/{folder}", to__startswith=to)
    sent = [mail.render(row) for row in rows.order_by("created_at", "id")]
    return [(one.subject, str(one.body), str(one.alternatives[0][0])) for one in sent]


def test_held(note, mia, nils):
    make.a_flag(note, by=mia)
    make.a_flag(note, by=nils)
    [(subject, text, html)] = read("held")
    assert subject == "Something that you wrote is hidden for now"
    for body in (text, html):
        assert "Several members said that it breaks an agreement." in body
        assert "This is about: Note" in body
        assert f"/moderation/mine/{Case.objects.get().pk}/" in body
        assert note.words not in body
        assert "Mia" not in body


def test_the_statement_of_reasons_and_the_answer_to_the_flag(note, ben, mia, cleo, ada):
    case = make.a_case(note, by=mia)
    make.a_decision(case, by=cleo, outcome="mute", reasons="It insults <b>a neighbour</b> & friend")
    [(subject, text, html)] = read("decision")
    assert subject == "What was decided about something that you wrote"
    assert "It insults <b>a neighbour</b> & friend" in text
    assert "It insults &lt;b&gt;a neighbour&lt;/b&gt; &amp; friend" in html
    for body in (text, html):
        assert "Be respectful. Speak to people" in body
        assert "you can appeal once, until" in body
        assert "Members had flagged it." in body
        assert "This lasts until" in body
    [(subject, text, html)] = read("answer")
    assert subject == "What was decided about something that you flagged"
    assert "Ben" not in text + html
    assert "is not told who flagged it" in text

    appeals.appeal(case=case, words="Please.", by=ben)
    appeals.hear(case=case, outcome="keep", agreement=None, reasons="It was.", by=ada)
    subject, text, _html = read("decision")[1]
    assert subject == "Your appeal was heard"
    assert "It stays as it is" in text
    assert "you can appeal" not in text
    assert read("answer")[1][0] == "The appeal about something that you flagged was heard"


def test_what_was_held_by_the_rules_says_so(ben, cleo):
    note = make.a_note(ben)
    care.look_at(subject=note, words="https://example.org", by=ben)
    make.a_decision(Case.objects.get(), by=cleo, outcome="warn")
    [(_subject, text, _html)] = read("decision")
    assert "A rule of this site had held it." in text
    assert "Members had flagged it." not in text


def test_stewards_and_pauses(note, mia, cleo):
    make.a_steward(Role.CUSTODIAN, by=cleo, name="Olga")
    row = Stewardship.objects.get()
    [(subject, text, html)] = read("charter")
    assert subject == "Will you be custodian in Oak Street Alliance?"
    assert "I hide, move, lock or merge" in text
    assert f"/moderation/stewardships/{row.pk}/" in html

    letters.remind_steward(row)
    letters.thank_steward(row)
    make.a_decision(make.a_case(note, by=mia), by=cleo, outcome="mute")
    with clock.at(clock.now() + timedelta(days=8)):
        letters.tell_may_write(Sanction.objects.get())
    found = {subject: text for subject, text, _html in read("news")}
    assert set(found) == {
        "Your year is nearly over", "Thank you", "Something waits for you", "You can write again",
    }  # fmt: skip
    assert "you can write again in Oak Street Alliance" in found["You can write again"]


def test_without_a_place_here_no_door_is_named(note, ben, mia, cleo):
    case = make.a_case(note, by=mia)
    end_seat(seat=ben, by=None)
    make.a_decision(case, by=cleo)
    [(_subject, text, html)] = read("decision")
    assert "/moderation/" not in text + html
