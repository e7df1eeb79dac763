"""The list of members, one of them, what is hidden or blocked, inviting, settings."""

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from groups.models import GroupMember, Introduction, Prompt
from moderation.models import Block
from moderation.queries import agreements
from tests.factories import groups as make
from tests.factories import members as dues

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def bens_words(oak_street, bakers, bens, ben):
    with in_alliance(oak_street):
        return make.an_introduction(bakers, ben, story="I bake before dawn.")


def test_members_read_each_others_words(visit, oak_street, bakers, bens, bens_words, fay):
    browser = visit(oak_street, fay)
    page = browser.get("/groups/bakers/members/").content
    assert b"Ben" in page
    assert b"I can show anybody how I count flour." in page
    page = browser.get(f"/groups/bakers/members/{bens.pk}/").content
    assert b"I bake before dawn." in page


def test_hidden_words_are_their_writers_alone(
    visit, oak_street, bakers, bens, bens_words, fay, ben
):
    with in_alliance(oak_street):
        Introduction.objects.update(hidden_at=clock.now())
    for path in ("/groups/bakers/members/", f"/groups/bakers/members/{bens.pk}/"):
        page = visit(oak_street, fay).get(path).content
        assert b"I bake before dawn." not in page
        assert b"count flour" not in page
    own = visit(oak_street, ben).get(f"/groups/bakers/members/{bens.pk}/").content
    assert b"I bake before dawn." in own


def test_blocks_keep_two_apart(visit, oak_street, bakers, bens, bens_words, fay, ben):
    with in_alliance(oak_street):
        make.introduced(bakers, fay)
        Block.objects.create(blocker=fay.person, blocked=ben.person)
    for who, other in ((fay, b"Ben"), (ben, b"Fay")):
        page = visit(oak_street, who).get("/groups/bakers/members/").content
        assert page.count(b"queue-row__title") == 1
        assert b">" + other + b"</a>" not in page
    assert visit(oak_street, fay).get(f"/groups/bakers/members/{bens.pk}/").status_code == 404


def test_inviting_somebody_by_name(visit, oak_street, bakers, fay, ben, bakery, fays_charter):
    with in_alliance(oak_street):
        dues.a_member(business=bakery)
    browser = visit(oak_street, fay)
    page = browser.get("/groups/bakers/invitations/?q=Ben").content.decode()
    assert "Ben, Ben&#x27;s Bakery" in page
    with in_alliance(oak_street):
        chosen = str(ben.represents.get().pk)
    assert browser.post("/groups/bakers/invitations/?q=Ben", {"q": "Ben"}).status_code == 422
    sent = {"representative": chosen}
    assert browser.post("/groups/bakers/invitations/?q=Ben", sent).status_code == 302
    assert browser.post("/groups/bakers/invitations/?q=Ben", sent).status_code == 422
    with in_alliance(oak_street):
        assert GroupMember.objects.get(group=bakers, seat=ben).state == "invited"


def test_settings_are_the_keepers(visit, oak_street, bakers, fay, ben, fays_charter):
    sent = {"name": "Bakers", "purpose": "For dawn.", "kind": "open", "segment": "food"}
    assert visit(oak_street, ben).post("/groups/bakers/settings/", sent).status_code == 404
    browser = visit(oak_street, fay)
    assert browser.get("/groups/bakers/settings/").status_code == 200
    assert browser.post("/groups/bakers/settings/", sent | {"kind": "x"}).status_code == 422
    assert browser.post("/groups/bakers/settings/", sent | {"name": "\x00"}).status_code == 422
    many = sent | {"questions": "\n".join("abcdef")}
    assert browser.post("/groups/bakers/settings/", many).status_code == 422
    assert browser.post("/groups/bakers/settings/", sent).status_code == 302
    with in_alliance(oak_street):
        bakers.refresh_from_db()
        assert (bakers.purpose, bakers.segment) == ("For dawn.", "food")


def test_agreements_as_text(visit, oak_street, bakers, fay, fays_charter):
    browser, path = visit(oak_street, fay), "/groups/bakers/settings/agreements/"
    assert b"Introduce yourself\nSay who you are" in browser.get(path).content
    assert browser.post(path, {"agreements": "One\nOnly."}).status_code == 422
    text = "One\r\nFirst.\r\n\r\nTwo\r\nSecond,\r\nlonger.\r\n\r\nThree\r\nThird."
    assert browser.post(path, {"agreements": text}).status_code == 302
    with in_alliance(oak_street):
        now = [(each.title, each.words) for each in agreements.agreements_of(bakers.space)]
    assert now == [("One", "First."), ("Two", "Second, longer."), ("Three", "Third.")]


def test_the_groups_week(visit, oak_street, bakers, fay, ben, fays_charter):
    browser, path = visit(oak_street, fay), "/groups/bakers/prompts/"
    assert visit(oak_street, ben).get(path).status_code == 404
    assert b"Monday" in browser.get(path).content
    sent = {"kind": "ask", "weekday": "3", "cadence": "weekly", "title": "", "words": ""}
    for wrong in ({"weekday": "7"}, {"kind": "x"}, {"words": "No title."}, {"cadence": "daily"}):
        assert browser.post(path, sent | wrong).status_code == 422
    assert browser.post(path, sent).status_code == 302
    with in_alliance(oak_street):
        rows = Prompt.objects.filter(group=bakers, ended_at__isnull=True)
        thursday = rows.get(weekday=3)
    assert browser.post(f"{path}{thursday.pk}/end/").status_code == 302
    with in_alliance(oak_street):
        assert sorted(rows.values_list("weekday", flat=True)) == [0, 2, 4]
