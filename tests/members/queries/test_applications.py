"""Who may be a member already, what the first term costs, what waits."""

from datetime import date

import pytest

from alliance.tenancy.scope import in_alliance
from members.models import Application, Business
from members.queries.applications import (
    counts_by_state,
    first_term,
    has_likeness,
    likenesses,
    open_applications,
)
from members.terms import Term
from tests.factories import members as make
from tests.members.reading import on, reads_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_a_likely_twin_is_found_by_what_both_say(bakery, ben):
    tier = make.a_tier()
    Business.objects.filter(pk=bakery.pk).update(
        phone="+1 (510) 555-0100", website="https://www.bens.example/about", email="hi@bens.example"
    )
    tries = {
        "name": {"trade_name": "The Ben’s Bakéry, Inc."},
        "legal name": {"trade_name": "Oven", "legal_name": bakery.legal_name},
        "telephone": {"trade_name": "Oven", "phone": "510.555.0100"},
        "website": {"trade_name": "Oven", "website": "http://bens.example"},
        "address": {"trade_name": "Oven", "email": "hi+join@bens.example"},
        "person": {"trade_name": "Oven", "email": "ben@example.org"},
        "nothing": {"trade_name": "Oven", "phone": "510 555 0199"},
    }
    found = {}
    for n, (what, said) in enumerate(tries.items()):
        application = Application(
            **{"trade_name": "Oven", "email": f"p{n}@x.example", "tier": tier} | said
        )
        found[what] = [(like.business, like.reasons) for like in likenesses(application)]
    assert found == {
        "name": [(bakery, ["the same name"])],
        "legal name": [(bakery, ["the same name"])],
        "telephone": [(bakery, ["the same telephone number"])],
        "website": [(bakery, ["the same website"])],
        "address": [(bakery, ["the same e-mail address"])],
        "person": [(bakery, ["the applicant speaks for it"])],
        "nothing": [],
    }


@pytest.mark.parametrize(
    ("theirs", "ours", "is_alike"),
    [
        ("חוה", "חוה", True),
        ("李小龍麵館", "李小龍麵館", True),
        ("The Company", "The Company", False),  # nothing of a name is left
        ("A", "a", True),
        ("🍕", "🍕", False),
        ("Bär & Söhne GmbH", "BAR SOHNE", True),
        ("100% Wool", "100 wool", True),
        ("Fern_Shop", "fern shop", True),
        ("Moss", "Mossy", False),
    ],
)
def test_names_are_compared_without_what_people_write_differently(theirs, ours, is_alike):
    make.a_business(trade_name=theirs, legal_name="Zzz Holdings")
    application = Application(trade_name=ours, email="p@x.example", tier=make.a_tier())
    assert has_likeness(application) == is_alike


def test_the_likest_stand_first_and_the_neighbours_not_at_all(neighbour):
    with in_alliance(neighbour.alliance):
        make.a_business(trade_name="Moss")
    name = make.a_business(trade_name="Moss", legal_name="Zzz Holdings", slug="one")
    both = make.a_business(
        trade_name="Moss", legal_name="Zzz Holdings", slug="two", phone="510 555 0100"
    )
    application = Application(
        trade_name="moss", email="p@x.example", phone="5105550100", tier=make.a_tier()
    )
    assert [like.business for like in likenesses(application)] == [both, name]


def test_looking_costs_the_same_however_many_are_alike():
    application = Application(trade_name="Moss", email="p@x.example", tier=make.a_tier())
    make.a_member(business=make.a_business(trade_name="Moss"))
    before = reads_of(lambda: likenesses(application))
    for _n in range(12):
        make.a_member(business=make.a_business(trade_name="Moss"))
    assert reads_of(lambda: likenesses(application)) == before
    assert len(likenesses(application)) == 8


def test_the_first_term_and_its_part_of_the_price():
    rolling = make.a_tier()
    fixed = make.a_tier(term_kind="fixed", rollover_month=1, rollover_day=1)
    with on("2026-10-05"):
        whole, part = (first_term(tier, 120_00) for tier in (rolling, fixed))
    assert (whole.term, whole.amount_minor, whole.is_part) == (
        Term(date(2026, 10, 5), date(2027, 10, 4)),
        120_00,
        False,
    )
    assert (part.term, part.amount_minor, part.is_part) == (
        Term(date(2026, 10, 5), date(2026, 12, 31)),
        30_00,
        True,
    )


def test_counts_by_state_name_every_state(neighbour):
    with in_alliance(neighbour.alliance):
        make.an_application(make.a_tier())
    make.an_application()
    make.a_draft_application(trade_name="Draft")
    counts = counts_by_state()
    assert {state: count for state, count in counts.items() if count} == {
        "draft": 1,
        "submitted": 1,
    }
    assert len(counts) == 8


def test_what_is_open_is_one_inboxs_and_one_businesss():
    first = make.an_application()
    make.a_draft_application(trade_name="Other")
    assert open_applications(email="FERN+a@example.com", trade_name="moss & fern") == [first]
    assert open_applications(email="kai@example.com", trade_name="Moss & Fern") == []
    Application.objects.filter(pk=first.pk).update(state="declined")
    assert open_applications(email="fern@example.com", trade_name="Moss & Fern") == []
