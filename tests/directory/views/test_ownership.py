"""Local ownership on the pages of members and of the desk."""

import pytest

from alliance.models import Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from directory.models import Appeal, Attestation
from directory.ownership import State
from directory.queries.ownership import standing_of
from directory.services import attestations
from tests.conftest import _person

OWN = "/me/listing/ownership/"
SAID = {"ownership": "private", "local_percent": "100", "outlets": "1", "decides_locally": "on"}


@pytest.fixture
def claim(oak_street, listed, bens) -> Attestation:
    """The bakery's claim, made on its page."""
    assert bens.post(OWN, SAID).url == OWN
    with in_alliance(oak_street):
        return Attestation.objects.get()


def state(alliance, business):
    with in_alliance(alliance):
        return standing_of(business).state


class TestMembers:
    def test_the_claim_stands_on_the_page_and_waits(self, claim, bens):
        page = bens.get(OWN).content.decode()
        assert "waits to be confirmed" in page
        assert "We are locally owned" not in page

    @pytest.mark.parametrize(
        ("wrong", "field", "said"),
        [
            ({"local_percent": "40"}, "local_percent", "at least half"),
            ({"local_percent": "most"}, "local_percent", "a number from 50 to 100"),
            ({"outlets": "12"}, "outlets", "counts as a chain"),
            ({"decides_locally": ""}, "decides_locally", "decisions are made here"),
            ({"ownership": "shares"}, "ownership", "Select a valid choice"),
            ({"local_percent": "9" * 30}, "local_percent", "at least half"),
        ],
    )
    def test_what_is_not_local_is_said_at_the_field(self, listed, bens, wrong, field, said):
        page = bens.post(OWN, SAID | wrong)
        assert page.status_code == 422
        assert said in " ".join(page.context["form"].errors[field])

    def test_two_members_confirm_without_the_staff(
        self, oak_street, listed, claim, florist, grocer, visit
    ):
        for seat in (florist, grocer):
            browser = visit(oak_street, seat)
            page = browser.get("/me/confirmations/")
            assert [c.pk for c in page.context["claims"]] == [claim.pk]
            done = browser.post(f"/me/confirmations/{claim.pk}/", follow=True).content.decode()
            assert "Thank you for standing up for Ben&#x27;s Bakery." in done
        assert state(oak_street, listed) == State.VERIFIED

    def test_one_does_not_confirm_for_oneself(self, oak_street, listed, claim, bens):
        assert list(bens.get("/me/confirmations/").context["claims"]) == []
        done = bens.post(f"/me/confirmations/{claim.pk}/", follow=True).content.decode()
        assert "somebody else confirms it" in done
        assert state(oak_street, listed) == State.CLAIMED

    def test_revoked_one_may_appeal_once(self, oak_street, listed, claim, ada, bens):
        with in_alliance(oak_street):
            attestations.confirm_for_alliance(claim=claim, by=ada)
            attestations.revoke(claim=claim, reason="Sold to a chain.", by=ada)
        page = bens.get(OWN).content.decode()
        assert "Sold to a chain." in page
        assert bens.post(f"{OWN}appeal/", {"appeal-words": " "}).status_code == 422
        bens.post(f"{OWN}appeal/", {"appeal-words": "We are not."})
        assert state(oak_street, listed) == State.APPEALED
        again = bens.post(f"{OWN}appeal/", {"appeal-words": "Again."})
        assert "appealed already" in again.content.decode()

    def test_where_nothing_was_revoked_nothing_is_appealed(self, listed, bens):
        done = bens.post(f"{OWN}appeal/", {"appeal-words": "Why?"}, follow=True)
        assert "Nothing has been revoked." in done.content.decode()

    @pytest.mark.parametrize("page", [OWN, "/me/confirmations/", "/me/referrals/"])
    def test_a_page_costs_few_queries(
        self, listed, claim, florist, bens, page, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(17):
            assert bens.get(page).status_code == 200


class TestDesk:
    def test_a_claim_waits_in_the_queue_and_is_confirmed(self, oak_street, listed, claim, desk):
        assert "Local ownership to confirm" in desk.get("/staff/").content.decode()
        page = desk.get("/staff/ownership/")
        assert [one.claim.pk for one in page.context["claims"]] == [claim.pk]
        desk.post(f"/staff/ownership/{claim.pk}/confirmation/")
        assert state(oak_street, listed) == State.VERIFIED
        assert "Local ownership to confirm" not in desk.get("/staff/").content.decode()

    def test_it_is_revoked_with_a_reason_and_the_appeal_decided_by_another(
        self, oak_street, listed, claim, ada, desk, bens, visit
    ):
        desk.post(f"/staff/ownership/{claim.pk}/confirmation/")
        address = f"/staff/ownership/{claim.pk}/revocation/"
        assert desk.post(address, {"reason": ""}).status_code == 422
        assert desk.post(address, {"reason": "Sold."}).url == "/staff/listings/bens-bakery/"
        bens.post(f"{OWN}appeal/", {"appeal-words": "We are not."})
        with in_alliance(oak_street):
            appeal = Appeal.objects.get()
            kiyomi = give_seat(person=_person("Kiyomi"), role=Role.MEMBERSHIP, by=None)
        page = f"/staff/ownership/appeals/{appeal.pk}/"
        said = {"decision": "upheld", "answer": "True."}
        assert "somebody else decides" in desk.get(page).content.decode()
        assert desk.post(page, said).status_code == 422
        assert visit(oak_street, kiyomi).post(page, said).url == "/staff/ownership/"
        assert state(oak_street, listed) == State.VERIFIED
        assert desk.get(page).status_code == 404

    def test_who_looks_after_the_community_sees_and_does_not_confirm(
        self, oak_street, listed, claim, cleo, visit
    ):
        browser = visit(oak_street, cleo)
        page = browser.get("/staff/ownership/").content.decode()
        assert "Ben&#x27;s Bakery" in page
        assert "/confirmation/" not in page
        assert browser.post(f"/staff/ownership/{claim.pk}/confirmation/").status_code == 404

    def test_the_neighbours_claim_is_not_there(
        self, oak_street, mill_lane, next_door, dan, claim, desk
    ):
        with in_alliance(mill_lane):
            said = attestations.Claim("private", 100, True, 1)
            theirs = attestations.claim(business=next_door, said=said, by=dan)
        assert [c.claim.pk for c in desk.get("/staff/ownership/").context["claims"]] == [claim.pk]
        for step in ("confirmation", "revocation"):
            assert desk.post(f"/staff/ownership/{theirs.pk}/{step}/").status_code == 404
