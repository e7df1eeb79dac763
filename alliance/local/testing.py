"""The servers of the tests: started once, shared by every test run of this checkout, then stopped.

    with servers(database="commonweal_test") as found:
        found.app, found.redis, ...

Runs side by side use the same servers; the last one to leave stops them. TEST_DATABASE_URL (an
administrator's login) and TEST_REDIS_URL point at real servers instead.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from alliance.local import logins, postgres, processes, state, valkey


class Servers(NamedTuple):
    """The addresses, each with its login: administrator, owner, application, and Valkey."""

    admin: str
    owner: str
    app: str
    redis: str


@contextmanager
def servers(*, database: str, state_dir: Path | None = None) -> Iterator[Servers]:
    """Start the servers or join those that run; the roles and the database are yet to be made."""
    folder = state.prepare(state_dir or state.ROOT / ".local" / "test")
    # flock, unlike the lock of bin/run, can be shared: each user holds a part until it leaves.
    with (folder / "users.lock").open("a") as users:
        try:
            with state.Lock(folder / "start.lock"):
                found = _start_or_join(folder, database=database)
                fcntl.flock(users, fcntl.LOCK_SH)
            yield found
        finally:
            _leave(folder, users.fileno())


def _leave(folder: Path, users: int) -> None:
    with state.Lock(folder / "start.lock"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return  # someone else still works with them
        postgres.stop(postgres.folder_for(folder))
        valkey.stop(folder / "valkey")


def _start_or_join(folder: Path, *, database: str) -> Servers:
    admin = os.environ.get("TEST_DATABASE_URL") or _postgres(folder)
    redis = os.environ.get("TEST_REDIS_URL") or _valkey(folder)
    found = logins.for_administrator(admin, roles_file=folder / "roles.json", database=database)
    return Servers(admin=found.admin or admin, owner=found.owner, app=found.app, redis=redis)


def _postgres(folder: Path) -> str:
    data = postgres.folder_for(folder)
    if postgres.is_answering(data):
        return postgres.address(data)
    return postgres.start(data, throwaway=True)


def _valkey(folder: Path) -> str:
    address = folder / "valkey.url"
    if processes.in_folder("valkey-server", folder / "valkey") and address.exists():
        return address.read_text(encoding="utf-8").strip()
    url = valkey.start(folder / "valkey", password_file=folder / "valkey.password", throwaway=True)
    state.write_private(address, url + "\n")
    return url
