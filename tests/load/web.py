"""A very small browser: cookies, forms and one kept connection, cheap enough to measure with."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode

CSRF = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


class Unreachable(Exception):
    """No whole answer came: refused, cut off, or too late."""


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def csrf_token(self) -> str:
        found = CSRF.search(self.body)
        return found[1].decode() if found else ""


@dataclass
class Browser:
    """One visitor of one host; `headers` go with every request."""

    host: str
    port: int
    timeout: float = 10.0
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPConnection | None = None

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, None, headers)

    def post(self, path: str, fields: dict[str, str]) -> Reply:
        return self.request(
            "POST",
            path,
            urlencode(fields).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )

    def request(self, method: str, path: str, body: bytes | None, extra: dict[str, str]) -> Reply:
        """One exchange, nothing followed and nothing repeated.

        Raises:
            Unreachable: whether the server did what was asked is not known.
        """
        headers = {"Host": f"{self.host}:{self.port}", **self.headers, **extra}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = self._connection or HTTPConnection(
            "127.0.0.1", self.port, timeout=self.timeout
        )
        self._connection = connection
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            self.close()
            raise Unreachable(type(error).__name__) from error
        for cookie in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        lowered = {name.lower(): value for name, value in response.headers.items()}
        return Reply(response.status, lowered, content)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
