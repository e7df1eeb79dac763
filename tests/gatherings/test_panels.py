"""The home page shows the next public events, one date of each."""

import pytest

from alliance.tenancy.scope import in_alliance
from gatherings.services import dates
from tests.factories import gatherings as make
from tests.pledges.views.browsing import words

pytestmark = pytest.mark.usefixtures("theirs")


def test_the_next_three_each_once(visit, oak_street, ada):
    with in_alliance(oak_street):
        make.a_series(5, by=ada, title="Every week")
        make.a_gathering(by=ada, title="Members", audience="members")
        make.a_draft(title="Draft")
        off = make.a_date(by=ada, title="Called off")
        dates.cancel_date(occurrence=off, reason="Rain.", by=ada)
        for n in (20, 10, 30):
            make.a_gathering(by=ada, title=f"In {n} days", starts_on=make.in_days(n))
    page = words(visit(oak_street).get("/"))
    names = ("Every week", "In 10 days", "In 20 days", "In 30 days", "Members", "Draft")
    assert [page.count(name) for name in (*names, "Called off", "A colder supper")] == [
        1, 1, 1, 0, 0, 0, 0, 0,
    ]  # fmt: skip


def test_without_any_it_stays_away(visit, oak_street):
    assert "Coming together" not in words(visit(oak_street).get("/"))
