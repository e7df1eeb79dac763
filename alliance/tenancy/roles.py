"""The database roles, made by whoever may make roles. psycopg2 only, no Django.

owner     owns the database and its tables; `migrate` alone signs in as it
app       web and workers: neither superuser nor owner, NOBYPASSRLS, NOINHERIT
network   reads past row-level security; nobody signs in as it, the
          application enters it through `across_alliances` alone
"""

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import make_dsn, parse_dsn

NETWORK_ROLE = "commonweal_network"
EXTENSIONS = ("btree_gin", "btree_gist", "citext", "pg_trgm", "unaccent")


def prepare_database(
    *, admin_dsn: str, owner_dsn: str, app_dsn: str, network_role: str = NETWORK_ROLE
) -> None:
    """Makes the three roles, the database and its extensions; safe to repeat.

    Args:
        admin_dsn: a login that may create roles and databases.
        owner_dsn: names the owner, its password and the database.
        app_dsn: names the application's login and its password.
        network_role: the role behind `across_alliances`.

    Raises:
        psycopg2.Error: where the administrator's login may not do that.
    """
    owner, app = parse_dsn(owner_dsn), parse_dsn(app_dsn)
    name = owner["dbname"]
    with _Connected(admin_dsn) as admin:
        # Roles belong to the whole server: two preparations at once take turns.
        admin.execute("SELECT pg_advisory_lock(hashtext('commonweal roles'))")
        _role(admin, owner["user"], owner.get("password"), "LOGIN CREATEDB NOSUPERUSER")
        _role(
            admin,
            app["user"],
            app.get("password"),
            "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT",
        )
        # Of what sorts and counts; PostgreSQL's own 4 MB send a large directory's search to disk.
        _run(admin, "ALTER ROLE {} SET work_mem TO '32MB'", app["user"])
        _role(admin, network_role, None, "NOLOGIN NOSUPERUSER BYPASSRLS")
        _run(admin, "GRANT {} TO {}", network_role, app["user"])
        # An administrator who is no superuser must be a member to give away.
        _run(admin, "GRANT {} TO CURRENT_USER", owner["user"])
        admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not admin.fetchone():
            _run(
                admin,
                "CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0",
                name,
                owner["user"],
            )
        _run(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
        for role in (app["user"], network_role):
            _run(admin, "GRANT CONNECT ON DATABASE {} TO {}", name, role)
    with _Connected(make_dsn(admin_dsn, dbname=name)) as inside:
        for extension in EXTENSIONS:
            _run(inside, "CREATE EXTENSION IF NOT EXISTS {}", extension)
        _run(inside, "ALTER SCHEMA public OWNER TO {}", owner["user"])
        for role in (app["user"], network_role):
            _run(inside, "GRANT USAGE ON SCHEMA public TO {}", role)


class _Connected:
    """A cursor in autocommit: CREATE DATABASE refuses to run in a transaction."""

    def __init__(self, dsn: str) -> None:
        self.connection = psycopg2.connect(dsn)
        self.connection.autocommit = True

    def __enter__(self) -> "psycopg2.extensions.cursor":
        return self.connection.cursor()

    def __exit__(self, *exc: object) -> None:
        self.connection.close()


def _run(cursor: "psycopg2.extensions.cursor", statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _role(
    cursor: "psycopg2.extensions.cursor", name: str, password: str | None, options: str
) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    statement = sql.SQL(f"{verb} ROLE {{}} WITH {options}").format(sql.Identifier(name))
    if password:
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(password))
    cursor.execute(statement)
