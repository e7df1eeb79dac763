"""Invoices: issued once with the next number, at this member's price, in parts, credited."""

from datetime import date

import pytest

from alliance.tenancy.scope import in_alliance
from members.models import (
    DuesSettings,
    Instalment,
    Invoice,
    InvoiceLine,
    Relief,
)
from members.services import invoices, memberships
from tests.factories import members as make
from tests.members.reading import (
    booked,
    figures_of,
    last_mail,
    mails,
    on,
    terms_of,
)
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat
TABLE = invoices.LineDraft(description="A table at the fair", amount_minor=40_00)


def lines_of(invoice: Invoice) -> list[tuple[int, str, str, int, bool]]:
    rows = InvoiceLine.objects.filter(invoice=invoice)
    return [(n.position, n.kind, n.description, n.amount_minor, n.tier is not None) for n in rows]


# --- issued ---------------------------------------------------------------------------


def test_an_invoice_as_it_is_written(membership, bakery, ben, tess):
    with on("2026-03-10"):
        made = invoices.issue_dues(membership=membership, key="first", by=tess)
    made.refresh_from_db()
    assert (
        made.number, made.membership, made.business, made.bill_to, made.bill_address,
        made.bill_email, made.currency, made.issued_on, made.due_on, made.legal_words,
        made.renews_from, made.key, made.seat,
    ) == (
        "2026-0001", membership, bakery, bakery.legal_name, "", "ben@example.org", "USD",
        D("2026-03-10"), D("2026-04-09"), "", None, "first", tess,
    )  # fmt: skip
    assert figures_of(made) == (120_00, 0, 0, 120_00, 0)
    assert lines_of(made) == [(1, "dues", "Corner shop, 10 Mar 2026 to 9 Mar 2027", 120_00, True)]
    assert audited("invoice.issued") == [
        ("invoice.issued", tess.pk, made.pk, {"total_minor": 120_00})
    ]
    assert booked() == [
        (
            "invoice",
            "2026-03-10",
            f"2026-0001 · {bakery.legal_name}",
            {"receivable": 120_00, "dues": -120_00},
        )
    ]
    assert mails() == [("invoice", "ben@example.org", f"invoice:{made.pk}")]
    assert last_mail()["due"] == "$120"
    assert terms_of(membership) == []


def test_the_same_key_gives_the_first(membership, oak_street):
    first = make.an_invoice(membership=membership, key="once")
    before = row_counts(oak_street)
    again = invoices.issue(membership=membership, lines=[TABLE], key="once", by=None)
    assert (again, again.total_minor) == (first, 120_00)
    assert row_counts(oak_street) == before


def test_numbers_count_up_within_a_year_of_the_alliance(membership, neighbour):
    with on("2026-12-31", hour=23):
        old = [make.an_invoice(membership=membership).number for _n in range(2)]
    with on("2027-01-01", hour=0):
        new = [make.an_invoice(membership=membership).number for _n in range(2)]
    assert (old, new) == (["2026-0001", "2026-0002"], ["2027-0001", "2027-0002"])
    with in_alliance(neighbour.alliance):
        theirs = Invoice.objects.filter(year=2026).count()
        with on("2026-06-01"):
            assert make.an_invoice().number == f"2026-{theirs + 1:04d}"


def test_what_an_issue_refuses(membership, oak_street):
    before = row_counts(oak_street)

    def refused(lines, **more) -> tuple[str, str | None]:
        asked = {"membership": membership, "lines": lines, "key": "no", "by": None}
        return refusal(invoices.issue, **asked | more)

    assert refused([]) == ("An invoice needs a line.", None)
    assert refused([TABLE, invoices.LineDraft("A gift", -1)]) == (
        "A line is not below zero; credit the invoice instead.",
        None,
    )
    for parts in (0, 5, -1):
        assert refused([TABLE], parts=parts) == (
            "An invoice is paid in one to four parts.",
            "instalments",
        )
    assert refused([invoices.LineDraft("A penny", 3)], parts=4)[1] == "instalments"
    for terms in (0, 11):
        asked = {"membership": membership, "key": "no", "by": None, "terms": terms}
        assert refusal(invoices.issue_dues, **asked) == ("One to ten terms at a time.", "terms")
    assert row_counts(oak_street) == before


def test_quietly_nobody_is_written_to(membership, ben):
    make.an_invoice(membership=membership, is_quiet=True)
    assert mails() == []


def test_the_day_to_pay_is_the_alliances_choice_or_a_day_that_is_named(membership):
    DuesSettings.objects.create(days_to_pay=14)
    with on("2026-03-10"):
        assert make.an_invoice(membership=membership).due_on == D("2026-03-24")
        issue = {"membership": membership, "lines": [TABLE], "by": None}
        named = invoices.issue(**issue, key="named", due_on=D("2026-05-01"))
    assert named.due_on == D("2026-05-01")


# --- what it costs --------------------------------------------------------------------


def test_a_first_part_of_a_fixed_year_then_full_ones(bakery):
    fixed = make.a_tier(name="Fixed", term_kind="fixed", proration="monthly")
    with on("2026-10-05"):
        joined = make.a_membership(business=bakery, tier=fixed)
        made = make.an_invoice(membership=joined, terms=3)
    assert lines_of(made) == [
        (1, "dues", "Fixed, 5 Oct 2026 to 31 Dec 2026", 30_00, True),
        (2, "dues", "Fixed, 1 Jan 2027 to 31 Dec 2027", 120_00, True),
        (3, "dues", "Fixed, 1 Jan 2028 to 31 Dec 2028", 120_00, True),
    ]
    assert made.total_minor == 270_00


def test_who_chose_on_the_scale_pays_that(bakery):
    scale = make.a_tier(price_minor=100_00, least_minor=50_00, most_minor=250_00)
    chosen = make.a_membership(business=bakery, tier=scale, agreed_minor=175_00)
    assert make.an_invoice(membership=chosen).total_minor == 175_00


def test_an_invoice_of_nothing_is_paid_by_itself(bakery, ben):
    kind = make.a_tier(allows_hardship=True)
    helped = make.a_membership(business=bakery, tier=kind, agreed_minor=0, relief=Relief.HARDSHIP)
    with on("2026-03-10"):
        made = make.an_invoice(membership=helped)
    assert figures_of(made) == (0, 0, 0, 0, 0)
    assert terms_of(helped) == [("2026-03-10", "2027-03-09", "2026-03-10", "")]
    assert (booked(), mails()) == ([], [])


def test_the_next_line_follows_the_term_that_stands(membership):
    make.a_paid_term(membership, "2026-03-10")
    with on("2027-02-01"):
        early = make.an_invoice(membership=membership)
    with on("2027-06-01"):
        late = make.an_invoice(membership=membership)
    assert [lines_of(each)[0][2] for each in (early, late)] == [
        "Corner shop, 10 Mar 2027 to 9 Mar 2028",
        "Corner shop, 1 Jun 2027 to 31 May 2028",
    ]


# --- renewed --------------------------------------------------------------------------


def test_a_renewal_is_one_invoice_however_often_it_is_asked_for(membership, oak_street):
    make.a_paid_term(membership, "2026-03-10")
    ask = {"membership": membership, "ends_on": D("2027-03-09"), "by": None}
    with on("2027-02-07"):
        first = invoices.renew(**ask)
    before = row_counts(oak_street)
    with on("2027-03-02"):
        assert invoices.renew(**ask) == first
    assert row_counts(oak_street) == before
    assert (first.renews_from, first.total_minor) == (D("2027-03-09"), 120_00)
    # The letter of the renewal says it.
    assert mails() == []


def test_a_renewal_that_was_credited_makes_room_for_another(membership):
    make.a_paid_term(membership, "2026-03-10")
    ask = {"membership": membership, "ends_on": D("2027-03-09"), "by": None}
    with on("2027-02-07"):
        wrong = invoices.renew(**ask)
    make.a_credit(wrong, "2027-02-08")
    with on("2027-02-09"):
        right = invoices.renew(**ask)
        assert (right != wrong, invoices.renew(**ask)) == (True, right)
        make.a_payment(invoice=right)
    assert terms_of(membership)[1][:2] == ("2027-03-10", "2028-03-09")


# --- in parts -------------------------------------------------------------------------


def parts_of(invoice: Invoice) -> list[tuple[str, int]]:
    rows = Instalment.objects.filter(invoice=invoice)
    return [(part.due_on.isoformat(), part.amount_minor) for part in rows]


def test_parts_fall_due_a_month_apart_and_add_up(membership):
    with on("2026-03-10"):
        made = [make.an_invoice(membership=membership, parts=n) for n in (1, 2, 3, 4)]
        odd = invoices.LineDraft("Dues", 100_01)
        last = invoices.issue(membership=membership, lines=[odd], key="o", by=None, parts=4)
    assert [parts_of(each) for each in made] == [
        [],
        [("2026-04-09", 60_00), ("2026-05-09", 60_00)],
        [("2026-04-09", 40_00), ("2026-05-09", 40_00), ("2026-06-09", 40_00)],
        [
            ("2026-04-09", 30_00),
            ("2026-05-09", 30_00),
            ("2026-06-09", 30_00),
            ("2026-07-09", 30_00),
        ],
    ]
    assert [amount for _day, amount in parts_of(last)] == [25_00, 25_00, 25_00, 25_01]


def test_the_first_part_begins_the_term_and_the_others_add_none(membership):
    with on("2026-03-10"):
        made = make.an_invoice(membership=membership, parts=4)
        make.a_payment(invoice=made, amount_minor=29_99)
        assert terms_of(membership) == []
    with on("2026-03-12"):
        make.a_payment(invoice=made, amount_minor=1)
    wanted = [("2026-03-12", "2027-03-11", "2026-03-12", "")]
    assert terms_of(membership) == wanted
    with on("2026-05-01"):
        make.a_payment(invoice=made)
    assert (terms_of(membership), figures_of(made)[3]) == (wanted, 0)


def test_a_credit_of_the_first_part_stands_for_it(membership):
    with on("2026-03-10"):
        made = make.an_invoice(membership=membership, parts=4)
    make.a_credit(made, "2026-03-11", 30_00)
    assert terms_of(membership) == [("2026-03-11", "2027-03-10", "2026-03-11", "")]


def test_who_leaves_owes_no_renewal(membership):
    make.a_paid_term(membership, "2026-03-10")
    with on("2027-02-10"):
        renewal = invoices.renew(membership=membership, ends_on=D("2027-03-09"), by=None)
        memberships.cancel(membership=membership, by=None)
    assert figures_of(renewal) == (120_00, 0, 120_00, 0, 0)
