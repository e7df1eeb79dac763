"""The reports' figures over stories that one can follow with a calendar."""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest

from alliance.tenancy.scope import in_alliance
from ledger.models import Entry, EntryKind
from ledger.services import reverse
from members.models import Business, Status
from members.queries.reports import states
from members.queries.reports.lists import Happenings, Question, What, lines_behind, members_of
from members.queries.reports.money import money_between
from members.queries.reports.moves import Move, moves_until
from members.queries.reports.overview import months_between, overview
from members.queries.reports.states import Place
from members.queries.reports.terms import Cohort, terms_between
from members.services import memberships, payments, snapshots
from tests.factories import members as make
from tests.members.reading import on
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("in_oak_street")

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
NEW_YEARS_EVE = YEAR[1]


@pytest.fixture(autouse=True)
def next_door(neighbour):
    """The neighbour has members, dues and an end of its own in the same days."""
    with in_alliance(neighbour.alliance):
        membership = make.a_membership(business=neighbour.business)
        make.a_paid_term(membership, "2025-03-01")
        make.a_paid_term(membership, "2026-02-20")
        with on("2026-06-01"):
            memberships.cancel(membership=membership, by=None)
            snapshots.take(date(2026, 5, 31))


def told(what: What, first: date = YEAR[0], last: date = NEW_YEARS_EVE) -> list[tuple[str, str]]:
    """A list's rows: day, business."""
    rows = Happenings(Question(what, first, last)).after(date.min, UUID(int=0), size=100)
    names = dict(Business.objects.values_list("memberships", "trade_name"))
    return [(row.day.isoformat(), names[row.membership_id]) for row in rows]


def test_nobody_and_nothing_is_unknown_and_not_zero():
    found = overview(*YEAR)
    assert (found.state.active, found.known_from, found.books_from) == (0, None, None)
    assert [(m.moves, m.active, m.cohort, m.renewals, m.money) for m in found.months] == [
        (None,) * 5
    ] * 12
    assert found.year_lines[0] == (2026, [None] * 12)


def test_days_before_the_first_record_are_unknown():
    make.a_paid_term(make.a_membership(), "2026-03-10")
    found = overview(date(2026, 1, 15), date(2026, 4, 20))
    assert [
        (span.first.isoformat(), span.last.isoformat(), span.before, span.active)
        for span in found.months
    ] == [
        ("2026-01-15", "2026-01-31", None, None),
        ("2026-02-01", "2026-02-28", None, None),
        ("2026-03-01", "2026-03-31", None, 1),
        ("2026-04-01", "2026-04-20", 1, 1),
    ]
    assert found.months[0].moves is found.months[1].money is None
    assert found.whole.attrition is None
    assert found.year_lines[0] == (2026, [None, None, 1, 1, *[None] * 8])
    assert [year.moves for year in found.years[:4]] == [None] * 4


def test_a_year_of_three_members_adds_up():
    stays, lapses, ends = (make.a_membership() for _n in range(3))
    make.a_paid_term(stays, "2025-02-01")
    make.a_paid_term(lapses, "2025-03-01")
    make.a_paid_term(ends, "2025-04-01")
    make.a_paid_term(stays, "2026-01-20")
    with on("2026-02-10"):
        memberships.cancel(membership=ends, by=None, reason="Moved away.")
    # Grace of a term that ends on 28 February runs out at the end of 30 March.
    make.a_paid_term(lapses, "2026-09-05")
    with on("2026-10-01"):
        memberships.hold(membership=stays, by=None, reason="A dispute.")
    with on("2026-10-20"):
        memberships.release(membership=stays, by=None)
    found = overview(*YEAR)
    assert (found.whole.before, found.whole.active, found.whole.renewals) == (3, 2, 1)
    assert found.whole.moves == Counter(
        {
            Move.RETURNED: 1,
            Move.RELEASED: 1,
            Move.LAPSED: 1,
            Move.ENDED: 1,
            Move.SUSPENDED: 1,
        }
    )
    assert found.whole.left == 3
    assert found.whole.attrition == 3 / 3
    assert found.whole.cohort == Cohort(renewed=1, open=0, lost=2)
    assert found.whole.cohort.retention == pytest.approx(1 / 3)
    assert [m.active for m in found.months] == [3, 2, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2]
    assert [day for day, _name in told(What.LAPSED)] == ["2026-03-31"]
    assert [day for day, _name in told(What.RETURNED)] == ["2026-09-05"]
    assert [day for day, _name in told(What.RENEWALS)] == ["2026-01-20"]
    assert [day for day, _name in told(What.DUE)] == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert [day for day, _name in told(What.LOST)] == ["2026-02-28", "2026-03-31"]
    assert found.years[-1].moves == found.whole.moves


def test_who_pays_on_the_day_after_grace_has_lapsed_and_is_reinstated():
    late = make.a_membership()
    make.a_paid_term(late, "2025-03-01")
    make.a_paid_term(late, "2026-03-31")
    assert moves_until(NEW_YEARS_EVE).between(*YEAR) == Counter({Move.LAPSED: 1, Move.RETURNED: 1})
    assert terms_between(*YEAR).cohort(*YEAR) == Cohort(renewed=0, open=0, lost=1)


def test_who_pays_on_the_last_day_of_grace_is_renewed():
    kept = make.a_membership()
    make.a_paid_term(kept, "2025-03-01")
    make.a_paid_term(kept, "2026-03-30")
    assert moves_until(NEW_YEARS_EVE).between(*YEAR) == Counter()
    assert terms_between(*YEAR).cohort(*YEAR) == Cohort(renewed=1, open=0, lost=0)


def test_money_that_came_in_grace_and_was_entered_late_renews_all_the_same():
    kept = make.a_membership()
    make.a_paid_term(kept, "2025-03-01")
    make.a_paid_term(kept, "2026-04-02", received_on="2026-03-20")
    day = date(2026, 4, 1)
    assert terms_between(YEAR[0], day).cohort(YEAR[0], day) == Cohort(0, 0, lost=1)
    assert terms_between(*YEAR).cohort(*YEAR) == Cohort(renewed=1, open=0, lost=0)
    # The days in between keep what they were.
    assert [day for day, _name in told(What.LAPSED)] == ["2026-03-31"]
    assert [day for day, _name in told(What.RETURNED)] == ["2026-04-02"]


def test_a_cohort_grows_while_it_is_in_grace():
    member = make.a_membership()
    make.a_paid_term(member, "2025-03-01")
    make.a_paid_term(member, "2026-03-10")
    march = (date(2026, 2, 1), date(2026, 2, 28))
    days = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 9), date(2026, 3, 10)]
    assert [terms_between(march[0], day).cohort(*march) for day in days] == [
        Cohort(0, 0, 0),
        Cohort(renewed=0, open=1, lost=0),
        Cohort(renewed=0, open=1, lost=0),
        Cohort(renewed=1, open=0, lost=0),
    ]


def test_an_early_renewal_is_renewed_on_the_day_of_the_end():
    member = make.a_membership()
    make.a_paid_term(member, "2025-03-01")
    make.a_paid_term(member, "2026-01-10")
    end = date(2026, 2, 28)
    assert terms_between(end, end).cohort(end, end) == Cohort(renewed=1, open=0, lost=0)


def test_who_pays_three_terms_at_once_is_due_once():
    make.a_paid_term(make.a_membership(), "2023-05-01", terms=3)
    days = (date(2023, 1, 1), NEW_YEARS_EVE)
    assert terms_between(*days).cohort(*days) == Cohort(renewed=0, open=0, lost=1)
    assert terms_between(*days).renewals_between(*days) == 0


def test_a_full_credit_takes_back_what_a_partial_one_does_not():
    whole, part = make.a_membership(), make.a_membership()
    make.a_credit(make.a_paid_term(whole, "2026-02-01"), "2026-05-06")
    make.a_credit(make.a_paid_term(part, "2026-02-01"), "2026-05-06", 20_00)
    assert told(What.CREDITED) == [("2026-05-06", whole.business.trade_name)]
    assert moves_until(NEW_YEARS_EVE).active_on(NEW_YEARS_EVE) == 1


def test_credited_and_billed_anew_on_one_day_nobody_has_left():
    member = make.a_membership()
    make.a_credit(make.a_paid_term(member, "2026-02-01"), "2026-05-06")
    make.a_paid_term(member, "2026-05-06")
    assert moves_until(NEW_YEARS_EVE).between(*YEAR) == Counter({Move.JOINED: 1})


def test_terms_from_another_system_are_brought_and_not_joined():
    old = make.a_membership(joined_on=date(2015, 6, 1))
    make.a_term(old, starts_on=date(2026, 1, 1))
    new = make.a_membership(joined_on=date(2026, 2, 1))
    make.a_term(new, starts_on=date(2026, 2, 1))
    assert told(What.BROUGHT) == [("2026-01-01", old.business.trade_name)]
    assert told(What.JOINED) == [("2026-02-01", new.business.trade_name)]


def test_the_tier_is_that_of_the_term_that_ran(ada):
    corner, square = make.a_tier(name="Corner"), make.a_tier(name="Square", price_minor=360_00)
    with on("2025-03-01"):
        member = make.a_membership(tier=corner)
    make.a_paid_term(member, "2025-03-01")
    with on("2025-08-01"):
        changed = memberships.change_tier(membership=member, tier=square, by=ada)
    make.a_paid_term(changed, "2026-02-10")
    days = [date(2025, 12, 1), date(2026, 2, 20), date(2026, 3, 1)]
    assert [states.state_on(day).by_tier for day in days] == [
        Counter({corner.pk: 1}),
        Counter({corner.pk: 1}),
        Counter({square.pk: 1}),
    ]
    row = members_of(Question(What.ACTIVE, days[0], days[0], tier=corner.pk)).get()
    assert (row.pk, row.status, row.tier_on) == (member.pk, "current", corner.pk)


def test_regions_are_the_businesses_own():
    for name, city, quarter in (
        ("Ada's", "Oakland", "Temescal"),
        ("Ben's", "Oakland", "Temescal"),
        ("Cy's", "Oakland", ""),
        ("Di's", "", ""),
    ):
        shop = make.a_business(trade_name=name, city=city, neighbourhood=quarter)
        make.a_paid_term(make.a_membership(business=shop), "2026-02-01")
    state = states.state_on(NEW_YEARS_EVE)
    assert state.by_place == Counter(
        {Place("Oakland", "Temescal"): 2, Place("Oakland", ""): 1, Place("", ""): 1}
    )
    nowhere = Question(What.ACTIVE, *[NEW_YEARS_EVE] * 2, city="", neighbourhood="")
    assert [m.business.trade_name for m in members_of(nowhere)] == ["Di's"]


def test_who_has_not_joined_yet_is_not_pending_the_year_before():
    with on("2026-02-01"):
        make.a_membership()
    days = [date(2025, 12, 31), date(2026, 2, 1)]
    assert [states.state_on(day).by_status for day in days] == [
        Counter(),
        Counter({Status.PENDING: 1}),
    ]


def test_dues_are_read_from_the_books_and_reversals_count_against_their_kind():
    member = make.a_membership()
    with on("2026-01-15"):
        invoice = make.an_invoice(membership=member)
        paid = make.a_payment(invoice=invoice, amount_minor=80_00)
    with on("2026-02-10"):
        make.a_credit(invoice, "2026-02-10", 15_00)
        payments.give_back(
            payment=paid, amount_minor=30_00, reason="Too much.", key="back", by=None
        )
    with on("2026-03-05"):
        entry = Entry.objects.get(key=f"payment:{paid.pk}")
        reverse(entry=entry, reason="A bad cheque.", by=None)
    found = money_between(*YEAR)
    assert found.known_from == date(2026, 1, 15)
    assert [found.between(*month) for month in list(months_between(*YEAR))[:3]] == [
        Counter({EntryKind.INVOICE: 120_00, EntryKind.PAYMENT: 80_00}),
        Counter({EntryKind.CREDIT_NOTE: 45_00, EntryKind.REFUND: 30_00}),
        Counter({EntryKind.PAYMENT: -80_00}),
    ]
    received = Question(What.RECEIVED, *YEAR)
    assert [line.amount_minor for line in lines_behind(received).order_by("number")] == [
        -80_00,
        80_00,
    ]
    assert (
        money_between(date(2025, 1, 1), date(2025, 12, 31)).between(
            date(2025, 1, 1), date(2025, 12, 31)
        )
        is None
    )


def test_what_is_entered_later_for_an_earlier_day_changes_it_and_the_snapshot_tells():
    with on("2026-01-20"):
        member, other = make.a_membership(), make.a_membership()
    make.a_paid_term(member, "2026-02-01")
    day = date(2026, 3, 1)
    snapshots.take(day)
    before = states.state_on(day)
    assert (before.active, before.kept, before.different) == (1, 2, 0)
    with on("2026-04-01"):
        make.a_term(other, starts_on=date(2026, 2, 20))
    after = states.state_on(day)
    assert (after.active, after.kept, after.different) == (2, 2, 1)
    differs = members_of(Question(What.DIFFERENT, day, day)).get()
    assert (differs.pk, differs.kept, differs.status) == (other.pk, "pending", "new")


def test_months_are_cut_by_the_range():
    assert list(months_between(date(2024, 1, 31), date(2024, 3, 1))) == [
        (date(2024, 1, 31), date(2024, 1, 31)),
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 3, 1), date(2024, 3, 1)),
    ]


def test_six_queries_however_much_there_is():
    make.a_paid_term(make.a_membership(), "2025-03-01")
    few = queries_of(lambda: overview(*YEAR))
    for n in range(12):
        make.a_paid_term(make.a_membership(), f"2026-{n + 1:02d}-01")
    assert (few, queries_of(lambda: overview(*YEAR))) == (6, 6)
