"""Finding and ending the processes that belong to one state directory, and no others."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import psutil

# Set for every process that bin/run starts; the mark by which a later run knows them again.
MARK = "COMMONWEAL_STATE_DIR"


def in_folder(name: str, folder: Path) -> list[psutil.Process]:
    """The servers of this name that stand in this data folder.

    PostgreSQL's backends carry no folder in their command line, and outlive a killed postmaster;
    what they all keep is their working directory.
    """
    return _matching(lambda process: process.name() == name and process.cwd() == str(folder))


def of_run(state_dir: Path) -> list[psutil.Process]:
    """What an earlier bin/run of this state directory left behind."""
    own = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    return _matching(
        lambda process: process.pid not in own and process.environ().get(MARK) == str(state_dir)
    )


def end(processes: Iterable[psutil.Process], *, patience: float = 5.0) -> None:
    """Ask them to stop; end those that have not after `patience` seconds."""
    remaining = list(processes)
    for ask in (psutil.Process.terminate, psutil.Process.kill):
        for process in remaining:
            with suppress(psutil.NoSuchProcess):
                ask(process)
                process.resume()  # one that was suspended would never hear it
        remaining = _wait(remaining, patience)


def _wait(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    deadline = time.monotonic() + patience
    while (processes := [p for p in processes if is_alive(p)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return processes


def is_alive(process: psutil.Process) -> bool:
    """A process that ended but was not yet collected by its parent counts as gone."""
    with suppress(psutil.NoSuchProcess):
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            return True
    # Collects our own children, whom nobody else would.
    with suppress(psutil.Error):
        process.wait(timeout=0)
    return False


def _matching(belongs: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        # What we may not read, or what has just ended, is not ours to end.
        with suppress(psutil.Error, OSError):
            if belongs(process):
                found.append(process)
    return found
