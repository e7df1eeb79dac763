"""Whether pledges carry a loan, how much of one, and what is told before anyone signs."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.cover import (
    LEAST_COVER,
    STANDARD,
    STARTER,
    Backing,
    Refusal,
    Rung,
    break_even_honour,
    break_even_spending,
    limit,
    most_payment,
    pledge_service_cover,
    refusals,
    truth_box,
)
from lending.arithmetic.schedule import LoanTerms, level_payment
from pledges.models import Rung as DriveRung
from pledges.rules import THRESHOLDS, Threshold
from tests.lending.arithmetic.drawing import (
    AMOUNTS,
    APRS,
    BACKINGS,
    HONOURS,
    LOANS,
    MARGINS,
    MONTHS,
    steadily,
)

APR = Decimal("0.0399")
BACKING = Backing(24_000_00, 12)
NOTHING = Backing(0, 12)
RUNGS = st.sampled_from((STANDARD, STARTER))


# --- the rungs ----------------------------------------------------------------------


def test_the_two_rungs():
    assert Rung(100, 24, Decimal("0.20"), Decimal("0.33"), 10**12) == STANDARD
    assert Rung(25, 12, Decimal("0.10"), Decimal("0.10"), 2_500_00) == STARTER


@pytest.mark.parametrize(
    ("drive_rung", "rung"), [(DriveRung.STANDARD, STANDARD), (DriveRung.STARTER, STARTER)]
)
def test_they_ask_what_the_drives_ask(drive_rung, rung):
    assert THRESHOLDS[drive_rung] == Threshold(rung.pledgers, rung.months_at_location)


# --- cover --------------------------------------------------------------------------


@steadily
@given(BACKINGS, HONOURS, AMOUNTS, AMOUNTS, APRS, MONTHS)
def test_cover_falls_as_the_advance_rises(backing, honour, one, other, apr, months):
    small, large = (level_payment(amount, apr, months) for amount in sorted((one, other)))
    assert pledge_service_cover(backing, large, honour) <= pledge_service_cover(
        backing, small, honour
    )


@steadily
@given(BACKINGS.filter(lambda backing: backing.base_minor), st.integers(1, 10**7))
def test_at_break_even_honour_the_pledges_pay_just_once(backing, payment):
    h0 = break_even_honour(backing, payment)
    assert backing.earned_monthly(Fraction(1)) * h0 == payment
    if h0 <= 1:
        assert pledge_service_cover(backing, payment, h0) == 1


def test_no_pledges_cover_nothing():
    assert pledge_service_cover(NOTHING, 408_70, Decimal("0.58")) == 0
    with pytest.raises(ValueError, match="Nothing is pledged"):
        break_even_honour(NOTHING, 408_70)
    with pytest.raises(ValueError, match="Nothing is pledged"):
        break_even_spending(NOTHING, 4_904_36, Decimal("0.58"))
    with pytest.raises(ValueError, match="Nothing is pledged"):
        break_even_spending(BACKING, 4_904_36, Decimal(0))


@pytest.mark.parametrize(
    "wrong",
    [
        (-1, 12),
        (24_000.5, 12),
        (24_000_00, 0),
        (24_000_00, 61),
        (24_000_00, 12, Decimal(0)),
        (24_000_00, 12, Decimal("0.61")),
        (24_000_00, 12, 0.5),
    ],
)
def test_a_backing_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        Backing(*wrong)


@pytest.mark.parametrize("honour", [Decimal("-0.01"), Decimal("1.01"), Decimal("NaN"), 0.58])
def test_an_honour_that_makes_no_sense_is_refused(honour):
    with pytest.raises(ValueError, match="The honour is a ratio"):
        pledge_service_cover(BACKING, 408_70, honour)
    with pytest.raises(ValueError, match="The honour is a ratio"):
        most_payment(BACKING, honour)


@pytest.mark.parametrize("nothing", [0, -1, 10.5])
def test_a_payment_of_nothing_is_refused(nothing):
    with pytest.raises(ValueError):
        pledge_service_cover(BACKING, nothing, Decimal(1))
    with pytest.raises(ValueError):
        break_even_honour(BACKING, nothing)
    with pytest.raises(ValueError):
        break_even_spending(BACKING, nothing, Decimal(1))


# --- the limit ----------------------------------------------------------------------


def most(backing: Backing = BACKING, rung: Rung = STANDARD, **changed: Any) -> int:
    asked: dict[str, Any] = {"honour": Decimal("0.58"), "apr": APR, "months": 12, **changed}
    return limit(backing, rung, **asked)


@pytest.mark.parametrize(
    ("changed", "least"),
    [
        pytest.param({}, 4_541_00, id="what is covered"),
        pytest.param({"advance": Decimal("0.33")}, 4_541_00, id="a larger advance covers no more"),
        pytest.param({"honour": Decimal("0.75")}, 4_800_00, id="the advance"),
        pytest.param({"advance": Decimal("0.15")}, 3_600_00, id="a smaller advance"),
        pytest.param({"lender_cap_minor": 3_000_99}, 3_000_00, id="the lender's cap"),
        pytest.param({"lender_cap_minor": 0}, 0, id="a lender without money"),
        pytest.param({"rung": STARTER}, 2_400_00, id="a tenth on the starter rung"),
        pytest.param(
            {"rung": STARTER, "backing": Backing(60_000_00, 12)}, 2_500_00, id="the rung's most"
        ),
        pytest.param({"backing": NOTHING}, 0, id="nothing pledged"),
        pytest.param({"honour": Decimal(0)}, 0, id="nothing kept"),
        # $4,640 are covered by 386.66…, but would be paid in 386.67.
        pytest.param({"apr": Decimal(0)}, 4_639_00, id="without interest"),
        pytest.param({"apr": Decimal(4)}, 1_123_00, id="at 400%"),
        pytest.param({"months": 1}, 385_00, id="in one payment"),
    ],
)
def test_the_least_of_what_limits(changed, least):
    assert most(**changed) == least


@pytest.mark.parametrize(
    "wrong",
    [
        {"advance": Decimal(0)},
        {"advance": Decimal("0.34")},
        {"advance": Decimal("0.11"), "rung": STARTER},
        {"lender_cap_minor": -1},
        {"months": 0},
        {"apr": Decimal(5)},
        {"honour": Decimal(2)},
    ],
)
def test_a_limit_of_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        most(**wrong)


@steadily
@given(BACKINGS, RUNGS, HONOURS, APRS, MONTHS)
def test_a_loan_at_the_limit_may_be_offered(backing, rung, honour, apr, months):
    amount = limit(backing, rung, honour=honour, apr=apr, months=months, advance=rung.most_advance)
    found = amount and refusals(
        LoanTerms(amount, apr, months),
        backing,
        rung,
        honour=honour,
        pledgers=rung.pledgers,
        months_at_location=rung.months_at_location,
    )
    assert found in (0, ())


@steadily
@given(BACKINGS, RUNGS, HONOURS, HONOURS, APRS, APRS, MONTHS, st.integers(0, 10**7), MARGINS)
def test_the_limit_is_monotone(backing, rung, h1, h2, apr1, apr2, months, more, margin):
    def at(backing: Backing, honour: Decimal, apr: Decimal, cap: int = 10**9) -> int:
        return limit(backing, rung, honour=honour, apr=apr, months=months, lender_cap_minor=cap)

    (low, high), (cheap, dear) = sorted((h1, h2)), sorted((apr1, apr2))
    now = at(backing, low, dear)
    assert now <= at(backing, high, dear)
    assert now <= at(backing, low, cheap)
    assert now <= at(replace(backing, base_minor=backing.base_minor + more), low, dear)
    assert now <= at(replace(backing, margin=max(backing.margin, margin)), low, dear)
    assert now >= at(backing, low, dear, cap=more)


def test_the_payment_of_a_limit_is_covered_after_its_cents_are_rounded():
    limits = [(Backing(base, 12), most(Backing(base, 12))) for base in range(6_000_00, 6_003_00)]
    covers = [
        pledge_service_cover(backing, level_payment(amount, APR, 12), Decimal("0.58"))
        for backing, amount in limits
    ]
    assert min(covers) >= LEAST_COVER
    # A dollar more is not: the limit gives nothing away.
    assert all(
        pledge_service_cover(backing, level_payment(amount + 1_00, APR, 12), Decimal("0.58"))
        < LEAST_COVER
        for backing, amount in limits
    )


# --- offers -------------------------------------------------------------------------


def against(amount_minor: int, rung: Rung = STANDARD, **changed: Any) -> tuple[Refusal, ...]:
    facts: dict[str, Any] = {
        "honour": Decimal("0.58"),
        "pledgers": 100,
        "months_at_location": 24,
        **changed,
    }
    return refusals(LoanTerms(amount_minor, APR, 12), BACKING, rung, **facts)


@pytest.mark.parametrize(
    ("amount", "changed", "reasons"),
    [
        (4_541_00, {}, ()),
        (4_542_00, {}, (Refusal.COVER,)),
        (4_541_00, {"pledgers": 99}, (Refusal.PLEDGERS,)),
        (4_541_00, {"months_at_location": 23}, (Refusal.MONTHS_AT_LOCATION,)),
        (4_541_00, {"lender_cap_minor": 4_541_00}, ()),
        (4_541_00, {"lender_cap_minor": 4_540_99}, (Refusal.LENDER_CAP,)),
        (7_920_00, {"honour": Decimal("0.9")}, (Refusal.COVER,)),
        (7_920_01, {"honour": Decimal(1)}, (Refusal.ADVANCE, Refusal.COVER)),
        (2_400_00, {"rung": STARTER, "pledgers": 25, "months_at_location": 12}, ()),
        (2_400_01, {"rung": STARTER}, (Refusal.ADVANCE,)),
        (
            2_500_01,
            {"rung": STARTER, "pledgers": 24, "months_at_location": 11, "lender_cap_minor": 0},
            (
                Refusal.PLEDGERS,
                Refusal.MONTHS_AT_LOCATION,
                Refusal.ADVANCE,
                Refusal.RUNG,
                Refusal.LENDER_CAP,
            ),
        ),
    ],
)
def test_every_reason_against_an_offer_is_told(amount, changed, reasons):
    assert against(amount, **changed) == reasons


@pytest.mark.parametrize(
    "wrong",
    [
        {"pledgers": -1},
        {"months_at_location": 1.5},
        {"lender_cap_minor": -1},
        {"honour": Decimal(2)},
    ],
)
def test_facts_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError):
        against(4_541_00, **wrong)


def test_cover_of_just_one_and_a_half_is_enough():
    # (3,600/12) × 1.00 × 0.50 is 150.00 a month, and 100.00 a month is to be paid.
    facts: dict[str, Any] = {"honour": Decimal(1), "pledgers": 100, "months_at_location": 24}
    exactly, less = (Backing(base, 12) for base in (3_600_00, 3_599_99))
    loan = LoanTerms(1_100_00, Decimal(0), 11)

    assert refusals(loan, exactly, STANDARD, **facts) == ()
    assert refusals(loan, less, STANDARD, **facts) == (Refusal.COVER,)


# --- the truth box ------------------------------------------------------------------


@steadily
@given(LOANS, BACKINGS.filter(lambda backing: backing.base_minor), HONOURS)
def test_the_truth_box_adds_up(terms, backing, honour):
    box = truth_box(terms, backing, honour)
    assert box.amount_minor - box.received_minor == terms.upfront_fee_minor
    assert box.total_due_minor - box.amount_minor >= box.fees_minor - terms.upfront_fee_minor
    assert box.all_in_apr >= terms.apr
    assert min(box.cover, box.break_even_honour, box.break_even_spending) >= 0


def test_no_truth_box_without_pledges():
    with pytest.raises(ValueError, match="Nothing is pledged"):
        truth_box(LoanTerms(4_800_00, APR, 12), NOTHING, Decimal("0.58"))
