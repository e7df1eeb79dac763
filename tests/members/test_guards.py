"""What the database keeps of memberships and their money, whoever writes.

Each guard is shown to be the one: without it, what it refuses goes through.
"""

import os
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, connection, transaction

from alliance.tenancy.database import changeable_columns
from alliance.tenancy.models import tenant_models, uuid7
from members.models import (
    Cancellation,
    CreditNote,
    Hold,
    Instalment,
    InvoiceLine,
    MembershipPeriod,
    Payment,
)
from members.services import memberships
from tests.factories import members as make

OWNER = os.environ["OWNER_DATABASE_URL"]


# --- as the application -----------------------------------------------------------------


@pytest.mark.usefixtures("neighbour", "in_oak_street")
class TestAsTheApplication:
    """What its role may not do, whatever the code asks for."""

    def refused(self, match: str, act: Any, **fields: Any) -> None:
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            act(**fields)

    def test_of_a_term_only_the_day_it_was_voided_can_be_written(self):
        make.a_member()
        rows = MembershipPeriod.objects.all()
        for fields in ({"ends_on": "2040-01-01"}, {"paid_on": "2020-01-01"}, {"source": "given"}):
            self.refused("permission denied", rows.update, **fields)
        self.refused("permission denied", lambda: rows._raw_delete(rows.db))
        assert rows.update(voided_on="2026-01-01") == 1

    def test_it_is_written_once(self):
        member = make.a_member()
        memberships.hold(membership=member, reason="A rest.", by=None)
        memberships.release(membership=member, by=None)
        memberships.cancel(membership=member, by=None)
        memberships.revoke_cancellation(membership=member, by=None)
        MembershipPeriod.objects.update(voided_on="2026-01-01")
        for model, column in (
            (MembershipPeriod, "voided_on"),
            (Hold, "released_on"),
            (Cancellation, "revoked_on"),
        ):
            for value in ("2026-06-01", None):
                words = "the end of .* is written already"
                self.refused(words, model.objects.update, **{column: value})

    def test_lines_notes_and_payments_are_never_edited(self):
        invoice = make.an_invoice(parts=2)
        make.a_payment(invoice=invoice, amount_minor=10_00)
        make.a_credit(invoice, "2026-01-01", 10_00)
        for model, fields in (
            (InvoiceLine, {"amount_minor": 1}),
            (CreditNote, {"amount_minor": 1}),
            (Payment, {"amount_minor": 1}),
            (Payment, {"received_on": "2020-01-01"}),
            (Instalment, {"amount_minor": 1}),
        ):
            self.refused("permission denied", model.objects.update, **fields)

    def test_the_columns_that_may_be_written_are_these(self):
        found = {
            model.__name__: changeable_columns(model)
            for model in tenant_models()
            if model._meta.app_label == "members" and model.append_only
        }
        named = {name: columns for name, columns in found.items() if columns}
        assert named == {
            "Cancellation": ["revoked_on"],
            "Hold": ["released_on"],
            "Instalment": ["reminded_at", "chased_at"],
            "MembershipPeriod": ["voided_on"],
            "Payment": ["refunded_minor"],
            "WelcomeStep": ["hidden_at"],
        }

    def test_the_neighbours_line_buys_nothing_here(self, neighbour):
        """A key leads to a row of the same alliance, also past the ORM."""
        from alliance.tenancy.scope import in_alliance

        member = make.a_member()
        with in_alliance(neighbour.alliance):
            theirs = make.an_invoice().lines.get()

        @transaction.atomic
        def borrow() -> None:
            MembershipPeriod.objects.create(
                membership=member,
                tier=member.tier,
                starts_on="2040-01-01",
                ends_on="2040-12-31",
                paid_on="2026-01-01",
                invoice_line=theirs,
            )
            connection.check_constraints()

        self.refused("invoice_line_id_same_alliance", borrow)


# --- as the owner, whom no grant holds ----------------------------------------------------


@pytest.fixture
def scene(oak_street, neighbour) -> dict[str, str]:
    """A member's ids in a database that is really written."""
    from alliance.tenancy.scope import in_alliance

    with in_alliance(oak_street):
        member = make.a_member()
        period = member.periods.get()
        return {
            "alliance": str(oak_street.pk),
            "membership": str(member.pk),
            "tier": str(member.tier_id),
            "business": str(member.business_id),
            "line": str(period.invoice_line_id),
            "period": str(period.pk),
            "starts_on": str(period.starts_on),
            "ends_on": str(period.ends_on),
        }


@pytest.fixture
def cursor(scene) -> Iterator[Any]:
    """The owner in this process's database; whatever it does is undone."""
    owner = psycopg2.connect(OWNER)
    try:
        with owner.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            yield cursor
    finally:
        owner.rollback()
        owner.close()


def term(starts_on: str, ends_on: str, line: str = "NULL", voided_on: str = "NULL") -> str:
    source = "given" if line == "NULL" else "paid"
    return (
        "INSERT INTO members_membershipperiod (id, alliance_id, membership_id, tier_id, starts_on,"
        " ends_on, paid_on, source, invoice_line_id, recorded_at, voided_on) VALUES ('{id}',"
        f" '{{alliance}}', '{{membership}}', '{{tier}}', {starts_on}, {ends_on}, '2026-01-01',"
        f" '{source}', {line}, now(), {voided_on})"
    )


FAR = ("'2050-01-01'::date", "'2050-12-31'::date")
END = "'{ends_on}'::date"
HOLD = (
    "INSERT INTO members_hold (id, alliance_id, membership_id, starts_on, reason, recorded_at,"
    " released_on) VALUES ('{{id}}', '{{alliance}}', '{{membership}}', '2026-05-01', 'A rest.',"
    " now(), {})"
)
PERIODS, TABLE = "members_membershipperiod", "ALTER TABLE {} DROP CONSTRAINT {}"
# What is refused, by which guard; the statements, and what takes the guard away.
REFUSED = {
    "two terms on one day": (
        [term(END, f"{END} + 364")],
        "period_no_overlap",
        TABLE.format(PERIODS, "period_no_overlap"),
    ),
    "a second term of one line": (
        [term(*FAR, line="'{line}'")],
        "period_once_per_line",
        "DROP INDEX period_once_per_line",
    ),
    "a second term of a line whose first was voided": (
        [
            "UPDATE members_membershipperiod SET voided_on = '2026-01-01' WHERE id = '{period}'",
            term(*FAR, line="'{line}'"),
        ],
        "period_once_per_line",
        "DROP INDEX period_once_per_line",
    ),
    "a term that ends before it begins": (
        [term(FAR[1], FAR[0])],
        "period_ends_after_start|range lower bound must be less than or equal",
        f"{TABLE.format(PERIODS, 'period_ends_after_start')};"
        f"{TABLE.format(PERIODS, 'period_no_overlap')}",
    ),
    "a paid term without a line": (
        [term(*FAR).replace("'given'", "'paid'")],
        "period_paid_has_line",
        TABLE.format(PERIODS, "period_paid_has_line"),
    ),
    "a voided term that stands again": (
        [
            "UPDATE members_membershipperiod SET voided_on = '2026-01-01' WHERE id = '{period}'",
            "UPDATE members_membershipperiod SET voided_on = NULL WHERE id = '{period}'",
        ],
        "the end of .* is written already",
        "DROP TRIGGER members_membershipperiod_once ON members_membershipperiod",
    ),
    "a release that is moved": (
        [
            HOLD.format("'2026-06-01'"),
            "UPDATE members_hold SET released_on = '2026-07-01' WHERE id = '{id}'",
        ],
        "the end of .* is written already",
        "DROP TRIGGER members_hold_once ON members_hold",
    ),
    "two holds at a time": (
        [HOLD.format("NULL"), HOLD.format("NULL").replace("{id}", "{other}")],
        "hold_one_at_a_time",
        "DROP INDEX hold_one_at_a_time",
    ),
    "a release before its hold": (
        [HOLD.format("'2026-04-30'")],
        "hold_released_after_start",
        TABLE.format("members_hold", "hold_released_after_start"),
    ),
    "a credit beyond the invoice": (
        ["UPDATE members_invoice SET credited_minor = total_minor + 1"],
        "invoice_credited_within_total",
        TABLE.format("members_invoice", "invoice_credited_within_total"),
    ),
    "a refund beyond the payment": (
        ["UPDATE members_payment SET refunded_minor = amount_minor + 1"],
        "payment_refunded_within_amount",
        TABLE.format("members_payment", "payment_refunded_within_amount"),
    ),
    "a second membership": (
        [
            "INSERT INTO members_membership (id, alliance_id, business_id, tier_id, joined_on,"
            " relief, created_at) VALUES ('{id}', '{alliance}', '{business}', '{tier}',"
            " '2026-01-01', 'none', now())"
        ],
        "membership_once",
        TABLE.format("members_membership", "membership_once"),
    ),
}


def attempt(cursor: Any, scene: dict[str, str], statements: list[str]) -> None:
    ids = {"id": str(uuid7()), "other": str(uuid7())}
    for statement in statements:
        cursor.execute(statement.format(**scene, **ids))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(cursor, scene, what):
    statements, match, _guard = REFUSED[what]
    with pytest.raises(psycopg2.Error, match=match):
        attempt(cursor, scene, statements)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", REFUSED)
def test_control_without_its_guard_it_goes_through(cursor, scene, what):
    statements, _match, guard = REFUSED[what]
    cursor.execute(guard)
    attempt(cursor, scene, statements)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        term(f"{END} + 1", f"{END} + 365"),
        term("'{starts_on}'::date - 365", "'{starts_on}'::date - 1"),
        term(END, END, voided_on="'2026-01-01'"),
        term(*FAR),
        HOLD.format("'2026-05-01'"),
    ],
)
def test_what_touches_and_does_not_overlap_goes_through(cursor, scene, statement):
    attempt(cursor, scene, [statement])
    assert cursor.rowcount == 1
