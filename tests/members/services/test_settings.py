"""What an alliance decides about its dues: stored once, audited, its own."""

import pytest
from django.core.exceptions import ValidationError

from alliance.errors import DomainError
from alliance.models import AuditEntry
from alliance.tenancy.scope import in_alliance
from members.models import DuesSettings, LegalForm, LobbyingShare
from members.queries.lobbying import LobbyingYear, blocks_invoices, lobbying_years
from members.queries.memberships import lobbying_basis_points, settings, today
from members.services.settings import change_settings, set_lobbying_share
from tests.pledges.reading import queries_of, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def told() -> list[tuple[str, object, dict[str, object]]]:
    rows = AuditEntry.objects.filter(action__startswith="dues.").order_by("id")
    return [(entry.action, entry.seat_id, entry.detail) for entry in rows]


def hours(seat, *, year: int, minutes: int, **fields):
    from members.models import VolunteerHours

    return VolunteerHours.objects.create(
        **{"seat": seat, "on": f"{year}-03-01", "minutes": minutes, "is_policy": True} | fields
    )


def test_the_defaults_hold_until_something_is_decided(oak_street):
    before = row_counts(oak_street)
    assert (settings().legal_form, settings().days_to_pay, settings().approves_by_itself) == (
        "other",
        30,
        False,
    )
    assert row_counts(oak_street) == before


def test_one_row_however_often_it_is_changed(ada, neighbour):
    change_settings(by=ada, legal_form=LegalForm.BUSINESS_LEAGUE, days_to_pay=14)
    change_settings(by=ada, days_to_pay=14, how_to_pay="By cheque.")
    rows = DuesSettings.objects.values_list("legal_form", "days_to_pay", "how_to_pay")
    assert list(rows) == [("501c6", 14, "By cheque.")]
    assert told() == [
        ("dues.settings_changed", ada.pk, {"fields": ["days_to_pay", "legal_form"]}),
        ("dues.settings_changed", ada.pk, {"fields": ["how_to_pay"]}),
    ]
    with in_alliance(neighbour.alliance):
        assert (DuesSettings.objects.count(), settings().days_to_pay) == (0, 30)


def test_saving_what_stands_already_tells_nobody(ada):
    change_settings(by=ada, days_to_pay=30)
    assert told() == []


@pytest.mark.parametrize(
    "wrong", [{"legal_form": "cult"}, {"days_to_pay": 121}, {"days_to_pay": -1}]
)
def test_what_does_not_fit(ada, oak_street, wrong):
    before = row_counts(oak_street)
    with pytest.raises(ValidationError):
        change_settings(by=ada, **wrong)
    assert row_counts(oak_street) == before


def test_only_settings_are_set(ada):
    with pytest.raises(ValueError, match="alliance"):
        change_settings(by=ada, alliance="another")


def test_a_share_is_set_and_changed(ada, neighbour):
    set_lobbying_share(year=2026, basis_points=1250, by=ada)
    set_lobbying_share(year=2026, basis_points=1250, by=ada)
    set_lobbying_share(year=2026, basis_points=0, by=ada)
    assert list(LobbyingShare.objects.values_list("year", "basis_points")) == [(2026, 0)]
    assert lobbying_basis_points(2026) == 0
    assert lobbying_basis_points(2025) is None
    said = [detail for _action, _by, detail in told()]
    assert said[0] | {"before": None} == {"year": 2026, "before": None, "basis_points": 1250}
    assert said[-1] == {"year": 2026, "before": 1250, "basis_points": 0}
    assert len(said) == 2
    with in_alliance(neighbour.alliance):
        assert lobbying_basis_points(2026) is None


@pytest.mark.parametrize(
    ("year", "points", "field"),
    [(1999, 0, "year"), (2201, 0, "year"), (2026, -1, "share"), (2026, 10_001, "share")],
)
def test_a_share_that_cannot_be_meant(ada, oak_street, year, points, field):
    before = row_counts(oak_street)
    words, where = refusal(set_lobbying_share, year=year, basis_points=points, by=ada)
    assert (bool(words), where) == (True, field)
    assert row_counts(oak_street) == before


def test_policy_work_by_year_beside_the_share(ada, ben, neighbour):
    this_year = today().year
    hours(ben, year=this_year, minutes=90)
    hours(ben, year=this_year, minutes=30)
    hours(ben, year=this_year, minutes=60, is_policy=False)
    hours(ben, year=this_year - 1, minutes=45, removed_at=ben.created_at)
    set_lobbying_share(year=this_year - 1, basis_points=500, by=ada)
    with in_alliance(neighbour.alliance):
        hours(neighbour.dan, year=this_year, minutes=600)
    rows = lobbying_years()
    assert rows[:3] == [
        LobbyingYear(this_year + 1, 0, None),
        LobbyingYear(this_year, 120, None),
        LobbyingYear(this_year - 1, 0, 500),
    ]
    assert len(rows) == 6
    assert queries_of(lobbying_years) == 2


def test_when_no_invoice_can_go_out(ada, ben):
    hours(ben, year=today().year, minutes=60)
    assert blocks_invoices(settings(), lobbying_years()) is False
    decided = change_settings(by=ada, legal_form=LegalForm.BUSINESS_LEAGUE)
    assert blocks_invoices(decided, lobbying_years()) is True
    set_lobbying_share(year=today().year, basis_points=0, by=ada)
    assert blocks_invoices(decided, lobbying_years()) is False


def test_the_block_is_the_invoices_own(ada, ben, bakery):
    """Control: what the page announces is what `issue` refuses."""
    from tests.factories import members as make

    membership = make.a_membership(business=bakery)
    hours(ben, year=today().year, minutes=60)
    change_settings(by=ada, legal_form=LegalForm.BUSINESS_LEAGUE)
    with pytest.raises(DomainError, match="policy work"):
        make.an_invoice(membership=membership)
    set_lobbying_share(year=today().year, basis_points=0, by=ada)
    assert make.an_invoice(membership=membership).number
