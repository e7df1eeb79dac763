"""Every page that a link leads to, as a visitor, a member and staff: no exceptions."""

from collections import Counter
from urllib.parse import parse_qsl, urldefrag, urlsplit

import pytest
from django.urls import Resolver404, resolve

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

# How many of one kind are opened: the first drives, not all of them.
OF_A_KIND = 2
DESK = ("owner", "auditor", "volunteer")
# Feeds, calendars, pictures and data are no pages; tests of their own read them.
FILES = (
    ".atom",
    ".csv",
    ".geojson",
    ".ics",
    ".json",
    ".pdf",
    ".png",
    ".svg",
    ".vcf",
    ".webp",
    "people.json",
    ".xml",
    "/photo/",
)
DATA = ("api/v1/schema/", "api/v1/honour/")
LINKS = "() => [...document.querySelectorAll('a[href]:not([download])')].map(link => link.href)"


def kind(url):
    """An address without what differs between pages of one kind."""
    place = urlsplit(url)
    route = resolve(place.path, "alliance.urls").route
    return route, tuple(sorted(name for name, _ in parse_qsl(place.query)))


def walk(visitor, start, *, follows_letters):
    """Opens what can be reached, a few of each kind; the kinds that were seen.

    What is sent stands on the demo's page of mail, whoever it was for. A stranger may follow
    its links, to a card or to the door; somebody with a seat would knock at others' doors.
    """
    waiting, known, opened = [visitor.home + start], set(), Counter()
    while waiting:
        url = waiting.pop(0)
        try:
            what = kind(url)
        except Resolver404:
            pytest.fail(f"a link leads nowhere: {url}")
        if url in known or opened[what] >= OF_A_KIND:
            continue
        known.add(url)
        opened[what] += 1
        if what[0] in DATA or what[0].endswith(FILES):
            continue
        visitor.go(url)
        if what[0].startswith("demo/") and not follows_letters:
            continue
        for link in visitor.page.evaluate(LINKS):
            link = urldefrag(link)[0]
            if link.startswith(visitor.home):
                waiting.append(link)
    return {route for route, _ in opened}


@pytest.mark.parametrize("who", [None, "member", "lender", "owner", "auditor", "volunteer"])
def test_every_page_within_reach(who, browse, signed_in):
    visitor = signed_in(who) if who else browse()
    start = "staff/" if who in DESK else "lend/" if who == "lender" else ""
    seen = walk(visitor, start, follows_letters=who is None)
    wanted = {
        None: {"", "pledge/", "pledge/<slug:slug>/", "honour/", "accounts/login/"},
        "member": {
            "me/till/",
            "me/till/code/",
            "me/drive/<slug:slug>/",
            "me/drive/<slug:slug>/print/",
            "me/drive/<slug:slug>/loan/",
            "groups/<group:slug>/",
            "groups/<group:slug>/topics/<int:number>/",
            "groups/board/",
            "moderation/mine/",
            "accounts/2fa/",
        },
        "lender": {"lend/", "lend/loans/<uuid:loan_id>/", "lend/offers/<uuid:offer_id>/"},
        "owner": {
            "staff/keys/",
            "staff/seats/new/",
            "staff/drives/<slug:slug>/",
            "staff/pledge-policy/",
            "staff/loans/<uuid:loan_id>/",
            "staff/lenders/<uuid:lender_id>/",
            "staff/settings/",
            "staff/groups/",
            "staff/moderation/",
            "staff/moderation/log/",
        },
        "auditor": {"staff/audit/"},
        "volunteer": {"staff/disputes/"},
    }[who]
    assert wanted <= seen, wanted - seen


@pytest.mark.parametrize("slug", ["", "hudson", "sonora"])
def test_the_neighbours_pages(slug, browse):
    """Other colours, the same care."""
    visitor = browse(slug, dark=True)
    visitor.go("/")
    if slug:
        visitor.go("/pledge/")
        visitor.page.locator(".notice a").first.click()
        visitor.page.wait_for_load_state()
        visitor.look()
