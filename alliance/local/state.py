"""The state directory: small private files, written whole or not at all, and one lock."""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from alliance.local import LocalError

ROOT = Path(__file__).resolve().parents[2]


def prepare(state_dir: Path) -> Path:
    """The directory, made if it is missing, closed to everyone but its owner."""
    state_dir = state_dir.expanduser().absolute()
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        # As root the directory stays passable: the database runs as a user of its own below it.
        state_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise LocalError(f"The state directory {state_dir} cannot be used: {error}.") from error
    return state_dir.resolve()


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only; a reader never sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_private_json(path: Path, data: Any) -> None:
    write_private(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """What the file holds; nothing when it is missing or not whole."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def remembered(path: Path, make: Callable[[], str]) -> str:
    """A secret that is made once and kept, so that a restart signs nobody out."""
    try:
        kept = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        kept = ""
    if not kept:
        kept = make()
        write_private(path, kept + "\n")
    return kept


class Lock:
    """One holder for each file.

    A POSIX record lock belongs to the process alone: children that outlive a killed holder do not
    keep it, as they would with flock(). The price: the holder must not open the file again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: Any = None

    def take(self) -> bool:
        # Append, so that opening does not wipe what the present holder wrote.
        self._file = self.path.open("a", encoding="utf-8")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            self._file = None
            return False
        return True

    def wait(self) -> Self:
        self._file = self.path.open("a", encoding="utf-8")
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        return self

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self.wait()

    def __exit__(self, *_: object) -> None:
        self.release()
