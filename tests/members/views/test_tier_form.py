"""The form of a tier: tried before it is stored, refused with a sentence at the field."""

from datetime import date

import pytest
import time_machine

from alliance.tenancy.scope import in_alliance
from members.models import Tier
from tests.factories import members as make
from tests.members.views.tier_form import NEW, form, stored
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def corner(oak_street) -> Tier:
    """A rolling year for $120."""
    with in_alliance(oak_street):
        return make.a_tier(name="Corner shop")


class TestPreview:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({}, "pays $120 until 9 May 2027, then $120 until 9 May 2028."),
            ({"term_months": "1"}, "pays $120 until 9 June 2026, then $120 until 9 July 2026."),
            (
                {"term_kind": "fixed"},
                "pays $80 until 31 December 2026, then $120 until 31 December 2027.",
            ),
            (
                {"term_kind": "fixed", "proration": "none"},
                "pays $120 until 31 December 2026, then $120 until 31 December 2027.",
            ),
            (
                {"term_kind": "fixed", "proration": "daily", "price_minor": "365"},
                "pays $236 until 31 December 2026, then $365 until 31 December 2027.",
            ),
            ({"price_minor": "0"}, "pays $0 until 9 May 2027, then $0 until 9 May 2028."),
        ],
    )
    def test_what_joining_today_costs(self, visit, oak_street, ada, changes, said):
        with time_machine.travel(date(2026, 5, 10).isoformat() + "T19:00:00Z", tick=False):
            desk = visit(oak_street, ada)
            answer = desk.post(NEW, form(preview="1", **changes))
        assert answer.status_code == 200
        assert f"Who joins today {said}" in words(answer)
        assert "A preview; nothing is stored yet" in words(answer)
        assert 'value="Corner shop"' in text(answer)
        assert stored(oak_street) == []

    def test_a_preview_of_a_change_changes_nothing(self, desk, oak_street, corner):
        answer = desk.post(f"/staff/tiers/{corner.pk}/", form(price_minor="240", preview="1"))
        assert "pays $240 until" in words(answer)
        assert stored(oak_street) == [("Corner shop", 120_00)]

    def test_what_does_not_fit_is_not_previewed(self, desk):
        answer = desk.post(NEW, form(price_minor="", preview="1"))
        assert (answer.status_code, "Who joins today" in words(answer)) == (422, False)


WRONG = {
    "no name": ({"name": ""}, ("id_name", "Enter a name.")),
    "a long name": (
        {"name": "t" * 61},
        ("id_name", "Ensure this value has at most 60 characters (it has 61)."),
    ),
    "the name of another": (
        {"name": "BIG SHOP"},
        ("id_name", "There is a tier of this name already."),
    ),
    "no price": (
        {"price_minor": ""},
        ("id_price_minor", "Enter the price, such as 120; 0 if there is none."),
    ),
    "three decimals": (
        {"price_minor": "120.505"},
        ("id_price_minor", "Enter an amount in dollars, such as 18 or 18.50."),
    ),
    "a price below nothing": (
        {"price_minor": "-1"},
        ("id_price_minor", "Enter an amount in dollars, such as 18 or 18.50."),
    ),
    "half a scale": (
        {"least_minor": "50"},
        ("id_most_minor", "A scale has a least and a most amount."),
    ),
    "the other half": (
        {"most_minor": "50"},
        ("id_least_minor", "A scale has a least and a most amount."),
    ),
    "a price outside its scale": (
        {"least_minor": "150", "most_minor": "250"},
        ("id_price_minor", "The price lies within the scale, ends included."),
    ),
    "a scale upside down": (
        {"least_minor": "250", "most_minor": "50"},
        ("id_price_minor", "The price lies within the scale, ends included."),
    ),
    "no months": (
        {"term_months": "0"},
        ("id_term_months", "Ensure this value is greater than or equal to 1."),
    ),
    "too many months": (
        {"term_months": "37"},
        ("id_term_months", "Ensure this value is less than or equal to 36."),
    ),
    "the 29th": (
        {"rollover_day": "29"},
        ("id_rollover_day", "Ensure this value is less than or equal to 28."),
    ),
    "a thirteenth month": (
        {"rollover_month": "13"},
        ("id_rollover_month", "Select a valid choice. 13 is not one of the available choices."),
    ),
    "no seats": (
        {"seats": "0"},
        ("id_seats", "Ensure this value is greater than or equal to 1."),
    ),
    "a term of one's own": (
        {"term_kind": "lunar"},
        ("id_term_kind_group", "Select a valid choice. lunar is not one of the available choices."),
    ),
}


def test_a_sentence_at_the_field_and_nothing_stored(desk, oak_street, neighbour):
    with in_alliance(oak_street):
        make.a_tier(name="Big shop")
    with in_alliance(neighbour.alliance):
        make.a_tier(name="Corner shop")
    before, answers = row_counts(oak_street), {}
    for what, (change, _problem) in WRONG.items():
        answer = desk.post(NEW, form(**change))
        assert "A window sticker" in text(answer)
        answers[what] = (answer.status_code, problems(answer))
    assert answers == {what: (422, [problem]) for what, (_change, problem) in WRONG.items()}
    assert row_counts(oak_street) == before
