"""A business writes to those who stand by its drive: once a week at most, to each once."""

from datetime import timedelta

import pytest
import time_machine

from alliance.models import JobProgress, OutboxMessage
from alliance.services import consent, mail
from pledges.models import DriveLetter
from pledges.services import letters, pledges
from pledges.tasks import send_letter, sweep_letters
from tests.factories import pledges as make
from tests.pledges.reading import audited, crowd, mails, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

WORDS = {"subject": "The oven is here", "body": "It bakes.\n\nCome and <b>see</b>."}


def written(drive, by, **changes) -> DriveLetter:
    return letters.write_letter(drive=drive, by=by, **WORDS | changes)


def went_to() -> list[str]:
    """To whom letters are in the outbox."""
    return [to for template, to, _key in mails() if template == "letter"]


def send(letter: DriveLetter) -> None:
    send_letter(alliance_id=str(letter.alliance_id), letter_id=str(letter.pk))


def test_to_everybody_who_stands_by_it(oven, eves_pledge, ben):
    make.an_active_pledge(oven, "full@example.com", amount_minor=20_00)
    pledges.cancel(pledge=make.an_active_pledge(oven, "gone@example.com"))
    make.an_intended_pledge(oven, "waits@example.com")
    letter = written(oven, ben)
    job = JobProgress.objects.get(pk=letter.job_id)
    assert (job.total, job.state, went_to()) == (2, "running", [])
    send(letter)
    letter.refresh_from_db()
    job.refresh_from_db()
    assert sorted(went_to()) == ["eve@example.com", "full@example.com"]
    assert (letter.sent_count, letter.finished_at is not None) == (2, True)
    assert (job.state, job.done, job.message) == ("done", 2, "On its way to 2 people.")
    assert audited("drive.letter_sent") == [
        ("drive.letter_sent", ben.pk, oven.pk, {"letter": str(letter.pk)})
    ]


def test_the_message_can_be_stopped_in_one_press(oven, eves_pledge, ben):
    send(written(oven, ben))
    row = OutboxMessage.objects.get(template="pledges/email/letter")
    email = mail.render(row)
    assert email.subject == "Ben's Bakery: The oven is here"
    assert "It bakes.\n\nCome and <b>see</b>." in email.body
    assert "Come and &lt;b&gt;see&lt;/b&gt;.</p>" in email.alternatives[0].content
    stop = row.context["unsubscribe_url"]
    assert {name: email.extra_headers[name] for name in email.extra_headers if "List" in name} == {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert (stop in email.body, row.context["url"]) == (
        True,
        f"http://oak-street.commonweal.test/pledge/card/{eves_pledge.card_secret}/",
    )


def test_not_to_who_wants_none_or_has_not_agreed(oven, eves_pledge, ben):
    quiet = make.an_active_pledge(oven, "quiet@example.com")
    consent.withdraw(email=quiet.email, purpose="pledges", subject_id=quiet.pk)
    make.an_active_pledge(oven, "stopped@example.com")
    letters.stop(drive=oven, email="STOPPED+1@example.com")
    letters.stop(drive=oven, email="stopped@example.com")
    send(written(oven, ben))
    assert went_to() == ["eve@example.com"]


def test_sent_again_it_adds_nothing(oven, eves_pledge, ben, oak_street):
    letter = written(oven, ben)
    send(letter)
    before = row_counts(oak_street)
    DriveLetter.objects.update(finished_at=None)
    send(letter)
    send(letter)
    assert row_counts(oak_street) == before
    assert DriveLetter.objects.get().sent_count == 1


def test_what_a_dead_worker_left_is_taken_up(oven, eves_pledge, ben):
    letter = written(oven, ben)
    sweep_letters()
    assert went_to() == []
    with time_machine.travel(letter.created_at + letters.PATIENCE + timedelta(seconds=1)):
        sweep_letters()
    assert went_to() == ["eve@example.com"]


def test_in_batches(oven, eves_pledge, ben, monkeypatch):
    monkeypatch.setattr(letters, "BATCH", 2)
    for n in range(4):
        make.an_active_pledge(oven, f"p{n}@example.com")
    send(written(oven, ben))
    assert len(went_to()) == 5


def test_one_a_week(oven, eves_pledge, ben):
    first = written(oven, ben)
    message, _field = refusal(letters.write_letter, drive=oven, by=ben, **WORDS)
    assert message.startswith("One letter a week. The next can go on ")
    with time_machine.travel(first.created_at + timedelta(days=7)):
        written(oven, ben)
    assert DriveLetter.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"subject": " "}, ("Say what it is about.", "subject")),
        ({"body": "\n"}, ("Write up to 4,000 characters.", "body")),
        ({"body": "x" * 4_001}, ("Write up to 4,000 characters.", "body")),
    ],
)
def test_words_that_do_not_fit(oven, eves_pledge, ben, oak_street, change, said):
    before = row_counts(oak_street)
    assert refusal(letters.write_letter, drive=oven, by=ben, **WORDS | change) == said
    assert row_counts(oak_street) == before


def test_only_its_own_people_write(oven, eves_pledge, ada, neighbour):
    assert refusal(letters.write_letter, drive=oven, by=ada, **WORDS) == (
        "Only Ben's Bakery can do that.",
        None,
    )


@pytest.mark.parametrize("state", ["completed", "ended_early", "unqualified"])
def test_after_the_end_pledgers_are_left_in_peace(oven, eves_pledge, ben, state):
    make.brought_to(oven, state)
    assert refusal(letters.write_letter, drive=oven, by=ben, **WORDS)[0] == (
        "This drive is over, and its pledgers are left in peace."
    )


def test_to_nobody_it_is_not_written(oven, ben):
    crowd(oven, 1, confirmed_at=None, state="intended", term_ends_at=None)
    assert refusal(letters.write_letter, drive=oven, by=ben, **WORDS)[0] == (
        "Nobody’s pledge stands yet."
    )
