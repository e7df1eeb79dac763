"""Tiers, businesses, and who speaks for them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliance.errors import DomainError
from alliance.models import AuditEntry, Person, Role, Seat
from alliance.services.seats import end_seat
from alliance.tenancy.scope import in_alliance
from members.models import Business, Representative, RepresentativeKind, Tier
from members.queries.businesses import speaks_for
from members.services.businesses import (
    add_business,
    add_named_business,
    add_representative,
    change_business,
)
from members.services.tiers import add_tier
from tests.pledges.reading import row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

BOOKS = {
    "trade_name": "The Book Nook",
    "legal_name": "Book Nook LLC",
    "slug": "the-book-nook",
    "segment": "retail",
}


def audited() -> list[tuple[str, object, object, dict[str, object]]]:
    """The audit log: action, seat, subject, detail."""
    rows = AuditEntry.objects.filter(action__regex=r"^(tier|business|representative|seat)\.")
    return [(e.action, e.seat_id, e.subject_id, e.detail) for e in rows.order_by("id")]


@pytest.fixture
def nora(db) -> Person:
    """Somebody without a seat."""
    return Person.objects.create_user(email="nora@example.org", password="x", name="Nora")


def test_a_tier_is_priced_in_the_alliances_currency(ada):
    before = len(audited())
    tier = add_tier(name="Corner shop", price_minor=120_00, by=ada)
    assert list(Tier.objects.values_list("name", "price_minor", "currency")) == [
        ("Corner shop", 120_00, "USD")
    ]
    assert audited()[before:] == [("tier.added", ada.pk, tier.pk, {"price_minor": 120_00})]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "t" * 61}, {"price_minor": -1}])
def test_a_tier_that_does_not_fit(oak_street, ada, wrong):
    before = row_counts(oak_street)
    with pytest.raises(ValidationError):
        add_tier(**{"name": "Corner shop", "price_minor": 120_00, "by": ada} | wrong)
    assert row_counts(oak_street) == before


def test_a_tiers_name_is_given_once_in_an_alliance(ada, neighbour):
    add_tier(name="Corner shop", price_minor=120_00, by=ada)
    with pytest.raises(ValidationError):
        add_tier(name="Corner shop", price_minor=240_00, by=ada)
    with in_alliance(neighbour.alliance):
        assert add_tier(name="Corner shop", price_minor=90_00, by=neighbour.director).pk


def test_a_business_is_added(ada):
    before = len(audited())
    business = add_business(by=ada, **BOOKS, categories=["books", "coffee"])
    assert list(Business.objects.values_list("trade_name", "slug", "categories")) == [
        ("The Book Nook", "the-book-nook", ["books", "coffee"])
    ]
    assert audited()[before:] == [("business.added", ada.pk, business.pk, {})]


WRONG = [
    {"trade_name": ""},
    {"trade_name": "b" * 121},
    {"slug": "Not a slug"},
    {"slug": ""},
    {"segment": "piracy"},
    {"categories": ["a", "b", "c", "d"]},
    {"latitude": 91},
    {"longitude": -181},
    {"email": "no address"},
    {"website": "javascript:alert(1)"},
]


def test_a_business_that_does_not_fit(oak_street, ada):
    before = row_counts(oak_street)
    for wrong in WRONG:
        with pytest.raises(ValidationError):
            add_business(by=ada, **BOOKS | wrong)
    assert row_counts(oak_street) == before


def test_an_address_is_given_once_in_an_alliance(ada, neighbour):
    add_business(by=ada, **BOOKS)
    with pytest.raises(ValidationError):
        add_business(by=ada, **BOOKS)
    with in_alliance(neighbour.alliance):
        assert add_business(by=neighbour.director, **BOOKS).slug == "the-book-nook"


def test_a_representative_gets_a_members_seat_and_speaks_for_the_business(bakery, ada, nora):
    before = len(audited())
    found = add_representative(
        business=bakery, person=nora, by=ada, kind=RepresentativeKind.BILLING
    )
    assert (found.business, found.seat.person, found.seat.role, found.kind) == (
        bakery,
        nora,
        Role.MEMBER,
        "billing",
    )
    assert speaks_for(found.seat, bakery)
    assert audited()[before:] == [
        ("seat.given", ada.pk, found.seat_id, {"role": "member"}),
        ("representative.added", ada.pk, found.pk, {"kind": "billing"}),
    ]


def test_asked_twice_there_is_one_of_them(bakery, ada, nora, oak_street):
    first = add_representative(business=bakery, person=nora, by=ada)
    before = row_counts(oak_street)
    again = add_representative(business=bakery, person=nora, by=ada, kind=RepresentativeKind.OWNER)
    assert (again, again.kind) == (first, "rep")
    assert row_counts(oak_street) == before


def test_one_person_may_speak_for_two_businesses_from_one_seat(bakery, ada, nora):
    books = add_business(by=ada, **BOOKS)
    seats = {
        add_representative(business=business, person=nora, by=ada).seat
        for business in (bakery, books)
    }
    assert seats == set(Seat.objects.filter(person=nora))
    assert Representative.objects.filter(seat__person=nora).count() == 2


def test_whoever_left_and_comes_back_speaks_again(bakery, ada, nora):
    first = add_representative(business=bakery, person=nora, by=ada)
    Representative.objects.filter(pk=first.pk).update(ended_at=timezone.now())
    assert not speaks_for(first.seat, bakery)
    again = add_representative(business=bakery, person=nora, by=ada)
    assert (again != first, speaks_for(again.seat, bakery)) == (True, True)


def test_a_new_seat_after_the_old_one_ended(bakery, ada, nora):
    first = add_representative(business=bakery, person=nora, by=ada)
    end_seat(seat=first.seat, by=ada)
    again = add_representative(business=bakery, person=nora, by=ada)
    assert again.seat != first.seat
    assert [speaks_for(row.seat, bakery) for row in (first, again)] == [False, True]


def test_the_database_keeps_one_live_representative_of_a_seat(bakery, ada, nora):
    found = add_representative(business=bakery, person=nora, by=ada)
    with pytest.raises(IntegrityError, match="representative_once"), transaction.atomic():
        Representative.objects.create(business=bakery, seat=found.seat)


def test_the_database_refuses_the_neighbours_business(ada, neighbour):
    @transaction.atomic
    def borrow() -> None:
        Representative.objects.create(business=neighbour.business, seat=ada)
        transaction.get_connection().check_constraints()

    with pytest.raises(IntegrityError, match="business_id_same_alliance"):
        borrow()


class TestNamed:
    """A business that gets its address from its name."""

    def test_its_address_and_its_legal_name(self, ada):
        made = add_named_business(by=ada, trade_name="Zoë's Café", segment="food")
        assert (made.slug, made.legal_name) == ("zoes-cafe", "Zoë's Café")

    def test_an_address_is_never_a_page_of_ours(self, ada):
        made = [
            add_named_business(by=ada, trade_name=name, segment="food", city=f"Town {n}").slug
            for n, name in enumerate(("New", "NEW!", "Newer"))
        ]
        assert made == ["new-2", "new-3", "newer"]

    def test_a_name_without_letters(self, ada):
        made = [add_named_business(by=ada, trade_name=n, segment="food").slug for n in "!?"]
        assert made == ["business", "business-2"]

    def test_one_of_a_name_in_a_town(self, ada, oak_street, neighbour):
        add_named_business(by=ada, trade_name="Corner", segment="food", city="Oakland")
        before = row_counts(oak_street)
        with pytest.raises(DomainError, match="called CORNER already") as refused:
            add_named_business(by=ada, trade_name="CORNER", segment="food", city="oakland")
        assert (refused.value.field, row_counts(oak_street)) == ("trade_name", before)
        with in_alliance(neighbour.alliance):
            theirs = add_named_business(
                by=neighbour.director, trade_name="Corner", segment="food", city="Oakland"
            )
        assert theirs.slug == "corner"


class TestChanged:
    """Other words about a business."""

    def test_what_changed_is_named(self, bakery, ada):
        before = len(audited())
        change_business(business=bakery, by=ada, city="Oakland", trade_name="Ben's Bakery")
        assert audited()[before:] == [
            ("business.changed", ada.pk, bakery.pk, {"fields": ["city"]}),
        ]
        assert Business.objects.get().city == "Oakland"

    def test_nothing_is_changed_and_nobody_told(self, bakery, ada):
        before = audited()
        change_business(business=bakery, by=ada, trade_name="Ben's Bakery")
        assert audited() == before

    @pytest.mark.parametrize("name", ["slug", "latitude", "alliance", "created_at"])
    def test_what_is_not_changed_this_way(self, bakery, ada, name):
        with pytest.raises(ValueError, match=name):
            change_business(business=bakery, by=ada, **{name: "x"})

    @pytest.mark.parametrize("wrong", [{"trade_name": ""}, {"email": "no"}, {"website": "no"}])
    def test_what_does_not_fit(self, bakery, ada, oak_street, wrong):
        before = row_counts(oak_street)
        with pytest.raises(ValidationError):
            change_business(business=bakery, by=ada, **wrong)
        assert row_counts(oak_street) == before

    def test_the_neighbours_is_not_found(self, ada, neighbour):
        with pytest.raises(Business.DoesNotExist):
            change_business(business=neighbour.business, by=ada, city="Oakland")
