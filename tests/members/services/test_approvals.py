"""From an approved application to a member: what is made, what is asked for, when it begins."""

from datetime import date

import pytest

from alliance.models import Person
from alliance.services import seats
from members.models import Application, Business, Invoice, Membership, Method, Representative
from members.services import approvals, memberships
from tests.factories import members as make
from tests.members.reading import figures_of, last_mail, mails, on, steps_of, terms_of, told
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def made(application: Application) -> tuple[Business, Membership, Invoice]:
    """What an approval has made."""
    application.refresh_from_db()
    return application.membership.business, application.membership, application.invoice


def test_everything_that_an_approval_makes(tier, ada):
    application = make.an_application(
        tier,
        legal_name="Moss & Fern LLC",
        street="4100 Piedmont Avenue",
        city="Oakland",
        website="https://moss.example/",
        size_band="2-5",
        founded_year=2019,
        blurb="House plants that survive you.",
        phone="555 0100",
    )
    done = approvals.approve(application=application, by=ada)
    business, membership, invoice = made(application)
    assert done.state == "awaiting_payment"
    assert steps_of(application)[2:] == [
        ("approved", "", ada.pk),
        ("awaiting_payment", "", ada.pk),
    ]
    assert {
        name: getattr(business, name)
        for name in ("slug", "legal_name", "street", "city", "email", "phone", "founded_year")
    } == {
        "slug": "moss-fern",
        "legal_name": "Moss & Fern LLC",
        "street": "4100 Piedmont Avenue",
        "city": "Oakland",
        "email": "fern@example.com",
        "phone": "555 0100",
        "founded_year": 2019,
    }
    owner = Representative.objects.get(business=business)
    assert (owner.kind, owner.seat.role, owner.seat.person.email, owner.seat.person.name) == (
        "owner",
        "member",
        "fern@example.com",
        "Fern Castellano",
    )
    assert (membership.tier, membership.agreed_minor, membership.relief) == (tier, None, "none")
    assert figures_of(invoice) == (120_00, 0, 0, 120_00, 0)
    assert (invoice.bill_email, invoice.bill_to) == ("fern@example.com", "Moss & Fern LLC")
    assert audited("application.approved") == [
        (
            "application.approved",
            ada.pk,
            application.pk,
            {"tier": "Corner shop", "amount_minor": 120_00, "relief": "none"},
        )
    ]


def test_one_letter_with_the_invoice_and_where_it_stands(tier, ada):
    application = make.an_approved_application(tier, by=ada)
    assert [template for template, _to, _key in mails()] == [
        "confirm_application",
        "received",
        "approved",
    ]
    letter = last_mail()
    assert (letter["total"], letter["parts"], letter["is_in_kind"]) == ("$120", 1, False)
    assert letter["pay_url"].split("/")[3] == "pay"
    assert letter["number"] == application.invoice.number


def test_a_second_press_approves_nothing_twice(tier, ada, oak_street):
    application = make.an_approved_application(tier, by=ada)
    before = row_counts(oak_street)
    assert refusal(approvals.approve, application=application, by=ada) == (
        "This application is waiting for payment now; that is no longer possible.",
        None,
    )
    assert row_counts(oak_street) == before


def test_two_of_one_name_get_two_addresses_here(tier, ada):
    first = make.an_approved_application(tier, by=ada)
    second = make.an_approved_application(tier, by=ada, email="kai@example.com")
    slugs = [made(each)[0].slug for each in (first, second)]
    assert slugs == ["moss-fern", "moss-fern-2"]


@pytest.mark.parametrize(
    ("name", "slug"), [("🍕", "business"), ("חוה", "business"), ("New", "new-2")]
)
def test_a_name_without_latin_letters_and_a_page_of_ours(tier, ada, name, slug):
    assert made(make.an_approved_application(tier, by=ada, trade_name=name))[0].slug == slug


def test_who_has_a_login_keeps_it_and_their_name(tier, ada, ben):
    people = Person.objects.count()
    application = make.an_approved_application(tier, by=ada, email="BEN@example.org")
    owner = Representative.objects.get(business=made(application)[0])
    assert (owner.seat, Person.objects.count()) == (ben, people)


def test_with_the_first_payment_the_membership_begins(tier, ada):
    with on("2026-03-10"):
        application = make.an_approved_application(tier, by=ada)
    _business, membership, invoice = made(application)
    assert told(membership, "2026-03-10") == ["pending"]
    with on("2026-03-20"):
        make.a_payment(invoice=invoice)
    application.refresh_from_db()
    membership.refresh_from_db()
    assert application.state == "activated"
    assert terms_of(membership) == [("2026-03-20", "2027-03-19", "2026-03-20", "")]
    # Joined when it began, not when the staff had decided.
    assert membership.joined_on == date(2026, 3, 20)
    assert told(membership, "2026-03-20") == ["new"]
    assert [template for template, _to, _key in mails()][-2:] == ["welcome", "receipt"]
    assert audited("application.activated")[0][2] == application.pk


def test_part_of_the_money_does_not_begin_it_and_the_first_instalment_does(tier, ada):
    whole = make.an_approved_application(tier, by=ada)
    make.a_payment(invoice=made(whole)[2], amount_minor=30_00)
    parts = make.an_approved_application(
        tier, by=ada, email="kai@example.com", trade_name="Kai's", instalments=4
    )
    invoice = made(parts)[2]
    assert [part.amount_minor for part in invoice.instalments.all()] == [30_00] * 4
    make.a_payment(invoice=invoice, amount_minor=30_00)
    assert [Application.objects.get(pk=each.pk).state for each in (whole, parts)] == [
        "awaiting_payment",
        "activated",
    ]


def test_the_same_payment_ten_times_welcomes_once(tier, ada):
    invoice = made(make.an_approved_application(tier, by=ada))[2]
    for _n in range(10):
        make.a_payment(invoice=invoice, key="the cheque", amount_minor=120_00)
    assert [key for template, _to, key in mails() if template == "welcome"] == [
        f"application-welcome:{Application.objects.get().pk}"
    ]


def test_what_is_given_in_kind_counts_when_the_staff_note_it(ada):
    tier = make.a_tier(allows_in_kind=True)
    application = make.an_approved_application(
        tier, by=ada, relief="in_kind", relief_note="I paint your shop."
    )
    _business, membership, invoice = made(application)
    assert (membership.relief, membership.agreed_minor, invoice.due_minor) == (
        "in_kind",
        120_00,
        120_00,
    )
    assert last_mail()["is_in_kind"] is True
    make.a_payment(invoice=invoice, method=Method.IN_KIND)
    application.refresh_from_db()
    assert application.state == "activated"


def test_where_nothing_is_to_be_paid_it_begins_at_once(ada):
    tier = make.a_tier(allows_hardship=True)
    with on("2026-03-10"):
        application = make.an_approved_application(
            tier, by=ada, relief="hardship", relief_note="A hard winter.", amount_minor=0
        )
    assert application.state == "activated"
    _business, membership, invoice = made(application)
    assert (figures_of(invoice), membership.agreed_minor) == ((0, 0, 0, 0, 0), 0)
    assert terms_of(membership) == [("2026-03-10", "2027-03-09", "2026-03-10", "")]
    assert [step[0] for step in steps_of(application)] == [
        "draft",
        "submitted",
        "approved",
        "activated",
    ]
    assert [template for template, _to, _key in mails()][-1] == "welcome"


def test_a_part_year_may_be_too_little_for_the_parts_asked_for(ada):
    tier = make.a_tier(
        price_minor=4, term_kind="fixed", rollover_month=1, rollover_day=1, proration="monthly"
    )
    with on("2026-12-20"):
        application = make.an_approved_application(tier, by=ada, instalments=4)
    invoice = made(application)[2]
    assert (invoice.total_minor, application.state) == (0, "activated")
    assert not invoice.instalments.exists()


def test_one_that_is_here_already_gets_no_second_business(tier, ada, bakery, ben):
    other = make.a_tier(price_minor=80_00)
    membership = make.a_membership(business=bakery, tier=other, joined_on=date(2020, 1, 1))
    application = make.an_application(tier, trade_name="Ben's", email="ben@example.org")
    approvals.approve(application=application, by=ada, business=bakery)
    business, same, invoice = made(application)
    assert (business, same, Business.objects.count()) == (bakery, membership, 1)
    assert (same.tier, invoice.total_minor) == (tier, 120_00)
    make.a_payment(invoice=invoice)
    same.refresh_from_db()
    assert Application.objects.get().state == "activated"


def test_who_comes_back_keeps_the_day_they_joined(tier, ada, bakery):
    membership = make.a_membership(business=bakery, tier=tier, joined_on=date(2020, 1, 1))
    make.a_term(membership, starts_on=date(2020, 1, 1))
    application = make.an_application(tier, trade_name="Ben's Bakery")
    approvals.approve(application=application, by=ada, business=bakery)
    make.a_payment(invoice=made(application)[2])
    membership.refresh_from_db()
    assert membership.joined_on == date(2020, 1, 1)


def test_a_term_that_the_alliance_gives_begins_it_too(tier, ada):
    application = make.an_approved_application(tier, by=ada)
    membership = made(application)[1]
    memberships.give_term(
        membership=membership,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 8, 31),
        source="given",
        by=ada,
    )
    application.refresh_from_db()
    assert application.state == "activated"


def test_a_term_of_somebody_else_activates_nobody(tier, ada):
    application = make.an_approved_application(tier, by=ada)
    make.a_member()
    application.refresh_from_db()
    assert application.state == "awaiting_payment"


def test_a_person_is_found_by_an_address_they_have_proven(tier, ada, ben):
    assert seats.person_of(email="BEN@example.org", name="Somebody") == ben.person
