"""The links in a digest: one press stops them, one form answers, and nothing more."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from groups.models import GroupMember, Introduction, Post, Topic
from groups.services import digest_letters, members, replies
from moderation.services import cases
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.factories import moderation

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def talk(oak_street, bakers, ben, fay):
    with in_alliance(oak_street):
        make.introduced(bakers, ben)
        make.introduced(bakers, fay)
        return around.a_topic(bakers, fay)


@pytest.fixture
def link(oak_street, bakers, talk, ben):
    """Ben's way to answer, as it stands in his letter."""
    with in_alliance(oak_street):
        url = replies.url_of(GroupMember.objects.get(seat=ben, group=bakers), talk.pk)
    return url[url.index("/groups/") :]


def replies_of(alliance, talk):
    with in_alliance(alliance):
        return list(
            Post.objects.filter(topic=talk, number__gt=1).values_list(
                "words", "author__seat__person__name"
            )
        )


def test_whoever_holds_the_letter_answers_as_its_reader_once(oak_street, visit, link, talk):
    page = visit(oak_street).get(link)
    assert page.status_code == 200
    assert "What do you pay" not in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    form = {"words": "Nine at the mill.", "form_key": page.context["form"].key}
    for _n in range(2):
        assert visit(oak_street).post(link, form).status_code == 200
    assert replies_of(oak_street, talk) == [("Nine at the mill.", "Ben")]


def test_what_does_not_fit_keeps_what_was_typed(oak_street, visit, link, talk):
    for words in ("", "a\x00b", "@x " * 7000 + "!"):
        answer = visit(oak_street).post(link, {"words": words, "form_key": "k"})
        assert answer.status_code == 422, words[:10]
    assert replies_of(oak_street, talk) == []


@pytest.mark.parametrize("case", ["left", "muted", "unintroduced", "hidden", "locked", "ended"])
def test_who_may_not_write_is_refused_kindly(oak_street, bakers, visit, link, talk, ben, ada, case):
    with in_alliance(oak_street):
        member = GroupMember.objects.get(seat=ben, group=bakers)
        now = clock.now()
        match case:
            case "left":
                members.leave(member=member, by=ben)
            case "muted":
                entry = around.an_entry(ben)
                case = cases.open_case(subject=entry, reason="It insults.", by=ada)
                moderation.a_decision(case, by=ada, outcome="mute")
            case "unintroduced":
                Introduction.objects.filter(member=member).delete()
                GroupMember.objects.filter(pk=member.pk).update(state="agreed")
            case "hidden":
                Topic.objects.filter(pk=talk.pk).update(hidden_at=now)
            case "locked":
                Topic.objects.filter(pk=talk.pk).update(locked_at=now)
            case "ended":
                type(ben).objects.filter(pk=ben.pk).update(ended_at=now)
    answer = visit(oak_street).post(link, {"words": "Nine.", "form_key": "k"})
    gone = ("left", "hidden", "ended")
    assert answer.status_code == (410 if case in gone else 422)
    if case == "unintroduced":
        assert "/groups/bakers/introduction/" in answer.content.decode()
    assert replies_of(oak_street, talk) == []


def test_a_link_is_good_for_its_alliance_topic_and_time(oak_street, theirs, visit, link):
    assert visit(theirs.alliance).get(link).status_code == 404
    assert visit(oak_street).get(f"{link[:-3]}xx/").status_code == 404
    assert visit(oak_street).get("/groups/reply/%E2%82%AC/").status_code == 404
    import time_machine

    with time_machine.travel(clock.now() + timedelta(days=15)):
        assert visit(oak_street).get(link).status_code == 410


def test_one_press_stops_all_digests_here(oak_street, theirs, bakers, talk, visit, ben):
    with in_alliance(oak_street):
        token = digest_letters.stop_token(ben.person)
    path = f"/groups/digests/stop/{token}/"
    assert visit(oak_street).get(path).status_code == 200
    with in_alliance(oak_street):
        assert GroupMember.objects.get(seat=ben).digest == "weekly"
    # As a mail program presses it (RFC 8058): no cookie, no token of a form.
    browser = visit(oak_street)
    browser.handler.enforce_csrf_checks = True
    for _n in range(2):
        assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with in_alliance(oak_street):
        assert GroupMember.objects.get(seat=ben).digest == "none"
    with in_alliance(theirs.alliance):
        assert theirs.member.digest == "weekly"
    assert visit(theirs.alliance).post(path).status_code == 404
    assert visit(oak_street).post("/groups/digests/stop/nonsense/").status_code == 404
