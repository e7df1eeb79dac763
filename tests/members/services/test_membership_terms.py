"""A membership's terms: paid for, given, brought in, taken back."""

from datetime import date

import pytest

from members.models import (
    PeriodSource,
)
from members.services import invoices, memberships, paid_terms
from tests.factories import members as make
from tests.members.reading import on, terms_of, told, waiting
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


# --- terms that are paid for ----------------------------------------------------------


def test_the_first_term_begins_on_the_day_it_is_paid(membership):
    make.a_paid_term(membership, "2026-03-20")
    assert terms_of(membership) == [("2026-03-20", "2027-03-19", "2026-03-20", "")]
    assert told(membership, "2026-03-19", "2026-03-20") == ["pending", "new"]


def test_who_was_let_in_before_joins_with_the_first_term(membership):
    make.a_paid_term(membership, "2026-03-20")
    membership.refresh_from_db()
    assert membership.joined_on == D("2026-03-20")
    assert told(membership, "2026-06-17", "2026-06-18") == ["new", "current"]


def test_a_day_of_joining_that_was_named_is_kept(bakery, tier):
    with on("2026-03-10"):
        known = make.a_membership(business=bakery, tier=tier, joined_on=D("2014-05-01"))
    make.a_paid_term(known, "2026-03-20")
    known.refresh_from_db()
    assert known.joined_on == D("2014-05-01")
    assert told(known, "2026-03-20") == ["current"]


@pytest.mark.parametrize(
    ("day", "second"),
    [
        ("2026-03-11", ("2027-03-10", "2028-03-09")),  # far too early
        ("2027-03-09", ("2027-03-10", "2028-03-09")),  # on the last day
        ("2027-04-08", ("2027-03-10", "2028-03-09")),  # the last day of grace
        ("2027-04-09", ("2027-04-09", "2028-04-08")),  # lapsed
        ("2029-06-01", ("2029-06-01", "2030-05-31")),
    ],
)
def test_renewing_early_in_grace_and_after_a_lapse(membership, day, second):
    make.a_paid_term(membership, "2026-03-10")
    make.a_paid_term(membership, day)
    assert terms_of(membership)[1] == (*second, day, "")
    membership.refresh_from_db()
    assert membership.joined_on == D("2026-03-10")


def test_a_cheque_that_came_in_grace_and_is_written_down_later(membership):
    """It extends the old end, as is fair; the days in between stay as they were."""
    make.a_paid_term(membership, "2026-03-10")
    before = told(membership, "2027-04-09", "2027-04-14")
    make.a_paid_term(membership, "2027-04-15", received_on="2027-04-08")
    assert terms_of(membership)[1] == ("2027-03-10", "2028-03-09", "2027-04-15", "")
    assert told(membership, "2027-04-09", "2027-04-14", "2027-04-15") == [*before, "current"]
    assert before == ["lapsed", "lapsed"]


def test_a_cheque_dated_by_the_wrong_year_buys_a_term_from_today(membership):
    make.a_paid_term(membership, "2026-03-10")
    make.a_paid_term(membership, "2028-06-01", received_on="2027-04-01")
    assert terms_of(membership)[1] == ("2028-06-01", "2029-05-31", "2028-06-01", "")


def test_three_terms_bought_at_once_are_three_terms(membership):
    make.a_paid_term(membership, "2026-03-10", terms=3)
    assert terms_of(membership) == [
        ("2026-03-10", "2027-03-09", "2026-03-10", ""),
        ("2027-03-10", "2028-03-09", "2026-03-10", ""),
        ("2028-03-10", "2029-03-09", "2026-03-10", ""),
    ]


def test_a_leap_day_joins_and_renews(membership):
    with on("2028-02-29"):
        leap = make.a_membership()
    make.a_paid_term(leap, "2028-02-29", terms=4)
    assert [(a, b) for a, b, *_rest in terms_of(leap)] == [
        ("2028-02-29", "2029-02-28"),
        ("2029-03-01", "2030-02-28"),
        ("2030-03-01", "2031-02-28"),
        ("2031-03-01", "2032-02-29"),
    ]


def test_a_line_is_counted_once(membership, oak_street):
    invoice = make.a_paid_term(membership, "2026-03-10")
    before = row_counts(oak_street)
    line = invoice.lines.get()
    assert paid_terms.count_as_paid(line=line, received_on=D("2026-03-10")) is None
    assert row_counts(oak_street) == before


def test_a_line_that_is_no_dues_buys_no_term(membership):
    with on("2026-03-10"):
        table = invoices.LineDraft(description="A table at the fair", amount_minor=40_00)
        invoice = invoices.issue(membership=membership, lines=[table], key="fair", by=None)
        make.a_payment(invoice=invoice)
    assert terms_of(membership) == []


# --- terms without an invoice ---------------------------------------------------------


def test_what_is_given_counts_from_today_what_is_brought_from_its_first_day(membership, tess):
    with on("2026-05-01"):
        for source, year in ((PeriodSource.IMPORTED, 2024), (PeriodSource.GIVEN, 2026)):
            memberships.give_term(
                membership=membership,
                starts_on=date(year, 1, 1),
                ends_on=date(year, 12, 31),
                source=source,
                by=tess,
            )
    assert terms_of(membership) == [
        ("2024-01-01", "2024-12-31", "2024-01-01", ""),
        ("2026-01-01", "2026-12-31", "2026-05-01", ""),
    ]
    days = ["2024-06-01", "2025-01-31", "2026-04-30", "2026-05-01"]
    assert told(membership, *days) == ["new", "lapsed", "lapsed", "new"]
    assert [row[3] for row in audited("membership.term_given")] == [
        {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "source": "imported"},
        {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "source": "given"},
    ]


TAKEN = ("There is a term on some of these days already.", "starts_on")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "answer"),
    [
        ("2027-03-10", "2027-03-09", ("A term ends on or after the day it begins.", "ends_on")),
        ("2027-03-09", "2027-12-31", TAKEN),
        ("2025-01-01", "2026-03-10", TAKEN),
        ("2025-01-01", "2030-01-01", TAKEN),
        ("2027-03-10", "2027-03-10", ("", None)),
        ("2025-01-01", "2026-03-09", ("", None)),
    ],
)
def test_a_term_that_does_not_fit(membership, oak_street, starts_on, ends_on, answer):
    make.a_paid_term(membership, "2026-03-10")
    before = row_counts(oak_street)
    found = refusal(
        memberships.give_term,
        membership=membership,
        starts_on=D(starts_on),
        ends_on=D(ends_on),
        source=PeriodSource.IMPORTED,
        by=None,
    )
    assert found == answer
    assert (row_counts(oak_street) == before) == (answer != ("", None))


# --- taken back -----------------------------------------------------------------------
def test_a_full_credit_note_voids_its_terms_from_its_own_day_on(membership):
    invoice = make.a_paid_term(membership, "2026-03-10", terms=2)
    make.a_credit(invoice, "2026-07-01")
    assert terms_of(membership) == [
        ("2026-03-10", "2027-03-09", "2026-03-10", "2026-07-01"),
        ("2027-03-10", "2028-03-09", "2026-03-10", "2026-07-01"),
    ]
    assert told(membership, "2026-06-30", "2026-07-01") == ["current", "lapsed"]
    assert waiting(membership) == []


def test_a_partial_one_voids_nothing_until_all_of_it_is_credited(membership):
    invoice = make.a_paid_term(membership, "2026-03-10")
    make.a_credit(invoice, "2026-07-01", 119_99)
    assert terms_of(membership)[0][3] == ""
    make.a_credit(invoice, "2026-08-01", 1)
    assert terms_of(membership)[0][3] == "2026-08-01"


def test_after_a_renewal_is_taken_back_the_letters_of_the_old_end_are_due_again(membership):
    make.a_paid_term(membership, "2026-03-10")
    renewal = make.a_paid_term(membership, "2027-01-20")
    assert {end for end, _days in waiting(membership)} == {"2028-03-09"}
    make.a_credit(renewal, "2027-02-20")
    assert waiting(membership) == [
        ("2027-03-09", -7),
        ("2027-03-09", 0),
        ("2027-03-09", 7),
        ("2027-03-09", 21),
    ]


def test_the_gap_that_a_credit_note_left_is_filled_by_the_next_payment(membership):
    make.a_paid_term(membership, "2026-03-10")
    wrong = make.a_paid_term(membership, "2026-03-11")
    make.a_paid_term(membership, "2026-03-12")
    make.a_credit(wrong, "2026-04-01")
    make.a_paid_term(membership, "2026-04-02")
    assert [row[:2] for row in terms_of(membership) if not row[3]] == [
        ("2026-03-10", "2027-03-09"),
        ("2027-03-10", "2028-03-09"),
        ("2028-03-10", "2029-03-09"),
    ]
    assert {end for end, _days in waiting(membership)} == {"2029-03-09"}
