"""A member added by hand: all of it, or nothing."""

from datetime import date, timedelta

import pytest

from alliance.errors import DomainError
from alliance.models import AuditEntry, OutboxMessage
from alliance.tenancy.scope import in_alliance
from ledger.queries import check_chain, trial_balance
from members.models import Invoice, LegalForm, Membership, Relief, Representative, VolunteerHours
from members.queries.memberships import status_of, today
from members.services.members import Owner, Standing, add_member
from members.services.settings import change_settings
from tests.factories import members as make
from tests.pledges.reading import row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

BOOKS = {"trade_name": "The Book Nook", "segment": "retail", "city": "Oakland"}
NORA = Owner("nora@example.org", "Nora")


@pytest.fixture
def tier():
    """A rolling year for $120."""
    return make.a_tier(name="Corner shop", allows_hardship=True)


def actions() -> list[str]:
    return [entry.action for entry in AuditEntry.objects.order_by("id")]


def test_business_membership_owner_and_invoice_in_one(tier, ada):
    before = len(actions())
    made = add_member(standing=Standing(tier, is_invoiced=True), details=BOOKS, owner=NORA, by=ada)
    assert (made.business.slug, made.joined_on, status_of(made)) == (
        "the-book-nook",
        today(),
        "pending",
    )
    assert actions()[before:] == [
        "business.added",
        "membership.opened",
        "seat.given",
        "representative.added",
        "invoice.issued",
    ]
    assert [m.template for m in OutboxMessage.objects.order_by("id")] == [
        "members/email/seat_given",
        "members/email/invoice",
    ]
    assert Invoice.objects.get().total_minor == 120_00
    check_chain()


def test_a_term_given_begins_on_the_day_of_joining(tier, ada):
    standing = Standing(
        tier,
        joined_on=date(2025, 3, 1),
        agreed_minor=20_00,
        relief=Relief.HARDSHIP,
        given_until=today() + timedelta(days=100),
    )
    made = add_member(standing=standing, details=BOOKS, by=ada)
    period = made.periods.get()
    assert (period.starts_on, period.source, made.agreed_minor, made.relief) == (
        date(2025, 3, 1),
        "given",
        20_00,
        "hardship",
    )
    assert (Representative.objects.count(), Invoice.objects.count()) == (0, 0)


def test_a_business_that_is_here_already(tier, ada, bakery):
    made = add_member(standing=Standing(tier), business=bakery, by=ada)
    assert (made.business, Membership.objects.count()) == (bakery, 1)
    with pytest.raises(DomainError, match="has a membership already"):
        add_member(standing=Standing(tier), business=bakery, by=ada)


def test_what_fails_at_the_end_leaves_nothing(tier, ada, ben, oak_street):
    change_settings(by=ada, legal_form=LegalForm.BUSINESS_LEAGUE)
    VolunteerHours.objects.create(seat=ben, on=today(), minutes=60, is_policy=True)
    before = row_counts(oak_street)
    with pytest.raises(DomainError, match="policy work"):
        add_member(standing=Standing(tier, is_invoiced=True), details=BOOKS, owner=NORA, by=ada)
    assert row_counts(oak_street) == before


def test_the_neighbour_hears_nothing(tier, ada, neighbour):
    with in_alliance(neighbour.alliance):
        before = row_counts(neighbour.alliance), trial_balance()
    add_member(standing=Standing(tier, is_invoiced=True), details=BOOKS, owner=NORA, by=ada)
    with in_alliance(neighbour.alliance):
        assert (row_counts(neighbour.alliance), trial_balance()) == before
