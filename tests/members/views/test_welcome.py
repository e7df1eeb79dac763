"""The first weeks on pages: the member's list, the buddy's word, the staff's look."""

from datetime import timedelta

import pytest
import time_machine

from alliance import clock
from alliance.models import Consent
from alliance.tenancy.scope import in_alliance
from members.models import Buddy, Representative, WelcomeStep
from members.services import welcome
from members.services.businesses import add_representative
from members.services.settings import change_settings
from tests.conftest import _person
from tests.factories import members as make
from tests.members.reading import reads_of
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import active_parts, hidden, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def newcomer(oak_street, bakery, ben):
    """Ben's bakery, a member since this moment."""
    with in_alliance(oak_street):
        return make.a_member(business=bakery, tier=make.a_tier(name="Corner shop"))


@pytest.fixture
def host(oak_street):
    """Kai, whose kiosk is a member too."""
    with in_alliance(oak_street):
        kiosk = make.a_business(trade_name="Kai's Kiosk", phone="555 0100")
        make.a_member(business=kiosk)
        return add_representative(business=kiosk, person=_person("Kai"), by=None, kind="owner")


@pytest.fixture
def promised(oak_street, ada):
    with in_alliance(oak_street):
        change_settings(by=ada, commitment="We buy **from one another** first.")


def steps(alliance) -> list[str]:
    with in_alliance(alliance):
        return sorted(WelcomeStep.objects.values_list("step", flat=True))


def test_the_list_of_the_first_weeks_is_ticked_off(visit, oak_street, newcomer, ben, promised):
    browser = visit(oak_street, ben)
    read = words(browser.get("/me/"))
    assert "Your first weeks 0 of 6 done." in read
    base = f"/me/welcome/{newcomer.pk}/"
    for step in ("details", "team", "neighbour", "details"):
        answer = browser.post(f"{base}{step}/")
        assert (answer.status_code, answer["Location"]) == (302, "/me/?business=bens-bakery")
    assert "3 of 6 done." in words(browser.get("/me/"))
    assert steps(oak_street) == ["details", "neighbour", "team"]


def test_the_commitment_is_read_and_accepted(visit, oak_street, newcomer, ben, promised):
    browser, path = visit(oak_street, ben), f"/me/welcome/{newcomer.pk}/commitment/"
    page = browser.get(path)
    assert "<strong>from one another</strong>" in text(page)
    version = hidden(page, "version")
    unticked = browser.post(path, {"version": version})
    assert (unticked.status_code, problems(unticked)) == (
        422,
        [("id_accept", "Tick the box if you agree.")],
    )
    old = browser.post(path, {"version": "0" * 16, "accept": "on"}, follow=True)
    assert "The words have changed. Please read them again." in words(old)
    assert steps(oak_street) == []
    for _twice in range(2):
        browser.post(path, {"version": version, "accept": "on"})
    assert steps(oak_street) == ["commitment"]
    assert "Accepted on" in words(browser.get(path))
    with in_alliance(oak_street):
        assert Consent.objects.filter(purpose="members.commitment").count() == 1


def test_without_a_commitment_there_is_no_such_page(visit, oak_street, newcomer, ben):
    browser = visit(oak_street, ben)
    assert browser.get(f"/me/welcome/{newcomer.pk}/commitment/").status_code == 404
    assert "0 of 5 done." in words(browser.get("/me/"))


NASTY = "<script>alert(1)</script> 🍕 حواء {{ 7|add:7 }}"
WRONG = {
    "nothing": ("", "Write a few sentences."),
    "blanks": ("  ", "Write a few sentences."),
    "too long": ("w" * 2001, "Ensure this value has at most 2000 characters (it has 2001)."),
    "a null byte": ("a\x00", "Null characters are not allowed."),
}


def test_an_introduction_is_read_by_the_other_members(visit, oak_street, newcomer, ben, host):
    browser, path = visit(oak_street, ben), f"/me/welcome/{newcomer.pk}/introduction/"
    before = row_counts(oak_street)
    for what, (typed, sentence) in WRONG.items():
        answer = browser.post(path, {"words": typed})
        assert (answer.status_code, problems(answer)) == (422, [("id_words", sentence)]), what
    assert row_counts(oak_street) == before
    browser.post(path, {"words": NASTY})
    browser.post(path, {"words": "Another."})
    page = visit(oak_street, host.seat).get("/me/")
    assert "New among us Ben's Bakery " + NASTY in words(page)
    assert active_parts(page) == []
    # One's own introduction is no news to oneself.
    assert "New among us" not in words(browser.get("/me/"))
    assert "You wrote this on" in words(browser.get(path))


def test_the_list_goes_when_all_is_done_or_after_thirty_days(visit, oak_street, newcomer, ben):
    browser = visit(oak_street, ben)
    with time_machine.travel(clock.now() + timedelta(days=29)):
        browser = visit(oak_street, ben)
        assert "Your first weeks" in words(browser.get("/me/"))
    with time_machine.travel(clock.now() + timedelta(days=31)):
        browser = visit(oak_street, ben)
        assert "Your first weeks" not in words(browser.get("/me/"))
    with in_alliance(oak_street):
        for step in ("buddy", "introduction", "details", "team", "neighbour"):
            WelcomeStep.objects.create(membership=newcomer, step=step)
    assert "Your first weeks" not in words(visit(oak_street, ben).get("/me/"))


def test_the_staff_find_a_buddy_and_the_buddy_says_hello(
    visit, oak_street, newcomer, host, ben, cleo
):
    desk, kai = visit(oak_street, cleo), visit(oak_street, host.seat)
    assert "New members without a buddy" in words(desk.get("/staff/"))
    listed = words(desk.get("/staff/welcome/"))
    assert "Ben's Bakery" in listed
    assert "none yet" in listed
    page = desk.get(f"/staff/welcome/{newcomer.pk}/")
    assert (title(page), "Kai, Kai's Kiosk" in words(page)) == ("Welcome: Ben's Bakery", True)
    chosen = {"representative": str(host.pk), "q": ""}
    done = desk.post(f"/staff/welcome/{newcomer.pk}/buddy/", chosen, follow=True)
    assert "Kai keeps them company. Both have been told." in words(done)
    assert "Your buddy is Kai." in words(visit(oak_street, ben).get("/me/"))
    assert "You keep company Ben's Bakery" in words(kai.get("/me/"))
    kai.post(f"/me/welcome/{newcomer.pk}/buddy/")
    assert "You said hello on" in words(kai.get("/me/"))
    assert steps(oak_street) == ["buddy"]


def test_a_buddy_that_nobody_offered_is_not_taken(
    visit, oak_street, newcomer, host, ada, neighbour
):
    desk, path = visit(oak_street, ada), f"/staff/welcome/{newcomer.pk}/buddy/"
    with in_alliance(neighbour.alliance):
        theirs = Representative.objects.get(seat=neighbour.dan)
    with in_alliance(oak_street):
        own = Representative.objects.get(business=newcomer.business)
    for chosen in (None, "x", theirs.pk, own.pk):
        said = {"representative": str(chosen)} if chosen else {}
        assert desk.post(path, said).status_code == 422
    # Not among those who were looked for.
    assert desk.post(path, {"representative": str(host.pk), "q": "zzz"}).status_code == 422
    with in_alliance(oak_street):
        assert not Buddy.objects.exists()


def test_looking_for_somebody_by_name(visit, oak_street, newcomer, host, ada):
    desk, path = visit(oak_street, ada), f"/staff/welcome/{newcomer.pk}/"
    assert "Kai, Kai's Kiosk" in words(desk.get(f"{path}?q=kiosk"))
    for nobody in ("zzz", "%25", "Dan"):
        shown = words(desk.get(f"{path}?q={nobody}"))
        assert "Nobody of another member is called so." in shown
        assert "Kai, Kai's Kiosk" not in shown


def test_late_ones_are_marked_and_done_ones_are_gone(visit, oak_street, newcomer, ada):
    with time_machine.travel(clock.now() + timedelta(days=4, hours=1)):
        read = words(visit(oak_street, ada).get("/staff/welcome/"))
        assert "none, late" in read
        with in_alliance(oak_street):
            for step in ("buddy", "introduction", "details", "team", "neighbour"):
                WelcomeStep.objects.create(membership=newcomer, step=step)
        assert "Nobody is stuck" in words(visit(oak_street, ada).get("/staff/welcome/"))


def test_only_ones_own_membership_and_only_the_buddy(visit, oak_street, newcomer, host, neighbour):
    kai, before = visit(oak_street, host.seat), row_counts(oak_street)
    base = f"/me/welcome/{newcomer.pk}/"
    with in_alliance(neighbour.alliance):
        theirs = make.a_member(business=neighbour.business)
    statuses = {
        "their details": kai.post(f"{base}details/").status_code,
        "their words": kai.get(f"{base}introduction/").status_code,
        "a hello of somebody else": kai.post(f"{base}buddy/").status_code,
        "no such step": kai.post(f"{base}dance/").status_code,
        "a step with its own page": kai.post(f"{base}commitment/", {"accept": "on"}).status_code,
        "a look at a step": kai.get(f"{base}details/").status_code,
        "the neighbours": kai.post(f"/me/welcome/{theirs.pk}/details/").status_code,
    }
    assert statuses == dict.fromkeys(statuses, 404) | {"a look at a step": 405}
    assert row_counts(oak_street) == before


def test_only_who_welcomes_comes_to_the_desks_page(visit, oak_street, newcomer, tess, ben, cleo):
    paths = ("/staff/welcome/", f"/staff/welcome/{newcomer.pk}/")
    found = {
        str(who.person): [visit(oak_street, who).get(path).status_code for path in paths]
        for who in (cleo, tess, ben)
    }
    assert found == {"Cleo": [200, 200], "Tess": [404, 404], "Ben": [404, 404]}


def test_the_members_page_on_the_desk_tells_of_the_first_weeks(
    visit, oak_street, newcomer, ben, ada
):
    with in_alliance(oak_street):
        welcome.introduce(membership=newcomer, words="We bake.", by=ben)
    page = visit(oak_street, ada).get("/staff/members/bens-bakery/")
    assert "The first weeks Nobody keeps them company." in words(page)
    assert "We bake." in words(page)


def test_pages_cost_the_same_however_many_are_new(visit, oak_street, newcomer, host, ada):
    desk, kai = visit(oak_street, ada), visit(oak_street, host.seat)
    with in_alliance(oak_street):
        welcome.assign_buddy(membership=newcomer, representative=host, by=ada)

    def costs() -> list[int]:
        return [
            reads_of(lambda: desk.get("/staff/welcome/")),
            reads_of(lambda: desk.get(f"/staff/welcome/{newcomer.pk}/")),
            reads_of(lambda: kai.get("/me/")),
        ]

    before = costs()
    with in_alliance(oak_street):
        for n in range(6):
            other = make.a_member()
            person = add_representative(
                business=other.business, person=_person(f"P{n}"), by=None, kind="owner"
            )
            welcome.introduce(membership=other, words="Hello.", by=person.seat)
            welcome.assign_buddy(membership=other, representative=host, by=ada)
    assert costs()[:2] == before[:2]
    assert max(before[:2]) <= 12
    # Introductions have appeared since; what they cost does not grow.
    again = costs()[2]
    with in_alliance(oak_street):
        welcome.assign_buddy(membership=make.a_member(), representative=host, by=ada)
    assert costs()[2] == again
