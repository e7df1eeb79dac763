"""Choosing ports, so that nothing of the machine's own is in the way or displaced."""

import errno
import socket

from alliance.local import LocalError

TRIES = 100


def is_free(port: int) -> bool:
    """Whether nobody listens there, on either of the addresses that `localhost` may mean."""
    return all(
        _can_bind(family, host, port)
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
    )


def first_free(wanted: int) -> int:
    """The wanted port, or the next one above it that is free."""
    for port in range(wanted, min(wanted + TRIES, 65536)):
        if is_free(port):
            return port
    raise LocalError(f"No free port from {wanted} to {wanted + TRIES - 1}; choose with --port.")


def any_free() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _can_bind(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        probe = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        return True  # a machine without IPv6: nobody can listen there
    with probe:
        # As the servers do: a port whose last connections are only fading counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise LocalError(f"Port {port} may only be used by root.") from error
        except OSError as error:
            # The address itself may be missing (IPv6 switched off), which is no one's listening.
            return family == socket.AF_INET6 and error.errno == errno.EADDRNOTAVAIL
    return True
