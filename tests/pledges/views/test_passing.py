"""Passing a pledge on, page by page."""

import re

import pytest

from alliance.models import OutboxMessage
from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, PledgeTransfer
from pledges.services import transfers
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import (
    active_parts,
    form_key,
    kept,
    path_in,
    problems,
    text,
    title,
    words,
)

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def card(oak_street, eves_pledge) -> str:
    """The path of Eve's card."""
    with in_alliance(oak_street):
        return eves_pledge.get_absolute_url()


def to(**changes: str) -> dict[str, str]:
    """The giver's form."""
    friend = {"name": "Finn", "email": "finn@example.com", "website": "", "form_key": form_key()}
    return friend | changes


TAKE = {"name": "Finn Okafor", "display": "first", "consent": "on"}


@pytest.fixture
def link(visit, oak_street, card) -> str:
    """The path in the friend's message."""
    visit(oak_street).post(f"{card}pass-on/", to())
    with in_alliance(oak_street):
        sent = OutboxMessage.objects.get(template="pledges/email/passed_to_you")
    return path_in(sent.context["url"])


def test_from_the_card_to_the_friends_card(visit, oak_street, card, link):
    giver, friend = visit(oak_street), visit(oak_street)
    assert f"{card}pass-on/" in text(giver.get(card))
    assert "Offered to Finn" in words(giver.get(f"{card}pass-on/"))
    page = friend.get(link)
    assert (page.status_code, title(page)) == (200, "A pledge, passed on to you")
    assert "Eve Castellano meant to spend $240 at Ben's Bakery" in words(page)
    assert (kept(page, "name"), active_parts(page)) == ("Finn", [])
    done = friend.post(link, TAKE, follow=True)
    assert title(done) == "Your card for Ben's Bakery"
    assert "Thank you! The pledge is yours." in words(done)
    assert "This pledge was passed on to a friend." in words(giver.get(card))
    again = friend.get(link)
    assert (again.status_code, again["Location"]) == (302, done.redirect_chain[0][0])
    with in_alliance(oak_street):
        assert PledgeTransfer.objects.get().received == Pledge.objects.get(name="Finn Okafor")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": ""}, ("id_name", "Enter your friend’s name.")),
        ({"email": "finn"}, ("id_email", "Enter an e-mail address such as maria@example.com.")),
        (
            {"email": "eve@example.com"},
            ("id_email", "That is your own address. Enter your friend’s."),
        ),
    ],
)
def test_what_does_not_fit_is_said_at_the_field(visit, oak_street, card, change, problem):
    before = row_counts(oak_street)
    page = visit(oak_street).post(f"{card}pass-on/", to(**change))
    assert (page.status_code, problems(page)) == (422, [problem])
    assert row_counts(oak_street) == before


def test_the_friend_has_to_agree(visit, oak_street, link):
    page = visit(oak_street).post(link, {"name": "Finn", "display": "full"})
    assert (page.status_code, kept(page, "name")) == (422, "Finn")
    with in_alliance(oak_street):
        assert PledgeTransfer.objects.get().state == "offered"


def test_taken_back(visit, oak_street, card, link):
    page = visit(oak_street).post(f"{card}pass-on/withdrawal/", follow=True)
    assert "Taken back." in words(page)
    assert visit(oak_street).get(link).status_code == 410


def test_a_cut_or_foreign_link_opens_nothing(visit, oak_street, neighbour, link):
    assert visit(oak_street).get(link[:-4] + "/").status_code == 404
    assert visit(neighbour.alliance).get(link).status_code == 404


def test_both_pages_are_kept_by_nobody(visit, oak_street, card, link):
    for path in (f"{card}pass-on/", link):
        answer = visit(oak_street).get(path)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex"


def test_the_owner_sees_neither_who_passed_nor_to_whom(visit, oak_street, ben, link):
    visit(oak_street).post(link, TAKE)
    page = visit(oak_street, ben).get("/me/drive/a-second-oven/")
    assert not re.search("Castellano|Finn|Okafor|example.com", words(page))
    with in_alliance(oak_street):
        assert transfers.PledgeTransfer.objects.count() == 1
