"""Lenders, their people and the rules for loans, at the alliance's desk."""

from decimal import Decimal

import pytest

from alliance.models import Role
from alliance.tenancy.scope import in_alliance
from lending.models import Lender, LenderSeat, LendingPolicy
from tests.factories import lending as make
from tests.pledges.views.browsing import kept, problems, words

pytestmark = pytest.mark.django_db


def lender_form(**changes: str) -> dict[str, str]:
    return {
        "name": "Harbour Credit Union",
        "kind": "credit_union",
        "licence_note": "Chartered by the state.",
        "about": "Since 1952.",
        "cap": "20,000",
    } | changes


def test_a_lender_is_added_and_changed(at_the_desk, oak_street) -> None:
    assert "No lender yet" in words(at_the_desk.get("/staff/lenders/"))
    answer = at_the_desk.post("/staff/lenders/new/", lender_form())
    with in_alliance(oak_street):
        lender = Lender.objects.get()
    assert answer["Location"] == f"/staff/lenders/{lender.pk}/"
    at_the_desk.post(f"/staff/lenders/{lender.pk}/change/", lender_form(cap="", about=""))

    with in_alliance(oak_street):
        lender.refresh_from_db()
    assert (lender.name, lender.kind, lender.cap_minor, lender.about) == (
        "Harbour Credit Union", "credit_union", None, "",
    )  # fmt: skip
    read = words(at_the_desk.get("/staff/lenders/"))
    assert "Harbour Credit Union credit union takes applications no limit 0 $0" in read


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Enter the lender’s name."),
        ("name", "Oak Savings Bank", "There is a lender of this name already."),
        ("licence_note", "", "Say under which licence it lends."),
        ("cap", "99", "Enter an amount from $100 to $1,000,000."),
        ("cap", "-1", "Enter an amount in dollars, such as 18 or 18.50."),
    ],
)
def test_a_bad_lender_is_told_at_its_field(
    at_the_desk, oak_bank, field: str, typed: str, sentence: str
) -> None:
    page = at_the_desk.post("/staff/lenders/new/", lender_form(**{field: typed}))

    assert (page.status_code, problems(page)) == (422, [(f"id_{field}", sentence)])
    assert kept(page, field) == typed


def test_a_lender_keeps_its_own_name(at_the_desk, oak_bank) -> None:
    address = f"/staff/lenders/{oak_bank.pk}/change/"

    answer = at_the_desk.post(address, lender_form(name="Oak Savings Bank", kind="bank"))
    assert answer.status_code == 302


def test_somebody_is_invited_and_their_place_ends(at_the_desk, visit, oak_street, oak_bank) -> None:
    address = f"/staff/lenders/{oak_bank.pk}/"
    wrong = at_the_desk.post(f"{address}people/", {"email": "nobody", "name": ""})
    at_the_desk.post(f"{address}people/", {"email": "lou@bank.example", "name": "Lou"})
    with in_alliance(oak_street):
        place = LenderSeat.objects.select_related("seat").get()
    lou = visit(oak_street, place.seat)
    came_in = lou.get("/lend/").status_code
    read = words(at_the_desk.get(address))
    end = f"{address}people/{place.pk}/end/"
    asked = words(at_the_desk.get(end))
    at_the_desk.post(end)

    assert problems(wrong) == [
        ("id_email", "Enter an e-mail address such as maria@example.com."),
        ("id_name", "Enter the person’s name."),
    ]
    assert "Lou is invited by mail." in read
    assert "lou@bank.example" in read
    assert "Shall Lou no longer speak for Oak Savings Bank?" in asked
    assert (came_in, lou.get("/lend/").status_code) == (200, 404)
    assert at_the_desk.post(end).status_code == 404


def test_a_lender_ends_unless_something_of_it_is_open(
    at_the_desk, oak_street, oak_bank, hill_fund, loan
) -> None:
    busy, free = f"/staff/lenders/{oak_bank.pk}/", f"/staff/lenders/{hill_fund.pk}/"
    asked = words(at_the_desk.get(f"{free}end/"))
    at_the_desk.post(f"{busy}end/")
    at_the_desk.post(f"{free}end/")

    assert "Shall Hill Revolving Fund take no more applications?" in asked
    with in_alliance(oak_street):
        ended = {lender.name: lender.ended_at is not None for lender in Lender.objects.all()}
    assert ended == {"Oak Savings Bank": False, "Hill Revolving Fund": True}
    assert "Loans of this lender are running" in words(at_the_desk.get(busy))
    assert "takes no more applications" in words(at_the_desk.get(free))


def test_the_neighbours_lender_is_not_there(at_the_desk, their_loan) -> None:
    address = f"/staff/lenders/{their_loan.lender_id}/"

    steps = ("", "change/", "end/")
    assert [at_the_desk.get(f"{address}{step}").status_code for step in steps] == [404] * 3
    assert "Harbour" not in words(at_the_desk.get("/staff/lenders/"))


def test_the_treasurer_sees_lenders_and_changes_none(visit, oak_street, tess, oak_bank) -> None:
    browser = visit(oak_street, tess)

    assert "Add a lender" not in words(browser.get("/staff/lenders/"))
    assert "Invite them" not in words(browser.get(f"/staff/lenders/{oak_bank.pk}/"))
    assert browser.post("/staff/lenders/new/", lender_form()).status_code == 404


def policy_form(**changes: str) -> dict[str, str]:
    return {
        "advance": "25",
        "reference_apr": "4.5",
        "offer_days": "10",
        "cooling_days": "5",
    } | changes


def test_the_rules_are_set(at_the_desk, oak_street) -> None:
    before = at_the_desk.get("/staff/lending-policy/")
    answer = at_the_desk.post("/staff/lending-policy/", policy_form())

    assert [kept(before, name) for name in policy_form()] == ["20", "3.99", "14", "3"]
    assert answer.status_code == 302
    with in_alliance(oak_street):
        policy = LendingPolicy.objects.get()
    assert (policy.advance, policy.reference_apr, policy.offer_days, policy.cooling_days) == (
        Decimal("0.25"), Decimal("0.045"), 10, 5,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("advance", "34", "Enter a percentage from 1 to 33."),
        ("advance", "0", "Enter a percentage from 1 to 33."),
        ("advance", "20.25", "At most 1 decimals, please."),
        ("reference_apr", "401", "Enter a percentage from 0 to 400."),
        ("offer_days", "2", "Ensure this value is greater than or equal to 3."),
        ("cooling_days", "2", "Ensure this value is greater than or equal to 3."),
    ],
)
def test_rules_out_of_range_are_refused(
    at_the_desk, oak_street, field: str, typed: str, sentence: str
) -> None:
    page = at_the_desk.post("/staff/lending-policy/", policy_form(**{field: typed}))

    assert (page.status_code, problems(page)) == (422, [(f"id_{field}", sentence)])
    with in_alliance(oak_street):
        assert not LendingPolicy.objects.exists()


def test_only_some_set_the_rules(visit, oak_street, tess) -> None:
    with in_alliance(oak_street):
        officer = make.an_officer("Otto", Role.LENDING_OFFICER)

    assert [
        visit(oak_street, seat).get("/staff/lending-policy/").status_code
        for seat in (officer, tess)
    ] == [200, 404]
