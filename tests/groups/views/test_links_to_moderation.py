"""Beside posts, topics and people: the ways to a case and to a mute, for who may go them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.models import Role
from alliance.tenancy.scope import in_alliance
from moderation.models import Case
from tests.factories import groups as make
from tests.factories import moderation as care
from tests.factories import talk

HOME = "/groups/bakers/"
FRAME = ("SAVEPOINT", "RELEASE", "SET LOCAL")


@pytest.fixture
def browsers(visit, oak_street, bakers, flour, ada, ben, fay, fay_writes):
    """Who reads the bakers' talk; Cus is their custodian, Gil has no part in it."""
    with in_alliance(oak_street):
        custodian, gil = make.a_members_seat("Cus"), make.introduced(bakers).seat
        care.a_steward(Role.CUSTODIAN, by=ada, space=bakers.space, seat=custodian)
        make.introduced(bakers, custodian)
        talk.a_reply(flour, custodian, "Look in the rules.")
    seats = {"custodian": custodian, "staff": ada, "facilitator": fay, "gil": gil, "author": ben}
    return {name: visit(oak_street, seat) for name, seat in seats.items()}


def links(browser, page: str, pattern: str) -> list[str]:
    answer = browser.get(page)
    assert answer.status_code == 200
    return re.findall(rf'href="({pattern}[^"]*)"', answer.content.decode())


def found(browsers, page: str, pattern: str) -> dict[str, list[str]]:
    """Who is shown which links, each followed."""
    shown = {name: links(browser, page, pattern) for name, browser in browsers.items()}
    for name, ways in shown.items():
        assert [browsers[name].get(way).status_code for way in ways] == [200] * len(ways)
    return {name: ways for name, ways in shown.items() if ways}


def test_a_case_is_opened_from_a_post(browsers, oak_street, flour):
    with in_alliance(oak_street):
        first, second = flour.posts.order_by("number")
    ways = [f"/staff/moderation/open/groups.post/{post.pk}/" for post in (first, second)]

    # Nobody takes up their own words.
    assert found(browsers, f"{HOME}topics/1/", "/staff/moderation/open/") == {
        "custodian": ways[:1], "staff": ways,
    }  # fmt: skip

    # Control: who is shown no link is not let in either.
    for name in ("facilitator", "gil", "author"):
        assert browsers[name].get(ways[0]).status_code == 404
    browsers["custodian"].post(ways[0], {"reason": "It reads like an advertisement"})
    with in_alliance(oak_street):
        case = Case.objects.get()
        assert case.subject_id == first.pk
    page = case.get_absolute_url()
    with CaptureQueriesContext(connection) as asked:
        browsers["custodian"].get(page)
    assert sum(not query["sql"].startswith(FRAME) for query in asked.captured_queries) <= 14


def test_and_from_the_page_on_which_a_topic_is_looked_after(browsers, flour):
    able = {name: browsers[name] for name in ("custodian", "staff", "facilitator")}
    way = f"/staff/moderation/open/groups.topic/{flour.pk}/"
    assert found(able, f"{HOME}topics/1/tend/", "/staff/moderation/open/") == {
        "custodian": [way], "staff": [way],
    }  # fmt: skip


def test_a_person_is_muted_from_a_post_and_from_their_page(
    browsers, oak_street, ben, ben_writes, flour
):
    with in_alliance(oak_street):
        other = flour.posts.get(number=2).author.seat.person_id
    ways = [f"/moderation/blocks/{pk}/" for pk in (ben.person_id, other)]
    assert found(browsers, f"{HOME}topics/1/", "/moderation/blocks/") == {
        "custodian": ways[:1], "staff": ways, "facilitator": ways, "gil": ways, "author": ways[1:],
    }  # fmt: skip
    page = f"{HOME}members/{ben_writes.pk}/"
    others = ("custodian", "staff", "facilitator", "gil")
    assert found(browsers, page, "/moderation/blocks/") == dict.fromkeys(others, ways[:1])


def test_an_introduction_can_be_taken_up(browsers, ben_writes):
    page = f"{HOME}members/{ben_writes.pk}/"
    assert list(found(browsers, page, "/staff/moderation/open/")) == ["custodian", "staff"]
