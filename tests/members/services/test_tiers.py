"""Tiers: made, changed, retired, and deleted only where nobody ever chose them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from alliance.tenancy.scope import in_alliance
from members.models import Application, Membership, StatusSnapshot, Tier
from members.services import memberships, tiers
from tests.factories import members as make
from tests.members.reading import on
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

RETIRE = "Retire it, and nobody can choose it any more."
SCALE = {"price_minor": 100_00, "least_minor": 50_00, "most_minor": 250_00}


# --- made -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"least_minor": 50_00},
        {"most_minor": 250_00},
        {**SCALE, "price_minor": 49_99},
        {**SCALE, "price_minor": 250_01},
        {"term_months": 0},
        {"term_months": 37},
        {"term_kind": "lunar"},
        {"rollover_month": 13},
        {"rollover_day": 29},
        {"proration": "weekly"},
        {"seats": 0},
        {"seats": 101},
    ],
)
def test_a_tier_that_cannot_be(oak_street, fields):
    before = row_counts(oak_street)
    with pytest.raises(ValidationError):
        make.a_tier(**fields)
    assert row_counts(oak_street) == before


def test_a_scale_has_two_ends_and_the_price_within(tess):
    made = make.a_tier(**SCALE)
    assert (made.has_scale, make.a_tier().has_scale) == (True, False)


def test_the_database_refuses_a_price_off_the_scale_and_terms_that_there_are_not():
    row = {"name": "Planted", "currency": "USD"}
    for name, fields in (
        ("tier_price_within_scale", {**SCALE, "price_minor": 1}),
        ("tier_terms_known", {"price_minor": 1, "term_kind": "lunar"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Tier.objects.create(**row | fields)


# --- changed --------------------------------------------------------------------------


def test_a_change_is_told_as_before_and_after(tier, tess):
    changed = tiers.change_tier(
        tier=tier, by=tess, price_minor=150_00, benefits="A window sign", seats=3
    )
    assert (changed.price_minor, changed.benefit_lines) == (150_00, ["A window sign"])
    assert audited("tier.changed") == [
        (
            "tier.changed",
            tess.pk,
            tier.pk,
            {"changed": {"price_minor": [120_00, 150_00], "benefits": ["", "A window sign"]}},
        )
    ]


def test_no_change_is_not_told(tier, tess, oak_street):
    before = row_counts(oak_street)
    assert tiers.change_tier(tier=tier, by=tess, price_minor=120_00) == tier
    assert row_counts(oak_street) == before


def test_a_change_that_does_not_fit(tier, tess):
    other = make.a_tier()
    for fields in ({"name": other.name}, {"least_minor": 5}, {"term_months": 40}):
        with pytest.raises(ValidationError):
            tiers.change_tier(tier=tier, by=tess, **fields)
    tier.refresh_from_db()
    assert (tier.name, tier.least_minor, tier.term_months) == ("Corner shop", None, 12)


def test_an_invoice_that_is_out_keeps_its_price(membership, tier):
    with on("2026-03-10"):
        invoice = make.an_invoice(membership=membership)
        tiers.change_tier(tier=tier, by=None, price_minor=500_00)
        make.a_payment(invoice=invoice)
    invoice.refresh_from_db()
    assert (invoice.total_minor, invoice.due_minor) == (120_00, 0)


@pytest.mark.parametrize(
    "fields",
    [{"term_months": 6}, {"term_kind": "fixed"}, {"rollover_month": 7}, {"rollover_day": 15}],
)
def test_the_term_that_somebody_is_asked_to_pay_for_stays_what_it_is(membership, tier, fields):
    invoice = make.an_invoice(membership=membership)
    assert refusal(tiers.change_tier, tier=tier, by=None, **fields) == (
        "1 invoice for this tier is still to be paid, for terms as they are now. Make another "
        "tier for the new terms, and retire this one.",
        "term_kind",
    )
    make.a_payment(invoice=invoice)
    assert refusal(tiers.change_tier, tier=tier, by=None, **fields) == ("", None)


# --- retired --------------------------------------------------------------------------


def test_a_retired_tier_is_kept_by_its_members_and_offered_to_nobody(membership, tier, tess):
    retired = tiers.retire_tier(tier=tier, by=tess)
    assert list(Tier.objects.open_to_join()) == []
    assert list(Tier.objects.live()) == []
    assert Membership.objects.get().tier == retired
    assert make.an_invoice(membership=membership).total_minor == 120_00
    brought_back = tiers.bring_back_tier(tier=tier, by=tess)
    assert list(Tier.objects.open_to_join()) == [brought_back]
    assert audited("tier.retired", "tier.brought_back") == [
        ("tier.retired", tess.pk, tier.pk, {}),
        ("tier.brought_back", tess.pk, tier.pk, {}),
    ]


def test_twice_is_refused(tier, oak_street):
    back = {"tier": tier, "by": None}
    assert refusal(tiers.bring_back_tier, **back) == ("This tier is not retired.", None)
    tiers.retire_tier(tier=tier, by=None)
    before = row_counts(oak_street)
    assert refusal(tiers.retire_tier, **back) == ("This tier is retired already.", None)
    assert row_counts(oak_street) == before


# --- deleted --------------------------------------------------------------------------


def test_one_that_nobody_chose_is_deleted(tier, tess):
    pk = tier.pk
    tiers.delete_tier(tier=tier, by=tess)
    assert not Tier.objects.exists()
    assert audited("tier.deleted") == [("tier.deleted", tess.pk, pk, {"name": "Corner shop"})]


def test_one_that_is_in_use_stays_and_says_by_how_many(membership, tier, oak_street):
    before = row_counts(oak_street)
    one = f"“Corner shop” cannot be deleted: 1 member has it. {RETIRE}"
    assert refusal(tiers.delete_tier, tier=tier, by=None) == (one, None)
    assert row_counts(oak_street) == before
    make.a_membership(tier=tier)
    two = f"“Corner shop” cannot be deleted: 2 members have it. {RETIRE}"
    assert refusal(tiers.delete_tier, tier=tier, by=None) == (two, None)


def an_application(tier: Tier) -> None:
    Application.objects.create(
        tier=tier,
        amount_minor=120_00,
        contact_name="Nora",
        email="nora@example.org",
        trade_name="Nora's Nook",
        segment="retail",
        form_key="once",
        expires_at="2026-12-01T00:00Z",
    )


def a_past_term(tier: Tier) -> None:
    membership = make.a_member(tier=tier)
    memberships.change_tier(membership=membership, tier=make.a_tier(), by=None)


def a_night(tier: Tier) -> None:
    other = make.a_membership()
    StatusSnapshot.objects.create(day="2026-01-01", membership=other, tier=tier, status="new")


@pytest.mark.parametrize("use", [an_application, a_past_term, a_night])
def test_one_that_papers_name_stays(tier, oak_street, use):
    use(tier)
    before = row_counts(oak_street)
    words = "applications, invoices or past terms name it"
    sentence = f"“Corner shop” cannot be deleted: {words}. {RETIRE}"
    assert refusal(tiers.delete_tier, tier=tier, by=None) == (sentence, None)
    assert row_counts(oak_street) == before


def test_the_neighbours_tier_is_none(neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.a_tier()
    for act in (tiers.retire_tier, tiers.bring_back_tier, tiers.delete_tier, tiers.change_tier):
        with pytest.raises(Tier.DoesNotExist):
            act(tier=theirs, by=None)
