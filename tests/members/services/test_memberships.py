"""A membership opened, and moved to another tier or price."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from alliance.tenancy.scope import in_alliance
from members.models import (
    Cancellation,
    Membership,
    MembershipPeriod,
    Relief,
)
from members.services import memberships, tiers
from tests.factories import members as make
from tests.members.reading import on, told
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


# --- opened ---------------------------------------------------------------------------


def test_it_is_opened_pending(bakery, tier, tess):
    with on("2026-03-10", hour=20):
        made = memberships.open_membership(business=bakery, tier=tier, by=tess)
    assert (made.business, made.tier, made.joined_on, made.agreed_minor, made.relief) == (
        bakery,
        tier,
        D("2026-03-10"),
        None,
        "none",
    )
    assert told(made, "2026-03-10") == ["pending"]
    assert audited("membership.opened") == [
        ("membership.opened", tess.pk, made.pk, {"tier": "Corner shop"})
    ]


def test_the_day_is_the_alliances_not_the_servers(bakery, tier):
    """At eleven at night in Oakland it is the next day in Greenwich already."""
    with on("2026-12-31", hour=23):
        assert make.a_membership(business=bakery, tier=tier).joined_on == D("2026-12-31")


def test_a_business_has_one_membership(membership, bakery, tier, oak_street):
    before = row_counts(oak_street)
    found = refusal(memberships.open_membership, business=bakery, tier=tier, by=None)
    assert found == ("This business has a membership already.", None)
    assert row_counts(oak_street) == before


def test_the_database_keeps_one_membership_of_a_business(membership, bakery, tier):
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        Membership.objects.create(business=bakery, tier=tier, joined_on=D("2026-01-01"))


SCALE = {"price_minor": 100_00, "least_minor": 50_00, "most_minor": 250_00}


@pytest.mark.parametrize(
    ("agreed", "relief", "answer"),
    [
        (None, Relief.NONE, ("", None)),
        (50_00, Relief.NONE, ("", None)),
        (250_00, Relief.NONE, ("", None)),
        (49_99, Relief.NONE, ("Choose between $50 and $250.", "agreed")),
        (250_01, Relief.NONE, ("Choose between $50 and $250.", "agreed")),
        (5_00, Relief.HARDSHIP, ("", None)),
        (0, Relief.HARDSHIP, ("", None)),
        (60_00, Relief.IN_KIND, ("This tier has no such relief.", "relief")),
    ],
)
def test_a_price_that_the_tier_allows(bakery, agreed, relief, answer):
    sliding = make.a_tier(allows_hardship=True, **SCALE)
    asked = {"business": bakery, "tier": sliding, "by": None}
    found = refusal(memberships.open_membership, **asked, agreed_minor=agreed, relief=relief)
    assert found == answer
    assert Membership.objects.count() == (answer == ("", None))


# --- another tier ---------------------------------------------------------------------


def test_another_tier_from_the_next_invoice_on(membership, tess):
    first = make.a_paid_term(membership, "2026-03-10")
    bigger = make.a_tier(name="Main street", price_minor=300_00)
    changed = memberships.change_tier(membership=membership, tier=bigger, by=tess)
    assert (changed.tier, changed.term_minor) == (bigger, 300_00)
    assert first.lines.get().tier == membership.tier == MembershipPeriod.objects.get().tier
    with on("2027-03-01"):
        assert make.an_invoice(membership=changed).total_minor == 300_00
    assert audited("membership.tier_changed") == [
        (
            "membership.tier_changed",
            tess.pk,
            membership.pk,
            {
                "before": "Corner shop",
                "after": "Main street",
                "agreed_minor": None,
                "relief": "none",
            },
        )
    ]


def test_a_relief_ends_with_the_tier_that_granted_it(bakery):
    kind = make.a_tier(allows_hardship=True)
    helped = make.a_membership(
        business=bakery, tier=kind, agreed_minor=10_00, relief=Relief.HARDSHIP
    )
    changed = memberships.change_tier(membership=helped, tier=make.a_tier(), by=None)
    assert (changed.agreed_minor, changed.relief, changed.term_minor) == (None, "none", 120_00)


def test_nobody_moves_to_a_retired_tier_but_its_members_may_change_their_price(membership, tier):
    other = tiers.retire_tier(tier=make.a_tier(), by=None)
    found = refusal(memberships.change_tier, membership=membership, tier=other, by=None)
    assert found == ("Nobody can choose this tier any more.", "tier")
    tiers.retire_tier(tier=tier, by=None)
    tier.refresh_from_db()
    kept = memberships.change_tier(membership=membership, tier=tier, by=None, agreed_minor=90_00)
    assert kept.agreed_minor == 90_00


# --- the neighbour --------------------------------------------------------------------


def test_the_neighbours_tier_cannot_be_had(bakery, neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.a_tier()

    @transaction.atomic
    def borrow() -> None:
        memberships.open_membership(business=bakery, tier=theirs, by=None)
        transaction.get_connection().check_constraints()

    with pytest.raises(IntegrityError, match="tier_id_same_alliance"):
        borrow()


def test_the_neighbours_membership_is_none(neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.a_member()
    with pytest.raises(Membership.DoesNotExist):
        memberships.cancel(membership=theirs, by=None)
    with in_alliance(neighbour.alliance):
        assert not Cancellation.objects.exists()
