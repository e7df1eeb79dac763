"""An application at the lender's desk: what is shared, and offers reckoned and made."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from lending.models import LoanOffer, OfferState
from lending.services import applications
from pledges.models import Pledge
from tests.factories import lending as make
from tests.factories import pledges as pledge_make
from tests.pledges.views.browsing import kept, problems, text, title, words

pytestmark = pytest.mark.django_db


def offer_form(step: str = "reckon", **changes: object) -> dict[str, object]:
    """The form as Lena sends it: the worked case."""
    return {
        "amount": "4,800",
        "apr": "3.99",
        "months": "12",
        "upfront_fee": "",
        "monthly_fee": "",
        "repayment": "level",
        "note": "",
        "step": step,
    } | changes


@pytest.fixture
def address(shared) -> str:
    return f"/lend/applications/{shared.pk}/"


def test_the_page_tells_what_stands_behind_the_application(at_the_bank, address) -> None:
    page = at_the_bank.get(address)

    assert (page.status_code, title(page)) == (200, "Ben's Bakery")
    told = words(page)
    assert "Ben's Bakery asks for $4,800" in told
    assert "Eligible base $24,000" in told
    assert "Pledges that stand 100" in told
    assert "Pledges kept, reckoned carefully 58%" in told
    assert "The careful part is an assumption: no pledge has come to its end yet." in told
    assert "Carried at most, at 3.99% $4,800" in told


def test_the_page_tells_the_pace_once_a_day_is_over(at_the_bank, address) -> None:
    assert "against an even pace" not in words(at_the_bank.get(address))
    with clock.at(clock.now() + timedelta(days=30)):
        told = words(at_the_bank.get(address))

    assert "Bought, against an even pace 0% Kept in the end, if it goes on so 0%" in told
    assert "Pledgers far behind 0" in told


def test_reckoning_shows_the_truth_box_and_stores_nothing(at_the_bank, address, oak_street) -> None:
    page = at_the_bank.post(address, offer_form())

    told = words(page)
    assert page.status_code == 200
    assert "Nothing stands against it. It is not made yet." in told
    assert "Payment each month, 12 times $408.70" in told
    assert "Paid back in all $4,904.36" in told
    assert "Cover, if 58% of the pledges are kept 1.70 ×" in told
    assert "Pledges that must be kept to pay it 34.1%" in told
    assert kept(page, "amount") == "4,800"
    with in_alliance(oak_street):
        assert not LoanOffer.objects.exists()


def test_reckoning_says_what_stands_against_an_offer(at_the_bank, address) -> None:
    page = at_the_bank.post(address, offer_form(amount="9000"))

    told = words(page)
    assert page.status_code == 200
    assert "It cannot be made like this." in told
    assert "It is more than a third of what was pledged." in told
    assert "The payment is too high: the pledges would not cover it 1.5 times." in told


def test_an_offer_is_made_with_what_was_reckoned(at_the_bank, address, oak_street, shared) -> None:
    answer = at_the_bank.post(
        address, offer_form("make", upfront_fee="50", monthly_fee="5", note="Glad to.")
    )

    with in_alliance(oak_street):
        offer = LoanOffer.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/lend/offers/{offer.pk}/")
    assert (
        offer.amount_minor, offer.apr, offer.months, offer.upfront_fee_minor,
        offer.monthly_fee_minor, offer.repayment, offer.note, offer.state, offer.currency,
    ) == (
        480_000, Decimal("0.0399"), 12, 50_00, 5_00, "level", "Glad to.", OfferState.OPEN, "USD",
    )  # fmt: skip
    assert offer.truth["total_due_minor"] == 490_436 + 60_00
    shown = words(at_the_bank.get(f"/lend/offers/{offer.pk}/"))
    assert "All fees together $110" in shown
    assert "“Glad to.”" in shown


def test_an_offer_that_a_rule_refuses_is_not_made(at_the_bank, address, oak_street) -> None:
    page = at_the_bank.post(address, offer_form("make", amount="9000"))

    assert page.status_code == 422
    assert problems(page) == [
        (
            "",
            "It is more than a third of what was pledged. The payment is too high: the pledges "
            "would not cover it 1.5 times.",
        )
    ]
    assert kept(page, "amount") == "9000"
    with in_alliance(oak_street):
        assert not LoanOffer.objects.exists()


MONEY = "Enter an amount in dollars, such as 18 or 18.50."
MONTHS = "Enter a number of months from 1 to 60."
LIMITS = "Enter an amount from $100 to $1,000,000."
PERCENT = "Enter a percentage, such as 3.99."
RANGE = "Enter a percentage from 0 to 400."


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("amount", "", "Enter an amount, such as 4,800."),
        ("amount", "-4800", MONEY),
        ("amount", "0", LIMITS),
        ("amount", "99.99", LIMITS),
        ("amount", "1000000.01", LIMITS),
        ("amount", "999999999999", MONEY),
        ("amount", "4800.005", MONEY),
        ("amount", "four", MONEY),
        ("apr", "", "Enter the yearly rate, such as 3.99, or 0."),
        ("apr", "401", RANGE),
        ("apr", "400.0001", RANGE),
        ("apr", "-1", PERCENT),
        ("apr", "3,99", PERCENT),
        ("apr", "3.99999", PERCENT),
        ("apr", "1e3", PERCENT),
        ("apr", "NaN", PERCENT),
        ("months", "", MONTHS),
        ("months", "0", MONTHS),
        ("months", "61", MONTHS),
        ("months", "-3", MONTHS),
        ("months", "1.5", "Enter a whole number of months."),
        ("upfront_fee", "-1", MONEY),
        ("upfront_fee", "4800", "The fee has to be less than the loan."),
        ("monthly_fee", "4800.01", "The fee has to be less than the loan."),
        ("monthly_fee", "0.005", MONEY),
    ],
)
def test_each_bad_figure_is_told_at_its_field(
    at_the_bank, address, field: str, typed: str, sentence: str
) -> None:
    page = at_the_bank.post(address, offer_form(**{field: typed}))

    assert (page.status_code, problems(page)) == (422, [(f"id_{field}", sentence)])
    assert kept(page, field) == typed


def test_a_strange_way_of_repaying_is_told(at_the_bank, address) -> None:
    page = at_the_bank.post(address, offer_form(repayment="never"))

    assert page.status_code == 422
    assert [anchor for anchor, _sentence in problems(page)] == ["id_repayment_group"]


@pytest.mark.parametrize("apr", ["0", "400", "0.0001", "3.99%"])
def test_every_rate_up_to_400_percent_is_reckoned(at_the_bank, address, apr: str) -> None:
    page = at_the_bank.post(address, offer_form(apr=apr))

    assert page.status_code == 200
    assert "What this offer would be" in words(page)


def test_a_term_of_one_month_is_reckoned(at_the_bank, address) -> None:
    page = at_the_bank.post(address, offer_form(months="1", amount="500"))

    assert "Payment, once $501.66" in words(page)


def test_a_flexible_offer_tells_its_share_and_floor(at_the_bank, address) -> None:
    told = words(at_the_bank.post(address, offer_form(repayment="flexible")))

    assert "Repaid by a share of what pledgers buy 35.2%" in told
    assert "At least, each 60 days $272.46" in told


def test_an_open_offer_stands_where_the_form_was_and_can_be_taken_back(
    at_the_bank, address, oak_street
) -> None:
    at_the_bank.post(address, offer_form("make"))
    with in_alliance(oak_street):
        offer = LoanOffer.objects.get()

    page = words(at_the_bank.get(address))
    assert "The open offer of Oak Savings Bank" in page
    assert "Make this offer" not in page
    again = at_the_bank.post(address, offer_form("make"))
    assert again.status_code == 200

    answer = at_the_bank.post(f"/lend/offers/{offer.pk}/withdrawal/")
    assert (answer.status_code, answer["Location"]) == (302, f"/lend/offers/{offer.pk}/")
    with in_alliance(oak_street):
        assert list(LoanOffer.objects.values_list("state", flat=True)) == [OfferState.WITHDRAWN]
    assert "Make this offer" in words(at_the_bank.get(address))


def test_only_what_the_owner_shares_is_shown(
    at_the_bank, address, oak_street, shared, oak_bank, ben
) -> None:
    with in_alliance(oak_street):
        pledge = Pledge.objects.filter(drive=shared.drive).first()
        pledge_make.a_confirmed_purchase(pledge, by=ben, spent_minor=35_00)
    page = at_the_bank.get(address)
    assert "ben@example.org" in text(page)
    assert "What pledgers bought, by month" in words(page)

    with in_alliance(oak_street):
        applications.share(
            application=shared, lender=oak_bank, by=ben, with_contact=False, with_months=False
        )
    less = at_the_bank.get(address)
    assert "ben@example.org" not in text(less)
    assert "What pledgers bought" not in words(less)
    for shown in (text(page), text(less)):
        assert pledge.name not in shown
        assert pledge.email not in shown


def test_an_application_that_is_not_shared_any_more_is_not_there(
    at_the_bank, address, oak_street, shared, ben
) -> None:
    assert at_the_bank.get(address).status_code == 200
    with in_alliance(oak_street):
        applications.unshare(sharing=shared.sharings.get(), by=ben)

    assert at_the_bank.get(address).status_code == 404
    assert at_the_bank.post(address, offer_form("make")).status_code == 404


def test_another_lenders_application_and_offer_are_not_there(
    at_the_bank, shared, fund_application, hill_fund, sol, oak_street, visit
) -> None:
    with in_alliance(oak_street):
        offer = make.offers.make(
            application=fund_application, lender=hill_fund, terms=make.WORKED, by=sol
        )
    theirs = visit(oak_street, sol)
    for path in (f"/lend/applications/{fund_application.pk}/", f"/lend/offers/{offer.pk}/"):
        assert theirs.get(path).status_code == 200
        assert at_the_bank.get(path).status_code == 404
    assert at_the_bank.post(f"/lend/offers/{offer.pk}/withdrawal/").status_code == 404
    assert theirs.get(f"/lend/applications/{shared.pk}/").status_code == 404
    with in_alliance(oak_street):
        offer.refresh_from_db()
    assert offer.state == OfferState.OPEN


def test_the_neighbours_are_not_there(at_the_bank, their_loan, shared) -> None:
    application, offer = their_loan.offer.application_id, their_loan.offer_id

    assert [
        at_the_bank.get(path).status_code
        for path in (f"/lend/applications/{application}/", f"/lend/offers/{offer}/")
    ] == [404, 404]


def test_whoever_speaks_for_two_lenders_says_for_which(
    at_the_bank, oak_street, shared, hill_fund, lena, ben, address
) -> None:
    with in_alliance(oak_street):
        make.a_lender_seat(hill_fund, "Lena")
        applications.share(application=shared, lender=hill_fund, by=ben)

    page = at_the_bank.post(address, offer_form("make"))
    assert (page.status_code, problems(page)) == (422, [("id_lender_group", "Choose the lender.")])
    at_the_bank.post(address, offer_form("make", lender=str(hill_fund.pk)))
    with in_alliance(oak_street):
        assert [offer.lender for offer in LoanOffer.objects.all()] == [hill_fund]
    # The other one's offer is still to be made.
    assert "Make this offer" in words(at_the_bank.get(address))


def test_an_offer_that_ran_out_makes_room_for_another(
    at_the_bank, address, oak_street, shared
) -> None:
    at_the_bank.post(address, offer_form("make"))
    with in_alliance(oak_street):
        offer = LoanOffer.objects.get()
        LoanOffer.objects.update(expires_at=offer.created_at - timedelta(days=1))

    assert "Make this offer" in words(at_the_bank.get(address))
    assert at_the_bank.post(address, offer_form("make")).status_code == 302
    with in_alliance(oak_street):
        assert sorted(LoanOffer.objects.values_list("state", flat=True)) == ["expired", "open"]
