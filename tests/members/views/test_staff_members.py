"""The desk's page of one member, its details, a new one, and who may."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from alliance import clock
from alliance.models import AuditEntry, OutboxMessage, Role
from alliance.tenancy.scope import in_alliance
from ledger.queries import check_chain
from members.models import Business, Invoice, Membership, Relief, Representative
from members.queries.memberships import status_of, today
from members.services import memberships
from tests.factories import members as make
from tests.members.views.desk import BAKERY, LIST, NEW, browser_of, status
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import active_parts, kept, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


class TestOne:
    def test_facts_people_letters(self, desk, oak_street, bakery, tiers, ben):
        with in_alliance(oak_street):
            membership = make.a_member(business=bakery, tier=tiers["corner"])
            until = membership.periods.get().ends_on
        page = desk.get(BAKERY)
        read = words(page)
        assert title(page) == "Ben's Bakery"
        assert f"Paid until {until.day} {until:%B %Y} · new" in read
        assert "ben@example.org" in read
        assert "planned" in read
        assert "1 of 3 seats taken" in read
        assert "Corner shop" in read

    def test_its_standing_is_drawn_and_told(self, desk, oak_street, membership, ada):
        with in_alliance(oak_street):
            day = today()
            Membership.objects.update(joined_on=day - timedelta(days=500))
            make.a_term(membership, starts_on=day - timedelta(days=500), days=365)
            make.a_term(membership, starts_on=day - timedelta(days=100), days=365)
            with clock.at(clock.now() - timedelta(days=20)):
                memberships.hold(membership=membership, reason="We look into it.", by=ada)
            memberships.release(membership=membership, by=ada)
        page = desk.get(BAKERY)
        drawn = re.findall(r'class="standing__bar standing__bar--(\w+)"', text(page))
        assert sorted(drawn) == sorted(
            [
                *("accent", "good", "accent"),  # new, current, renewing
                *("warn", "bad"),  # grace, lapsed
                *("good", "bad", "good"),  # back again, and held for a while
                *("term", "term", "held"),
            ]
        )
        places = re.findall(r'\b(?:x|width|x1)="([\d.]+)%"', text(page))
        assert all(0 <= float(place) <= 100 for place in places)
        assert "on hold (Ada): We look into it." in words(page)

    def test_nothing_paid_for_draws_too(self, desk, membership):
        page = desk.get(BAKERY)
        assert (page.status_code, "Waiting for its first dues" in words(page)) == (200, True)
        assert "None is planned" in words(page)

    def test_money_shows_to_those_who_see_money(self, desk, visit, oak_street, bakery, tiers):
        with in_alliance(oak_street):
            make.a_membership(
                business=bakery,
                tier=tiers["big"],
                agreed_minor=80_00,
                relief=Relief.HARDSHIP,
            )
        assert "hardship" in words(desk.get(BAKERY))
        community = words(browser_of(visit, oak_street, Role.COMMUNITY).get(BAKERY))
        assert ("hardship" in community, "$80" in community) == (False, False)

    def test_words_are_never_active(self, desk, oak_street, membership, bakery):
        with in_alliance(oak_street):
            Business.objects.filter(pk=bakery.pk).update(
                blurb="<script>alert(1)</script>", street="<img src=x onerror=alert(1)>"
            )
            memberships.hold(membership=membership, reason="<script>alert(1)</script>", by=None)
        page = desk.get(BAKERY)
        assert (page.status_code, active_parts(page)) == (200, [])


class TestDetails:
    def test_all_but_the_address_here(self, desk, oak_street, bakery, ada):
        shown = desk.get(f"{BAKERY}details/")
        assert kept(shown, "trade_name") == "Ben's Bakery"
        sent = {
            "trade_name": "Ben & Daughters",
            "legal_name": "Ben LLC",
            "segment": "making",
            "categories": "bakery, café",
            "founded_year": "1999",
            "at_location_since": "2014-05-01",
            "slug": "stolen",
        }
        page = desk.post(f"{BAKERY}details/", sent, follow=True)
        assert page.redirect_chain == [(BAKERY, 302)]
        with in_alliance(oak_street):
            found = Business.objects.get()
            entry = AuditEntry.objects.get(action="business.changed")
        assert (found.trade_name, found.categories, found.segment, found.slug) == (
            "Ben & Daughters",
            ["bakery", "café"],
            "making",
            "bens-bakery",
        )
        assert (entry.seat_id, entry.detail) == (
            ada.pk,
            {"fields": ["categories", "founded_year", "legal_name", "segment", "trade_name"]},
        )

    WRONG = (
        ({"categories": "a,b,c,d"}, "id_categories", "Three categories at most."),
        ({"founded_year": "9999"}, "id_founded_year", "This year is still to come."),
        ({"founded_year": "MCM"}, "id_founded_year", "Enter a year such as 2014."),
        ({"segment": "piracy"}, "id_segment", "Select a valid choice. piracy is not one of the "
         "available choices."),
        ({"at_location_since": "2999-01-01"}, "id_at_location_since", "This day is still to come."),
        ({"at_location_since": "2014-02-30"}, "id_at_location_since", "Enter a day such as "
         "2014-05-31."),
    )  # fmt: skip

    def test_a_sentence_at_the_field_and_nothing_stored(self, desk, oak_street, bakery):
        before = row_counts(oak_street)
        for change, field, sentence in self.WRONG:
            sent = {"trade_name": "Ben", "segment": "food"} | change
            answer = desk.post(f"{BAKERY}details/", sent)
            assert (answer.status_code, problems(answer)) == (422, [(field, sentence)])
        assert row_counts(oak_street) == before


def new_form(tier: Any, /, **changes: str) -> dict[str, str]:
    """A member as the desk writes it down."""
    return {
        "trade_name": "The Book Nook",
        "segment": "retail",
        "city": "Oakland",
        "tier": str(tier.pk),
        "relief": "none",
        "first": "nothing",
        "owner_email": "nora@example.org",
        "owner_name": "Nora",
    } | changes


class TestNew:
    def test_pending_with_its_owner_invited(self, desk, oak_street, tiers, ada):
        assert desk.get(NEW).status_code == 200
        page = desk.post(NEW, new_form(tiers["corner"]), follow=True)
        assert page.redirect_chain == [("/staff/members/the-book-nook/", 302)]
        assert "The Book Nook is here now." in words(page)
        with in_alliance(oak_street):
            found = Membership.objects.select_related("business").get()
            owner = Representative.objects.select_related("seat__person").get()
            assert (found.business.legal_name, found.joined_on, status_of(found)) == (
                "The Book Nook",
                today(),
                "pending",
            )
            assert (owner.kind, owner.seat.person.email) == ("owner", "nora@example.org")
            assert [m.template for m in OutboxMessage.objects.all()] == ["members/email/seat_given"]
            assert Invoice.objects.count() == 0

    def test_with_an_invoice(self, desk, oak_street, tiers):
        desk.post(NEW, new_form(tiers["corner"], first="invoice"))
        with in_alliance(oak_street):
            invoice = Invoice.objects.get()
            assert (invoice.total_minor, invoice.bill_email) == (120_00, "nora@example.org")
            check_chain()

    def test_with_a_term_given(self, desk, oak_street, tiers):
        with in_alliance(oak_street):
            until = today() + timedelta(days=100)
        sent = new_form(
            tiers["corner"],
            first="given",
            joined_on="2020-01-01",
            given_until=until.isoformat(),
            owner_email="",
            owner_name="",
        )
        desk.post(NEW, sent)
        with in_alliance(oak_street):
            found = Membership.objects.get()
            assert (status_of(found), found.periods.get().starts_on) == (
                "current",
                date(2020, 1, 1),
            )
            assert (Representative.objects.count(), OutboxMessage.objects.count()) == (0, 0)

    def test_pressed_twice_there_is_one(self, desk, oak_street, tiers):
        desk.post(NEW, new_form(tiers["corner"]))
        before = row_counts(oak_street)
        again = desk.post(NEW, new_form(tiers["corner"], trade_name="THE book nook"))
        assert problems(again) == [
            ("id_trade_name", "There is a business called THE book nook already.")
        ]
        assert row_counts(oak_street) == before

    def test_the_same_name_in_another_town(self, desk, oak_street, tiers):
        desk.post(NEW, new_form(tiers["corner"]))
        page = desk.post(NEW, new_form(tiers["corner"], city="Berkeley"))
        assert page["Location"] == "/staff/members/the-book-nook-2/"

    @pytest.mark.parametrize("name", ["New", "***", "书店"])
    def test_every_name_gets_an_address_of_its_own(self, desk, oak_street, tiers, name):
        place = desk.post(NEW, new_form(tiers["corner"], trade_name=name))["Location"]
        assert desk.get(place).status_code == 200
        assert title(desk.get(place)) == name

    WRONG = (
        ({"trade_name": ""}, ("id_trade_name", "Enter the name of the business.")),
        ({"tier": ""}, ("id_tier_group", "Choose a tier.")),
        ({"first": ""}, ("id_first_group", "Say what becomes of the first term.")),
        ({"first": "given"}, ("id_given_until", "Enter the last day of the term.")),
        (
            {"first": "given", "joined_on": "2026-01-02", "given_until": "2026-01-01"},
            ("id_given_until", "A term ends on or after the day it begins."),
        ),
        ({"joined_on": "2999-01-01"}, ("id_joined_on", "This day is still to come.")),
        ({"owner_name": ""}, ("id_owner_name", "Enter the owner’s name.")),
        (
            {"owner_email": "nora"},
            ("id_owner_email", "Enter an e-mail address such as maria@example.com."),
        ),
        (
            {"relief": "hardship", "agreed": "1"},
            ("id_relief_group", "This tier has no such relief."),
        ),
    )

    def test_a_sentence_at_the_field_and_nothing_stored(self, desk, oak_street, tiers):
        before = row_counts(oak_street)
        for change, problem in self.WRONG:
            answer = desk.post(NEW, new_form(tiers["corner"], **change))
            assert (answer.status_code, problems(answer)) == (422, [problem])
        assert row_counts(oak_street) == before

    def test_without_a_tier_it_says_what_is_missing(self, desk):
        assert "No tier yet" in words(desk.get(NEW))

    def test_whoever_takes_no_money_issues_no_invoice(self, visit, oak_street, tiers):
        browser = browser_of(visit, oak_street, Role.MEMBERSHIP)
        assert "Issue the invoice now" not in words(browser.get(NEW))
        answer = browser.post(NEW, new_form(tiers["corner"], first="invoice"))
        assert answer.status_code == 422
        with in_alliance(oak_street):
            assert (Invoice.objects.count(), Membership.objects.count()) == (0, 0)


ACTS = ("details", "opening", "tier", "hold", "cancellation", "term", "release", "return")


@pytest.mark.parametrize(
    ("role", "list_status"),
    [(Role.TREASURER, 200), (Role.AUDITOR, 200), (Role.CAMPAIGNS, 404), (Role.MEMBER, 404)],
)
def test_who_sees_and_who_does_nothing(visit, oak_street, membership, role, list_status):
    browser = browser_of(visit, oak_street, role)
    assert browser.get(LIST).status_code == list_status
    assert browser.get(BAKERY).status_code == list_status
    before = row_counts(oak_street)
    for path in (NEW, *(f"{BAKERY}{act}/" for act in ACTS)):
        assert browser.post(path, {"reason": "Mine."}).status_code == 404
        assert visit(oak_street).get(path)["Location"].startswith("/accounts/login/")
    assert row_counts(oak_street) == before


def test_the_neighbours_member_is_not_found(desk, oak_street, membership, neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.a_member(business=neighbour.business)
    before = row_counts(neighbour.alliance)
    path = f"{LIST}{neighbour.business.slug}/"
    assert desk.get(path).status_code == 404
    for act in ACTS:
        assert desk.post(f"{path}{act}/", {"reason": "Ours."}).status_code == 404
    assert row_counts(neighbour.alliance) == before
    assert status(neighbour.alliance, theirs) == "new"
    assert "Dan's Dairy" not in words(desk.get(LIST))
