"""Whoever is at home in one alliance is a stranger in the next; the network belongs to none."""

import urllib.error

import pytest

from tests.e2e import people
from tests.e2e.letters import ask

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

OURS = ("/pledge/gustoso-oven/", "/staff/drives/gustoso-oven/", "/me/drive/gustoso-oven/")
DESK = ("/staff/", "/staff/drives/", "/staff/audit/", "/staff/keys/", "/me/till/")


def test_our_director_is_a_stranger_at_the_neighbours(signed_in, stack):
    maya = signed_in("owner")
    maya.go("/staff/")
    maya.home = stack["alliances"]["hudson"]
    maya.go("/")
    # Cookies belong to one host: the neighbour does not know her.
    assert maya.page.get_by_role("link", name="Sign in").is_visible()
    login = stack["logins"]["owner"]
    maya.go("/accounts/login/")
    people.by_password(maya, login["email"], login["password"])
    assert maya.page.url == maya.home
    assert maya.page.get_by_role("link", name="Desk").count() == 0
    for address in (*DESK, *OURS):
        maya.go(address, status=404)
    kept = {(cookie["name"], cookie["domain"]) for cookie in maya.context.cookies()}
    assert {domain for _, domain in kept} == {"eastbay.localhost", "hudson.localhost"}


def test_a_member_has_no_desk_and_staff_have_no_till(signed_in):
    marisol = signed_in("member")
    for address in ("/staff/", "/staff/drives/gustoso-oven/", "/staff/keys/"):
        marisol.go(address, status=404)
    maya = signed_in("owner")
    for address in ("/me/till/", "/me/drive/", "/me/drive/gustoso-oven/"):
        maya.go(address, status=404)


def test_each_alliance_shows_its_own(browse, stack):
    titles, colours = set(), set()
    for slug in stack["alliances"]:
        visitor = browse(slug)
        visitor.go("/")
        titles.add(visitor.page.title())
        colours.add(
            visitor.page.evaluate(
                "getComputedStyle(document.documentElement).getPropertyValue('--accent-hue')"
            )
        )
    assert len(titles) == len(colours) == 3


def test_the_network_s_own_site(browse, stack):
    visitor = browse("")
    visitor.go("/")
    for slug in ("eastbay", "hudson", "sonora"):
        assert visitor.page.locator(f"a[href='{stack['alliances'][slug]}']").count() >= 1
    visitor.go("/demo/mail/")
    visitor.go("/staff/", status=404)
    visitor.go("/pledge/", status=404)


@pytest.mark.parametrize("host", ["nobody.localhost", "eastbay.localhost.example", "127.0.0.1"])
def test_an_unknown_host_is_turned_away(stack, host):
    port = stack["network"].rstrip("/").rsplit(":", 1)[1]
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(f"http://{host}:{port}/")
    assert refused.value.code == 400
    assert refused.value.read() == b"There is no site at this address.\n"
