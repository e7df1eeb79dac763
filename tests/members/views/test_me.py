"""A member's home and details: one's own business, in plain words, and nobody else's."""

from datetime import timedelta

import pytest

from alliance.models import AuditEntry, Person
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Business, Membership, Representative, RepresentativeKind
from members.queries.memberships import today
from members.services import memberships
from members.services.businesses import add_representative
from tests.factories import members as make
from tests.pledges.reading import queries_of, row_counts
from tests.pledges.views.browsing import active_parts, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def me(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


@pytest.fixture
def membership(oak_street, bakery) -> Membership:
    """The bakery's: $120 a year, nothing paid for yet."""
    with in_alliance(oak_street):
        return make.a_membership(business=bakery, tier=make.a_tier(name="Corner shop"))


def paid(membership: Membership, alliance, *, ended_days_ago: int = 0, days: int = 365) -> None:
    """A term that ended so many days ago (below zero: ends in so many)."""
    with in_alliance(alliance):
        last = today() - timedelta(days=ended_days_ago)
        make.a_term(membership, starts_on=last - timedelta(days=days - 1), days=days)
        Membership.objects.filter(pk=membership.pk).update(joined_on=today() - timedelta(days=800))


def day(alliance, *, in_days: int) -> str:
    with in_alliance(alliance):
        found = today() + timedelta(days=in_days)
    return f"{found.day} {found:%B %Y}"


def test_a_business_without_a_membership_is_told_what_happens(me):
    page = me.get("/me/")
    assert (page.status_code, title(page)) == (200, "My membership")
    assert "Your membership is not open yet" in words(page)
    assert 'href="mailto:hello@oak-street.example"' in text(page)


class TestStanding:
    def test_pending_with_an_invoice_there_is_one_thing_to_do(self, me, membership, oak_street):
        with in_alliance(oak_street):
            invoice = make.an_invoice(membership=membership)
        page = me.get("/me/")
        read = words(page)
        assert "Waiting for its first dues" in read
        assert "$120 to pay" in read
        assert f"Invoice {invoice.number}, due on" in read
        assert 'class="button" href="/pay/' in text(page)

    def test_a_volunteer_of_the_business_is_not_shown_its_money(self, me, membership, oak_street):
        with in_alliance(oak_street):
            make.an_invoice(membership=membership)
            Representative.objects.update(kind=RepresentativeKind.VOLUNTEER)
        page = me.get("/me/")
        assert "Dues are to be paid Whoever looks after the money" in words(page)
        assert ("$120" in text(page), "/pay/" in text(page)) == (False, False)

    def test_pending_without_one(self, me, membership):
        assert "There is no open invoice" in words(me.get("/me/"))

    def test_new(self, me, oak_street, bakery):
        with in_alliance(oak_street):
            membership = make.a_member(business=bakery)
            until = membership.periods.get().ends_on
        assert f"Paid until {until.day} {until:%B %Y} · new" in words(me.get("/me/"))

    @pytest.mark.parametrize(
        ("ended_days_ago", "said"),
        [
            (-200, "Paid until {until}"),
            (-45, "Paid until {until} · renewing"),
            (0, "Paid until {until} · renewing"),
            (1, "Paid until {until} · kept open until {grace}"),
            (30, "Paid until {until} · kept open until {grace}"),
            (31, "Lapsed; it was paid until {until}"),
        ],
    )
    def test_by_the_end_of_its_term(self, me, membership, oak_street, ended_days_ago, said):
        paid(membership, oak_street, ended_days_ago=ended_days_ago)
        until = day(oak_street, in_days=-ended_days_ago)
        grace = day(oak_street, in_days=30 - ended_days_ago)
        expected = said.format(until=until, grace=grace)
        read = words(me.get("/me/"))
        assert f"{expected} Corner shop, member since" in read

    def test_on_hold_it_says_why(self, me, membership, oak_street, ada):
        paid(membership, oak_street, ended_days_ago=-200)
        with in_alliance(oak_street):
            memberships.hold(membership=membership, reason="We look into it.", by=ada)
        read = words(me.get("/me/"))
        assert "On hold" in read
        assert "We look into it." in read

    def test_cancelled_the_door_stays_open(self, me, membership, oak_street, ada):
        with in_alliance(oak_street):
            memberships.cancel(membership=membership, by=ada)
        assert "You are welcome back at any time" in words(me.get("/me/"))

    def test_all_is_well_and_the_details_are_there(self, me, membership, oak_street, bakery):
        paid(membership, oak_street, ended_days_ago=-200)
        assert "Complete your details" in words(me.get("/me/"))
        with in_alliance(oak_street):
            Business.objects.filter(pk=bakery.pk).update(
                blurb="Bread.", city="Oakland", phone="555 0100"
            )
        page = words(me.get("/me/"))
        assert "Complete your details" not in page
        assert "Bread." in page


class TestSeveralBusinesses:
    @pytest.fixture
    def books(self, oak_street, ben) -> Business:
        with in_alliance(oak_street):
            books = make.a_business(trade_name="A Book Nook", slug="a-book-nook")
            add_representative(business=books, person=ben.person, by=None)
        return books

    def test_the_first_by_name_and_a_switch(self, me, books, bakery):
        page = me.get("/me/")
        assert "<h1>A Book Nook</h1>" in text(page)
        assert 'href="?business=bens-bakery"' in text(page)
        other = me.get("/me/?business=bens-bakery")
        assert "<h1>Ben&#x27;s Bakery</h1>" in text(other)
        assert 'href="/me/business/?business=bens-bakery"' in text(other)

    def test_each_page_keeps_the_choice(self, me, books, bakery, oak_street):
        answer = me.post("/me/business/?business=bens-bakery", details(trade_name="Ben & Co"))
        assert answer["Location"] == "/me/?business=bens-bakery"
        with in_alliance(oak_street):
            assert set(Business.objects.values_list("trade_name", flat=True)) == {
                "A Book Nook",
                "Ben & Co",
            }

    def test_one_alone_needs_no_switch(self, me, bakery):
        assert "?business=" not in text(me.get("/me/"))


def test_only_ones_own(visit, oak_street, bakery, me, neighbour):
    with in_alliance(oak_street):
        books = make.a_business(trade_name="The Book Nook", slug="the-book-nook")
    for slug in (books.slug, neighbour.business.slug, "nobodys", "%2e%2e", "a" * 300):
        for path in ("/me/", "/me/business/", "/me/seats/"):
            assert me.get(f"{path}?business={slug}").status_code == 404
    assert "Book Nook" not in words(me.get("/me/"))


def test_who_may_come(visit, oak_street, ada, neighbour, bakery):
    for path in ("/me/", "/me/business/", "/me/seats/", "/me/seats/new/"):
        assert visit(oak_street).get(path)["Location"].startswith("/accounts/login/")
        for stranger in (ada, neighbour.dan):
            assert visit(oak_street, stranger).get(path).status_code == 404


def test_a_seat_without_a_business_is_not_lost(visit, oak_street):
    with in_alliance(oak_street):
        nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
        seat = give_seat(person=nora, role="member", by=None)
    browser = visit(oak_street, seat)
    assert "No business yet" in words(browser.get("/me/"))
    assert browser.get("/me/business/").status_code == 404


def details(**changes: str) -> dict[str, str]:
    """The form as a member sends it."""
    return {
        "trade_name": "Ben's Bakery",
        "blurb": "Bread since 2014.",
        "phone": "(510) 555-0100",
        "email": "shop@bakery.example",
        "website": "bakery.example",
        "street": "12 Oak Street",
        "neighbourhood": "Temescal",
        "city": "Oakland",
        "region": "CA",
        "postal_code": "94609",
    } | changes


class TestDetails:
    def test_saves_and_writes_it_down(self, me, oak_street, bakery, ben):
        answer = me.post("/me/business/", details(), follow=True)
        assert answer.redirect_chain == [("/me/", 302)]
        assert "Saved." in words(answer)
        with in_alliance(oak_street):
            found = Business.objects.get()
            entry = AuditEntry.objects.get(action="business.changed")
        assert (found.blurb, found.website, found.city, found.slug) == (
            "Bread since 2014.",
            "https://bakery.example",
            "Oakland",
            "bens-bakery",
        )
        assert (entry.seat_id, entry.subject_id) == (ben.pk, bakery.pk)
        assert entry.detail == {
            "fields": [
                "blurb", "city", "email", "neighbourhood", "phone", "postal_code", "region",
                "street", "website",
            ]
        }  # fmt: skip

    def test_what_the_staff_write_stays(self, me, oak_street, bakery):
        sent = details(legal_name="Mine Inc.", segment="retail", slug="mine", id="1")
        me.post("/me/business/", sent)
        with in_alliance(oak_street):
            found = Business.objects.get()
        assert (found.legal_name, found.segment, found.slug, found.pk) == (
            bakery.legal_name,
            "food",
            "bens-bakery",
            bakery.pk,
        )

    def test_saving_what_stands_already_tells_nobody(self, me, oak_street):
        me.post("/me/business/", details())
        me.post("/me/business/", details())
        with in_alliance(oak_street):
            assert AuditEntry.objects.filter(action="business.changed").count() == 1

    WRONG = (
        ({"trade_name": " "}, ("id_trade_name", "Enter the name of the business.")),
        (
            {"trade_name": "b" * 121},
            ("id_trade_name", "Ensure this value has at most 120 characters (it has 121)."),
        ),
        (
            {"trade_name": "Ben\u202enaB"},
            ("id_trade_name", "Please leave out line breaks and hidden characters."),
        ),
        (
            {"blurb": "b" * 601},
            ("id_blurb", "Ensure this value has at most 600 characters (it has 601)."),
        ),
        ({"blurb": "b\x00"}, ("id_blurb", "Null characters are not allowed.")),
        (
            {"email": "no address"},
            ("id_email", "Enter an e-mail address such as shop@example.com."),
        ),
        (
            {"website": "javascript:alert(1)"},
            ("id_website", "Enter an address such as example.com."),
        ),
    )

    def test_a_sentence_at_the_field_and_nothing_stored(self, me, oak_street):
        before = row_counts(oak_street)
        for change, problem in self.WRONG:
            answer = me.post("/me/business/", details(**change))
            assert (answer.status_code, problems(answer)) == (422, [problem])
            assert title(answer) == "Error: Our details"
            assert "12 Oak Street" in text(answer)
        assert row_counts(oak_street) == before

    def test_words_are_never_active(self, me, membership):
        me.post("/me/business/", details(blurb="<script>alert(1)</script>", trade_name="<b>x"))
        page = me.get("/me/")
        assert (page.status_code, active_parts(page)) == (200, [])


def test_the_door_shows_to_members_alone(me, visit, oak_street, ada):
    assert 'href="/me/"' in text(me.get("/"))
    assert 'href="/me/"' not in text(visit(oak_street, ada).get("/"))
    assert 'href="/me/"' not in text(visit(oak_street).get("/"))


def test_it_costs_the_same_with_one_person_and_with_many(me, membership, oak_street, bakery):
    paid(membership, oak_street, ended_days_ago=-200)
    me.get("/me/")
    few = {path: queries_of(lambda path=path: me.get(path)) for path in ("/me/", "/me/seats/")}
    with in_alliance(oak_street):
        for n in range(10):
            person = Person.objects.create_user(email=f"n{n}@example.org", password=None)
            add_representative(
                business=bakery, person=person, by=None, kind=RepresentativeKind.OWNER
            )
    many = {path: queries_of(lambda path=path: me.get(path)) for path in ("/me/", "/me/seats/")}
    assert many == few
    assert few["/me/seats/"] <= 14
    assert few["/me/"] <= 30
