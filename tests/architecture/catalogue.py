"""What must hold in the database, each rule as a function that lists what stands against it.

Everything is read from the catalogue, not from the models: what counts is what
PostgreSQL will do. A function takes a cursor and gives sentences; none is good.
"""

from collections.abc import Callable
from typing import Any

from alliance.tenancy.database import changeable_columns
from alliance.tenancy.models import tenant_models

APP, NETWORK, OWNER = "commonweal_app", "commonweal_network", "commonweal_owner"
SCOPE = "(alliance_id = (NULLIF(current_setting('app.alliance'::text, true), ''::text))::uuid)"

# Tables that belong to no single alliance, and why that is right.
GLOBAL_TABLES = {
    "account_emailaddress": "a person's addresses; a person may have seats in many alliances",
    "account_emailconfirmation": "allauth's own, unused: addresses are verified by code",
    "alliance_alliance": "the tenants themselves",
    "alliance_domain": "read to find the alliance, before any scope is open",
    "alliance_network": "above the alliances",
    "alliance_person": "a login is global; what it may do is said by seats",
    "auth_group": "Django's own, empty: rights come from seats",
    "auth_group_permissions": "Django's own, empty",
    "auth_permission": "Django's own list of model permissions, unused",
    "django_content_type": "Django's own list of models",
    "django_migrations": "Django's own record of what ran",
    "django_session": "sessions of persons, who are global; the key is the secret",
    "mfa_authenticator": "a person's second factors",
    "usersessions_usersession": "a person's signed-in browsers",
}
DEFINER_FUNCTIONS = {
    "directory_search": "the text index, which no plan may use under row-level security; refuses "
    "any alliance but the current one and gives ids and ranks",
    "groups_search": "the text index of posts; refuses any alliance but the current one and "
    "gives ids alone",
}
VIEWS: dict[str, str] = {}
TRIGGERS = {
    "ledger_seal": "numbers an entry and chains it to the one before, as the application",
    "ledger_closed": "keeps a sealed entry's lines as they are",
    "ledger_entry_balanced": "an entry balances at commit",
    "ledger_line_balanced": "so does a line that comes alone",
    "members_membershipperiod_once": "a voided period stays voided from its day on",
    "members_hold_once": "a released hold stays released from its day on",
    "members_cancellation_once": "a revoked cancellation stays revoked from its day on",
}

OURS = "n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'"
# An extension's own objects are its business.
NOT_OF_AN_EXTENSION = (
    "NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = {}.oid AND e.deptype = 'e')"
)


def tables() -> list[str]:
    """The tables of tenant models."""
    return [model._meta.db_table for model in tenant_models()]


def _all(cursor: Any, statement: str, *parameters: Any) -> list[Any]:
    cursor.execute(statement, parameters)
    return cursor.fetchall()


def unexplained_tables(cursor: Any) -> list[str]:
    """Every table is a tenant's, or stands above with a reason."""
    found = _all(
        cursor,
        f"""SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE {OURS} AND c.relkind IN ('r', 'p', 'f') ORDER BY 1""",
    )
    known = {*tables(), *GLOBAL_TABLES}
    return [f"{name}: neither a tenant's nor explained" for (name,) in found if name not in known]


def without_row_security(cursor: Any) -> list[str]:
    """Row-level security is enabled on every tenant table."""
    found = _all(
        cursor,
        "SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relkind IN ('r', 'p') "
        "AND NOT relrowsecurity ORDER BY 1",
        tables(),
    )
    return [f"{name}: row-level security is off" for (name,) in found]


def wrong_policies(cursor: Any) -> list[str]:
    """Exactly one policy each: a second permissive one would be ORed to it."""
    found = _all(
        cursor,
        """SELECT c.relname, p.polname, p.polpermissive, p.polcmd, p.polroles::oid[]::text,
                  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
           FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid ORDER BY 1, 2""",
    )
    wanted = [(table, "one_alliance", True, "*", "{0}", SCOPE, SCOPE) for table in tables()]
    strange = [f"{row[0]}: policy {row[1]} is not the one" for row in found if row not in wanted]
    lost = [f"{row[0]}: the policy is missing" for row in wanted if row not in found]
    return strange + lost


def without_alliance(cursor: Any) -> list[str]:
    """alliance_id is a uuid, never null, and refers to the alliance."""
    found = _all(
        cursor,
        """SELECT c.relname,
                  a.attnotnull AND a.atttypid = 'uuid'::regtype,
                  EXISTS (SELECT 1 FROM pg_constraint k
                          WHERE k.conrelid = c.oid AND k.contype = 'f'
                            AND k.confrelid = 'alliance_alliance'::regclass
                            AND k.conkey = ARRAY[a.attnum])
           FROM pg_class c
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'alliance_id'
           WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'p') ORDER BY 1""",
        tables(),
    )
    good = [name for name, is_set, refers in found if is_set and refers]
    return [
        f"{table}: alliance_id may be empty or wrong" for table in tables() if table not in good
    ]


def wrong_keys(cursor: Any) -> list[str]:
    """A key to a tenant's row is (alliance_id, x_id) → (alliance_id, id), and each is there."""
    found = _all(
        cursor,
        """SELECT c.relname, t.relname,
                  ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, place)
                        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num
                        ORDER BY u.place),
                  ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, place)
                        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num
                        ORDER BY u.place)
           FROM pg_constraint k
           JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
           WHERE k.contype = 'f' AND k.convalidated AND t.relname = ANY(%s) ORDER BY 1, 3""",
        tables(),
    )
    wanted = [
        (
            model._meta.db_table,
            field.related_model._meta.db_table,
            ["alliance_id", field.column],
            ["alliance_id", "id"],
        )
        for model in tenant_models()
        for field in model._meta.local_fields
        if field.related_model is not None and field.related_model._meta.db_table in tables()
    ]
    strange = [
        f"{row[0]}: the key ({', '.join(row[2])}) → {row[1]} ({', '.join(row[3])}) is not composite"
        for row in found
        if row not in wanted
    ]
    lost = [f"{row[0]}: the key of {row[2][1]} is missing" for row in wanted if row not in found]
    return strange + lost


def unique_without_alliance(cursor: Any) -> list[str]:
    """Uniqueness and exclusion hold within an alliance; only the primary key on id is global."""
    found = _all(
        cursor,
        """SELECT c.relname, i.relname, x.indisprimary,
                  ARRAY(SELECT pg_get_indexdef(x.indexrelid, n, true)
                        FROM generate_series(1, x.indnkeyatts) n)
           FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
           JOIN pg_class i ON i.oid = x.indexrelid
           WHERE c.relname = ANY(%s) AND (x.indisunique OR x.indisexclusion) ORDER BY 1, 2""",
        tables(),
    )
    return [
        f"{table}: {name} is unique across alliances"
        for table, name, is_primary, columns in found
        if "alliance_id" not in columns and not (is_primary and columns == ["id"])
    ]


def counting_columns(cursor: Any) -> list[str]:
    """No sequence: a number that counts up tells one alliance how busy the others are."""
    found = _all(
        cursor,
        """SELECT c.relname, a.attname FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
           WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'p')
             AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE '%%nextval(%%')
           ORDER BY 1, 2""",
        tables(),
    )
    return [f"{table}: {column} counts with a sequence" for table, column in found]


def editable_records(cursor: Any) -> list[str]:
    """What is only added to can be neither edited nor deleted, but for the columns it names."""
    records = {m._meta.db_table: changeable_columns(m) for m in tenant_models() if m.append_only}
    whole = _all(
        cursor,
        """SELECT c.relname, p.privilege FROM pg_class c
           CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE']) p(privilege)
           WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'p')
             AND has_table_privilege(%s, c.oid, p.privilege)
           ORDER BY 1, 2""",
        list(records),
        APP,
    )
    columns = _all(
        cursor,
        """SELECT c.relname, a.attname FROM pg_class c
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           WHERE c.relname = ANY(%s) AND c.relkind IN ('r', 'p')
             AND NOT has_table_privilege(%s, c.oid, 'UPDATE')
             AND has_column_privilege(%s, c.oid, a.attnum, 'UPDATE')
           ORDER BY 1, 2""",
        list(records),
        APP,
        APP,
    )
    return [
        *(f"{table}: the application may {privilege}" for table, privilege in whole),
        *(
            f"{table}: the application may UPDATE {column}"
            for table, column in columns
            if column not in records[table]
        ),
    ]


def excess_rights(cursor: Any) -> list[str]:
    """The application reads and writes rows; the network role reads; the public does nothing."""
    on_tables = _all(
        cursor,
        f"""SELECT r.name, c.relname, p.privilege FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN (VALUES (%s), (%s)) r(name)
            CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES',
                                    'TRIGGER']) p(privilege)
            WHERE {OURS} AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
              AND has_table_privilege(r.name, c.oid, p.privilege)
              AND (r.name = %s OR p.privilege IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')
                   OR c.relname = 'django_migrations')
            ORDER BY 1, 2, 3""",
        APP,
        NETWORK,
        NETWORK,
    )
    to_public = _all(
        cursor,
        f"""SELECT c.relname, g.privilege_type FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN aclexplode(c.relacl) g
            WHERE {OURS} AND {NOT_OF_AN_EXTENSION.format("c")} AND g.grantee = 0 ORDER BY 1, 2""",
    )
    elsewhere = _all(
        cursor,
        """SELECT r.name, 'the schema public' FROM (VALUES (%s), (%s)) r(name)
           WHERE has_schema_privilege(r.name, 'public', 'CREATE')
           UNION ALL
           SELECT r.name, 'the database' FROM (VALUES (%s), (%s)) r(name)
           WHERE has_database_privilege(r.name, current_database(), 'CREATE')""",
        APP,
        NETWORK,
        APP,
        NETWORK,
    )
    return [
        *(f"{role} may {privilege} {table}" for role, table, privilege in on_tables),
        *(f"everybody may {privilege} {table}" for table, privilege in to_public),
        *(f"{role} may CREATE in {place}" for role, place in elsewhere),
    ]


def wrong_roles(cursor: Any) -> list[str]:
    """Three roles, each with no more than it needs, and none inside another but as agreed."""
    found = _all(
        cursor,
        """SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolinherit, rolcreatedb,
                  rolcreaterole, rolreplication
           FROM pg_roles WHERE rolname IN (%s, %s) ORDER BY rolname""",
        APP,
        NETWORK,
    )
    wanted = [
        (APP, True, False, False, False, False, False, False),
        (NETWORK, False, False, True, True, False, False, False),
    ]
    members = _all(
        cursor,
        """SELECT g.rolname, m.rolname, a.admin_option, a.inherit_option
           FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid
           JOIN pg_roles m ON m.oid = a.member
           WHERE m.rolname IN (%s, %s) OR (g.rolname = %s AND NOT m.rolsuper)""",
        APP,
        NETWORK,
        NETWORK,
    )
    owns = _all(
        cursor,
        """SELECT r.rolname, c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
           WHERE r.rolname IN (%s, %s)""",
        APP,
        NETWORK,
    )
    return [
        *(f"{row[0]}: its attributes are {row[1:]}" for row in found if row not in wanted),
        *(
            f"{member} is a member of {group} (admin {admin}, inherits {inherits})"
            for group, member, admin, inherits in members
            if (group, member, admin, inherits) != (NETWORK, APP, False, False)
        ),
        *(f"{role} owns {table}" for role, table in owns),
    ]


def ways_around(cursor: Any) -> list[str]:
    """Views, definer functions and triggers act with their owner's rights, past the policies."""
    functions = _all(
        cursor,
        f"""SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE {OURS} AND p.prosecdef AND {NOT_OF_AN_EXTENSION.format("p")} ORDER BY 1""",
    )
    views = _all(
        cursor,
        f"""SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE {OURS} AND c.relkind IN ('v', 'm') AND {NOT_OF_AN_EXTENSION.format("c")}
            ORDER BY 1""",
    )
    triggers = _all(cursor, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1")
    return [
        *(f"function {n}: SECURITY DEFINER" for (n,) in functions if n not in DEFINER_FUNCTIONS),
        *(f"view {name}: unexplained" for (name,) in views if name not in VIEWS),
        *(f"trigger {name}: unexplained" for (name,) in triggers if name not in TRIGGERS),
    ]


CHECKS: tuple[Callable[[Any], list[str]], ...] = (
    unexplained_tables,
    without_row_security,
    wrong_policies,
    without_alliance,
    wrong_keys,
    unique_without_alliance,
    counting_columns,
    editable_records,
    excess_rights,
    wrong_roles,
    ways_around,
)


def faults(cursor: Any) -> list[str]:
    """Everything that stands against any rule."""
    return [sentence for check in CHECKS for sentence in check(cursor)]
