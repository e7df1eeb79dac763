"""The rings as PostgreSQL keeps them: no exception stands in the catalogue.

Each rule is shown to see: a violation is planted in a transaction that is
rolled back, and the same function must name it.
"""

import os
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from alliance.tenancy.models import TenantForeignKey, TenantModel, tenant_models
from tests.architecture import catalogue
from tests.architecture.catalogue import APP, NETWORK, OWNER


@pytest.fixture
def cursor() -> Iterator[Any]:
    """The administrator in this process's database; whatever it does is undone."""
    connection = psycopg2.connect(os.environ["ADMIN_DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            yield cursor
    finally:
        connection.rollback()
        connection.close()


def test_nothing_stands_against_the_rules(cursor: Any) -> None:
    assert catalogue.faults(cursor) == []


def test_each_explanation_is_still_needed(cursor: Any) -> None:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    there = {name for (name,) in cursor.fetchall()}

    assert set(catalogue.GLOBAL_TABLES) - there == set()
    assert set(catalogue.GLOBAL_TABLES) & set(catalogue.tables()) == set()
    assert all(reason.strip() for reason in catalogue.GLOBAL_TABLES.values())


PLANTED = {
    "a table without an alliance": (
        "CREATE TABLE planted (id uuid PRIMARY KEY)",
        "planted: neither a tenant's nor explained",
    ),
    "a table in another schema": (
        "CREATE SCHEMA cellar; CREATE TABLE cellar.planted (id uuid PRIMARY KEY)",
        "planted: neither a tenant's nor explained",
    ),
    "row-level security off": (
        "ALTER TABLE pledges_pledge DISABLE ROW LEVEL SECURITY",
        "pledges_pledge: row-level security is off",
    ),
    "no policy": (
        "DROP POLICY one_alliance ON alliance_seat",
        "alliance_seat: the policy is missing",
    ),
    "a second permissive policy": (
        "CREATE POLICY reports ON members_business FOR SELECT USING (true)",
        "members_business: policy reports is not the one",
    ),
    "a policy that checks reads alone": (
        "DROP POLICY one_alliance ON members_tier; CREATE POLICY one_alliance ON members_tier "
        "USING (alliance_id = NULLIF(current_setting('app.alliance', true), '')::uuid) "
        "WITH CHECK (true)",
        "members_tier: policy one_alliance is not the one",
    ),
    "a policy without NULLIF": (
        "DROP POLICY one_alliance ON members_tier; CREATE POLICY one_alliance ON members_tier "
        "USING (alliance_id = current_setting('app.alliance', true)::uuid)",
        "members_tier: policy one_alliance is not the one",
    ),
    "a policy for one role": (
        f"ALTER POLICY one_alliance ON members_tier TO {APP}",
        "members_tier: policy one_alliance is not the one",
    ),
    "an alliance that may be empty": (
        "ALTER TABLE members_tier ALTER alliance_id DROP NOT NULL",
        "members_tier: alliance_id may be empty or wrong",
    ),
    "a key to the id alone": (
        "ALTER TABLE pledges_pledgestep ADD FOREIGN KEY (pledge_id) REFERENCES pledges_pledge (id)",
        "pledges_pledgestep: the key (pledge_id) → pledges_pledge (id) is not composite",
    ),
    "a key from above into an alliance": (
        "ALTER TABLE alliance_person ADD seat_id uuid REFERENCES alliance_seat (id)",
        "alliance_person: the key (seat_id) → alliance_seat (id) is not composite",
    ),
    "a composite key that was dropped": (
        "ALTER TABLE pledges_pledge DROP CONSTRAINT pledges_pledge_drive_id_same_alliance",
        "pledges_pledge: the key of drive_id is missing",
    ),
    "a key that was never validated": (
        "ALTER TABLE pledges_pledge DROP CONSTRAINT pledges_pledge_drive_id_same_alliance; "
        "ALTER TABLE pledges_pledge ADD FOREIGN KEY (alliance_id, drive_id) "
        "REFERENCES pledges_pledgedrive (alliance_id, id) NOT VALID",
        "pledges_pledge: the key of drive_id is missing",
    ),
    "a slug unique across alliances": (
        "CREATE UNIQUE INDEX planted_slug ON members_business (slug)",
        "members_business: planted_slug is unique across alliances",
    ),
    "an alliance that is only carried along": (
        "CREATE UNIQUE INDEX planted_slug ON members_business (slug) INCLUDE (alliance_id)",
        "members_business: planted_slug is unique across alliances",
    ),
    "an exclusion across alliances": (
        "ALTER TABLE members_tier ADD CONSTRAINT planted EXCLUDE USING gist (name WITH =)",
        "members_tier: planted is unique across alliances",
    ),
    "a number that counts up": (
        "ALTER TABLE pledges_pledge ADD number bigserial",
        "pledges_pledge: number counts with a sequence",
    ),
    "an identity column": (
        "ALTER TABLE pledges_pledge ADD number bigint GENERATED ALWAYS AS IDENTITY",
        "pledges_pledge: number counts with a sequence",
    ),
    "an audit log that can be edited": (
        f"GRANT UPDATE (detail) ON alliance_auditentry TO {APP}",
        "alliance_auditentry: the application may UPDATE detail",
    ),
    "a consent that can be deleted": (
        f"GRANT DELETE ON alliance_consent TO {APP}",
        "alliance_consent: the application may DELETE",
    ),
    "TRUNCATE": (
        f"GRANT TRUNCATE ON pledges_pledge TO {APP}",
        f"{APP} may TRUNCATE pledges_pledge",
    ),
    "migrations by the application": (
        f"GRANT INSERT ON django_migrations TO {APP}",
        f"{APP} may INSERT django_migrations",
    ),
    "a network role that writes": (
        f"GRANT UPDATE ON members_business TO {NETWORK}",
        f"{NETWORK} may UPDATE members_business",
    ),
    "a table that everybody reads": (
        "GRANT SELECT ON members_business TO PUBLIC",
        "everybody may SELECT members_business",
    ),
    "tables by the application": (
        f"GRANT CREATE ON SCHEMA public TO {APP}",
        f"{APP} may CREATE in the schema public",
    ),
    "an application past row-level security": (
        f"ALTER ROLE {APP} BYPASSRLS",
        f"{APP}: its attributes are (True, False, True, False, False, False, False)",
    ),
    "an application that inherits": (
        f"ALTER ROLE {APP} INHERIT",
        f"{APP}: its attributes are (True, False, False, True, False, False, False)",
    ),
    "a network role that signs in": (
        f"ALTER ROLE {NETWORK} LOGIN",
        f"{NETWORK}: its attributes are (True, False, True, True, False, False, False)",
    ),
    "an application among the owners": (
        f"GRANT {OWNER} TO {APP}",
        f"{APP} is a member of {OWNER} (admin False, inherits False)",
    ),
    "a table that the application owns": (
        f"ALTER TABLE members_tier OWNER TO {APP}",
        f"{APP} owns members_tier",
    ),
    "a view of its owner's": (
        "CREATE VIEW planted AS SELECT * FROM pledges_pledge",
        "view planted: unexplained",
    ),
    "a materialized view": (
        "CREATE MATERIALIZED VIEW planted AS SELECT * FROM pledges_pledge",
        "view planted: unexplained",
    ),
    "a function with its owner's rights": (
        "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER "
        "AS 'SELECT count(*) FROM pledges_pledge'",
        "function planted: SECURITY DEFINER",
    ),
    "a trigger": (
        "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
        "CREATE TRIGGER planted BEFORE INSERT ON members_tier "
        "FOR EACH ROW EXECUTE FUNCTION planted()",
        "trigger planted: unexplained",
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_control_a_planted_violation_is_named(cursor: Any, what: str) -> None:
    statements, sentence = PLANTED[what]
    cursor.execute(statements)

    assert sentence in catalogue.faults(cursor)


def undone(found: list[type[models.Model]]) -> list[str]:
    """Tenant models that would make a table, or a key, past the rings."""
    return [
        f"{model.__name__}.{field.name}"
        for model in found
        for field in [*model._meta.local_many_to_many, *model._meta.local_fields]
        if (field.many_to_many and field.remote_field.through._meta.auto_created)
        or (
            isinstance(field, models.ForeignKey)
            and not isinstance(field, TenantForeignKey)
            # A name that no registry resolves yet is none of the tenants' models.
            and isinstance(field.related_model, type)
            and issubclass(field.related_model, TenantModel)
        )
    ]


def test_every_model_is_a_tenants_or_explained() -> None:
    found = {m._meta.db_table for m in apps.get_models(include_auto_created=True)}
    above = {m for m in found if m not in catalogue.tables()}

    assert above - set(catalogue.GLOBAL_TABLES) == set()


def test_models_bind_tenants_rows_with_their_own_key() -> None:
    assert undone(list(tenant_models())) == []


@isolate_apps("tests")
def test_control_a_plain_key_and_an_automatic_table_are_named() -> None:
    class Shelf(TenantModel):
        class Meta:
            app_label = "tests"

    class Jar(TenantModel):
        shelf = models.ForeignKey(Shelf, models.PROTECT)
        others = models.ManyToManyField(Shelf, related_name="+")

        class Meta:
            app_label = "tests"

    assert undone([Shelf, Jar]) == ["Jar.others", "Jar.shelf"]
