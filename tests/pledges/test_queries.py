"""A drive's figures, lists and months."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance import clock
from pledges import queries
from pledges.models import Display, Pledge, PledgeDrive, Redemption
from pledges.queries import DriveFigures, MonthHonoured
from pledges.services import pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import crowd, queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

NOTHING = DriveFigures(0, 0, 0, 0, 0, 0, 0)


def test_a_drive_that_nobody_pledged_to(oven):
    assert queries.drive_figures(oven) == NOTHING


def test_a_promise_that_nobody_confirmed_counts_nowhere(oven):
    make.an_intended_pledge(oven)
    assert queries.drive_figures(oven) == NOTHING


def test_pledged_honoured_open_and_dropped_stand_apart(oven, ben, ada):
    kept = make.an_active_pledge(oven, "kept@example.com", amount_minor=100_00)
    make.a_confirmed_purchase(kept, by=ben, spent_minor=100_00)
    part = make.an_active_pledge(oven, "part@example.com", amount_minor=200_00)
    make.a_confirmed_purchase(part, by=ben, spent_minor=30_50)
    make.a_claim(part, by=ben, spent_minor=10_00)  # held, not yet honoured
    gone = make.an_active_pledge(oven, "gone@example.com", amount_minor=50_00)
    make.a_confirmed_purchase(gone, by=ben, spent_minor=12_00)
    pledges.cancel(pledge=gone)
    fake = make.an_active_pledge(oven, "fake@example.com")
    pledges.void(pledge=fake, reason="Fake.", by=ada)
    assert queries.drive_figures(oven) == DriveFigures(
        pledgers=3,
        standing=2,
        dropped_pledgers=1,
        pledged_minor=350_00,
        honoured_minor=142_50,
        open_minor=169_50,
        dropped_minor=38_00,
    )


def test_day_182_of_the_worked_case(oven):
    """60 pledgers at $120, 20 at $180, 15 at $40, 5 at $0, of $240 each."""
    for people, honoured in ((60, 120_00), (20, 180_00), (15, 40_00), (5, 0)):
        rest = {"honoured_minor": honoured, "held_minor": honoured}
        crowd(oven, people, confirmed_at=timezone.now() - timedelta(days=182), **rest)
    assert queries.drive_figures(oven) == DriveFigures(
        pledgers=100,
        standing=100,
        dropped_pledgers=0,
        pledged_minor=24_000_00,
        honoured_minor=11_400_00,
        open_minor=12_600_00,
        dropped_minor=0,
    )


STATES = ("intended", "active", "fulfilled", "lapsed", "cancelled", "released", "void")
HISTORY = st.lists(
    st.tuples(st.sampled_from(STATES), st.integers(2, 200), st.floats(0, 1), st.floats(0, 1)),
    max_size=12,
)


def _row(drive: PledgeDrive, n: int, state: str, tens: int, held: float, part: float) -> None:
    amount = tens * 10_00
    held_minor = amount if state == "fulfilled" else round(amount * held)
    honoured = amount if state == "fulfilled" else round(held_minor * part)
    # A released promise may never have been confirmed.
    unconfirmed = state == "intended" or (state == "released" and n % 2)
    crowd(
        drive,
        1,
        confirmed_at=None if unconfirmed else drive.opened_at,
        state=state,
        amount_minor=amount,
        held_minor=0 if unconfirmed else held_minor,
        honoured_minor=0 if unconfirmed else honoured,
    )


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=HISTORY)
def test_pledged_is_honoured_and_open_and_dropped_whatever_happened(oven, history):
    with transaction.atomic():
        for n, row in enumerate(history):
            _row(oven, n, *row)
        found = queries.drive_figures(oven)
        counted = [
            p
            for p in Pledge.objects.filter(drive=oven)
            if p.confirmed_at is not None and p.state != "void"
        ]
        transaction.set_rollback(True)
    assert found.pledged_minor == found.honoured_minor + found.open_minor + found.dropped_minor
    assert found.pledgers == found.standing + found.dropped_pledgers
    standing = [p for p in counted if p.state in ("active", "fulfilled")]
    dropped = [p for p in counted if p not in standing]
    assert found == DriveFigures(
        pledgers=len(counted),
        standing=len(standing),
        dropped_pledgers=len(dropped),
        pledged_minor=sum(p.amount_minor for p in counted),
        honoured_minor=sum(p.honoured_minor for p in counted),
        open_minor=sum(p.amount_minor - p.honoured_minor for p in standing),
        dropped_minor=sum(p.amount_minor - p.honoured_minor for p in dropped),
    )


@pytest.fixture
def drives(oven, bakery, ben) -> list[PledgeDrive]:
    """Eleven drives, some with pledges."""
    drafts = [make.a_draft(business=bakery, by=ben, title=f"Oven {n}") for n in range(10)]
    crowd(oven, 3, confirmed_at=oven.opened_at)
    crowd(drafts[0], 2, confirmed_at=oven.opened_at, amount_minor=20_00)
    return [oven, *drafts]


def test_figures_of_several_drives_are_each_its_own(drives):
    found = queries.figures(drives)
    assert [found[drive.pk].pledged_minor for drive in drives] == [720_00, 40_00, *[0] * 9]


@pytest.mark.parametrize("count", [1, 2, 11])
def test_one_query_however_many_drives(drives, count):
    assert queries_of(lambda: queries.figures(drives[:count])) == 1


def test_no_drives_no_figures():
    assert queries.figures([]) == {}


def test_the_newest_pledgers_first_and_only_those_that_stand(oven):
    start = oven.opened_at
    for n in range(queries.PEOPLE_SHOWN + 2):
        crowd(oven, 1, confirmed_at=start + timedelta(minutes=n), name=f"Nr {n}")
    crowd(oven, 1, confirmed_at=start + timedelta(days=1), name="Gone", state="cancelled")
    crowd(oven, 1, confirmed_at=start + timedelta(days=1), name="Fake", state="void")
    shown = [pledge.name for pledge in queries.newest_pledgers(oven)]
    assert shown == [f"Nr {n}" for n in range(25, 1, -1)]


def test_names_are_shown_as_their_people_want_and_cost_no_more_queries(oven):
    for n, display in enumerate(Display):
        make.an_active_pledge(
            oven, f"p{n}@example.com", name="Eve Anna Castellano", display=display
        )
    people = queries.newest_pledgers(oven)
    assert queries_of(lambda: [pledge.public_name for pledge in people]) == 0
    assert [pledge.public_name for pledge in people] == [
        "A neighbour",
        "Eve",
        "Eve Anna Castellano",
    ]


def test_a_pledges_purchases_newest_first(oven, eves_pledge, ben):
    now = timezone.now()
    made = [
        make.a_claim(eves_pledge, by=ben, at=now - timedelta(days=days), apart=timedelta(-99))
        for days in (5, 9, 7)
    ]
    other = make.an_active_pledge(oven, "kind@example.com")
    make.a_claim(other, by=ben)
    assert list(queries.redemptions_of(eves_pledge)) == [made[0], made[2], made[1]]
    assert queries.redemptions_of_drive(oven).count() == 4


def _bought(pledge: Pledge, by: object, at: str, spent: int) -> None:
    claim = make.a_claim(
        pledge,
        by=by,
        spent_minor=spent,
        at=datetime.fromisoformat(at).replace(tzinfo=UTC),
        apart=timedelta(0),
    )
    with clock.at(claim.confirm_due_at):
        redemptions.confirm_silent(redemption=claim)


def test_months_are_the_alliances_own_and_only_what_was_confirmed_counts(oven, ben, ada):
    pledge = make.an_active_pledge(oven, amount_minor=2_000_00)
    _bought(pledge, ben, "2026-10-01T06:59", 10_00)  # 23:59 on 30 September in Oakland
    _bought(pledge, ben, "2026-10-01T07:00", 20_00)
    _bought(pledge, ben, "2026-10-20T18:00", 5_50)
    make.a_claim(pledge, by=ben, spent_minor=99_00)
    fake = make.an_active_pledge(oven, "fake@example.com")
    _bought(fake, ben, "2026-10-20T18:00", 77_00)
    pledges.void(pledge=fake, reason="Fake.", by=ada)
    with time_machine.travel(datetime(2026, 11, 22, 18, tzinfo=UTC)):
        assert queries.honoured_by_month(oven) == [
            MonthHonoured("2026-09", 10_00, 1),
            MonthHonoured("2026-10", 25_50, 2),
        ]
    assert queries.drive_figures(oven).honoured_minor == 35_50


def test_each_month_opens_a_list_that_adds_up_to_it(oven, ben, ada):
    pledge = make.an_active_pledge(oven, amount_minor=2_000_00)
    fake = make.an_active_pledge(oven, "fake@example.com")
    for day in (1, 9, 28):
        _bought(pledge, ben, f"2026-10-{day:02}T18:00", day * 100)
        _bought(fake, ben, f"2026-10-{day:02}T18:00", day * 100)
    pledges.void(pledge=fake, reason="Fake.", by=ada)
    with time_machine.travel(datetime(2026, 11, 22, 18, tzinfo=UTC)):
        (month,) = queries.honoured_by_month(oven)
    rows = queries.in_month(queries.redemptions_of_drive(oven), month.month)
    assert (sum(r.amount_minor for r in rows), len(rows)) == (month.amount_minor, month.count)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "nonsense", "9999-12", "2026-03-01"])
def test_a_month_that_is_none_shows_every_purchase(oven, eves_pledge, ben, text):
    make.a_claim(eves_pledge, by=ben)
    assert queries.in_month(Redemption.objects.all(), text).count() == 1


def test_open_drives_are_those_that_gather_at_this_moment(oven, bakery, ben):
    make.a_draft(business=bakery, by=ben)
    assert list(PledgeDrive.objects.open()) == [oven]
    assert list(PledgeDrive.objects.public()) == [oven]
    with time_machine.travel(oven.gathering_ends_at, tick=False):
        assert list(PledgeDrive.objects.open()) == []
        assert list(PledgeDrive.objects.public()) == [oven]
