"""The worked cases of the specification, to the cent.

One rule of rounding reproduces all of them: an amount is rounded half to even
where it becomes one. Two figures need a rule of their own, told beside them:
h* is taken in whole percents, and a limit in whole units of the currency.
"""

from decimal import Decimal
from fractions import Fraction

import pytest

from lending.arithmetic.cover import (
    STANDARD,
    Backing,
    Refusal,
    TruthBox,
    break_even_honour,
    break_even_spending,
    limit,
    most_payment,
    pledge_service_cover,
    refusals,
    truth_box,
)
from lending.arithmetic.pool import (
    PledgeProgress,
    conservative_honour,
    eligible_base,
    is_at_risk,
    mean_honour,
    pace,
    pool_honour,
    projected_honour,
)
from lending.arithmetic.repayment import FlexiblePlan, flexible_plan
from lending.arithmetic.schedule import (
    LoanTerms,
    ScheduledPayment,
    all_in_apr,
    level_payment,
    schedule,
    total_due,
    total_interest,
)

# 100 × $240, E = $24,000, T = 12, A = 20% → $4,800 at 3.99% over 12 months.
E = 24_000_00
APR = Decimal("0.0399")
LOAN = LoanTerms(4_800_00, APR, 12)
CAREFUL, DECLARED = Backing(E, 12), Backing(E, 12, Decimal("0.60"))
# 130 × $475, $10,000 at 3.99% for one year, and a fee of $99 a month.
REPORTED = LoanTerms(10_000_00, APR, 12, monthly_fee_minor=99_00)


def h(percents: int) -> Decimal:
    return Decimal(percents) / 100


def as_percent(ratio: Fraction) -> str:
    return f"{float(ratio):.1%}"


# --- a hundred times $240 -----------------------------------------------------------


def test_a_hundred_pledges_of_240_dollars_count_in_full():
    assert eligible_base([240_00] * 100) == E


def test_a_fifth_of_them_is_lent_where_the_payment_is_covered():
    # At a margin of 60% the payments carry more than the $4,800 that A allows.
    assert limit(DECLARED, STANDARD, honour=h(58), apr=APR, months=12) == 4_800_00


def test_the_level_payment_is_408_70():
    assert level_payment(4_800_00, APR, 12) == 408_70


def test_the_schedule_of_4800_dollars():
    assert [
        (line.payment_minor, line.interest_minor, line.principal_minor, line.balance_minor)
        for line in schedule(LOAN)
    ] == [
        (408_70, 15_96, 392_74, 4_407_26),
        (408_70, 14_65, 394_05, 4_013_21),
        (408_70, 13_34, 395_36, 3_617_85),
        (408_70, 12_03, 396_67, 3_221_18),
        (408_70, 10_71, 397_99, 2_823_19),
        (408_70, 9_39, 399_31, 2_423_88),
        (408_70, 8_06, 400_64, 2_023_24),
        (408_70, 6_73, 401_97, 1_621_27),
        (408_70, 5_39, 403_31, 1_217_96),
        (408_70, 4_05, 404_65, 813_31),
        (408_70, 2_70, 406_00, 407_31),
        (408_66, 1_35, 407_31, 0),
    ]


def test_its_interest_is_104_36_and_its_total_4904_36():
    lines = schedule(LOAN)

    assert (total_interest(lines), total_due(lines)) == (104_36, 4_904_36)
    assert lines[-1] == ScheduledPayment(12, 408_66, 1_35, 407_31, 0)


@pytest.mark.parametrize(("honour", "cover"), [(85, 2.50), (75, 2.20), (58, 1.70), (40, 1.17)])
def test_cover_at_a_margin_of_60_percent(honour, cover):
    assert float(round(pledge_service_cover(DECLARED, 408_70, h(honour)), 2)) == cover


def test_the_break_evens():
    assert as_percent(break_even_honour(DECLARED, 408_70)) == "34.1%"
    assert as_percent(break_even_spending(DECLARED, 4_904_36, h(75))) == "45.4%"


def test_with_no_history_seven_of_ten_are_believed_and_58_percent_reckoned_with():
    # The percentile is 0.58232, at which q_max would be $388.21 and L $4,559.
    assert (mean_honour(0, 0), conservative_honour(0, 0)) == (Fraction(7, 10), Decimal("0.58"))


def test_at_a_margin_of_half_386_67_are_covered_and_4541_dollars_lent():
    h_star = conservative_honour(0, 0)

    assert round(most_payment(CAREFUL, h_star)) == 386_67
    # The present value is $4,541.25; offers are whole dollars, downwards.
    assert limit(CAREFUL, STANDARD, honour=h_star, apr=APR, months=12) == 4_541_00


def refused(amount_minor: int) -> tuple[str, tuple[Refusal, ...]]:
    """Cover and what stands against it, at h = .75 and a margin of 60%."""
    terms = LoanTerms(amount_minor, APR, 12)
    cover = pledge_service_cover(DECLARED, level_payment(amount_minor, APR, 12), h(75))
    found = refusals(terms, DECLARED, STANDARD, honour=h(75), pledgers=100, months_at_location=24)
    return f"{float(cover):.2f}", found


def test_at_75_percent_a_third_is_refused_and_half_all_the_more():
    assert refused(E * 20 // 100) == ("2.20", ())
    assert refused(E * 33 // 100) == ("1.33", (Refusal.COVER,))
    assert refused(E * 50 // 100) == ("0.88", (Refusal.ADVANCE, Refusal.COVER))


def test_the_truth_box():
    assert truth_box(LOAN, DECLARED, h(58)) == TruthBox(
        amount_minor=4_800_00,
        received_minor=4_800_00,
        payment_minor=408_70,
        fees_minor=0,
        # Rounded to cents the payments cost 3.98960%; no less than the nominal rate is told.
        all_in_apr=APR,
        total_due_minor=4_904_36,
        cover=Decimal("1.7030"),
        break_even_honour=Decimal("0.3406"),
        break_even_spending=Decimal("0.5872"),
    )


def test_flexible_repayment_takes_27_2_percent_of_purchases():
    plan = flexible_plan(4_904_36, E, h(75))

    assert plan == FlexiblePlan(4_904_36, Fraction(490436, 1_800_000), 272_46)
    assert as_percent(plan.share) == "27.2%"


# --- 130 times $475 -----------------------------------------------------------------


def test_the_reported_loan():
    lines = schedule(REPORTED)

    assert eligible_base([475_00] * 130) == 61_750_00
    assert as_percent(Fraction(10_000_00, 61_750_00)) == "16.2%"
    assert (lines[0].payment_minor, total_interest(lines)) == (851_45, 217_44)
    assert total_due(lines) == 10_000_00 + 217_44 + 12 * 99_00


def test_its_fee_makes_25_percent_of_3_99():
    assert all_in_apr(REPORTED) == Decimal("0.250023")


# --- day 182 ------------------------------------------------------------------------


def test_pace_honour_and_who_is_at_risk_on_day_182():
    pledges = [
        PledgeProgress(240_00, bought, elapsed_days=182)
        for bought, people in ((120_00, 60), (180_00, 20), (40_00, 15), (0, 5))
        for _n in range(people)
    ]

    assert sum(pledge.honoured_minor for pledge in pledges) == 11_400_00
    assert pool_honour(pledges) == Fraction(11_400, 24_000)
    assert f"{float(pace(pledges)):.0%}" == "95%"
    assert f"{float(projected_honour(pledges)):.0%}" == "85%"
    assert sum(is_at_risk(pledge) for pledge in pledges) == 20
