"""What is owed by age: on any day, from the books, and every number with its list."""

from datetime import timedelta

import pytest

from alliance.tenancy.scope import in_alliance
from ledger.chart import RECEIVABLE
from ledger.queries import balance_minor
from members.models import (
    Invoice,
    Payment,
)
from members.queries.ageing import ageing
from members.queries.memberships import today
from members.services import payments
from tests.factories import members as make
from tests.members.reading import figures_of, on
from tests.members.views.invoice_pages import issued_on, rows
from tests.pledges.views.browsing import text

pytestmark = pytest.mark.usefixtures("neighbour")


class TestAgeing:
    def test_every_number_opens_the_list_behind_it(self, desk, oak_street):
        with in_alliance(oak_street):
            day = today()
            ages = {40: "0-30", 75: "31-60", 100: "61-90", 400: "90-more", 0: "later"}
            made = {
                age: issued_on((day - timedelta(days=days)).isoformat(), amount=100_00 + days)
                for days, age in ages.items()
            }
            found = ageing(day)
        assert {age.key: (age.count, age.owed_minor) for age in found.ages} == {
            age: (1, one.total_minor) for age, one in made.items()
        }
        page = desk.get("/staff/invoices/")
        for age, one in made.items():
            link = f"?age={age}&amp;on={day.isoformat()}#list"
            assert text(page).count(link) == 2
            assert rows(desk.get(f"/staff/invoices/?age={age}&on={day}")) == [one.number]
        assert len(rows(desk.get(f"/staff/invoices/?age=all&on={day}"))) == 5

    def test_a_past_day_does_not_know_what_came_later(self, oak_street, in_oak_street, ada):
        one = issued_on("2026-01-10")
        with on("2026-03-01"):
            make.a_payment(invoice=one, amount_minor=40_00)
        make.a_credit(one, "2026-03-20", 10_00)
        with on("2026-04-01"):
            payment = Payment.objects.get(invoice=one)
            payments.give_back(payment=payment, amount_minor=40_00, reason="x", key="b", by=ada)
        two = issued_on("2026-02-01", parts=2)

        def owed(day: str) -> tuple[int, dict[str, int]]:
            with on(day) as date:
                found = ageing(date)
                excess = sum(i.excess_minor for i in Invoice.objects.all())
                assert found.owed_minor - excess == balance_minor(RECEIVABLE, on=date)
                return found.count, {a.key: a.owed_minor for a in found.ages if a.owed_minor}

        assert owed("2026-01-09") == (0, {})
        assert owed("2026-01-31") == (1, {"later": 100_00})
        assert owed("2026-02-28") == (2, {"later": 100_00, "0-30": 100_00})
        assert owed("2026-03-10") == (2, {"later": 50_00, "0-30": 110_00})
        assert owed("2026-03-25") == (2, {"later": 50_00, "0-30": 50_00, "31-60": 50_00})
        # Given back, and credited by as much: nothing is owed for it.
        assert owed("2026-04-10") == (2, {"0-30": 50_00, "31-60": 100_00})
        assert figures_of(one) == (100_00, 0, 50_00, 50_00, 0)
        assert figures_of(two)[3] == 100_00

    def test_what_the_books_say_is_what_is_owed_on_every_day(self, in_oak_street, ada):
        paid = issued_on("2026-01-01")
        over = issued_on("2026-01-15")
        with on("2026-02-20"):
            make.a_payment(invoice=paid)
            payments.record(
                invoice=over,
                receipt=make.a_receipt(over, amount_minor=130_00, method="card", external_id="pi"),
                key="card",
                by=None,
            )
        open_one = issued_on("2026-02-25")
        for day in ("2026-01-10", "2026-02-19", "2026-02-20", "2026-02-26"):
            with on(day) as date:
                excess = 30_00 if day >= "2026-02-20" else 0
                assert ageing(date).owed_minor - excess == balance_minor(RECEIVABLE, on=date)
        assert open_one.due_minor == 100_00
