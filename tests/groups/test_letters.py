"""What the letters about groups say; no word of HTML that somebody typed, no empty lines."""

from datetime import date

import pytest

from alliance.models import OutboxMessage
from alliance.services import mail
from groups.models import PromptRun
from groups.services import members, rounds
from members.models import Buddy
from tests.factories import groups as make
from tests.factories import members as dues

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")


def letters(what: str) -> list[tuple[str, str, str]]:
    """Address, subject and body of each letter of a kind."""
    rows = OutboxMessage.objects.filter(template=f"groups/email/{what}").order_by("id")
    found = [mail.render(row) for row in rows]
    for each in found:
        assert "<b>" not in each.alternatives[0][0]
        assert "{{" not in each.body + each.alternatives[0][0]
    return [(each.to[0], each.subject, each.body) for each in found]


@pytest.fixture
def group(ada, fay):
    """A group whose name somebody tried to make bold."""
    return make.a_group(
        by=ada,
        name="<b>Bakers</b> & co",
        slug="co",
        kind="request",
        facilitator=fay.person,
        questions=["What?"],
    )


def ask(group, seat):
    answers = {question.pk: "Rye." for question in group.questions.all()}
    version = make.version_of(group)
    return members.join(group=group, version=version, answers=answers, by=seat)


def test_welcome_names_the_buddy(group, ben, bakery, fay, ada):
    membership = dues.a_member(business=bakery)
    Buddy.objects.create(membership=membership, seat=fay)
    members.let_in(member=ask(group, ben), by=ada)
    [(to, subject, body)] = letters("welcome")
    assert (to, subject) == ("ben@example.org", "You are in “<b>Bakers</b> & co”")
    assert "Fay keeps you company" in body
    assert "http://oak-street.commonweal.test/groups/co/introduction/" in body


def test_welcome_without_a_buddy(group, ben, ada):
    members.let_in(member=ask(group, ben), by=ada)
    assert "keeps you company" not in letters("welcome")[0][2]


def test_asked_goes_to_those_who_look_after_it(group, ben, fay):
    ask(group, ben)
    told = letters("asked")
    assert fay.person.email in [to for to, *_ in told]
    assert {subject for _to, subject, _body in told} == {"Ben asks to join “<b>Bakers</b> & co”"}
    assert "/groups/co/requests/" in told[0][2]


def test_declined_says_why(group, ben, ada):
    members.decline(member=ask(group, ben), why="For <b>millers</b>.", by=ada)
    [(_to, _subject, body)] = letters("declined")
    assert "“For <b>millers</b>.”" in body


def test_invited_says_by_whom(group, ben, ada):
    members.invite(group=group, seat=ben, by=ada)
    [(to, subject, body)] = letters("invited")
    assert (to, subject) == ("ben@example.org", "You are invited to “<b>Bakers</b> & co”")
    assert "from Ada" in body
    assert "/groups/co/join/" in body


def test_a_prompt_goes_to_the_facilitators(group, fay):
    rounds.prepare(date(2027, 3, 8))
    [(to, subject, body)] = letters("prompt")
    run = PromptRun.objects.get()
    assert (to, subject) == (fay.person.email, f"You go first: {run.title}")
    assert run.words in body
    assert "/groups/co/prompts/" in body
