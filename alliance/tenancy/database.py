"""Row-level security, composite keys and grants, read from the model registry.

Applied by the owner after each migrate, so that no new table can be
forgotten. Every statement may be repeated.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from psycopg2 import sql

from alliance.tenancy.models import TenantModel, tenant_models

POLICY = "one_alliance"
# After a commit the setting is '' rather than absent: hence the NULLIF. An
# empty scope then compares with NULL, which no row equals.
SCOPE = "NULLIF(current_setting('app.alliance', true), '')::uuid"


def protect(*, app_role: str) -> None:
    """Brings the database's rings in line with the models; run as the owner."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        ours = [m for m in tenant_models() if m._meta.db_table in tables]
        for model in ours:
            _isolate(cursor, model)
        for model in ours:
            _add_composite_keys(cursor, model, tables)
        _grant(cursor, ours, app_role=app_role)


def app_role() -> str:
    """The application's role: named by setting, since migrate signs in as the owner."""
    return getattr(settings, "APP_ROLE", "commonweal_app")


def tenant_keys(model: type[TenantModel]) -> list["models.ForeignKey[Any, Any]"]:
    """The model's keys that lead to another tenant row."""
    return [
        field
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, TenantModel)
    ]


def changeable_columns(model: type[models.Model]) -> list[str]:
    """The columns of an append-only table that the application may still write."""
    names = getattr(model, "changeable", ())
    return [str(field.column) for field in model._meta.local_fields if field.name in names]


def _isolate(cursor: Any, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    _execute(cursor, "ALTER TABLE {} ENABLE ROW LEVEL SECURITY", table)
    _execute(cursor, "DROP POLICY IF EXISTS {} ON {}", POLICY, table)
    _execute(
        cursor,
        f"CREATE POLICY {{}} ON {{}} USING (alliance_id = {SCOPE}) "
        f"WITH CHECK (alliance_id = {SCOPE})",
        POLICY,
        table,
    )
    _add_constraint(
        cursor, table, _short(table, "alliance_id_uniq"), sql.SQL("UNIQUE (alliance_id, id)")
    )


def _add_composite_keys(cursor: Any, model: type[TenantModel], tables: set[str]) -> None:
    table = model._meta.db_table
    for field in tenant_keys(model):
        target = field.related_model._meta.db_table
        if target not in tables:
            continue
        definition = sql.SQL(
            "FOREIGN KEY (alliance_id, {}) REFERENCES {} (alliance_id, id) "
            "DEFERRABLE INITIALLY DEFERRED"
        ).format(sql.Identifier(field.column), sql.Identifier(target))
        _add_constraint(cursor, table, _short(table, f"{field.column}_same_alliance"), definition)


def _grant(cursor: Any, ours: list[type[TenantModel]], *, app_role: str) -> None:
    everything = "ALL TABLES IN SCHEMA public"
    _execute(cursor, f"REVOKE ALL ON {everything} FROM {{}}", app_role)
    _execute(cursor, f"GRANT SELECT, INSERT, UPDATE, DELETE ON {everything} TO {{}}", app_role)
    _execute(cursor, "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}", app_role)
    _execute(cursor, f"GRANT SELECT ON {everything} TO {{}}", settings.NETWORK_ROLE)
    _execute(cursor, "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}", app_role)
    for model in apps.get_models():
        if getattr(model, "append_only", False):
            table = model._meta.db_table
            _execute(cursor, "REVOKE UPDATE, DELETE ON {} FROM {}", table, app_role)
            for column in changeable_columns(model):
                _execute(cursor, "GRANT UPDATE ({}) ON {} TO {}", column, table, app_role)


def _add_constraint(cursor: Any, table: str, name: str, definition: sql.Composable) -> None:
    cursor.execute(
        "SELECT 1 FROM pg_constraint WHERE conname = %s AND conrelid = %s::regclass",
        [name, f'"{table}"'],
    )
    if cursor.fetchone():
        return
    cursor.execute(
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
            sql.Identifier(table), sql.Identifier(name), definition
        )
    )


def _execute(cursor: Any, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _short(table: str, suffix: str) -> str:
    """Constraint names end at 63 bytes; a longer one would be cut and not found again."""
    return f"{table[: 62 - len(suffix)]}_{suffix}"
