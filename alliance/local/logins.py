"""The database logins: who administers, who owns, and who the application is."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg2
from psycopg2.extensions import connection, make_dsn, parse_dsn

from alliance.local import LocalError, state

OWNER = "commonweal_owner"
APP = "commonweal_app"
DATABASE = "commonweal"
MAINTENANCE_DATABASES = {"", "postgres", "template1"}

MAY_MAKE_ROLES = """
    SELECT rolsuper OR (rolcreaterole AND rolcreatedb AND rolbypassrls)
    FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True)
class Logins:
    """Three addresses of one database; `admin` is None where its roles are someone else's care."""

    admin: str | None
    owner: str
    app: str


def for_administrator(dsn: str, *, roles_file: Path, database: str | None = None) -> Logins:
    """Owner and application on the administrator's server, with passwords made once and kept."""
    target = parse_dsn(dsn)
    named = target.get("dbname", "")
    database = database or (DATABASE if named in MAINTENANCE_DATABASES else named)
    passwords = state.read_json(roles_file)
    if not {OWNER, APP} <= passwords.keys():
        passwords = {role: secrets.token_urlsafe(24) for role in (OWNER, APP)}
        state.write_private_json(roles_file, passwords)
    owner, app = (
        uri({**target, "user": role, "password": passwords[role], "dbname": database})
        for role in (OWNER, APP)
    )
    # The named database may not exist yet; the administrator connects where one always does.
    return Logins(admin=uri({**target, "dbname": "postgres"}), owner=owner, app=app)


def from_environment(environ: Mapping[str, str], *, roles_file: Path) -> Logins:
    """What DATABASE_URL means: an administrator's login, or the application's own."""
    dsn = environ["DATABASE_URL"]
    session = _connected(dsn)
    try:
        with session.cursor() as cursor:
            cursor.execute(MAY_MAKE_ROLES)
            (is_administrator,) = cursor.fetchone() or (False,)
    finally:
        session.close()
    if is_administrator:
        return for_administrator(dsn, roles_file=roles_file)
    owner = environ.get("OWNER_DATABASE_URL")
    if not owner:
        raise LocalError(
            "DATABASE_URL is a login that may not create roles, so it is taken as the "
            "application's own. Give the owner's login too, as OWNER_DATABASE_URL, or give an "
            "administrator's login (superuser, or CREATEROLE CREATEDB BYPASSRLS) as DATABASE_URL."
        )
    return Logins(admin=None, owner=owner, app=dsn)


def _connected(dsn: str) -> connection:
    try:
        return psycopg2.connect(dsn, connect_timeout=10)
    except psycopg2.Error as error:
        # An administrator may name the database that is yet to be made.
        with suppress(psycopg2.Error):
            return psycopg2.connect(make_dsn(dsn, dbname="postgres"), connect_timeout=10)
        raise LocalError(f"DATABASE_URL does not lead to a database: {error}".strip()) from error


def uri(parts: Mapping[str, str]) -> str:
    """A libpq address from its parts; a socket's folder goes to the query, where libpq reads it."""
    rest = dict(parts)
    user, password = (quote(rest.pop(key, ""), safe="") for key in ("user", "password"))
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    host, port = "", ""
    if not rest.get("host", "").startswith("/"):
        host = rest.pop("host", "")
        port = rest.pop("port", "")
    database = quote(rest.pop("dbname", ""), safe="")
    place = f"[{host}]" if ":" in host else host
    query = urlencode(rest, quote_via=quote, safe="/")
    return f"postgresql://{login}{place}{':' + port if port else ''}/{database}" + (
        f"?{query}" if query else ""
    )
