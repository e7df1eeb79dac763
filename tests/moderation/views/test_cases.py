"""Cases: the author's side, the side of who decides, and who sees neither."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance import clock
from alliance.models import Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from moderation import content
from moderation.models import Appeal, Case, CaseState, Decision, Outcome
from moderation.services import appeals, cases, decisions, flags
from tests.conftest import _person

LIST = "/staff/moderation/"


FRAME = ("SAVEPOINT", "RELEASE", "SET LOCAL")


def counted(browser: Client, page: str) -> tuple[str, int]:
    """A page, and what it asks of the database besides opening and closing its scope."""
    browser.get(page)
    with CaptureQueriesContext(connection) as asked:
        words = browser.get(page).content.decode()
    return words, sum(not query["sql"].startswith(FRAME) for query in asked.captured_queries)


def give_member(name: str) -> Seat:
    return give_seat(person=_person(name), role=Role.MEMBER, by=None)


def typed(rule, **other):
    return {"outcome": "hide", "agreement": str(rule.pk), "reasons": "It insults.", **other}


class TestList:
    def test_it_shows_what_waits(
        self, visit, oak_street, cleo, case, django_assert_max_num_queries
    ):
        browser = visit(oak_street, cleo)
        browser.get(LIST)
        with django_assert_max_num_queries(12):
            page = browser.get(LIST).content.decode()
        assert f'href="{LIST}cases/{case.pk}/"' in page
        for show, is_there in (("waiting", True), ("appealed", False), ("done", False)):
            words = browser.get(f"{LIST}?show={show}").content.decode()
            assert (f"cases/{case.pk}/" in words) is is_there

    def test_what_is_overdue_stands_first_and_is_counted(
        self, visit, oak_street, cleo, case, ben, oven, rules
    ):
        browser = visit(oak_street, cleo)

        def listed(query: str = "") -> tuple[list[str], int]:
            words = browser.get(LIST + query).content.decode()
            count = re.search(r'overdue <span class="tabular">(\d+)<', words)
            return re.findall(rf'href="{LIST}cases/([^/]+)/"', words), int(count[1])

        with in_alliance(oak_street):
            warned = {"outcome": "warn", "agreement": rules[1], "reasons": "It insults."}
            decisions.decide(case=case, by=cleo, **warned)
            second = flags.flag(subject=oven, agreement=rules[0], by=give_member("Lea")).case
        old, new = str(case.pk), str(second.pk)
        assert listed() == ([new, old], 0)
        assert listed("?show=overdue") == ([], 0)
        with in_alliance(oak_street):
            appeals.appeal(case=case, words="It was a joke.", by=ben)
        with time_machine.travel(clock.now() + timedelta(hours=25)):
            browser = visit(oak_street, cleo)
            assert listed() == ([new, old], 1)
            assert listed("?show=overdue") == ([new], 1)
            with in_alliance(oak_street):
                cases.show(case=second, by=cleo)
            assert listed("?show=overdue") == ([], 0)
        with time_machine.travel(clock.now() + timedelta(hours=73)):
            browser = visit(oak_street, cleo)
            # The appeal, opened before the other, is late and rises above it.
            assert listed() == ([old, new], 1)
            assert listed("?show=overdue") == listed("?show=appealed") == ([old], 1)
            assert listed("?show=waiting") == ([new], 1)

    @pytest.mark.parametrize("query", ["?after=nonsense", "?after=AAAA", "?show=x"])
    def test_nonsense_shows_the_first_page(self, visit, oak_street, cleo, case, query):
        assert visit(oak_street, cleo).get(LIST + query).status_code == 200

    def test_others_see_nothing_of_it(
        self, visit, oak_street, mill_lane, case, mia, ben, neighbour
    ):
        here = f"{LIST}cases/{case.pk}/"
        assert visit(oak_street).get(here).status_code == 302
        for seat in (mia, ben, neighbour.director):
            assert visit(oak_street, seat).get(here).status_code == 404
        director = visit(mill_lane, neighbour.director)
        assert director.get(here).status_code == 404
        assert str(case.pk) not in director.get(LIST).content.decode()


class TestCase:
    def test_it_holds_words_flags_and_history(self, visit, oak_street, cleo, case, oven):
        browser = visit(oak_street, cleo)
        words, count = counted(browser, f"{LIST}cases/{case.pk}/")
        assert count <= 12
        assert (oven.purpose in words, "Mia" in words, "“Rude”" in words) == (True, True, True)

    def test_it_is_decided_with_reasons(self, visit, oak_street, cleo, case, rules):
        here = f"{LIST}cases/{case.pk}/"
        assert visit(oak_street, cleo).post(here, typed(rules[1])).url == here
        with in_alliance(oak_street):
            made = Decision.objects.get()
            assert (made.outcome, made.agreement, made.reasons, made.by) == (
                Outcome.HIDE, rules[1], "It insults.", cleo,
            )  # fmt: skip

    @pytest.mark.parametrize(
        ("other", "field"),
        [
            ({"agreement": ""}, "agreement"),
            ({"reasons": " "}, "reasons"),
            ({"outcome": "nonsense"}, "outcome"),
            ({"agreement": "\x00"}, "agreement"),
            ({"reasons": "x" * 1_000_000}, "reasons"),
        ],
    )
    def test_what_is_missing_is_said_at_the_field(
        self, visit, oak_street, cleo, case, rules, other, field
    ):
        page = visit(oak_street, cleo).post(f"{LIST}cases/{case.pk}/", typed(rules[1], **other))
        assert (page.status_code, field in page.context["form"].errors) == (422, True)
        with in_alliance(oak_street):
            assert Case.objects.get().state == CaseState.OPEN

    def test_it_is_hidden_and_shown_before(self, visit, oak_street, cleo, case, oven):
        browser, here = visit(oak_street, cleo), f"{LIST}cases/{case.pk}/"
        for step, is_hidden in (("hide", True), ("show", False)):
            assert browser.post(f"{here}{step}/").url == here
            with in_alliance(oak_street):
                oven.refresh_from_db()
            assert oven.is_hidden is is_hidden
        assert browser.get(f"{here}hide/").status_code == 405

    def test_nobody_decides_about_their_own_flag(self, visit, oak_street, ada, oven, rules, case):
        with in_alliance(oak_street):
            from moderation.services import flags

            flags.flag(subject=oven, agreement=rules[0], by=ada)
        browser, here = visit(oak_street, ada), f"{LIST}cases/{case.pk}/"
        assert '<h2 id="decide">' not in browser.get(here).content.decode()
        assert browser.post(here, typed(rules[1])).status_code == 404

    def test_one_without_a_flag(self, visit, oak_street, cleo, oven, mia, ben):
        here = f"{LIST}open/pledges.drive/{oven.pk}/"
        link, drive = f'href="{here}"', f"/pledge/{oven.slug}/"
        assert [
            link in visit(oak_street, seat).get(drive).content.decode() for seat in (cleo, mia, ben)
        ] == [True, False, False]
        assert link not in visit(oak_street).get(drive).content.decode()
        assert visit(oak_street, cleo).get(here).status_code == 200
        answer = visit(oak_street, cleo).post(here, {"reason": "It reads like an advertisement"})
        with in_alliance(oak_street):
            case = Case.objects.get()
        assert answer.url == f"{LIST}cases/{case.pk}/"
        assert visit(oak_street, mia).get(here).status_code == 404
        assert visit(oak_street, cleo).post(here, {"reason": " "}).status_code == 422


class TestOwn:
    def test_the_author_reads_why_and_appeals_once(self, bens, oak_street, decided, rules):
        here = f"/moderation/mine/{decided.pk}/"
        page, count = counted(bens, here)
        assert count <= 12
        assert ("It insults." in page, rules[1].title in page, "Cleo" in page) == (
            True, True, False,
        )  # fmt: skip
        assert bens.post(here, {"words": ""}).status_code == 422
        assert bens.post(here, {"words": "It was a joke."}).url == here
        assert "You hear of it by" in bens.get(here).content.decode()
        assert bens.post(here, {"words": "Really."}).status_code == 422
        with in_alliance(oak_street):
            assert Appeal.objects.get().words == "It was a joke."

    def test_the_list_says_what_became_of_it(self, bens, visit, oak_street, decided, mia):
        assert f"/moderation/mine/{decided.pk}/" in bens.get("/moderation/mine/").content.decode()
        theirs = visit(oak_street, mia).get("/moderation/mine/").content.decode()
        assert ("you were right" in theirs, str(decided.pk) in theirs) == (True, False)

    def test_it_is_nobody_elses(self, visit, oak_street, decided, mia, cleo, neighbour):
        for seat in (mia, cleo, neighbour.dan):
            page = visit(oak_street, seat).get(f"/moderation/mine/{decided.pk}/")
            assert page.status_code == 404

    def test_another_hears_the_appeal(
        self, visit, oak_street, ben, cleo, ada, decided, rules, oven
    ):
        with in_alliance(oak_street):
            appeals.appeal(case=decided, words="It was a joke.", by=ben)
        here = f"{LIST}cases/{decided.pk}/"
        # Cleo decided, and is no advisor.
        assert visit(oak_street, cleo).post(here, typed(rules[1])).status_code == 404
        kept = {"outcome": "keep", "agreement": "", "reasons": "It was one."}
        assert visit(oak_street, ada).post(here, kept).url == here
        with in_alliance(oak_street):
            oven.refresh_from_db()
            decided.refresh_from_db()
        assert (decided.state, oven.is_hidden) == (CaseState.FINAL, False)

    def test_they_find_it_from_the_drive(self, bens, visit, oak_street, oven, mia, hide):
        hide(oven)
        with in_alliance(oak_street):
            case = Case.objects.get()
        link = f'href="/moderation/mine/{case.pk}/"'
        assert link in bens.get(f"/me/drive/{oven.slug}/").content.decode()
        assert link in bens.get(f"/pledge/{oven.slug}/").content.decode()
        assert link not in visit(oak_street, mia).get(f"/pledge/{oven.slug}/").content.decode()
        assert "/moderation/mine/" in bens.get("/me/").content.decode()


def test_every_kind_names_related_rows_that_there_are(oak_street):
    with in_alliance(oak_street):
        assert [kind.key for kind in content.kinds() if content.find(kind.key, uuid4())] == []
    assert {"pledges.drive", "groups.post", "directory.photo"} <= {k.key for k in content.kinds()}


XSS = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def test_payloads_are_dead(visit, oak_street, oven, mia, cleo, ben, rules):
    member = visit(oak_street, mia)
    member.post(f"/moderation/flag/pledges.drive/{oven.pk}/",
                {"agreement": str(rules[1].pk), "note": XSS})  # fmt: skip
    with in_alliance(oak_street):
        case = Case.objects.get()
    desk, here = visit(oak_street, cleo), f"{LIST}cases/{case.pk}/"
    pages = [desk.get(here), desk.post(here, typed(rules[1], reasons=XSS), follow=True)]
    browser = visit(oak_street, ben)
    pages.append(browser.post(f"/moderation/mine/{case.pk}/", {"words": XSS}, follow=True))
    pages += [member.get("/moderation/mine/"), desk.get(here)]
    for page in pages:
        words = page.content.decode()
        assert "<script>alert" not in words
        assert "<img src=x" not in words
