"""The links of an application: forged, cut, foreign and old ones open nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alliance.tenancy.scope import in_alliance
from members.services import application_links, applications
from tests.factories import members as make
from tests.members.views.joining import link
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def tier(oak_street):
    with in_alliance(oak_street):
        return make.a_tier(name="Corner shop")


@pytest.fixture
def fern(visit, oak_street):
    return visit(oak_street)


@pytest.fixture
def links(oak_street, tier, ada):
    """The three links of an application that was asked something."""
    with in_alliance(oak_street):
        application = make.an_application(tier)
        applications.request_info(application=application, question="Where?", by=ada)
        draft = make.a_draft_application(tier, trade_name="Draft", email="d@example.com")
        paths = {
            "confirm": application_links.confirm_url(draft),
            "status": application_links.status_url(application),
        }
    found = {name: "/" + url.split("/", 3)[3] for name, url in paths.items()}
    return found | {"answer": link(oak_street, "question", "answer_url")}


def test_forged_cut_and_foreign_links_open_nothing(fern, visit, oak_street, neighbour, links):
    before = row_counts(oak_street)
    for name, path in links.items():
        assert fern.get(path).status_code == 200, name
        token = path.split("/")[3]
        others = [links[other].split("/")[3] for other in links if other != name]
        for wrong in ("x", token[:-2], token[::-1], "a" * 4000, "%00", *others):
            for answer in (fern.get(f"/join/{name}/{wrong}/"), fern.post(f"/join/{name}/{wrong}/")):
                assert answer.status_code in (404, 405), (name, wrong)
        theirs = visit(neighbour.alliance)
        assert [theirs.get(path).status_code, theirs.post(path).status_code][0] == 404, name
    assert row_counts(oak_street) == before


@pytest.mark.parametrize(("name", "days"), [("confirm", 30), ("answer", 30), ("status", 400)])
def test_a_link_lives_so_long(fern, links, name, days):
    made = timezone.now()
    with time_machine.travel(made + timedelta(days=days) - timedelta(minutes=1)):
        assert fern.get(links[name]).status_code in (200, 302)
    with time_machine.travel(made + timedelta(days=days, minutes=1)):
        answer = fern.get(links[name])
    assert (answer.status_code, "has run out" in words(answer)) == (410, True)
