"""A page of a group costs the same however much there is, and little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.tenancy.scope import in_alliance
from groups.services import members
from tests.factories import groups as make

pytestmark = pytest.mark.usefixtures("theirs")
PAGES = {
    "/groups/": "ben",
    "/groups/bakers/join/": "tess",
    "/groups/bakers/introduction/": "ben",
    "/groups/bakers/me/": "ben",
    "/groups/bakers/members/": "ben",
    "/groups/millers/requests/": "ada",
    "/groups/bakers/invitations/": "ada",
    "/groups/bakers/settings/": "ada",
    "/groups/bakers/prompts/": "ada",
    "/staff/groups/": "ada",
    "/staff/groups/bakers/": "ada",
    "/staff/groups/requests/": "ada",
    "/staff/groups/cohorts/": "ada",
    "/staff/groups/library/": "ada",
    "/api/v1/groups/?page_size=100": "ben",
    "/api/v1/groups/bakers/members/?page_size=100": "ben",
}
MOST = 12
# What opens and closes the transaction and its scope.
FRAME = ("SAVEPOINT", "RELEASE", "SET LOCAL")


@pytest.fixture
def ask(visit, oak_street, ada, ben, tess, bakers, millers, bens):
    """How many queries each page costs, asked a second time."""
    people = {"ada": ada, "ben": ben, "tess": tess}

    def count() -> dict[str, int]:
        found = {}
        for path, who in PAGES.items():
            browser = visit(oak_street, people[who])
            assert browser.get(path).status_code == 200, path
            with CaptureQueriesContext(connection) as caught:
                assert browser.get(path).status_code == 200
            asked = [q for q in caught.captured_queries if not q["sql"].startswith(FRAME)]
            found[path] = len(asked)
        return found

    return count


def more(bakers, millers) -> None:
    for place in range(8):
        make.a_group(name=f"Group {place}")
        make.introduced(bakers)
        answers = {question.pk: "Rye." for question in millers.questions.all()}
        seat, version = make.a_members_seat(), make.version_of(millers)
        members.join(group=millers, version=version, answers=answers, by=seat)


def test_each_page_costs_the_same_however_much_there_is(ask, oak_street, bakers, millers):
    with in_alliance(oak_street):
        make.introduced(bakers)
        answers = {question.pk: "Rye." for question in millers.questions.all()}
        seat, version = make.a_members_seat(), make.version_of(millers)
        members.join(group=millers, version=version, answers=answers, by=seat)
    before = ask()
    with in_alliance(oak_street):
        more(bakers, millers)
    after = ask()
    assert after == before
    assert {path: count for path, count in after.items() if count > MOST} == {}
