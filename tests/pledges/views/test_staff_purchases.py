"""The staff's side: what is odd, receipts in question, and confirmed purchases taken back."""

import pytest

from alliance.tenancy.scope import in_alliance
from pledges.models import Redemption, VelocityFlag
from pledges.services import answers, customer_claims
from tests.directory.pictures import a_photo
from tests.factories import pledges as make
from tests.pledges.reading import money_of
from tests.pledges.views.browsing import problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def desk(visit, oak_street, cleo):
    """Cleo's browser."""
    return visit(oak_street, cleo)


@pytest.fixture
def flag(oak_street, eves_pledge, ben) -> VelocityFlag:
    """Something odd about Eve's purchase of just now."""
    with in_alliance(oak_street):
        made = make.a_claim(eves_pledge, by=ben)
        return VelocityFlag.objects.create(drive=made.drive, redemption=made, reason="same_amount")


def test_from_the_queue_to_a_note(desk, oak_street, flag):
    assert "Odd purchases" in words(desk.get("/staff/"))
    odd = "Ben's Bakery: the same amount again and again"
    assert odd in words(desk.get("/staff/velocity/"))
    path = f"/staff/velocity/{flag.pk}/"
    assert "$18" in words(desk.get(path))
    empty = desk.post(path, {"note": ""})
    assert (empty.status_code, problems(empty)[0][0]) == (422, "id_note")
    done = desk.post(path, {"note": "Coffee costs $3."}, follow=True)
    assert "Noted. It is off the list." in words(done)
    assert odd not in words(done)
    assert "Coffee costs $3." in words(desk.get("/staff/velocity/?show=cleared"))
    again = desk.post(path, {"note": "Again."})
    assert problems(again) == [("", "Somebody has looked at this already.")]
    with in_alliance(oak_street):
        assert VelocityFlag.objects.get().note == "Coffee costs $3."


def test_the_neighbours_flags_are_not_here(desk, flag, neighbour):
    assert "Dan's Dairy" not in words(desk.get("/staff/velocity/"))
    assert desk.get(f"/staff/velocity/{neighbour.flag.pk}/").status_code == 404
    assert desk.post(f"/staff/velocity/{neighbour.flag.pk}/", {"note": "x"}).status_code == 404


def test_a_confirmed_purchase_is_taken_back_with_a_reason(desk, oak_street, eves_pledge, ben):
    with in_alliance(oak_street):
        bought = make.a_confirmed_purchase(eves_pledge, by=ben)
    path = f"/staff/purchases/{bought.pk}/reversal/"
    assert path in text(desk.get("/staff/purchases/"))
    assert desk.get(path).status_code == 200
    assert desk.post(path, {"reason": ""}).status_code == 422
    done = desk.post(path, {"reason": "Rung up twice."}, follow=True)
    assert "Taken back. The customer has been told." in words(done)
    again = desk.post(path, {"reason": "Once more."})
    assert (again.status_code, problems(again)) == (
        422,
        [("", "Only a confirmed purchase can be taken back here.")],
    )
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


def test_only_whoever_may_settle_is_led_there(visit, oak_street, tess, eves_pledge, ben, neighbour):
    with in_alliance(oak_street):
        bought = make.a_confirmed_purchase(eves_pledge, by=ben)
    treasurer = visit(oak_street, tess)
    assert "reversal" not in text(treasurer.get("/staff/purchases/"))
    assert treasurer.get(f"/staff/purchases/{bought.pk}/reversal/").status_code == 404


def test_the_neighbours_purchase_is_not_taken_back(desk, neighbour):
    path = f"/staff/purchases/{neighbour.claim.pk}/reversal/"
    assert desk.post(path, {"reason": "x"}).status_code == 404


def test_staff_see_the_receipt_of_what_the_business_questions(desk, oak_street, eves_pledge, ben):
    with in_alliance(oak_street):
        made = customer_claims.claim_by_receipt(
            pledge=eves_pledge, purchase_minor=18_00, photo=a_photo()
        )
        answers.question(redemption=made, reason="Whose is it?", by=ben)
    page = desk.get(f"/staff/disputes/{made.pk}/")
    assert f'src="/staff/purchases/{made.pk}/photo/"' in text(page)
    assert "Eve Castellano entered a purchase of $18: photo of the receipt." in words(page)
    assert "Ben's Bakery (Ben) asks the alliance: “Whose is it?”" in words(page)
    assert "Ben's Bakery questions what Eve Castellano entered" in words(
        desk.get("/staff/disputes/")
    )
    desk.post(f"/staff/disputes/{made.pk}/", {"decision": "not", "reason": "Another shop's."})
    with in_alliance(oak_street):
        assert Redemption.objects.get().state == "rejected"


def test_what_a_till_told_reads_so(desk, oak_street, eves_pledge, bakery, ben):
    from pledges.services import points_of_sale, redemptions

    with in_alliance(oak_street):
        till, _secret = make.a_point_of_sale(business=bakery, by=ben)
        made = points_of_sale.receive(point_of_sale=till, message=make.a_message(eves_pledge))
        redemptions.dispute(redemption=made)
    page = words(desk.get(f"/staff/disputes/{made.pk}/"))
    assert "The till of Ben's Bakery (Counter till) told of a purchase of $18.50." in page
