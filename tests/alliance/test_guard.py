"""Web and workers refuse to start where row-level security would not hold."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from psycopg2.extensions import make_dsn

from alliance.tenancy.guard import UnsafeRole, refuse_unsafe_role

ROOT = settings.BASE_DIR


@pytest.fixture
def undone(db: None) -> Iterator[None]:
    """Roles are shared by every test process: what is made here never commits."""
    admin = psycopg2.connect(os.environ["ADMIN_DATABASE_URL"])
    real = connection.connection
    connection.connection = admin
    try:
        yield
    finally:
        connection.connection = real
        admin.rollback()
        admin.close()


def sql(*statements: str) -> None:
    with connection.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fault() -> str:
    with pytest.raises(UnsafeRole) as refused:
        refuse_unsafe_role()
    return str(refused.value).split(": ")[0]


def test_the_applications_own_login_may_start(db: None) -> None:
    refuse_unsafe_role()


def test_it_sorts_in_memory_what_a_large_directory_counts(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW work_mem")
        assert cursor.fetchone() == ("32MB",)


def test_a_superuser_is_refused(undone: None) -> None:
    assert "is a superuser" in fault()


def test_the_owner_is_refused(undone: None) -> None:
    sql("SET ROLE commonweal_owner")

    assert fault().endswith("owns tables, or may become their owner")


def test_a_login_past_row_level_security_is_refused(undone: None) -> None:
    sql("CREATE ROLE planted LOGIN NOINHERIT BYPASSRLS", "SET ROLE planted")

    assert fault() == "The database role planted bypasses row-level security"


def test_a_login_that_inherits_is_refused(undone: None) -> None:
    sql("CREATE ROLE planted LOGIN INHERIT", "SET ROLE planted")

    assert fault() == "The database role planted inherits its roles' rights"


def test_a_login_that_may_become_the_owner_is_refused(undone: None) -> None:
    sql(
        "CREATE ROLE planted LOGIN NOINHERIT",
        "GRANT commonweal_owner TO planted",
        "SET ROLE planted",
    )

    assert fault() == "The database role planted owns tables, or may become their owner"


def test_a_login_of_its_own_is_not(undone: None) -> None:
    sql("CREATE ROLE planted LOGIN NOINHERIT", "SET ROLE planted")

    refuse_unsafe_role()


WEB = [sys.executable, "-c", "import alliance.wsgi, sys; print('it serves', file=sys.stderr)"]
CELERY = [sys.executable, "-m", "celery", "-A", "alliance"]
WORKER = [*CELERY, "worker", "--pool=solo", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--schedule"]


def start(command: list[str], dsn: str, *, ready: str) -> str:
    """Runs a real process until it says that it is ready, or ends; its last line.

    Ends the process, and only that one.
    """
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": dsn,
            "DJANGO_SETTINGS_MODULE": "alliance.settings.test",
            # No worker of this test takes another's work.
            "REDIS_URL": os.environ["REDIS_URL"].rsplit("/", 1)[0] + "/15",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    last = ""
    try:
        assert process.stderr
        for line in process.stderr:
            last = line.strip() or last
            if ready in last:
                break
        return last
    finally:
        process.kill()
        process.communicate(timeout=30)


@pytest.mark.local
@pytest.mark.parametrize(
    ("command", "ready", "works"),
    [
        pytest.param(WEB, "it serves", "it serves", id="web"),
        pytest.param(WORKER, "ready.", "ready.", id="worker"),
        # Beat says "Starting" first; its guard stands between that and the first task.
        pytest.param(BEAT, "beat: Starting", "Sending due task", id="beat"),
    ],
)
def test_a_real_process_starts_as_the_application_only(
    command: list[str], ready: str, works: str, tmp_path: Path
) -> None:
    if command is BEAT:
        command = [*BEAT, str(tmp_path / "schedule")]

    assert ready in start(command, os.environ["DATABASE_URL"], ready=ready)

    refused = start(command, os.environ["OWNER_DATABASE_URL"], ready=works)
    assert "The database role commonweal_owner" in refused
    assert "row-level security would not hold" in refused


def test_control_without_the_guard_the_owner_would_see_everything() -> None:
    """Why it matters: the owner is not held by the policies."""
    dsn = make_dsn(os.environ["OWNER_DATABASE_URL"])
    with psycopg2.connect(dsn) as owner, owner.cursor() as cursor:
        cursor.execute("SELECT row_security_active('pledges_pledge')")
        assert cursor.fetchone() == (False,)
    with psycopg2.connect(os.environ["DATABASE_URL"]) as app, app.cursor() as cursor:
        cursor.execute("SELECT row_security_active('pledges_pledge')")
        assert cursor.fetchone() == (True,)
