"""Shops' own tills: their secrets, their end, and purchases that they tell of, once each."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.models import Person
from members.services.businesses import add_representative
from pledges.models import PointOfSale, Redemption
from pledges.services import points_of_sale, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import audited, fates_of, mails, money_of, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

OTHERWISE = ("This id came before with other figures.", "id")
NO_SUCH = ("No pledge for your business has this code.", None)


@pytest.fixture
def till(bakery, ben):
    """The bakery's counter till."""
    return make.a_point_of_sale(business=bakery, by=ben)[0]


def told(till, pledge, **fields):
    """The purchase that a till's message brings."""
    return points_of_sale.receive(point_of_sale=till, message=make.a_message(pledge, **fields))


def said(till, pledge, **fields):
    """What a refused message says."""
    return refusal(told, till=till, pledge=pledge, **fields)


def test_the_secret_is_given_once_and_stored_encrypted(bakery, ben):
    till, secret = make.a_point_of_sale(business=bakery, by=ben)
    stored = PointOfSale.objects.get()
    assert secret.startswith("cwpos_")
    assert len(secret) > 40
    assert secret not in str(PointOfSale.objects.values().get())
    assert (points_of_sale.secret_of(stored), stored.secret_ends) == (secret, secret[-4:])
    assert audited("point_of_sale.made") == [
        ("point_of_sale.made", ben.pk, till.pk, {"name": "Counter till"})
    ]


def test_revoking_wipes_the_secret_once(till, ben):
    points_of_sale.revoke(point_of_sale=till, by=ben)
    revoked = PointOfSale.objects.values().get()
    points_of_sale.revoke(point_of_sale=till, by=ben)
    assert revoked["secret"] == ""
    assert PointOfSale.objects.values().get() == revoked
    assert len(audited("point_of_sale.revoked")) == 1


def test_only_the_shops_own_people_make_and_revoke(bakery, till, cleo):
    nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
    books = make.a_business(trade_name="The Book Nook")
    stranger = add_representative(business=books, person=nora, by=None).seat
    words = ("Only Ben's Bakery can do that.", None)
    for who in (cleo, stranger):
        assert refusal(points_of_sale.make, business=bakery, name="x", by=who) == words
        assert refusal(points_of_sale.revoke, point_of_sale=till, by=who) == words


def test_twenty_at_most(bakery, ben, till):
    for n in range(19):
        make.a_point_of_sale(business=bakery, by=ben, name=str(n))
    assert refusal(points_of_sale.make, business=bakery, name="x", by=ben) == (
        "A business has at most 20 tills. Revoke one first.",
        None,
    )


def test_a_secret_under_another_key_is_not_read(till, settings):
    settings.SECRET_KEY = "another"
    assert points_of_sale.secret_of(till) is None


def test_a_purchase_that_the_till_tells_of(till, eves_pledge):
    made = told(till, eves_pledge)
    assert (made.way_in, made.entered_by, made.point_of_sale, made.event_id) == (
        "pos",
        None,
        till,
        "sale-1",
    )
    assert fates_of(made) == [("claimed", "", None)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)
    assert mails()[-1] == ("counted", "eve@example.com", f"redemption-claimed:{made.pk}")


def test_told_ten_times_it_counts_once(till, eves_pledge, oak_street):
    first = told(till, eves_pledge)
    before = row_counts(oak_street)
    assert {told(till, eves_pledge).pk for _n in range(9)} == {first.pk}
    assert row_counts(oak_street) == before


def test_told_again_after_it_was_taken_back_it_stays_so(till, eves_pledge, ben):
    first = told(till, eves_pledge)
    redemptions.take_back(redemption=first, reason="", by=ben)
    assert told(till, eves_pledge).state == "rejected"
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


def test_the_same_id_with_other_figures(till, oven, eves_pledge):
    told(till, eves_pledge)
    other = make.an_active_pledge(oven, "kind@example.com")
    assert said(till, eves_pledge, amount_minor=1) == OTHERWISE
    assert said(till, eves_pledge, currency="EUR") == OTHERWISE
    assert said(till, other) == OTHERWISE


def test_the_same_id_of_two_tills_is_two_purchases(till, oven, eves_pledge, bakery, ben):
    second, _secret = make.a_point_of_sale(business=bakery, by=ben)
    other = make.an_active_pledge(oven, "kind@example.com")
    told(till, eves_pledge)
    told(second, other)
    assert Redemption.objects.count() == 2


def test_another_shops_card_the_neighbours_and_none_are_alike(till, neighbour, ada):
    nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
    books = make.a_business(trade_name="The Book Nook")
    seat = add_representative(business=books, person=nora, by=None).seat
    drive = make.an_open_drive(business=books, by=seat, reviewer=ada, title="Shelves")
    theirs = make.an_active_pledge(drive, "reader@example.com")
    for pledge, code in ((theirs, theirs.code), (neighbour.pledge, neighbour.pledge.code)):
        assert said(till, pledge, code=code) == NO_SUCH
    assert said(till, theirs, code="ZZZZZZZZ") == NO_SUCH


def test_a_promise_that_nobody_confirmed_has_no_code_yet(till, oven):
    assert said(till, make.an_intended_pledge(oven)) == NO_SUCH


def test_another_currency(till, eves_pledge):
    assert said(till, eves_pledge, currency="EUR") == ("This pledge is in USD.", "currency")


def test_the_moment_is_the_tills(till, eves_pledge):
    then = clock.now() - timedelta(hours=1)
    type(eves_pledge).objects.update(confirmed_at=then - timedelta(hours=1))
    assert told(till, eves_pledge, at=then).claimed_at == then
    late = clock.now() - timedelta(hours=73)
    assert said(till, eves_pledge, event_id="2", at=late)[0].startswith(
        "This purchase is more than 72 hours old"
    )
