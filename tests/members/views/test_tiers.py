"""Tiers at the desk: made, tried, changed, retired, deleted only where nobody had one."""

import pytest

from alliance.models import AuditEntry, Person, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Tier
from tests.factories import members as make
from tests.members.views.tier_form import NEW, form, stored
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def corner(oak_street) -> Tier:
    """A rolling year for $120."""
    with in_alliance(oak_street):
        return make.a_tier(name="Corner shop")


def the_fields() -> list[str]:
    return [f.name for f in Tier._meta.local_fields if f.name not in ("id", "alliance")]


def test_from_an_empty_page_to_a_first_tier(desk, oak_street):
    assert "No tier to choose from" in words(desk.get("/staff/tiers/"))
    assert desk.get(NEW).status_code == 200
    page = desk.post(
        NEW,
        form(
            least_minor="$50",
            most_minor="$250",
            price_minor="120.50",
            allows_hardship="on",
            term_kind="fixed",
            rollover_month="7",
            proration="daily",
        ),
        follow=True,
    )
    assert page.redirect_chain == [("/staff/tiers/", 302)]
    assert "“Corner shop” is saved." in words(page)
    with in_alliance(oak_street):
        made = Tier.objects.values().get()
        entry = AuditEntry.objects.get(action="tier.added")
    assert {name: made[name] for name in the_fields()} == {
        "name": "Corner shop",
        "description": "For a shop with a door to the street.",
        "price_minor": 120_50,
        "currency": "USD",
        "least_minor": 50_00,
        "most_minor": 250_00,
        "term_kind": "fixed",
        "term_months": 12,
        "rollover_month": 7,
        "rollover_day": 1,
        "proration": "daily",
        "allows_hardship": True,
        "allows_in_kind": False,
        "seats": 3,
        "benefits": "A window sticker",
        "is_public": True,
        "retired_at": None,
    }
    assert entry.detail == {"price_minor": 120_50}


def test_a_change_counts_from_now_on(desk, oak_street, corner):
    page = desk.get(f"/staff/tiers/{corner.pk}/")
    assert (title(page), "Who joins today pays $120" in words(page)) == ("Corner shop", True)
    desk.post(f"/staff/tiers/{corner.pk}/", form(price_minor="150"))
    assert stored(oak_street) == [("Corner shop", 150_00)]
    with in_alliance(oak_street):
        assert AuditEntry.objects.get(action="tier.changed").detail["changed"]["price_minor"] == [
            120_00,
            150_00,
        ]


class TestRetiring:
    def test_retired_and_brought_back(self, desk, oak_street, corner):
        page = desk.post(f"/staff/tiers/{corner.pk}/retirement/", follow=True)
        assert "“Corner shop” is retired. Its members keep it" in words(page)
        assert "Nobody can choose these any more." in words(page)
        again = desk.post(f"/staff/tiers/{corner.pk}/retirement/", follow=True)
        assert "This tier is retired already." in words(again)
        page = desk.post(f"/staff/tiers/{corner.pk}/return/", follow=True)
        assert "“Corner shop” can be chosen again." in words(page)
        with in_alliance(oak_street):
            assert Tier.objects.get().retired_at is None

    def test_one_that_nobody_had_is_deleted(self, desk, oak_street, corner):
        assert "Delete the tier" in words(desk.get(f"/staff/tiers/{corner.pk}/"))
        page = desk.post(f"/staff/tiers/{corner.pk}/deletion/", follow=True)
        assert "“Corner shop” is deleted. Nobody ever had it." in words(page)
        assert stored(oak_street) == []

    def test_one_in_use_is_not(self, desk, oak_street, corner, bakery):
        with in_alliance(oak_street):
            make.a_membership(business=bakery, tier=corner)
        assert "Delete the tier" not in words(desk.get(f"/staff/tiers/{corner.pk}/"))
        page = desk.post(f"/staff/tiers/{corner.pk}/deletion/", follow=True)
        assert "“Corner shop” cannot be deleted" in words(page)
        assert stored(oak_street) == [("Corner shop", 120_00)]

    def test_steps_are_posted(self, desk, corner):
        for step in ("retirement", "return", "deletion"):
            assert desk.get(f"/staff/tiers/{corner.pk}/{step}/").status_code == 405


def test_who_has_one(desk, oak_street, corner, bakery):
    with in_alliance(oak_street):
        for business in (bakery, make.a_business()):
            make.a_membership(business=business, tier=corner)
    page = desk.get("/staff/tiers/")
    assert f'<a href="/staff/members/?tier={corner.pk}">2</a>' in text(page)


@pytest.mark.parametrize("role", [Role.MEMBERSHIP, Role.COMMUNITY, Role.AUDITOR, Role.MEMBER])
def test_who_may_come(visit, oak_street, corner, role):
    with in_alliance(oak_street):
        person = Person.objects.create_user(email="gil@example.org", password="x")
        browser = visit(oak_street, give_seat(person=person, role=role, by=None))
    for path in ("/staff/tiers/", NEW, f"/staff/tiers/{corner.pk}/"):
        assert browser.get(path).status_code == 404
        assert visit(oak_street).get(path)["Location"].startswith("/accounts/login/")
    for step in ("retirement", "return", "deletion"):
        assert browser.post(f"/staff/tiers/{corner.pk}/{step}/").status_code == 404


def test_the_treasurer_may(visit, oak_street):
    with in_alliance(oak_street):
        person = Person.objects.create_user(email="gil@example.org", password="x")
        seat = give_seat(person=person, role=Role.TREASURER, by=None)
    assert visit(oak_street, seat).get("/staff/tiers/").status_code == 200


def test_the_neighbours_tier_is_not_found(desk, oak_street, neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.a_tier(name="Theirs")
    before = stored(neighbour.alliance)
    assert "Theirs" not in words(desk.get("/staff/tiers/"))
    assert desk.get(f"/staff/tiers/{theirs.pk}/").status_code == 404
    assert desk.post(f"/staff/tiers/{theirs.pk}/", form()).status_code == 404
    assert desk.post(f"/staff/tiers/{theirs.pk}/deletion/").status_code == 404
    assert stored(neighbour.alliance) == before
    assert ("Theirs", 120_00) in before


def test_the_list_costs_the_same_with_one_tier_and_with_ten(desk, oak_street, corner):
    desk.get("/staff/tiers/")
    few = queries_of(lambda: desk.get("/staff/tiers/"))
    with in_alliance(oak_street):
        for _n in range(9):
            make.a_membership(tier=make.a_tier())
    assert queries_of(lambda: desk.get("/staff/tiers/")) == few
    assert few <= 12


def test_a_tier_is_never_changed_by_its_own_refused_form(desk, oak_street, corner):
    answer = desk.post(f"/staff/tiers/{corner.pk}/", form(name="", price_minor="1"))
    assert (answer.status_code, title(answer)) == (422, "Error: Corner shop")
    assert stored(oak_street) == [("Corner shop", 120_00)]
