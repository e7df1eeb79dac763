"""Before the processes start: roles, migrations, static files, the demo network.

Each step is skipped when nothing it depends on has changed since it last succeeded, which is what
makes a second start quick. The steps themselves may be repeated at any time.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import psycopg2

from alliance.local import LocalError, state
from alliance.local.logins import Logins
from alliance.tenancy.roles import prepare_database

STAMPS = "prepared.json"
STATIC_STAMP = state.ROOT / "staticfiles" / ".made-from"


def prepare(environment: dict[str, str], logins: Logins, *, state_dir: Path, demo: bool) -> None:
    """Everything that has to be so before the first request."""
    stamps = state.read_json(state_dir / STAMPS)
    statics = _collect_static(environment, state_dir)
    try:
        database = _prepare_database(environment, logins, stamps, state_dir)
        if demo and stamps.get("demo") != database:
            say("Loading the demo network")
            manage("load_demo", environment=environment, state_dir=state_dir)
            state.write_private_json(state_dir / STAMPS, {"database": database, "demo": database})
    finally:
        if statics:
            statics.wait()
    if statics:
        if statics.returncode:
            raise LocalError(f"collectstatic failed; see {state_dir / 'collectstatic.log'}.")
        STATIC_STAMP.write_text(static_fingerprint(), encoding="utf-8")


def manage(*arguments: str, environment: dict[str, str], state_dir: Path) -> None:
    if _manage(*arguments, environment=environment, state_dir=state_dir).wait():
        log = _log(state_dir, arguments[0])
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise LocalError(f"`manage.py {' '.join(arguments)}` failed (log: {log}):\n{tail}")


def say(text: str) -> None:
    print(text, flush=True)


def code_fingerprint() -> str:
    """Changes with any file that migrations, policies or the demo could depend on."""
    packages = [path for path in state.ROOT.iterdir() if (path / "__init__.py").exists()]
    return _digest([*(p for p in packages if p.name != "tests"), state.ROOT / "requirements.txt"])


def static_fingerprint() -> str:
    return _digest([state.ROOT / "static", state.ROOT / "requirements.txt",
                    state.ROOT / "alliance" / "settings"])  # fmt: skip


def _prepare_database(
    environment: dict[str, str], logins: Logins, stamps: dict[str, str], state_dir: Path
) -> str:
    """Roles, tables, policies; the mark of what they were made from."""
    mark = f"{code_fingerprint()} {_identity(logins.owner)}"
    if stamps.get("database") == mark:
        return mark
    if logins.admin:
        say("Preparing the database's roles")
        try:
            prepare_database(admin_dsn=logins.admin, owner_dsn=logins.owner, app_dsn=logins.app)
        except psycopg2.Error as error:
            raise LocalError(f"The database's roles could not be made: {error}".strip()) from error
    say("Migrating the database")
    as_owner = {**environment, "DATABASE_URL": logins.owner}
    manage("migrate", "--no-input", environment=as_owner, state_dir=state_dir)
    # Migrating changed the database's side of the mark.
    mark = f"{mark.split()[0]} {_identity(logins.owner)}"
    state.write_private_json(state_dir / STAMPS, {"database": mark, "demo": stamps.get("demo")})
    return mark


def _identity(owner_dsn: str) -> str:
    """Tells this database from any other, emptied or restored one; `-` when nothing is there."""
    try:
        connection = psycopg2.connect(owner_dsn)
    except psycopg2.Error:
        return "-"
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()),"
                " count(*), max(applied) FROM django_migrations"
            )
            row = cursor.fetchone()
    except psycopg2.Error:
        return "-"
    finally:
        connection.close()
    return "/".join(str(value).replace(" ", "T") for value in row or ())


def _collect_static(
    environment: dict[str, str], state_dir: Path
) -> "subprocess.Popen[bytes] | None":
    if STATIC_STAMP.exists() and STATIC_STAMP.read_text(encoding="utf-8") == static_fingerprint():
        return None
    say("Collecting static files")
    return _manage("collectstatic", "--no-input", "--clear", "--verbosity", "0",
                   environment=environment, state_dir=state_dir)  # fmt: skip


def _manage(
    *arguments: str, environment: dict[str, str], state_dir: Path
) -> "subprocess.Popen[bytes]":
    with _log(state_dir, arguments[0]).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=state.ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip


def _log(state_dir: Path, command: str) -> Path:
    return state_dir / f"{command}.log"


def _digest(places: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for place in sorted(places):
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(os.fsencode(path.relative_to(state.ROOT)) + b"\0")
                digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()
