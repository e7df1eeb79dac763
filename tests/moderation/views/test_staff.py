"""Agreements, stewards, notes and the log; the public page and its counts."""

from datetime import timedelta

import pytest
import time_machine

from alliance import clock
from alliance.models import Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from moderation.models import AgreementSet, Note, Stewardship
from moderation.queries import counts
from moderation.services import agreements
from tests.conftest import _person
from tests.factories import moderation as make

DESK = "/staff/moderation/"


def items(*pairs):
    told = {"form-TOTAL_FORMS": str(len(pairs)), "form-INITIAL_FORMS": "0"}
    for n, (title, words) in enumerate(pairs):
        told |= {f"form-{n}-title": title, f"form-{n}-words": words}
    return told


THREE = (("Be kind", "To all."), ("Be brief", "Time is short."), ("Be here", "And come."))


class TestAgreements:
    def test_everybody_reads_them_and_a_member_accepts(self, visit, oak_street, mia, rules):
        page = "/moderation/agreements/"
        assert rules[0].title in visit(oak_street).get(page).content.decode()
        browser = visit(oak_street, mia)
        assert "I accept them" in browser.get(page).content.decode()
        assert browser.post(f"{page}acceptance/", {"version": "1"}).url == page
        assert "You have accepted these." in browser.get(page).content.decode()

    def test_an_earlier_version_has_its_days_and_an_address(
        self, visit, oak_street, cleo, mia, rules, decided, bens
    ):
        page, first = "/moderation/agreements/", rules[0].agreement_set
        here = f"{page}versions/{first.pk}/"
        browser = visit(oak_street, mia)
        browser.post(f"{page}acceptance/", {"version": "1"})
        assert here not in browser.get(page).content.decode()
        visit(oak_street, cleo).post(f"{DESK}agreements/", items(*THREE))

        listed = visit(oak_street).get(page).content.decode()
        assert (f'href="{here}"' in listed, "Be brief" in listed, rules[0].title in listed) == (
            True, True, False,
        )  # fmt: skip
        old = visit(oak_street).get(here).content.decode()
        assert (rules[0].title in old, "In force from" in old, "Be brief" in old) == (
            True, True, False,
        )  # fmt: skip
        # What was accepted, and what was decided, cite it.
        for reader, path in (
            (browser, "/moderation/mine/"),
            (bens, f"/moderation/mine/{decided.pk}/"),
            (visit(oak_street, cleo), f"{DESK}cases/{decided.pk}/"),
        ):
            assert f'href="{here}"' in reader.get(path).content.decode()

    def test_a_spaces_version_is_not_everybodys(self, visit, oak_street, mill_lane, cleo, mia, dan):
        with in_alliance(oak_street):
            found = agreements.publish(space=make.a_space(), by=cleo)
        here = f"/moderation/agreements/versions/{found.pk}/"
        assert visit(oak_street, cleo).get(here).status_code == 200
        for browser in (visit(oak_street), visit(oak_street, mia), visit(mill_lane, dan)):
            assert browser.get(here).status_code == 404

    @pytest.mark.parametrize("version", ["", "7", "x", "9" * 40, "-1", "²"])
    def test_a_version_that_is_none(self, visit, oak_street, mia, rules, version):
        answer = visit(oak_street, mia).post(
            "/moderation/agreements/acceptance/", {"version": version}, follow=True
        )
        assert "no such version" in answer.content.decode()

    def test_staff_publish_another_version(self, visit, oak_street, cleo, mia):
        here = f"{DESK}agreements/"
        assert visit(oak_street, mia).get(here).status_code == 404
        browser = visit(oak_street, cleo)
        assert browser.get(here).status_code == 200
        assert browser.post(here, items(*THREE, ("", ""))).url == "/moderation/agreements/"
        with in_alliance(oak_street):
            newest = AgreementSet.objects.first()
            assert (newest.number, [a.title for a in newest.agreements.all()]) == (
                2, ["Be kind", "Be brief", "Be here"],
            )  # fmt: skip

    @pytest.mark.parametrize(
        "typed",
        [
            items(*THREE[:2]),
            items(*THREE, ("Half", "")),
            items(*THREE, ("Long", "x" * 601)),
            items(*THREE, ("\x00", "x")),
            items(*(("A", "b"),) * 21),
            {"form-TOTAL_FORMS": "x", "form-INITIAL_FORMS": "0"},
        ],
    )
    def test_what_does_not_fit(self, visit, oak_street, cleo, typed):
        assert visit(oak_street, cleo).post(f"{DESK}agreements/", typed).status_code == 422
        with in_alliance(oak_street):
            assert AgreementSet.objects.count() == 1


class TestStewards:
    @pytest.fixture
    def asked(self, visit, oak_street, cleo, mia) -> Stewardship:
        answer = visit(oak_street, cleo).post(
            f"{DESK}stewards/new/",
            {"person": str(mia.person_id), "role": "custodian", "why": "She is fair."},
        )
        assert answer.url == f"{DESK}stewards/"
        with in_alliance(oak_street):
            return Stewardship.objects.get()

    def test_one_is_asked_accepts_and_lays_it_down(self, visit, oak_street, mia, cleo, asked, case):
        with in_alliance(oak_street):
            lea = give_seat(person=_person("Lea"), role=Role.MEMBER, by=None)
        browser, here = visit(oak_street, mia), f"/moderation/stewardships/{asked.pk}/"
        assert "I accept the charter" in browser.get(here).content.decode()
        assert here in browser.get("/moderation/mine/").content.decode()
        assert browser.get(DESK).status_code == 404
        assert browser.post(f"{here}acceptance/").url == "/moderation/mine/"
        assert browser.get(DESK).status_code == 200
        assert visit(oak_street, lea).get(here).status_code == 404
        assert "Mia" in visit(oak_street, cleo).get(f"{DESK}stewards/").content.decode()
        browser.post(f"{here}end/")
        assert browser.get(DESK).status_code == 404

    def test_a_year_later_it_is_over(self, visit, oak_street, mia, asked, case):
        visit(oak_street, mia).post(f"/moderation/stewardships/{asked.pk}/acceptance/")
        with time_machine.travel(clock.now() + timedelta(days=366)):
            page = visit(oak_street, mia).get(DESK)
        assert (page.status_code, str(case.pk) in page.content.decode()) in {
            (404, False), (200, False),
        }  # fmt: skip

    def test_one_declines_and_it_is_taken_back(self, visit, oak_street, mia, cleo, asked):
        visit(oak_street, mia).post(f"/moderation/stewardships/{asked.pk}/refusal/")
        with in_alliance(oak_street):
            asked.refresh_from_db()
        assert asked.ended_at is not None
        assert visit(oak_street, mia).post(f"{DESK}stewards/{asked.pk}/end/").status_code == 404

    def test_without_a_reason_or_a_person(self, visit, oak_street, cleo, mia):
        browser, here = visit(oak_street, cleo), f"{DESK}stewards/new/"
        assert "Mia" in browser.get(f"{here}?q=mi").content.decode()
        for typed in (
            {"person": str(mia.person_id), "role": "custodian", "why": ""},
            {"person": "x", "role": "custodian", "why": "y"},
            {"person": str(mia.person_id), "role": "owner", "why": "y"},
        ):
            assert browser.post(here, typed).status_code == 422
        with in_alliance(oak_street):
            assert not Stewardship.objects.exists()


class TestNotes:
    def test_advisors_keep_them_and_the_person_does_not_read(self, visit, oak_street, ada, ben):
        here = f"{DESK}notes/{ben.person_id}/"
        browser = visit(oak_street, ada)
        assert browser.post(here, {"words": "We spoke."}).url == here
        assert "We spoke." in browser.get(here).content.decode()
        assert browser.post(here, {"words": " "}).status_code == 422
        assert visit(oak_street, ben).get(here).status_code == 404
        with in_alliance(oak_street):
            assert Note.objects.get().by == ada

    def test_not_by_others_nor_about_strangers(self, visit, oak_street, ada, cleo, ben, dan):
        assert visit(oak_street, cleo).get(f"{DESK}notes/{ben.person_id}/").status_code == 404
        for person_id in (dan.person_id, ada.person_id):
            assert visit(oak_street, ada).get(f"{DESK}notes/{person_id}/").status_code == 404


class TestLog:
    def test_it_says_what_was_done(
        self, visit, oak_street, cleo, ben, decided, django_assert_max_num_queries
    ):
        browser = visit(oak_street, cleo)
        browser.get(f"{DESK}log/")
        with django_assert_max_num_queries(14):
            page = browser.get(f"{DESK}log/").content.decode()
        assert (f"cases/{decided.pk}/" in page, "Cleo" in page, "Mia" in page) == (
            True, True, False,
        )  # fmt: skip
        # Who flagged is not told, nor does it seem that nobody did.
        assert (">a member<" in page, "by itself" in page) == (True, False)
        assert visit(oak_street, ben).get(f"{DESK}log/").status_code == 404

    def test_the_auditor_reads_it_without_the_cases(self, visit, oak_street, decided):
        with in_alliance(oak_street):
            una: Seat = give_seat(person=_person("Una"), role=Role.AUDITOR, by=None)
        page = visit(oak_street, una).get(f"{DESK}log/").content.decode()
        assert ("Cleo" in page, f"cases/{decided.pk}/" in page) == (True, False)

    def test_the_neighbours_log_is_empty_of_it(self, visit, mill_lane, neighbour, decided):
        page = visit(mill_lane, neighbour.director).get(f"{DESK}log/").content.decode()
        assert "Cleo" not in page


class TestOverview:
    def test_words_alone_when_all_is_few(self, visit, oak_street, case):
        page = visit(oak_street).get("/moderation/").content.decode()
        assert ("So seldom" in page, "<table" in page, "<svg class=\"chart" in page) == (
            True, False, False,
        )  # fmt: skip

    def test_a_chart_and_a_table_from_five_up(self, visit, oak_street, monkeypatch):
        months = [
            counts.Month(clock.now().date().replace(day=1), 7, None, None, None, 3.25),
            *[counts.Month(clock.now().date().replace(day=1), *(None,) * 5) for _ in range(11)],
        ]
        monkeypatch.setattr(counts, "months", lambda: months)
        page = visit(oak_street).get("/moderation/").content.decode()
        assert ("<table" in page, ">7<" in page, "&lt;5" in page, ">3.3<" in page) == (
            True, True, True, True,
        )  # fmt: skip
        assert page.count('<rect class="chart__bar"') >= 1

    def test_the_foot_of_every_page_leads_there(self, visit, oak_street):
        assert '<a href="/moderation/">' in visit(oak_street).get("/directory/").content.decode()
