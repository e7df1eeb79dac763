"""To whom an invoice goes, and what the law has it say."""

from datetime import date

import pytest

from alliance.tenancy.scope import in_alliance
from members.models import (
    DuesSettings,
    Invoice,
    LegalForm,
    LobbyingShare,
    Representative,
    RepresentativeKind,
    VolunteerHours,
)
from members.services import billing, invoices
from members.services.businesses import add_representative
from tests.conftest import _person
from tests.factories import members as make
from tests.members.reading import (
    mails,
    on,
)
from tests.pledges.reading import refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


# --- to whom --------------------------------------------------------------------------


def test_the_bill_goes_to_who_pays_bills_then_to_the_owner_then_to_the_business(bakery):
    bakery.email = "shop@example.org"
    bakery.save()
    found = [billing.email(bakery)]
    for kind in (RepresentativeKind.REP, RepresentativeKind.OWNER, RepresentativeKind.BILLING):
        add_representative(business=bakery, person=_person(f"p-{kind}"), by=None, kind=kind)
        found.append(billing.email(bakery))
    Representative.objects.filter(kind="billing").update(ended_at="2026-01-01T00:00Z")
    assert [*found, billing.email(bakery)] == [
        "shop@example.org",
        "shop@example.org",
        "p-owner@example.org",
        "p-billing@example.org",
        "p-owner@example.org",
    ]


def test_of_two_owners_the_bill_goes_to_the_first(bakery, ben):
    add_representative(
        business=bakery, person=_person("Aaron"), by=None, kind=RepresentativeKind.OWNER
    )
    assert billing.email(bakery) == "ben@example.org"


def test_without_an_address_there_is_an_invoice_and_no_letter(membership, bakery):
    make.an_invoice(membership=membership)
    assert (Invoice.objects.get().bill_email, mails()) == ("", [])


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, ""),
        ({"street": "7 Oak Street"}, "7 Oak Street"),
        ({"city": "Oakland", "region": "CA", "postal_code": "94601"}, "Oakland CA 94601"),
        ({"street": "7 Oak Street", "city": "Oakland"}, "7 Oak Street, Oakland"),
    ],
)
def test_the_address_says_what_is_known(fields, line):
    assert billing.address(make.a_business(**fields)) == line


# --- what the law asks ----------------------------------------------------------------


def decide(form: LegalForm, **fields) -> None:
    DuesSettings.objects.create(legal_form=form, legal_name="Oak Street Inc.", **fields)


def logged(seat, *, on: str = "2026-02-01", **fields) -> VolunteerHours:
    return VolunteerHours.objects.create(
        seat=seat, on=D(on), minutes=90, **{"is_policy": True} | fields
    )


def issued(membership) -> str:
    """The legal words of an invoice of March 2026."""
    with on("2026-03-10"):
        return make.an_invoice(membership=membership).legal_words


def test_without_a_form_nothing_is_claimed(membership):
    assert issued(membership) == ""


def test_a_business_league_prints_that_dues_are_no_gift_and_which_part_lobbies(membership):
    decide(LegalForm.BUSINESS_LEAGUE)
    LobbyingShare.objects.create(year=2026, basis_points=1250)
    LobbyingShare.objects.create(year=2025, basis_points=500)
    assert issued(membership) == (
        "Dues to Oak Street Inc. are not deductible as a charitable contribution. They may be "
        "deductible as a business expense. 12.5% of the dues of 2026 goes to lobbying and is "
        "not deductible as a business expense."
    )


def test_the_words_are_those_of_the_day_the_invoice_went_out(membership):
    decide(LegalForm.BUSINESS_LEAGUE)
    first = make.an_invoice(membership=membership)
    DuesSettings.objects.update(legal_form=LegalForm.OTHER)
    first.refresh_from_db()
    assert first.legal_words.startswith("Dues to Oak Street Inc.")


BLOCKED = (
    "Hours of policy work were logged in 2026. Before an invoice goes out, set the part of that "
    "year’s dues that goes to lobbying.",
    None,
)


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        (LegalForm.BUSINESS_LEAGUE, BLOCKED),
        (LegalForm.CIVIC, BLOCKED),
        (LegalForm.CHARITY, ("", None)),
        (LegalForm.COOPERATIVE, ("", None)),
        (LegalForm.OTHER, ("", None)),
    ],
)
def test_nothing_goes_out_while_the_share_of_a_year_with_policy_work_is_unknown(
    membership, ben, oak_street, form, answer
):
    decide(form)
    logged(ben)
    before = row_counts(oak_street)
    ask = {"membership": membership, "key": "k", "by": None}
    with on("2026-03-10"):
        assert refusal(invoices.issue_dues, **ask) == answer
    assert (row_counts(oak_street) == before) == (answer == BLOCKED)


@pytest.mark.parametrize("points", [0, 1250])
def test_once_the_share_is_set_invoices_go_out(membership, ben, points):
    decide(LegalForm.BUSINESS_LEAGUE)
    logged(ben)
    LobbyingShare.objects.create(year=2026, basis_points=points)
    assert f"{points / 100:g}% of the dues of 2026" in issued(membership)


def test_other_hours_and_other_years_hold_nothing_up(membership, ben, neighbour):
    decide(LegalForm.BUSINESS_LEAGUE)
    logged(ben, is_policy=False)
    logged(ben, on="2025-12-31")
    logged(ben, removed_at="2026-03-01T00:00Z")
    with in_alliance(neighbour.alliance):
        logged(neighbour.dan)
    assert "lobbying" not in issued(membership)
