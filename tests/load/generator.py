"""Load from plain sockets: cheap enough that the server, not the client, is what is measured."""

import socket
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

Source = Callable[[], bytes | None]


@dataclass
class Slice:
    """One uninterrupted piece of load on one page."""

    seconds: float
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        return self.answers.total() / self.seconds


class Generator:
    """`threads` kept connections; the same ones carry the page and its baseline in turn."""

    def __init__(self, port: int, *, threads: int = 8) -> None:
        self.port = port
        self.sockets = [self._connect() for _ in range(threads)]

    def close(self) -> None:
        for connection in self.sockets:
            connection.close()

    def run(self, source: Source, *, seconds: float | None = None) -> Slice:
        """Sends what `source` gives until it gives None, or the time is over."""
        answers: Counter[int] = Counter()
        lock = threading.Lock()
        began = time.perf_counter()
        until = began + seconds if seconds else float("inf")

        def work(number: int) -> None:
            own: Counter[int] = Counter()
            while True:
                with lock:
                    request = source()
                if request is None:
                    break
                own[self._exchange(number, request)] += 1
                if time.perf_counter() > until:
                    break
            with lock:
                answers.update(own)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(len(self.sockets))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Slice(time.perf_counter() - began, answers)

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _exchange(self, number: int, request: bytes) -> int:
        for _attempt in range(2):
            try:
                self.sockets[number].sendall(request)
                return _read(self.sockets[number])
            except (OSError, ValueError):
                # Closed by the server while it was idle; nothing of the request was taken.
                self.sockets[number].close()
                self.sockets[number] = self._connect()
        return 0


def _read(connection: socket.socket) -> int:
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ValueError("cut off")
        data += more
    head, _gap, body = data.partition(b"\r\n\r\n")
    lowered = head.lower()
    status = int(head[9:12])
    if b"transfer-encoding: chunked" in lowered:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    else:
        _before, _name, after = lowered.partition(b"\r\ncontent-length: ")
        length = int(after.split(b"\r\n")[0]) if after else 0
        missing = length - len(body)
        while missing > 0:
            missing -= len(connection.recv(65536))
    return status


def get(host: str, path: str, **headers: str) -> bytes:
    """A GET as it goes over the wire; underscores in the headers' names are hyphens."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(host: str, path: str, fields: dict[str, str], **headers: str) -> bytes:
    body = urlencode(fields)
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def always(request: bytes) -> Source:
    return lambda: request


def some(requests: Iterator[bytes], count: int) -> Source:
    """The next `count` of many that are all different."""
    left = iter(range(count))
    return lambda: next(requests, None) if next(left, None) is not None else None


def middle(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0
