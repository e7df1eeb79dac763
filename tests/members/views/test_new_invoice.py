"""An invoice by hand: whose, what, looked at once more, issued once."""

import pytest

from alliance.tenancy.scope import in_alliance
from members.models import (
    DuesSettings,
    Invoice,
    LegalForm,
    VolunteerHours,
)
from members.queries.memberships import today
from tests.factories import members as make
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


class TestNew:
    path = "/staff/invoices/new/?member=bens-bakery"

    @pytest.fixture
    def membership(self, oak_street, bakery):
        with in_alliance(oak_street):
            return make.a_membership(business=bakery, tier=make.a_tier(name="Corner shop"))

    def form(self, **data):
        return {"terms": "1", "instalments": "1", "due_on": "", "form_key": "c" * 32} | data

    def test_first_whose(self, desk, membership):
        page = desk.get("/staff/invoices/new/?q=ben")
        assert 'href="?member=bens-bakery"' in text(page)
        assert "No member is called like that." in words(desk.get("/staff/invoices/new/?q=dairy"))
        assert "Whom is the invoice for?" in words(desk.get("/staff/invoices/new/?member=nobody"))

    def test_looked_at_once_more_then_issued(self, desk, oak_street, membership, ada):
        assert "The next term would be Corner shop" in words(desk.get(self.path))
        data = self.form(terms="2", what_1="A stall at the fair", amount_1="35.50", instalments="2")
        check = desk.post(self.path, data)
        assert (check.status_code, "Is this right?" in words(check)) == (200, True)
        assert "Total $275.50" in words(check)
        with in_alliance(oak_street):
            assert not Invoice.objects.exists()

        page = desk.post(self.path, data | {"issue": "1"}, follow=True)

        with in_alliance(oak_street):
            made = Invoice.objects.get()
            lines = [(line.kind, line.amount_minor) for line in made.lines.all()]
            assert lines == [("dues", 120_00), ("dues", 120_00), ("other", 35_50)]
            assert (made.total_minor, made.seat, made.instalments.count()) == (275_50, ada, 2)
        assert title(page) == f"Invoice {made.number}"
        desk.post(self.path, data | {"issue": "1"})
        with in_alliance(oak_street):
            assert Invoice.objects.count() == 1

    def test_changing_it_keeps_what_was_typed(self, desk, oak_street, membership):
        data = self.form(what_1="A stall", amount_1="35.50", change="1")
        page = desk.post(self.path, data)
        assert (page.status_code, 'value="A stall"' in text(page)) == (200, True)
        assert 'value="35.50"' in text(page)

    def test_something_else_alone(self, desk, oak_street, membership):
        data = self.form(terms="0", what_2="A stall", amount_2="35", issue="1")
        desk.post(self.path, data)
        with in_alliance(oak_street):
            assert Invoice.objects.get().total_minor == 35_00

    @pytest.mark.parametrize(
        ("data", "field", "said"),
        [
            ({"terms": "0"}, "id_terms",
             "Choose dues, or write what else the invoice is for."),
            ({"terms": "11"}, "id_terms", None),
            ({"what_1": "A stall"}, "id_amount_1", "Enter what it costs, such as 120 or 120.50."),
            ({"amount_1": "5"}, "id_what_1", "Say what it is for."),
            ({"what_1": "A stall", "amount_1": "1.234"}, "id_amount_1",
             "Enter an amount in dollars, such as 18 or 18.50."),
            ({"due_on": "2001-01-01"}, "id_due_on",
             "Choose today or a day that is still to come."),
            ({"due_on": "tomorrow"}, "id_due_on", "Enter a day such as 2026-12-31."),
            ({"due_on": "9999-12-31"}, "id_due_on", "Choose a day within the next five years."),
            ({"what_1": "a\x00b", "amount_1": "5"}, "id_what_1", None),
            ({"instalments": "7"}, "id_instalments", None),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said(self, desk, oak_street, membership, data, field, said):
        before = row_counts(oak_street)
        page = desk.post(self.path, self.form(**data, issue="1"))
        assert page.status_code == 422
        found = problems(page)[0]
        assert found == (field, said or found[1])
        assert row_counts(oak_street) == before

    def test_what_the_law_asks_first_is_said_on_the_form(self, desk, oak_street, membership, ada):
        with in_alliance(oak_street):
            DuesSettings.objects.create(legal_form=LegalForm.BUSINESS_LEAGUE)
            VolunteerHours.objects.create(seat=ada, on=today(), minutes=90, is_policy=True)
            year = today().year
        said = f"Hours of policy work were logged in {year}. Before an invoice goes out"
        assert said in words(desk.get(self.path))
        page = desk.post(self.path, self.form(issue="1"))
        assert (page.status_code, problems(page)[0][1].startswith(said)) == (422, True)
        with in_alliance(oak_street):
            assert not Invoice.objects.exists()
