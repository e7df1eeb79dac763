"""What the desk does to a membership: priced, held, ended, taken back, given a term."""

from datetime import date

import pytest

from alliance import clock
from alliance.models import AuditEntry
from alliance.tenancy.scope import in_alliance
from members.models import Membership
from tests.factories import members as make
from tests.members.views.desk import BAKERY, status, today_in
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import kept, problems, words

pytestmark = pytest.mark.usefixtures("neighbour")


class TestActs:
    def test_another_tier_and_an_agreed_amount(self, desk, oak_street, membership, tiers, ada):
        path = f"{BAKERY}tier/"
        assert "Big shop, $200 – $500" in words(desk.get(path))
        sent = {"tier": str(tiers["big"].pk), "agreed": "250", "relief": "none"}
        page = desk.post(path, sent, follow=True)
        assert "From the next invoice on, that is what it costs." in words(page)
        with in_alliance(oak_street):
            found = Membership.objects.select_related("tier").get()
            entry = AuditEntry.objects.get(action="membership.tier_changed")
        assert (found.tier, found.agreed_minor, found.relief) == (tiers["big"], 250_00, "none")
        assert entry.seat_id == ada.pk

    @pytest.mark.parametrize(
        ("sent", "problem"),
        [
            ({"agreed": "20"}, ("id_agreed", "Choose between $200 and $500.")),
            (
                {"agreed": "20.001"},
                ("id_agreed", "Enter an amount in dollars, such as 18 or 18.50."),
            ),
            (
                {"agreed": "20", "relief": "in_kind"},
                ("id_relief_group", "This tier has no such relief."),
            ),
            ({"tier": "1"}, ("id_tier_group", "Choose one of the tiers.")),
            ({"tier": ""}, ("id_tier_group", "Choose a tier.")),
        ],
    )
    def test_a_price_that_the_tier_does_not_allow(
        self, desk, oak_street, membership, tiers, sent, problem
    ):
        before = row_counts(oak_street)
        answer = desk.post(f"{BAKERY}tier/", {"tier": str(tiers["big"].pk)} | sent)
        assert (answer.status_code, problems(answer)) == (422, [problem])
        assert row_counts(oak_street) == before

    def test_the_neighbours_or_a_retired_tier(self, desk, oak_street, membership, neighbour, tiers):
        with in_alliance(neighbour.alliance):
            theirs = make.a_tier()
        with in_alliance(oak_street):
            retired = make.a_tier(retired_at=clock.now())
        for tier in (theirs, retired):
            answer = desk.post(f"{BAKERY}tier/", {"tier": str(tier.pk)})
            assert problems(answer) == [("id_tier_group", "Choose one of the tiers.")]
        with in_alliance(oak_street):
            assert Membership.objects.select_related("tier").get().tier == tiers["corner"]

    def test_held_and_released(self, desk, oak_street, membership):
        assert desk.get(f"{BAKERY}hold/").status_code == 200
        empty = desk.post(f"{BAKERY}hold/", {"reason": " "})
        assert problems(empty) == [("id_reason", "Say why, in a sentence.")]
        page = desk.post(f"{BAKERY}hold/", {"reason": "We look into it."}, follow=True)
        assert "“Release it” takes that back." in words(page)
        assert status(oak_street, membership) == "suspended"
        twice = desk.post(f"{BAKERY}hold/", {"reason": "Again."})
        assert problems(twice) == [("", "This membership is suspended already.")]
        page = desk.post(f"{BAKERY}release/", follow=True)
        assert "The hold has ended" in words(page)
        assert status(oak_street, membership) == "pending"
        page = desk.post(f"{BAKERY}release/", follow=True)
        assert "This membership is not suspended." in words(page)

    def test_ended_and_taken_back(self, desk, oak_street, membership):
        assert desk.get(f"{BAKERY}cancellation/").status_code == 200
        page = desk.post(f"{BAKERY}cancellation/", {"reason": ""}, follow=True)
        assert "The membership of Ben's Bakery has ended." in words(page)
        assert status(oak_street, membership) == "cancelled"
        page = desk.post(f"{BAKERY}return/", follow=True)
        assert "The membership goes on." in words(page)
        assert status(oak_street, membership) == "pending"
        page = desk.post(f"{BAKERY}return/", follow=True)
        assert "This membership is not cancelled." in words(page)

    def test_a_term_is_given(self, desk, oak_street, membership, ada):
        path = f"{BAKERY}term/"
        shown = desk.get(path)
        assert kept(shown, "starts_on") == today_in(oak_street)
        sent = {"starts_on": kept(shown, "starts_on"), "ends_on": kept(shown, "ends_on")}
        page = desk.post(path, sent, follow=True)
        assert "The term is given." in words(page)
        assert status(oak_street, membership) == "new"
        again = desk.post(path, sent)
        assert problems(again) == [
            ("id_starts_on", "There is a term on some of these days already.")
        ]
        with in_alliance(oak_street):
            assert list(membership.periods.values_list("source", flat=True)) == ["given"]
            assert AuditEntry.objects.get(action="membership.term_given").seat_id == ada.pk

    @pytest.mark.parametrize(
        ("sent", "problem"),
        [
            (
                {"starts_on": "2026-02-01", "ends_on": "2026-01-31"},
                ("id_ends_on", "A term ends on or after the day it begins."),
            ),
            (
                {"starts_on": "2026-02-01", "ends_on": "2206-01-31"},
                ("id_ends_on", "That is more than ten years. Please look at the year."),
            ),
            (
                {"starts_on": "2026-02-29", "ends_on": "2027-01-31"},
                ("id_starts_on", "Enter a day such as 2026-12-31."),
            ),
            ({"starts_on": "", "ends_on": "2027-01-31"}, ("id_starts_on", "Enter the first day.")),
        ],
    )
    def test_a_term_that_cannot_be_meant(self, desk, oak_street, membership, sent, problem):
        before = row_counts(oak_street)
        answer = desk.post(f"{BAKERY}term/", sent)
        assert (answer.status_code, problems(answer)) == (422, [problem])
        assert row_counts(oak_street) == before

    def test_without_a_membership_there_is_nothing_to_hold(self, desk, bakery):
        for act in ("tier", "hold", "cancellation", "term"):
            assert desk.get(f"{BAKERY}{act}/").status_code == 404
        for act in ("release", "return"):
            assert desk.post(f"{BAKERY}{act}/").status_code == 404
            assert desk.get(f"{BAKERY}{act}/").status_code == 405

    def test_a_business_that_is_here_becomes_a_member(self, desk, oak_street, bakery, tiers):
        assert "No membership yet" in words(desk.get(BAKERY))
        sent = {"tier": str(tiers["corner"].pk), "first": "nothing", "joined_on": "2019-03-01"}
        page = desk.post(f"{BAKERY}opening/", sent, follow=True)
        assert "Ben's Bakery is a member now." in words(page)
        with in_alliance(oak_street):
            assert Membership.objects.get().joined_on == date(2019, 3, 1)
        page = desk.post(f"{BAKERY}opening/", sent, follow=True)
        assert page.redirect_chain == [(BAKERY, 302)]
        assert "This business has a membership already." in words(page)
