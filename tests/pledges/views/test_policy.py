"""What drives must show, at the desk."""

import pytest

from alliance.tenancy.scope import in_alliance
from pledges.models import PledgePolicy
from pledges.policy import policy
from pledges.services.policy import CHANGEABLE
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import active_parts, kept, problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")

POLICY = "/staff/pledge-policy/"


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)


def form(**changes: str) -> dict[str, str]:
    """The form as the desk sends it: reciprocity without a private phase."""
    return {
        "asks_reciprocity": "on",
        "private_days": "10",
        "private_pledgers": "12",
        "standard_pledgers": "80",
        "standard_months": "18",
        "starter_pledgers": "20",
        "starter_months": "6",
        "at_risk_days": "60",
    } | changes


def test_saved_and_shown(desk, oak_street, neighbour):
    page = desk.get(POLICY)
    assert kept(page, "standard_pledgers") == "100"
    assert "By default 15. From 1 to 60." in words(page)
    assert active_parts(page) == []
    page = desk.post(POLICY, form(), follow=True)
    assert page.redirect_chain == [(POLICY, 302)]
    assert "Saved. Drives find it from now on." in words(page)
    with in_alliance(oak_street):
        assert [getattr(policy(), name) for name in CHANGEABLE] == [
            False, True, 10, 12, 80, 18, 20, 6, 60,
        ]  # fmt: skip
    with in_alliance(neighbour.alliance):
        assert PledgePolicy.objects.get().standard_pledgers == 100


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"private_days": "61"}, "Ensure this value is less than or equal to 60."),
        ({"private_days": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"private_days": ""}, "Enter a number from 1 to 60."),
        ({"private_days": "soon"}, "Enter a whole number."),
    ],
)
def test_a_sentence_at_the_field_and_nothing_stored(desk, oak_street, change, problem):
    before = row_counts(oak_street)
    page = desk.post(POLICY, form(**change))
    assert (page.status_code, problems(page)) == (422, [("id_private_days", problem)])
    assert kept(page, "standard_pledgers") == "80"
    assert row_counts(oak_street) == before


def test_only_who_may_sees_the_way_there(desk, visit, oak_street, cleo):
    assert POLICY in text(desk.get("/staff/drives/"))
    theirs = visit(oak_street, cleo)
    assert POLICY not in text(theirs.get("/staff/drives/"))
    assert theirs.get(POLICY).status_code == 404
