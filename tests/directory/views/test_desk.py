"""The desk's listings, corrections, referrals, sponsors and settings."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.models import Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from directory.content import Content
from directory.models import (
    Correction,
    DailyCount,
    DirectorySettings,
    PausedBy,
    Referral,
    Sponsorship,
)
from directory.services import corrections, listings
from members.models import Business
from members.queries.memberships import today
from tests.conftest import _person
from tests.factories.directory import a_listed_business


@pytest.fixture
def street(oak_street, listed, ben, next_door, ada):
    """Listings of each kind, and the neighbour's beside them."""
    with in_alliance(oak_street):
        listings.save_draft(business=listed, content=Content(about="Soon."), by=ben)
        out = a_listed_business(trade_name="Out of Town", slug="out-of-town")
        listings.pause(business=out, kind=PausedBy.STAFF, by=ada, reason="A prank.")
        a_listed_business(trade_name="Plain Shop", slug="plain-shop")
        Business.objects.create(
            trade_name="Never Joined", legal_name="N", slug="never-joined", segment="retail"
        )


class TestListings:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Ben's Bakery", "Never Joined", "Out of Town", "Plain Shop"]),
            ("?show=public", ["Ben's Bakery", "Plain Shop"]),
            ("?show=hidden", ["Never Joined", "Out of Town"]),
            ("?show=draft", ["Ben's Bakery"]),
            ("?show=paused", ["Out of Town"]),
            ("?show=without_photo", ["Ben's Bakery", "Plain Shop"]),
            ("?show=not_confirmed", ["Ben's Bakery", "Plain Shop"]),
            ("?show=nonsense", ["Ben's Bakery", "Never Joined", "Out of Town", "Plain Shop"]),
            ("?q=bak", ["Ben's Bakery"]),
            ("?q=mill", []),
        ],
    )
    def test_found_and_filtered(self, street, desk, query, names):
        page = desk.get(f"/staff/listings/{query}")
        assert [row.trade_name for row in page.context["page"].rows] == names

    def test_each_row_says_why_it_is_not_public(self, street, desk):
        page = desk.get("/staff/listings/?show=hidden").content.decode()
        assert "taken out" in page
        assert "no membership" in page

    def test_page_by_page_with_as_many_queries(
        self, oak_street, street, desk, django_assert_max_num_queries
    ):
        with in_alliance(oak_street):
            for _n in range(30):
                a_listed_business()
        with django_assert_max_num_queries(17):
            first = desk.get("/staff/listings/")
        second = desk.get(f"/staff/listings/?{first.context['page'].next_query}")
        assert [len(page.context["page"].rows) for page in (first, second)] == [25, 9]

    def test_one_listing_with_everything(self, oak_street, street, listed, desk, ada):
        with in_alliance(oak_street):
            corrections.send(business=listed, words="Closed on Mondays.")
            Referral.objects.create(business=listed, wanted="Bread for forty", seat=ada)
        page = desk.get("/staff/listings/bens-bakery/").content.decode()
        for words in ("Closed on Mondays.", "Bread for forty", "A draft is waiting"):
            assert words in page

    def test_it_costs_few_queries(self, street, desk, django_assert_max_num_queries):
        with django_assert_max_num_queries(22):
            desk.get("/staff/listings/bens-bakery/")

    def test_it_is_taken_out_with_a_reason_and_put_back(self, oak_street, listed, desk):
        address = "/staff/listings/bens-bakery/"
        refused = desk.post(f"{address}pause/", {"reason": " "}, follow=True)
        assert "Say why: the business reads it." in refused.content.decode()
        desk.post(f"{address}pause/", {"reason": "A prank."})
        assert "A prank." in desk.get(address).content.decode()
        desk.post(f"{address}resumption/")
        assert desk.get(address).context["visibility"].kind == "good"

    def test_an_auditor_sees_and_changes_nothing(self, listed, auditor):
        page = auditor.get("/staff/listings/bens-bakery/")
        assert page.status_code == 200
        assert "/pause/" not in page.content.decode()
        assert auditor.post("/staff/listings/bens-bakery/pause/").status_code == 404


@pytest.fixture
def auditor(oak_street, visit):
    """A browser of somebody who may look at everything and change nothing."""
    with in_alliance(oak_street):
        seat = give_seat(person=_person("Bjorn"), role=Role.AUDITOR, by=None)
    return visit(oak_street, seat)


class TestCorrections:
    @pytest.fixture
    def correction(self, oak_street, listed) -> Correction:
        with in_alliance(oak_street):
            return corrections.send(
                business=listed, words="Closed on Mondays.", email="eve@example.com"
            )

    def test_whoever_may_not_settle_is_not_asked_to(self, correction, auditor):
        page = auditor.get("/staff/corrections/").content.decode()
        assert "Closed on Mondays." in page
        assert f"/staff/corrections/{correction.pk}/" not in page
        assert auditor.get(f"/staff/corrections/{correction.pk}/").status_code == 404

    def test_it_waits_in_the_queue_and_is_settled(self, oak_street, correction, desk):
        assert "Corrections from visitors" in desk.get("/staff/").content.decode()
        address = f"/staff/corrections/{correction.pk}/"
        assert desk.post(address, {"outcome": ""}).status_code == 422
        assert desk.post(address, {"outcome": "Asked.", "thanks": "on"}).status_code == 302
        page = desk.get("/staff/corrections/")
        assert list(page.context["waiting"]) == []
        assert [row.outcome for row in page.context["page"].rows] == ["Asked."]
        assert desk.get(address).status_code == 404
        assert "eve@example.com" not in page.content.decode()

    def test_nobody_is_thanked_who_left_no_address(self, oak_street, listed, desk):
        with in_alliance(oak_street):
            made = corrections.send(business=listed, words="Closed.")
        assert "Thank the sender" not in desk.get(f"/staff/corrections/{made.pk}/").content.decode()

    def test_the_neighbours_is_not_there(self, mill_lane, next_door, correction, desk):
        with in_alliance(mill_lane):
            theirs = corrections.send(business=next_door, words="Closed.")
        assert desk.get(f"/staff/corrections/{theirs.pk}/").status_code == 404
        assert [row.pk for row in desk.get("/staff/corrections/").context["waiting"]] == [
            correction.pk
        ]


class TestReferrals:
    @pytest.fixture
    def bread(self, oak_street, listed, ben):
        with in_alliance(oak_street):
            listings.publish(business=listed, content=Content(tags=("sourdough",)), by=ben)

    @pytest.mark.usefixtures("bread")
    def test_whoever_may_not_refer_is_not_asked_to(self, desk, auditor):
        asked = "/staff/referrals/new/"
        assert asked in desk.get("/staff/referrals/").content.decode()
        assert asked not in auditor.get("/staff/referrals/").content.decode()

    def test_found_by_what_is_looked_for_and_written_to(self, oak_street, bread, desk, bens):
        address = "/staff/referrals/new/?q=sourdoh"
        assert [e.slug for e in desk.get(address).context["found"]] == ["bens-bakery"]
        sent = {"businesses": ["bens-bakery"], "wanted": "Bread", "contact": "Eve, 555-0101"}
        assert desk.post(address, sent).url == "/staff/referrals/"
        page = bens.get("/me/referrals/").content.decode()
        assert "Eve, 555-0101" in page
        with in_alliance(oak_street):
            found = Referral.objects.get()
        answer = f"/me/referrals/{found.pk}/"
        assert bens.post(answer, {"words": "x"}).status_code == 422
        assert bens.post(answer, {"outcome": "won", "words": "Each week."}).status_code == 302
        figures = desk.get("/staff/referrals/").context["figures"]
        assert (figures.given, figures.answered, figures.won) == (1, 1, 1)

    def test_only_who_was_found_can_be_chosen(self, oak_street, bread, next_door, desk):
        address = "/staff/referrals/new/?q=sourdough"
        for slugs in ([], ["mill-lane-bakery"], ["nobody"], ["a\x00b"]):
            page = desk.post(address, {"businesses": slugs, "wanted": "Bread"})
            assert (page.status_code, "businesses" in page.context["form"].errors) == (422, True)

    @pytest.mark.parametrize("query", ["", "?q=", "?q=the", "?q=" + "x" * 300, "?q=%27;--"])
    def test_without_a_word_that_fits_nobody_is_found(self, listed, desk, query):
        page = desk.get(f"/staff/referrals/new/{query}")
        assert (page.status_code, page.context["found"]) == (200, [])

    def test_another_members_is_not_there(self, oak_street, listed, florist, ada, visit):
        with in_alliance(oak_street):
            theirs = Referral.objects.create(business=listed, wanted="Bread", seat=ada)
        assert visit(oak_street, florist).get(f"/me/referrals/{theirs.pk}/").status_code == 404


class TestDirectors:
    def test_the_maps_tiles(self, oak_street, desk):
        bad = desk.post("/staff/directory/", {"tiles_url": "http://x"})
        assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["tiles_url"])
        tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
        desk.post("/staff/directory/", {"tiles_url": tiles, "tiles_attribution": "© all"})
        with in_alliance(oak_street):
            assert DirectorySettings.objects.get().tiles_url == tiles

    def test_the_slot(self, oak_street, listed, next_door, desk):
        form = {
            "business": "bens-bakery",
            "words": "Bread at seven.",
            "starts_on": today_of(oak_street).isoformat(),
            "ends_on": (today_of(oak_street) + timedelta(days=9)).isoformat(),
        }
        for wrong in ("mill-lane-bakery", "", "a\x00b"):
            page = desk.post("/staff/directory/sponsors/", form | {"business": wrong})
            assert (page.status_code, list(page.context["form"].errors)) == (422, ["business"])
        desk.post("/staff/directory/sponsors/", form)
        with in_alliance(oak_street):
            made = Sponsorship.objects.get()
        page = desk.get("/staff/directory/sponsors/").content.decode()
        assert "Bread at seven." in page
        desk.post(f"/staff/directory/sponsors/{made.pk}/end/")
        with in_alliance(oak_street):
            assert Sponsorship.objects.count() == 0

    def test_for_directors_alone(self, oak_street, cleo, visit):
        for page in ("", "sponsors/"):
            assert visit(oak_street, cleo).get(f"/staff/directory/{page}").status_code == 404


class TestPanels:
    def test_a_member_sees_state_and_a_month_in_figures(self, oak_street, listed, bens, desk):
        with in_alliance(oak_street):
            for kind, count in (("view", 31), ("call", 4), ("website", 3)):
                DailyCount.objects.create(business=listed, day=today(), kind=kind, count=count)
            old = today() - timedelta(days=30)
            DailyCount.objects.create(business=listed, day=old, kind="view", count=99)
        for page in (bens.get("/me/"), desk.get("/staff/members/bens-bakery/")):
            assert "31 people looked at it, and 7 times" in page.content.decode()

    def test_where_nothing_was_counted_no_figure_stands(self, listed, bens):
        page = bens.get("/me/").content.decode()
        assert "In the directory" in page
        assert "people looked at it" not in page


def today_of(alliance):
    return clock.now().astimezone(alliance.zone).date()
