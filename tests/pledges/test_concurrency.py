"""Everybody at the same moment: the pledge stays within its bounds, and each gets an answer.

The guards are the row's lock, the conditional UPDATE and the CHECK; the
controls take them away and show what would happen.
"""

import os
import time
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from alliance import clock
from alliance.addresses import email_digest
from alliance.errors import DomainError
from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from pledges.models import (
    Pledge,
    PledgeStep,
    Redemption,
    RedemptionStep,
    VelocityFlag,
    WayIn,
)
from pledges.models.redemptions import HOLDING_STATES
from pledges.services import answers as sides
from pledges.services import customer_claims, pledges, points_of_sale, redemptions
from tests.factories import pledges as make
from tests.pledges.at_once import at_once, broker_instead_of_eager, waiting_for_locks, without_guard
from tests.pledges.reading import money_of

pytestmark = pytest.mark.django_db(transaction=True)

REPEATS = int(os.environ.get("COMMONWEAL_REPEATS", "3"))
NO_WAIT = timedelta(0)
OWNER = os.environ["OWNER_DATABASE_URL"]


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


def kinds(answers) -> dict[str, int]:
    """How many answers of each kind: refusals by their own name, everything else by its type."""
    found: dict[str, int] = {}
    for answer in answers:
        name = "refused" if isinstance(answer, DomainError) else type(answer).__name__
        found[name] = found.get(name, 0) + 1
    return found


def held_by(pledge: Pledge) -> int:
    """What the pledge's purchases hold of it, added up from their rows."""
    rows = Redemption.objects.filter(pledge=pledge, state__in=HOLDING_STATES)
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_a_thousand_purchases_of_one_pledge_count_exactly_the_pledge(
    neighbour, oak_street, eves_pledge, ben, repeat
):
    """240 = 34 × 7 + 2: the 35th counts two dollars, the others nothing."""
    claim = partial(
        redemptions.claim,
        pledge=eves_pledge,
        purchase_minor=7_00,
        way_in=WayIn.CODE,
        by=ben,
        apart=NO_WAIT,
    )
    answers = at_once(oak_street, [claim] * 1_000)
    assert kinds(answers) == {"Redemption": 35, "refused": 965}
    assert sorted(r.amount_minor for r in answers if isinstance(r, Redemption)) == [
        2_00,
        *[7_00] * 34,
    ]
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 240_00, 0)
        assert held_by(eves_pledge) == 240_00
        assert RedemptionStep.objects.count() == 35
        assert OutboxMessage.objects.filter(key__startswith="redemption-claimed:").count() == 35
    with in_alliance(neighbour.alliance):
        assert money_of(neighbour.pledge) == ("active", 240_00, 18_00, 0)


def test_a_thousand_dollars_at_once_on_240_count_exactly_240(oak_street, eves_pledge, ben):
    claim = partial(
        redemptions.claim,
        pledge=eves_pledge,
        purchase_minor=1_00,
        way_in=WayIn.SCAN,
        by=ben,
        apart=NO_WAIT,
    )
    assert kinds(at_once(oak_street, [claim] * 1_000)) == {"Redemption": 240, "refused": 760}
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 240_00, 0)
        assert held_by(eves_pledge) == 240_00
        flags = VelocityFlag.objects.order_by("reason").values_list("reason", flat=True)
        assert list(flags) == ["busy_pledge", "busy_seat", "same_amount"]


def test_a_tills_message_told_thirty_times_at_once_counts_once(
    oak_street, eves_pledge, bakery, ben
):
    with in_alliance(oak_street):
        till, _secret = make.a_point_of_sale(business=bakery, by=ben)
        message = make.a_message(eves_pledge)
    tell = partial(points_of_sale.receive, point_of_sale=till, message=message)
    told = at_once(oak_street, [tell] * 30)
    assert kinds(told) == {"Redemption": 30}
    assert len({answer.pk for answer in told}) == 1
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)
        assert RedemptionStep.objects.count() == 1


def test_one_id_for_two_cards_at_once_counts_for_one_of_them(oak_street, oven, bakery, ben):
    with in_alliance(oak_street):
        till, _secret = make.a_point_of_sale(business=bakery, by=ben)
        two = [make.an_active_pledge(oven, f"p{n}@example.com") for n in range(2)]
        messages = [make.a_message(pledge) for pledge in two]
    tells = [partial(points_of_sale.receive, point_of_sale=till, message=m) for m in messages * 10]
    assert kinds(at_once(oak_street, tells)) == {"Redemption": 10, "refused": 10}
    with in_alliance(oak_street):
        assert Redemption.objects.count() == 1


def test_control_the_index_is_what_says_once(oak_street, oven, bakery, ben):
    """Whoever did not look first: both rows of one id, written directly."""
    with in_alliance(oak_street):
        till, _secret = make.a_point_of_sale(business=bakery, by=ben)
        rows = [
            Redemption(
                pledge=make.an_active_pledge(oven, f"p{n}@example.com"),
                drive=oven,
                purchase_minor=1,
                amount_minor=1,
                currency="USD",
                way_in=WayIn.POINT_OF_SALE,
                point_of_sale=till,
                event_id="sale-1",
                confirm_due_at=timezone.now(),
            )
            for n in range(2)
        ]
        rows[0].save(force_insert=True)
        with pytest.raises(IntegrityError, match="redemption_event_once"), transaction.atomic():
            rows[1].save(force_insert=True)


@pytest.mark.parametrize("repeat", range(REPEATS))
def test_both_sides_answer_at_the_same_moment_and_it_is_settled_once(
    oak_street, eves_pledge, ben, repeat
):
    with in_alliance(oak_street):
        entered = make.a_customers_claim(eves_pledge)
    deeds = [
        partial(sides.confirm, redemption=entered, by=ben),
        partial(sides.reject, redemption=entered, reason="No.", by=ben),
        partial(customer_claims.withdraw_claim, redemption=entered),
    ]
    assert set(kinds(at_once(oak_street, deeds * 5))) <= {"Redemption", "refused"}
    with in_alliance(oak_street):
        entered.refresh_from_db()
        held = {"confirmed": (18_00, 18_00), "rejected": (0, 0)}[entered.state]
        assert money_of(eves_pledge)[2:] == held
        assert RedemptionStep.objects.count() == 2


def careless_claim(pledge: Pledge, by, everybody_has_looked: Barrier) -> Redemption:
    """Looks, then writes: a claim without lock and without condition."""
    found = Pledge.objects.select_related("drive").get(pk=pledge.pk)
    counted = min(200_00, found.remaining_minor)
    everybody_has_looked.wait(timeout=60)
    Pledge.objects.filter(pk=pledge.pk).update(held_minor=F("held_minor") + counted)
    return Redemption.objects.create(
        pledge=found,
        drive=found.drive,
        purchase_minor=200_00,
        amount_minor=counted,
        currency="USD",
        way_in=WayIn.CODE,
        entered_by=by,
        confirm_due_at=timezone.now(),
    )


def test_control_without_lock_condition_and_check_it_is_redeemed_over(oak_street, eves_pledge, ben):
    with without_guard(OWNER, table="pledges_pledge", name="pledge_honoured_within_pledged"):
        act = partial(careless_claim, eves_pledge, ben, Barrier(10))
        answers = at_once(oak_street, [act] * 10)
        assert kinds(answers) == {"Redemption": 10}
        with in_alliance(oak_street):
            assert (held_by(eves_pledge), money_of(eves_pledge)[1:3]) == (
                2_000_00,
                (240_00, 2_000_00),
            )


def test_the_check_alone_holds_where_lock_and_condition_are_missing(oak_street, eves_pledge, ben):
    act = partial(careless_claim, eves_pledge, ben, Barrier(10))
    answers = at_once(oak_street, [act] * 10)
    assert kinds(answers) == {"Redemption": 1, "IntegrityError": 9}
    with in_alliance(oak_street):
        assert held_by(eves_pledge) == 200_00


def test_lock_and_condition_hold_where_the_check_is_missing(oak_street, eves_pledge, ben):
    with without_guard(OWNER, table="pledges_pledge", name="pledge_honoured_within_pledged"):
        claim = partial(
            redemptions.claim,
            pledge=eves_pledge,
            purchase_minor=70_00,
            way_in=WayIn.CODE,
            by=ben,
            apart=NO_WAIT,
        )
        assert kinds(at_once(oak_street, [claim] * 50)) == {"Redemption": 4, "refused": 46}
        with in_alliance(oak_street):
            assert held_by(eves_pledge) == 240_00


def test_ten_minutes_hold_for_presses_of_one_moment(oak_street, eves_pledge, ben):
    claim = partial(
        redemptions.claim, pledge=eves_pledge, purchase_minor=100, way_in=WayIn.SCAN, by=ben
    )
    assert kinds(at_once(oak_street, [claim] * 30)) == {"Redemption": 1, "refused": 29}


def test_changes_and_purchases_at_once_never_leave_the_bounds(oak_street, eves_pledge, ben):
    claims = [
        partial(
            redemptions.claim,
            pledge=eves_pledge,
            purchase_minor=3_00 + n,
            way_in=WayIn.CODE,
            by=ben,
            apart=NO_WAIT,
        )
        for n in range(100)
    ]
    changes = [
        partial(pledges.change_amount, pledge=eves_pledge, amount_minor=(2 + n % 25) * 10_00)
        for n in range(100)
    ]
    both = [act for pair in zip(claims, changes, strict=True) for act in pair]
    answers = at_once(oak_street, both)
    assert set(kinds(answers)) <= {"Redemption", "Pledge", "refused"}
    with in_alliance(oak_street):
        state, amount, held, honoured = money_of(eves_pledge)
        assert state == "active"
        assert 0 == honoured <= held <= amount
        assert held == held_by(eves_pledge)
        changed = PledgeStep.objects.filter(kind__in=["raised", "lowered"]).order_by("id")
        assert changed.latest("at", "id").amount_after_minor == amount


def test_a_link_pressed_twenty_times_at_once_is_one_step_and_one_card(oak_street, oven):
    with in_alliance(oak_street):
        intended = make.an_intended_pledge(oven)
    press = partial(pledges.confirm, pledge=intended, version=1)
    assert kinds(at_once(oak_street, [press] * 20)) == {"Pledge": 20}
    with in_alliance(oak_street):
        assert PledgeStep.objects.filter(kind="confirmed").count() == 1
        assert OutboxMessage.objects.filter(template="pledges/email/card").count() == 1
        assert Pledge.objects.get().version == 2


@pytest.mark.parametrize("start", [make.a_claim, make.a_confirmed_purchase])
def test_an_undo_pressed_twenty_times_at_once_frees_the_room_once(
    oak_street, eves_pledge, ben, start
):
    with in_alliance(oak_street):
        purchase = start(eves_pledge, by=ben, spent_minor=20_00)
        start(eves_pledge, by=ben, spent_minor=30_00, **_at_once_after(start))
    undo = partial(redemptions.take_back, redemption=purchase, reason="", by=ben)
    assert kinds(at_once(oak_street, [undo] * 20)) == {"Redemption": 1, "refused": 19}
    with in_alliance(oak_street):
        assert money_of(eves_pledge)[2] == 30_00 == held_by(eves_pledge)


def _at_once_after(start):
    return {"apart": NO_WAIT} if start is make.a_claim else {}


def test_silence_and_a_question_at_the_same_moment_settle_it_once(oak_street, eves_pledge, ben):
    with in_alliance(oak_street):
        claim = make.a_claim(eves_pledge, by=ben)

    def silence():
        with clock.at(claim.confirm_due_at):
            return redemptions.confirm_silent(redemption=claim)

    question = partial(redemptions.dispute, redemption=claim)
    answers = at_once(oak_street, [silence, question] * 10)
    assert set(kinds(answers)) <= {"bool", "Redemption", "refused"}
    with in_alliance(oak_street):
        claim.refresh_from_db()
        honoured = {"confirmed": 18_00, "disputed": 0}[claim.state]
        assert money_of(eves_pledge) == ("active", 240_00, 18_00, honoured)
        assert RedemptionStep.objects.count() == 2


# --- one live pledge a person ---------------------------------------------------


def two_dozen_forms(drive):
    """Twenty-four forms of one person, each spelling the address another way."""
    return [
        partial(
            pledges.intend,
            drive=drive,
            promise=make.a_promise(f"{'EVE' if n % 2 else 'eve'}+{n}@example.com", form_key=str(n)),
        )
        for n in range(24)
    ]


def test_one_person_pledging_from_many_tabs_at_once_has_one_live_pledge(oak_street, oven):
    answers = at_once(oak_street, two_dozen_forms(oven))
    assert kinds(answers) == {"Pledge": 3, "refused": 21}  # three messages an hour
    with in_alliance(oak_street):
        pledge = Pledge.objects.get()
        assert (pledge.state, pledge.version) == ("intended", 3)
        assert OutboxMessage.objects.filter(template="pledges/email/confirm").count() == 3


def test_control_without_the_unique_index_there_would_be_several(oak_street, oven):
    """Every request stops at the inbox's lock, with its row written; then all go on."""
    with without_guard(OWNER, table="pledges_pledge", name="pledge_one_live_per_person"):
        answers = []
        forms = two_dozen_forms(oven)
        crowd = Thread(target=lambda: answers.extend(at_once(oak_street, forms)))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [email_digest("eve@example.com")],
            )
            crowd.start()
            until = time.monotonic() + 60
            while waiting_for_locks() < len(forms):
                assert time.monotonic() < until
        crowd.join()
        assert kinds(answers) == {"Pledge": 3, "refused": 21}
        with in_alliance(oak_street):
            assert Pledge.objects.live().count() == 3


def test_the_index_is_what_says_no(oak_street, oven, eves_pledge):
    with in_alliance(oak_street), pytest.raises(IntegrityError), transaction.atomic():
        pledges._new(oven, make.a_promise())


# --- the till's form ------------------------------------------------------------


def test_one_form_of_the_till_sent_ten_times_at_once_counts_once(
    oak_street, eves_pledge, ben, visit
):
    browser = visit(oak_street, ben)
    session = browser.cookies["session"].value

    def send():
        again = visit(oak_street)
        again.cookies["session"] = session
        data = {"amount": "18.50", "form_key": "the-same-form"}
        return again.post(f"/me/till/{eves_pledge.pk}/", data).status_code

    assert set(at_once(oak_street, [send] * 10)) == {302}
    with in_alliance(oak_street):
        assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)
        assert Redemption.objects.count() == 1
