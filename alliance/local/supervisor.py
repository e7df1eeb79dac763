"""bin/run: everything on one machine, started together and stopped together."""

import argparse
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer

from alliance.local import (
    LocalError,
    logins,
    ports,
    postgres,
    preparation,
    processes,
    readiness,
    state,
    valkey,
)
from alliance.local.preparation import say


def run(arguments: Sequence[str]) -> int:
    options = _options(arguments)
    os.umask(0o077)  # logs and mail hold what was meant for one person
    state_dir = state.prepare(Path(options.state_dir))
    lock = state.Lock(state_dir / "lock")
    if not lock.take():
        raise LocalError(_where_the_first_runs(state_dir))
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _stop)
    try:
        return _run(options, state_dir)
    except KeyboardInterrupt:
        return 0
    finally:
        _clean_up(state_dir)
        lock.release()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Runs Commonweal on this machine with the demo network, on a PostgreSQL and a "
        "Valkey of its own, or on yours: DATABASE_URL (an administrator's login, or the "
        "application's beside OWNER_DATABASE_URL) and REDIS_URL.",
    )
    parser.add_argument("--port", type=int, default=8000, help="port of the pages (8000)")
    parser.add_argument("--state-dir", default=".local", help="data, mail, logs, secrets (.local)")
    parser.add_argument("--no-demo", action="store_true", help="start without the demo network")
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace, state_dir: Path) -> int:
    processes.end(processes.of_run(state_dir))
    (state_dir / "run.json").unlink(missing_ok=True)
    demo = not options.no_demo
    names = _database(state_dir)
    redis_url = os.environ.get("REDIS_URL") or _valkey(state_dir)
    port = ports.first_free(options.port)
    if port != options.port:
        say(f"Port {options.port} is taken; using {port}")
    environment = _environment(names, redis_url, port=port, state_dir=state_dir, demo=demo)
    preparation.prepare(environment, names, state_dir=state_dir, demo=demo)

    def announce() -> None:
        readiness.wait(port=port, redis_url=redis_url)
        report = readiness.report(
            port=port, database=names.app, redis_url=redis_url, state_dir=state_dir, demo=demo
        )
        state.write_private_json(state_dir / "run.json", report)
        say(readiness.sentences(report))

    return _run_processes(environment, announce)


def _database(state_dir: Path) -> logins.Logins:
    roles_file = state_dir / "roles.json"
    if os.environ.get("DATABASE_URL"):
        say("Using the database that DATABASE_URL names")
        return logins.from_environment(os.environ, roles_file=roles_file)
    say("Starting PostgreSQL")
    admin = postgres.start(postgres.folder_for(state_dir))
    return logins.for_administrator(admin, roles_file=roles_file)


def _valkey(state_dir: Path) -> str:
    say("Starting Valkey")
    return valkey.start(state_dir / "valkey", password_file=state_dir / "valkey.password")


def _environment(
    names: logins.Logins, redis_url: str, *, port: int, state_dir: Path, demo: bool
) -> dict[str, str]:
    environment = dict(os.environ)
    # The owner's login is for migrations alone; what serves pages never sees it.
    environment.pop("OWNER_DATABASE_URL", None)
    secret = state.remembered(state_dir / "secret_key", lambda: secrets.token_urlsafe(48))
    return environment | {
        processes.MARK: str(state_dir),
        "DJANGO_SETTINGS_MODULE": "alliance.settings.local",
        "DATABASE_URL": names.app,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secret,
        "DEMO": "1" if demo else "0",
        "STATE_DIR": str(state_dir),
        "MAIL_DIR": str(state_dir / "mail"),
        "PLATFORM_SCHEME": "http",
        "PLATFORM_HOST": "localhost",
        "PLATFORM_PORT": str(port),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


class _Printer(Printer):
    """honcho's, with a hook at the first line: by then every process has been forked.

    A thread that ran earlier could hold a lock at the moment of a fork, and the child would wait
    for it for ever.
    """

    def __init__(self, at_first_line: Callable[[], None]) -> None:
        super().__init__(sys.stdout)
        self._at_first_line: Callable[[], None] | None = at_first_line

    def write(self, message: Message) -> None:
        super().write(message)
        self.output.flush()
        if start := self._at_first_line:
            self._at_first_line = None
            start()


def _run_processes(environment: dict[str, str], announce: Callable[[], None]) -> int:
    failures: list[str] = []

    def watch() -> None:
        try:
            announce()
        except LocalError as error:
            failures.append(str(error))
            os.kill(os.getpid(), signal.SIGTERM)

    watcher = threading.Thread(target=watch, daemon=True)
    manager = Manager(printer=_Printer(watcher.start))
    procfile = parse_procfile((state.ROOT / "Procfile").read_text(encoding="utf-8"))
    for name, command in procfile.processes.items():
        # `exec`: the process itself, not a shell above it, receives the signal to stop.
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(state.ROOT))
    # A closed terminal stops everything just as Ctrl-C does.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    manager.loop()
    if failures:
        raise LocalError(failures[0])
    asked_to_stop = manager.returncode in (130, 143)
    return 0 if asked_to_stop else manager.returncode or 1


def _clean_up(state_dir: Path) -> None:
    """Stop what this run started, and only that; a second Ctrl-C does not leave it half done."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    processes.end(processes.of_run(state_dir))
    valkey.stop(state_dir / "valkey")
    postgres.stop(postgres.folder_for(state_dir))
    (state_dir / "run.json").unlink(missing_ok=True)
    say("Stopped.")


def _where_the_first_runs(state_dir: Path) -> str:
    running = state.read_json(state_dir / "run.json")
    place = f"at {running['network']} (process {running['pid']})" if running else "still starting"
    return f"Commonweal already runs from {state_dir}: {place}. Another copy needs a --state-dir."


def _stop(*_: Any) -> None:
    raise KeyboardInterrupt
