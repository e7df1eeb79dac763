"""The doors to tenants' rows, and each ring by itself.

The neighbour's rows are always there first, and each negative has a control
that shows them to somebody: nothing is seen only because nothing is there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django_scopes import get_scope, scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from alliance.models import Alliance, Seat
from alliance.tenancy import scope as doors
from alliance.tenancy.models import tenant_models
from alliance.tenancy.scope import (
    NoAlliance,
    across_alliances,
    current_alliance,
    in_alliance,
)
from members.models import Business, Tier
from members.services.tiers import add_tier
from pledges.models import Pledge, PledgeDrive
from tests.factories import pledges as make

# Rooms of which the neighbour has every kind of row: a new one is put into its community.
WHOLE_ROOMS = ("groups", "moderation")
# Kinds of row that the neighbour has, as `neighbour` makes them.
NEIGHBOURS_KINDS = {
    "alliance.AuditEntry", "alliance.Consent", "alliance.OutboxMessage", "alliance.Seat",
    "alliance.StoredFile", "directory.DirectoryEntry", "directory.Place", "directory.SearchWord",
    "gatherings.Gathering", "gatherings.GatheringStep", "gatherings.Occurrence", "gatherings.Rsvp",
    "ledger.Account", "ledger.Entry", "ledger.Line", "members.Business", "members.DocumentSeries",
    "members.Invoice", "members.InvoiceLine", "members.Membership", "members.MembershipPeriod",
    "members.Payment", "members.RenewalNotice", "members.Representative", "members.Tier",
    "pledges.DriveStep", "pledges.Pledge", "pledges.PledgeDrive", "pledges.PledgePolicy",
    "pledges.PledgeStep", "pledges.PointOfSale", "pledges.Redemption", "pledges.RedemptionStep",
    "pledges.VelocityFlag",
    *(m._meta.label for m in tenant_models() if m._meta.app_label in WHOLE_ROOMS),
}  # fmt: skip


def database_scope() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.alliance', true)")
        return cursor.fetchone()[0] or ""


def owners() -> dict[str, set[Any]]:
    """Whose rows the ORM gives now, by the kind of row."""
    return {
        model._meta.label: whose
        for model in tenant_models()
        if (whose := set(model.objects.order_by().values_list("alliance_id", flat=True)))
    }


def raw_owners() -> dict[str, set[Any]]:
    """The same, by plain SQL that names no alliance."""
    found = {}
    with connection.cursor() as cursor:
        for model in tenant_models():
            cursor.execute(f'SELECT DISTINCT alliance_id FROM "{model._meta.db_table}"')
            if whose := {pk for (pk,) in cursor.fetchall()}:
                found[model._meta.label] = whose
    return found


@contextmanager
def past_row_security() -> Iterator[None]:
    """The network role within an alliance's scope: the third ring taken away."""
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.NETWORK_ROLE}"')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")


def stumble(*, writes: bool = True) -> None:
    if writes:
        add_tier(name="Gold", price_minor=100_00, by=None)
    raise RuntimeError


def test_opens_both_scopes_and_closes_them(oak_street: Alliance) -> None:
    with in_alliance(oak_street) as opened:
        inside = (opened, current_alliance(), database_scope())

    assert inside == (oak_street, oak_street, str(oak_street.pk))
    assert (get_scope(), database_scope()) == ({}, "")


def test_nests_and_restores_the_outer_scope(oak_street: Alliance, mill_lane: Alliance) -> None:
    with in_alliance(oak_street):
        with in_alliance(mill_lane):
            inner = (current_alliance(), database_scope())
        outer = (current_alliance(), database_scope())

    assert inner == (mill_lane, str(mill_lane.pk))
    assert outer == (oak_street, str(oak_street.pk))


def test_restores_the_outer_scope_after_an_exception(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    with in_alliance(oak_street):
        with pytest.raises(RuntimeError), in_alliance(mill_lane):
            stumble()
        outer = (current_alliance(), database_scope())

    assert outer == (oak_street, str(oak_street.pk))
    with in_alliance(mill_lane):
        assert list(Tier.objects.all()) == []


def test_the_error_that_broke_the_transaction_is_the_one_that_is_seen(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    with in_alliance(oak_street):
        with pytest.raises(ProgrammingError, match="no_such_table"), in_alliance(mill_lane):
            connection.cursor().execute("SELECT * FROM no_such_table")

        assert database_scope() == str(oak_street.pk)


@pytest.mark.django_db(transaction=True)
def test_the_scope_does_not_outlive_its_transaction(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        add_tier(name="Gold", price_minor=100_00, by=None)

    assert raw_owners() == {}
    with in_alliance(oak_street):
        kinds = (
            "alliance.AuditEntry", "members.Tier", "moderation.Agreement",
            "moderation.AgreementSet",
        )  # fmt: skip
        assert raw_owners() == {kind: {oak_street.pk} for kind in kinds}


def test_without_a_scope_the_orm_refuses_and_sql_sees_nothing(neighbour: SimpleNamespace) -> None:
    with pytest.raises(ScopeError):
        Pledge.objects.count()
    with pytest.raises(NoAlliance):
        current_alliance()
    with pytest.raises(NoAlliance):
        Tier(name="Gold", price_minor=1)

    assert raw_owners() == {}


def test_the_control_across_alliances_shows_them(
    neighbour: SimpleNamespace, eves_pledge: Pledge, oak_street: Alliance
) -> None:
    everybody = {oak_street.pk, neighbour.alliance.pk}

    with across_alliances(reason="Show that the neighbour has rows."):
        seen = raw_owners()

    assert {kind for kind, whose in seen.items() if neighbour.alliance.pk in whose} == (
        NEIGHBOURS_KINDS
    )
    assert seen["pledges.Pledge"] == everybody


def test_in_our_scope_only_ours_is_seen(
    neighbour: SimpleNamespace, eves_pledge: Pledge, oak_street: Alliance
) -> None:
    with in_alliance(oak_street):
        assert set().union(*owners().values()) == {oak_street.pk}
        assert raw_owners() == owners()


def test_the_database_holds_alone_when_the_orms_scope_is_off(
    neighbour: SimpleNamespace, eves_pledge: Pledge, oak_street: Alliance
) -> None:
    with in_alliance(oak_street), scopes_disabled():
        assert set().union(*owners().values()) == {oak_street.pk}
        assert Pledge.objects.filter(pk=neighbour.pledge.pk).update(name="Mine now") == 0
        assert Pledge.objects.filter(pk=neighbour.pledge.pk).delete() == (0, {})

    with in_alliance(neighbour.alliance):
        assert Pledge.objects.get().name == "Gus Neighbour"


def test_the_orm_holds_alone_when_row_security_is_off(
    neighbour: SimpleNamespace, eves_pledge: Pledge, oak_street: Alliance
) -> None:
    with in_alliance(oak_street), past_row_security():
        assert set().union(*owners().values()) == {oak_street.pk}
        assert not Pledge.objects.filter(pk=neighbour.pledge.pk).exists()


def test_control_with_both_off_the_neighbour_is_seen(
    neighbour: SimpleNamespace, eves_pledge: Pledge, oak_street: Alliance
) -> None:
    with in_alliance(oak_street), past_row_security(), scopes_disabled():
        assert {kind for kind, whose in owners().items() if neighbour.alliance.pk in whose} == (
            NEIGHBOURS_KINDS
        )


def test_a_row_for_another_alliance_is_refused_by_the_database(
    neighbour: SimpleNamespace, oak_street: Alliance
) -> None:
    theirs = Tier(alliance=neighbour.alliance, name="Gold", price_minor=1, currency="USD")

    with (
        in_alliance(oak_street),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        scopes_disabled(),
    ):
        theirs.save(force_insert=True)


def test_a_row_cannot_be_moved_to_another_alliance(
    neighbour: SimpleNamespace, oak_street: Alliance
) -> None:
    with in_alliance(oak_street):
        tier = add_tier(name="Gold", price_minor=100_00, by=None)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Tier.objects.filter(pk=tier.pk).update(alliance=neighbour.alliance)


def refer(drive: PledgeDrive, business_id: Any) -> None:
    with transaction.atomic():
        PledgeDrive.objects.filter(pk=drive.pk).update(business_id=business_id)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_another_alliances_row_cannot_be_referenced(
    neighbour: SimpleNamespace, oven: PledgeDrive, oak_street: Alliance
) -> None:
    with in_alliance(oak_street):
        with pytest.raises(IntegrityError, match="business_id_same_alliance"):
            refer(oven, neighbour.business.pk)

        # The control: a row of our own may be.
        other = make.a_business()
        refer(oven, other.pk)
        assert PledgeDrive.objects.get().business == other


@pytest.mark.django_db(transaction=True)
def test_a_foreign_reference_is_refused_at_commit(
    neighbour: SimpleNamespace, oven: PledgeDrive, oak_street: Alliance
) -> None:
    with pytest.raises(IntegrityError, match="same_alliance"), in_alliance(oak_street):
        PledgeDrive.objects.filter(pk=oven.pk).update(business_id=neighbour.business.pk)

    with in_alliance(oak_street):
        assert PledgeDrive.objects.get().business_id == oven.business_id


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda n: Business.objects.update(blurb="ours"), id="update"),
        pytest.param(lambda n: Seat.objects.all()._raw_delete("default"), id="delete"),
        pytest.param(
            lambda n: Tier(alliance=n.alliance, name="x", price_minor=1).save(), id="insert"
        ),
        pytest.param(lambda n: Alliance.objects.update(tagline="ours"), id="above"),
    ],
)
def test_across_alliances_only_reads(neighbour: SimpleNamespace, write: Any) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        across_alliances(reason="Try to write where only reading is allowed."),
    ):
        write(neighbour)


def test_across_alliances_restores_what_was_open(
    neighbour: SimpleNamespace, eves_pledge: Pledge, oak_street: Alliance
) -> None:
    with in_alliance(oak_street):
        with across_alliances(reason="Look over the fence once."):
            assert set(Pledge.objects.values_list("alliance_id", flat=True)) == {
                oak_street.pk,
                neighbour.alliance.pk,
            }
        assert list(Pledge.objects.values_list("alliance_id", flat=True)) == [oak_street.pk]
        assert set().union(*raw_owners().values()) == {oak_street.pk}


def test_across_alliances_leaves_its_role_after_an_exception(
    neighbour: SimpleNamespace, oak_street: Alliance
) -> None:
    with in_alliance(oak_street):
        with pytest.raises(RuntimeError), across_alliances(reason="Look and stumble over it."):
            stumble(writes=False)

        assert "pledges.Pledge" not in raw_owners()


@pytest.mark.parametrize("reason", ["", "   ", "because", "for tests"])
def test_across_alliances_asks_for_a_sentence(db: None, reason: str) -> None:
    with pytest.raises(ValueError, match="sentence"), across_alliances(reason=reason):
        pytest.fail("opened without a reason")


def test_a_new_row_is_born_in_the_open_scope(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        assert Tier(name="Gold", price_minor=1).alliance_id == oak_street.pk


def test_control_the_orms_ring_can_be_taken_away(
    monkeypatch: pytest.MonkeyPatch, neighbour: SimpleNamespace, oak_street: Alliance
) -> None:
    """What tests/architecture does to probe the database's ring by itself does what it says."""
    monkeypatch.setattr(doors, "scope", lambda **kwargs: scope(**kwargs, _enabled=False))

    with in_alliance(oak_street):
        assert str(Pledge.objects.all().query).count("WHERE") == 0
        assert current_alliance() == oak_street
