"""Members who are here: only what the file says and what differs is changed."""

from datetime import date

import pytest

from members.models import (
    Business,
    Cancellation,
    ImportRow,
    Representative,
    RowAction,
)
from members.queries.memberships import status_of, today
from members.services.imports import answering
from tests.factories import members as make
from tests.members.importing import (
    actions,
    bring,
    codes,
    commit,
    membership_of,
    named,
    preview,
    row,
    terms_of,
)
from tests.members.sheets.reading import given
from tests.pledges.reading import audited

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def shop(tiers):
    """A member whose term ends with the year."""
    business = make.a_business(
        trade_name="Corner Cafe", legal_name="Old Name Inc", slug="cafe", phone="510 555 0199"
    )
    membership = make.a_membership(business=business, tier=tiers[0], joined_on=date(2024, 5, 1))
    make.a_term(membership, starts_on=date(2026, 1, 1))
    return business


def test_only_what_is_said_and_differs_is_changed(ada, shop, tiers):
    before = Business.objects.filter(pk=shop.pk).values().get()
    text = "Business name,Phone,City,E-mail,Website\nCorner Cafe,(510) 555-0199,Oakland,,\n"
    run = bring(text, by=ada)
    after = Business.objects.filter(pk=shop.pk).values().get()
    assert {key for key in after if after[key] != before[key]} == {"city"}
    assert row(run, 2).before["fields"] == {"city": ["", "Oakland"]}
    assert ("business.changed", ada.pk, shop.pk, {"fields": ["city"]}) in audited(
        "business.changed"
    )


def test_tier_dues_joining_term_and_person_of_a_member(ada, shop, tiers):
    text = (
        "Business name,Phone,Tier,Dues,Member since,Paid until,Contact,Contact’s e-mail\n"
        "Corner Cafe,510 555 0199,Maker,65,2019-03-01,2027-12-31,Cara,cara@cafe.example\n"
    )
    run = bring(text, by=ada)
    membership = membership_of("Corner Cafe")
    assert (run.counts["update"], membership.tier, membership.agreed_minor) == (1, tiers[1], 65_00)
    assert membership.joined_on == date(2019, 3, 1)
    assert terms_of("Corner Cafe") == [
        ("2026-01-01", "2026-12-31", "imported"),
        ("2027-01-01", "2027-12-31", "imported"),
    ]
    person = Representative.objects.get(business=shop)
    assert (person.kind, person.seat.person.email) == ("rep", "cara@cafe.example")


def test_what_is_paid_here_is_never_shortened(ada, shop):
    run = preview("Business name,Phone,Paid until\nCorner Cafe,510 555 0199,2026-06-30\n", by=ada)
    assert actions(run) == [(2, "skip")]


def test_a_member_who_left_elsewhere_ends_here_and_comes_back_with_a_term(ada, shop):
    head = "Business name,Phone,Standing,Paid until\n"
    bring(f"{head}Corner Cafe,510 555 0199,Resigned,\n", by=ada)
    assert str(status_of(membership_of("Corner Cafe"))) == "cancelled"
    bring(f"{head}Corner Cafe,510 555 0199,Active,2027-12-31\n", by=ada)
    assert Cancellation.objects.get().revoked_on == today()


def test_a_business_without_a_membership_gets_one(ada, bakery, tiers):
    text = "Business name,Tier,Paid until\nBen's Bakery,Maker,2026-12-31\n"
    bring(text, by=ada)
    assert membership_of("Ben's Bakery").tier == tiers[1]
    assert terms_of("Ben's Bakery") == [("2026-01-01", "2026-12-31", "imported")]


def test_when_all_seats_are_taken_the_rest_of_the_row_comes_in(ada, in_oak_street):
    tier = make.a_tier(name="Small", seats=1)
    business = make.a_business(trade_name="Corner Cafe", slug="cafe", phone="510 555 0199")
    make.a_membership(business=business, tier=tier)
    head = "Business name,Phone,City,Contact’s e-mail\nCorner Cafe,510 555 0199,"
    bring(f"{head}Oakland,one@cafe.example\n", by=ada)
    run = bring(f"{head}Berkeley,two@cafe.example\n", by=ada)
    assert named("Corner Cafe").city == "Berkeley"
    assert Representative.objects.filter(business=business).count() == 1
    assert (row(run, 2).before["no_seat"], codes(run)) == (True, {2: ["no_seat"]})


def test_rows_that_go_with_another_only_add(ada, tiers):
    run = preview(given("wild_apricot.txt"), by=ada)
    answering.answer(run_id=run.pk, answers={row(run, 3).pk: "row:2"})
    commit(run, by=ada)
    business = named("Pierogi House")
    assert business.email == "lucja@pierogi.example"
    people = Representative.objects.filter(business=business).order_by("created_at", "pk")
    assert [(r.seat.person.email, r.kind) for r in people] == [
        ("lucja@pierogi.example", "owner"),
        ("piotr@pierogi.example", "rep"),
    ]
    assert str(status_of(membership_of("Ito Ceramics"))) == "cancelled"


def test_a_row_whose_companion_stays_out_stays_out_too(ada, tiers):
    run = preview(given("wild_apricot.txt"), by=ada)
    answering.answer(run_id=run.pk, answers={row(run, 3).pk: "row:2"})
    ImportRow.objects.filter(run=run, number=2).update(action=RowAction.REFUSE)
    commit(run, by=ada)
    assert (row(run, 3).action, codes(run)[3]) == ("refuse", ["commit"])
    assert not Business.objects.filter(trade_name="Pierogi House").exists()
