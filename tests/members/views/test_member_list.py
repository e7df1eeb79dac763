"""The desk's list of members: found, filtered, sorted, counted, page by page."""

import re
from datetime import timedelta

import pytest

from alliance.models import Person, Role
from alliance.tenancy.scope import in_alliance
from members.models import Membership
from members.queries.memberships import today
from members.services import memberships
from members.services.businesses import add_representative
from tests.factories import members as make
from tests.members.views.desk import BAKERY, LIST, NEW, browser_of, names
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import text, words

pytestmark = pytest.mark.usefixtures("neighbour")


def test_only_who_may_export_is_shown_the_way_there(desk, visit, oak_street):
    community = browser_of(visit, oak_street, Role.COMMUNITY)
    way = 'href="/staff/export/members/"'
    assert [way in text(page) for page in (desk.get(LIST), community.get(LIST))] == [True, False]


@pytest.fixture
def street(oak_street, neighbour, tiers, ada) -> dict[str, Membership]:
    """A member of each status, in two towns; Dan's Dairy is the neighbour's."""
    ends = {"New": 300, "Current": 200, "Renewing": 20, "Grace": -10, "Lapsed": -90}
    with in_alliance(neighbour.alliance):
        make.a_member(business=neighbour.business)
    with in_alliance(oak_street):
        day, made = today(), {}
        for n, name in enumerate([*ends, "Pending", "Cancelled", "Suspended"]):
            business = make.a_business(
                trade_name=f"{name} Ltd", city="Oakland" if n % 2 else "Berkeley"
            )
            joined = day - timedelta(days=30 if name == "New" else 400 + n)
            found = make.a_membership(
                business=business,
                tier=tiers["big" if name == "Current" else "corner"],
                joined_on=joined,
            )
            if name != "Pending":
                until = day + timedelta(days=ends.get(name, 200))
                make.a_term(found, starts_on=until - timedelta(days=364), days=365)
            made[name] = found
        memberships.cancel(membership=made["Cancelled"], by=ada)
        memberships.hold(membership=made["Suspended"], reason="Fees.", by=ada)
        person = Person.objects.create_user(email="zoe@example.org", password="x", name="Zoe")
        add_representative(business=made["New"].business, person=person, by=None)
    return made


ALL = ["Cancelled", "Current", "Grace", "Lapsed", "New", "Pending", "Renewing", "Suspended"]
SHOWN = {
    "": ALL,
    "status=standing": ["Current", "Grace", "New", "Renewing"],
    "status=lapsed": ["Lapsed"],
    "status=new": ["New"],
    "status=suspended": ["Suspended"],
    "q=ren": ["Current", "Renewing"],
    "q=ZOE": ["New"],
    "q=zoe%40example.org": ["New"],
    "q=dan": [],
    "q=%25": [],
    "q=%27%3B--": [],
    "city=Oakland": ["Current", "Grace", "Pending", "Suspended"],
    "city=Oakland&status=standing&q=ltd": ["Current", "Grace"],
    # What cannot be meant shows everything rather than nothing.
    "status=loud": ALL,
    "city=Atlantis": ALL,
    "tier=1": ALL,
    "sort=loud": ALL,
    "after=nonsense": ALL,
    "after=AHwwMTlhMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA": ALL,
}


def test_search_and_filter(desk, street):
    found = {
        query: [name.removesuffix(" Ltd") for name in names(desk.get(f"{LIST}?{query}"))]
        for query in SHOWN
    }
    assert found == {query: sorted(shown) for query, shown in SHOWN.items()}


def test_by_tier(desk, street, tiers, neighbour):
    assert names(desk.get(f"{LIST}?tier={tiers['big'].pk}")) == ["Current Ltd"]
    with in_alliance(neighbour.alliance):
        theirs = make.a_tier()
    assert len(names(desk.get(f"{LIST}?tier={theirs.pk}"))) == 8


def test_sorted_by_term_and_by_joining(desk, street):
    by_term = ["Lapsed", "Grace", "Renewing", "Cancelled", "Current", "Suspended", "New", "Pending"]
    shown = {
        sort: [name.removesuffix(" Ltd") for name in names(desk.get(f"{LIST}?sort={sort}"))]
        for sort in ("paid_until", "-paid_until", "-joined_on", "joined_on", "-name")
    }
    # Those of one day stand together, in whichever order they came.
    together = {"Cancelled", "Current", "Suspended"}
    assert [n for n in shown["paid_until"] if n not in together] == [
        n for n in by_term if n not in together
    ]
    assert set(shown["paid_until"][3:6]) == together
    assert shown["-paid_until"] == shown["paid_until"][::-1]
    assert shown["-joined_on"] == [
        "New", "Current", "Renewing", "Grace", "Lapsed", "Pending", "Cancelled", "Suspended",
    ]  # fmt: skip
    assert shown["joined_on"] == shown["-joined_on"][::-1]
    assert shown["-name"] == sorted(ALL, reverse=True)
    assert 'aria-sort="descending"' in text(desk.get(f"{LIST}?sort=-name"))


def test_counts_lead_to_their_lists(desk, street):
    page = text(desk.get(f"{LIST}?city=Oakland"))
    links = re.findall(
        r'href="(/staff/members/\?[^"]*status=(\w+)[^"]*)"[^>]*>[^<]*?(\d+)</a>', page
    )
    counted = {name: int(count) for _url, name, count in links}
    assert counted == {
        "standing": 2,
        "current": 1,
        "grace": 1,
        "pending": 1,
        "suspended": 1,
    }
    for url, name, count in links:
        assert len(names(desk.get(url.replace("&amp;", "&")))) == int(count), name


def test_what_is_due_shows_to_those_who_see_money(desk, visit, oak_street, street):
    with in_alliance(oak_street):
        for name in ("Pending", "Grace"):
            make.an_invoice(membership=street[name])
        make.an_invoice(membership=street["Pending"], terms=2)
    read = words(desk.get(f"{LIST}?status=pending"))
    assert "$360" in read
    community = browser_of(visit, oak_street, Role.COMMUNITY)
    page = community.get(f"{LIST}?status=pending")
    assert (names(page), "$360" in words(page), "Due" in words(page)) == (
        ["Pending Ltd"],
        False,
        False,
    )
    assert "Add a member" not in words(page)


@pytest.mark.parametrize("sort", ["name", "-name", "paid_until", "-paid_until", "joined_on"])
def test_every_page_in_turn_shows_everybody_once(desk, oak_street, tiers, sort):
    with in_alliance(oak_street):
        day = today()
        for n in range(60):
            # Twelve names and three ends among sixty: ties at every page's edge.
            business = make.a_business(trade_name=f"Shop {n % 12:02}", city="Oakland")
            found = make.a_membership(business=business, tier=tiers["corner"])
            if n % 3:
                make.a_term(found, starts_on=day - timedelta(days=n % 3), days=300)
    url, seen = f"{LIST}?sort={sort}&city=Oakland", []
    while url:
        page = desk.get(url)
        seen += re.findall(r'<a href="/staff/members/(corner-bakery-[\d-]+)/">', text(page))
        following = re.search(r'rel="next" href="([^"]*)"', text(page))
        url = LIST + following[1].replace("&amp;", "&") if following else ""
    assert (len(seen), len(set(seen))) == (60, 60)


def test_businesses_that_were_never_members(desk, oak_street, bakery, street):
    assert "No membership yet 1" in words(desk.get(LIST))
    page = desk.get(f"{LIST}?status=without")
    assert f'<a href="{BAKERY}">Ben&#x27;s Bakery</a>' in text(page)
    assert "Current Ltd" not in words(page)


def test_an_empty_alliance_says_how_to_begin(desk, visit, oak_street):
    assert "No members yet" in words(desk.get(LIST))
    assert f'href="{NEW}"' in text(desk.get(LIST))
    treasurer = browser_of(visit, oak_street, Role.TREASURER)
    assert f'href="{NEW}"' not in text(treasurer.get(LIST))


def test_it_costs_the_same_with_ten_and_with_sixty(desk, oak_street, membership, tiers):
    def cost() -> dict[str, int]:
        return {path: queries_of(lambda path=path: desk.get(path)) for path in (LIST, BAKERY)}

    def more(count: int) -> None:
        with in_alliance(oak_street):
            for _n in range(count):
                found = make.a_membership(tier=tiers["corner"])
                make.a_term(found, starts_on=today())
                make.an_invoice(membership=found, is_quiet=True)

    with in_alliance(oak_street):
        make.a_term(membership, starts_on=today() - timedelta(days=700))
    desk.get(LIST)
    more(10)
    few = cost()
    more(50)
    with in_alliance(oak_street):
        make.a_term(membership, starts_on=today() - timedelta(days=100))
        for n in range(20):
            person = Person.objects.create_user(email=f"p{n}@example.com", password=None)
            add_representative(business=membership.business, person=person, by=None)
    assert cost() == few
    assert few[LIST] <= 16
