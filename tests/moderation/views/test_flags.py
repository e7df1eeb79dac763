"""Flagging and blocking: who may, what is said back, what is kept."""

from uuid import uuid4

import pytest

from alliance.tenancy.scope import in_alliance
from moderation.models import Block, Flag, PersonalMute


def path(subject, key="pledges.drive"):
    return f"/moderation/flag/{key}/{subject.pk}/"


class TestFlag:
    def test_the_page_names_the_agreements(self, visit, oak_street, oven, mia, rules):
        page = visit(oak_street, mia).get(path(oven))
        assert page.status_code == 200
        words = page.content.decode()
        assert all(f">{rule.title}<" in words for rule in rules)

    def test_it_is_kept_with_what_stood_there(self, visit, oak_street, oven, mia, rules):
        answer = visit(oak_street, mia).post(
            path(oven), {"agreement": str(rules[1].pk), "note": "Rude"}
        )
        assert (answer.status_code, answer.url) == (302, "/moderation/mine/")
        with in_alliance(oak_street):
            flag = Flag.objects.get()
            assert (flag.by, flag.agreement, flag.note, oven.story in flag.words) == (
                mia, rules[1], "Rude", True,
            )  # fmt: skip

    @pytest.mark.parametrize(
        "typed",
        [
            {"note": ""},
            {"agreement": "nonsense", "note": "Rude"},
            {"agreement": "\x00", "note": "Rude"},
            {"agreement": str(uuid4()), "note": "Rude"},
            {"note": "x" * 1_000_000},
        ],
    )
    def test_what_does_not_fit_is_asked_again(self, visit, oak_street, oven, mia, typed):
        page = visit(oak_street, mia).post(path(oven), typed)
        assert page.status_code == 422
        assert page.content.decode().count("Error: ") >= 1
        with in_alliance(oak_street):
            assert not Flag.objects.exists()

    def test_ones_own_is_refused_with_a_sentence(self, bens, oven, rules):
        page = bens.post(path(oven), {"agreement": str(rules[1].pk)})
        assert page.status_code == 422
        assert "This is your own." in page.content.decode()

    def test_twice_is_refused(self, visit, oak_street, oven, mia, case, rules):
        page = visit(oak_street, mia).post(path(oven), {"agreement": str(rules[1].pk)})
        assert (page.status_code, "flagged this already" in page.content.decode()) == (422, True)

    def test_strangers_and_what_is_not_there(self, visit, oak_street, mill_lane, oven, mia, dan):
        assert visit(oak_street).get(path(oven)).status_code == 302
        browser = visit(oak_street, mia)
        for wrong in (
            path(oven, "nonsense"),
            path(oven, "directory.listing"),
            f"/moderation/flag/pledges.drive/{uuid4()}/",
        ):
            assert browser.get(wrong).status_code == 404
        # Dan has no seat here, and at home the drive is not there.
        assert visit(oak_street, dan).get(path(oven)).status_code == 404
        assert visit(mill_lane, dan).get(path(oven)).status_code == 404

    def test_the_neighbours_drive_cannot_be_flagged_from_here(
        self, visit, oak_street, neighbour, mia
    ):
        assert visit(oak_street, mia).get(path(neighbour.drive)).status_code == 404

    def test_what_is_hidden_is_not_there(self, visit, oak_street, oven, mia, hide):
        hide(oven)
        assert visit(oak_street, mia).get(path(oven)).status_code == 404

    def test_the_link_stands_for_members_alone(self, visit, oak_street, oven, mia):
        link = f'href="{path(oven)}"'
        page = "/pledge/" + oven.slug + "/"
        assert link in visit(oak_street, mia).get(page).content.decode()
        assert link not in visit(oak_street).get(page).content.decode()


class TestBlocks:
    def test_one_blocks_and_ends_it(self, visit, oak_street, mia, ben):
        browser = visit(oak_street, mia)
        here = f"/moderation/blocks/{ben.person_id}/"
        assert b"Block or mute Ben?" in browser.get(here).content
        assert browser.post(here).url == "/moderation/blocks/"
        assert b"Ben" in browser.get("/moderation/blocks/").content
        browser.post(here + "end/")
        with in_alliance(oak_street):
            assert Block.objects.live().count() == 0

    def test_nobody_else_learns_of_it(self, visit, oak_street, mia, ben, bens):
        visit(oak_street, mia).post(f"/moderation/blocks/{ben.person_id}/")
        assert b"Mia" not in bens.get("/moderation/blocks/").content
        assert bens.post(f"/moderation/blocks/{ben.person_id}/end/").status_code == 404

    def test_one_mutes_and_ends_it(self, visit, oak_street, mia, ben, bens):
        browser = visit(oak_street, mia)
        here = f"/moderation/mutes/{ben.person_id}/"
        assert browser.post(here).url == "/moderation/blocks/"
        assert f'action="{here}end/"' in browser.get("/moderation/blocks/").content.decode()
        page = browser.get(f"/moderation/blocks/{ben.person_id}/").content.decode()
        assert (f'action="{here}end/"' in page, f'action="{here}"' in page) == (True, False)
        # Nobody else learns of it, nor ends it.
        assert b"Mia" not in bens.get("/moderation/blocks/").content
        assert bens.post(f"/moderation/mutes/{mia.person_id}/end/").status_code == 404
        assert browser.post(f"{here}end/").url == "/moderation/blocks/"
        assert browser.post(f"{here}end/").status_code == 404
        with in_alliance(oak_street):
            assert [row.ended_at is None for row in PersonalMute.objects.all()] == [False]

    def test_only_people_of_this_place(self, visit, oak_street, mia, dan):
        browser = visit(oak_street, mia)
        for person_id in (dan.person_id, mia.person_id, uuid4()):
            assert browser.get(f"/moderation/blocks/{person_id}/").status_code == 404
            assert browser.post(f"/moderation/mutes/{person_id}/").status_code == 404
