"""Loaded before Django: starts the servers and gives each process a database of its own.

The database is migrated once by its owner into a template, which each
process copies; the tests then sign in as the application's role, like the
real thing.
"""

import atexit
import hashlib
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

from alliance.local import state
from alliance.local.testing import servers
from alliance.tenancy.roles import prepare_database

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE = "commonweal_template"
DATABASE = f"commonweal_test_{WORKER}"


def fingerprint() -> str:
    """Changes whenever the template would come out otherwise."""
    sources = sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("alliance/tenancy/*.py")])
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def run_sql(dsn: str, *statements: str) -> list[tuple[object, ...]]:
    """Runs statements in autocommit; the rows of the last one."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def prepare() -> None:
    """Starts or joins the servers, makes the template and this process's copy of it."""
    stack = ExitStack()
    atexit.register(stack.close)
    found = stack.enter_context(servers(database=TEMPLATE))
    owner_user = parse_dsn(found.owner)["user"]
    number = int(WORKER.removeprefix("gw")) + 1 if WORKER.startswith("gw") else 0
    os.environ["REDIS_URL"] = found.redis.rsplit("/", 1)[0] + f"/{number % 16}"
    with state.Lock(ROOT / ".local" / "test" / "template.lock"):
        _make_template(found.admin, found.owner, found.app)
        run_sql(
            found.admin,
            f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)',
            f'CREATE DATABASE "{DATABASE}" TEMPLATE {TEMPLATE} OWNER {owner_user}',
        )
    app_user = parse_dsn(found.app)["user"]
    run_sql(found.admin, f'GRANT CONNECT ON DATABASE "{DATABASE}" TO {app_user}')
    os.environ["DATABASE_URL"] = make_dsn(found.app, dbname=DATABASE)
    os.environ["OWNER_DATABASE_URL"] = make_dsn(found.owner, dbname=DATABASE)
    os.environ["ADMIN_DATABASE_URL"] = make_dsn(found.admin, dbname=DATABASE)


def _make_template(admin: str, owner: str, app: str) -> None:
    wanted = fingerprint()
    known = run_sql(
        admin,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{TEMPLATE}'",
    )
    if known and known[0][0] == wanted:
        return
    run_sql(admin, f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
    prepare_database(admin_dsn=admin, owner_dsn=owner, app_dsn=app)
    _migrate(owner)
    run_sql(admin, f"COMMENT ON DATABASE {TEMPLATE} IS '{wanted}'")


def _migrate(owner: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": owner, "DJANGO_SETTINGS_MODULE": "alliance.settings.test"},
        check=True,
    )


prepare()
