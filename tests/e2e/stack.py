"""The real stack on a state of its own: what bin/run starts, fresh for every run."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alliance.local import ports, postgres, processes, state, valkey

FOLDER = state.ROOT / ".local" / "e2e"
PORT = 8610
PATIENCE = 600.0


@contextmanager
def running(folder: Path = FOLDER, **settings: str) -> Iterator[dict[str, Any]]:
    """Starts everything with these settings, yields what run.json says, stops everything.

    COMMONWEAL_E2E names the state directory of a bin/run that is up already:
    then that one is used and left alone, which is quicker while writing tests.
    """
    if borrowed := os.environ.get("COMMONWEAL_E2E"):
        yield state.read_json(Path(borrowed) / "run.json")
        return
    # Limits, sign-in codes and mail of the last run would meet this one's.
    _forget(folder)
    folder = state.prepare(folder)
    process = _start(folder, settings)
    try:
        yield _ready(folder, process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            _end(folder)


def _start(folder: Path, settings: dict[str, str]) -> "subprocess.Popen[bytes]":
    # The unit tests' servers stand in these variables; this stack brings its own.
    environment = {
        key: value for key, value in os.environ.items() if not key.endswith(("_URL", "SECRET_KEY"))
    }
    command = [sys.executable, "-m", "alliance.local", "run", "--state-dir", str(folder)]
    with (folder / "output.log").open("wb") as log:
        return subprocess.Popen(
            [*command, "--port", str(ports.first_free(PORT))],
            cwd=state.ROOT,
            env=environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C at the terminal is pytest's; it stops the stack itself, once.
            start_new_session=True,
        )


def _ready(folder: Path, process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if report := state.read_json(folder / "run.json"):
            return report
        time.sleep(0.1)
    said = (folder / "output.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"The stack did not start:\n{said[-4000:]}")


def _forget(folder: Path) -> None:
    if not folder.exists():
        return
    lock = state.Lock(folder / "lock")
    if not lock.take():
        raise RuntimeError(f"Another run of the browser tests uses {folder}.")
    try:
        _end(folder)
        for place in (postgres.folder_for(folder.resolve()), folder):
            shutil.rmtree(place, ignore_errors=True)
    finally:
        lock.release()


def _end(folder: Path) -> None:
    """What a run that was killed has left behind."""
    folder = folder.resolve()
    processes.end(processes.of_run(folder))
    valkey.stop(folder / "valkey")
    postgres.stop(postgres.folder_for(folder))
