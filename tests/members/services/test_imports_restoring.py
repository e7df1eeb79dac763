"""Changes taken back: the old value returns where the new one still stands."""

from datetime import date

import pytest

from members.models import (
    Business,
    Membership,
    MembershipPeriod,
    RenewalNotice,
    Representative,
    Tier,
)
from members.queries.memberships import status_of
from members.services import memberships
from members.services.businesses import change_business
from members.services.imports import answering
from tests.factories import members as make
from tests.members.importing import bring, commit, preview, row, undo

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

BARE = "Business name,City,Contact’s e-mail\nCorner Cafe,Oakland,cara@cafe.example\n"
PAID = (
    "Business name,City,Contact’s e-mail,Tier,Paid until\n"
    "Corner Cafe,Oakland,cara@cafe.example,Maker,2026-12-31\n"
)


@pytest.fixture
def tier(in_oak_street) -> Tier:
    """The tier that rows name."""
    return make.a_tier(name="Maker", price_minor=80_00)


@pytest.fixture
def shop(tier) -> Business:
    """A member whose term ends with the year."""
    business = make.a_business(
        trade_name="Corner Cafe", slug="cafe", phone="510 555 0199", city="Berkeley"
    )
    membership = make.a_membership(business=business, tier=tier, joined_on=date(2024, 5, 1))
    make.a_term(membership, starts_on=date(2026, 1, 1))
    return business


def fate(run, number: int = 2) -> tuple[str, list[str]]:
    """What an undo did with a row, and what it says of it."""
    found = row(run, number)
    return found.before["undone"], found.before.get("left", [])


CHANGES = (
    "Business name,Phone,City,Tier,Dues,Member since,Paid until,Contact’s e-mail\n"
    "Corner Cafe,510 555 0199,Oakland,Maker,65,2019-03-01,2027-12-31,cara@cafe.example\n"
)


def as_it_stands() -> dict[str, object]:
    """What the changes touch."""
    membership = Membership.objects.get()
    standing = MembershipPeriod.objects.filter(voided_on__isnull=True)
    return {
        "city": Business.objects.get(trade_name="Corner Cafe").city,
        "dues": membership.agreed_minor,
        "joined": membership.joined_on,
        "terms": [(p.starts_on, p.ends_on) for p in standing],
        "people": Representative.objects.live().filter(business__slug="cafe").count(),
        "letters": sorted(
            RenewalNotice.objects.filter(stopped_at__isnull=True).values_list("ends_on", flat=True)
        ),
    }


def test_every_change_goes_back(ada, shop):
    before = as_it_stands()
    run = bring(CHANGES, by=ada)
    assert as_it_stands() != before
    undo(run, by=ada)
    assert (as_it_stands(), fate(run)) == (before, ("restored", []))


def test_what_was_changed_once_more_stays(ada, shop):
    run = bring(CHANGES, by=ada)
    change_business(business=shop, by=ada, city="Alameda")
    membership = Membership.objects.get()
    memberships.change_tier(membership=membership, tier=membership.tier, agreed_minor=70_00, by=ada)
    undo(run, by=ada)
    assert fate(run) == (
        "left",
        [
            "City: somebody has changed it since, so it stays.",
            "Tier: somebody has changed it since, so it stays.",
        ],
    )
    stands = as_it_stands()
    assert (stands["city"], stands["dues"], stands["joined"]) == (
        "Alameda",
        70_00,
        date(2024, 5, 1),
    )


def test_a_term_that_another_has_followed_stays(ada, shop):
    run = bring(CHANGES, by=ada)
    make.a_term(Membership.objects.get(), starts_on=date(2028, 1, 1))
    undo(run, by=ada)
    assert fate(run) == ("left", ["Paid until: a later term has followed, so this one stays."])
    assert len(as_it_stands()["terms"]) == 3


def test_an_end_that_came_with_the_file_is_taken_back(ada, shop):
    run = bring("Business name,Phone,Standing\nCorner Cafe,510 555 0199,Dropped\n", by=ada)
    assert str(status_of(Membership.objects.get())) == "cancelled"
    undo(run, by=ada)
    assert str(status_of(Membership.objects.get())) != "cancelled"


def test_a_membership_opened_for_somebody_who_was_here(ada, bakery, tier):
    for paid in ("", "2026-12-31"):
        text = f"Business name,Tier,Paid until\nBen's Bakery,Maker,{paid}\n"
        run = undo(bring(text, by=ada), by=ada)
        assert fate(run) == ("restored", [])
        found = Membership.objects.filter(business=bakery).first()
        assert (str(status_of(found)) if found else "") == ("cancelled" if paid else "")
    assert Business.objects.filter(pk=bakery.pk).exists()


def test_rows_that_went_with_another_go_with_it(ada, tier):
    text = (
        "Business name,Phone,Contact’s e-mail\n"
        "Corner Cafe,510 555 0199,cara@cafe.example\nCorner Cafe,510 555 0199,dora@cafe.example\n"
    )
    run = preview(text, by=ada)
    answering.answer(run_id=run.pk, answers={row(run, 3).pk: "row:2"})
    undo(commit(run, by=ada), by=ada)
    assert [fate(run, n)[0] for n in (2, 3)] == ["deleted", "restored"]
    assert not Business.objects.filter(trade_name="Corner Cafe").exists()
