"""The measured pages and jobs: the request of each, and that of its yardstick."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

from django.core import signing

from alliance.forms import SALT
from tests.load import generator as wire
from tests.load.scene import DRIVE
from tests.load.stack import Stack

CSRF = "0123456789abcdefghijklmnopqrstuv"
FORM = {
    "csrfmiddlewaretoken": CSRF, "website": "", "amount": "24000", "other_amount": "",
    "name": "Eve Castellano", "display": "full", "consent": "on",
}  # fmt: skip


@dataclass(frozen=True)
class Race:
    """A page against its yardstick, in turns; `batch` requests a turn where each is its own."""

    name: str
    page: Callable[[], Any]
    bare_name: str
    bare: Callable[[], Any]
    aim: float | None = None
    wanted: int = 200
    batch: int = 0


class Pages:
    """Makes requests as visitors of the home alliance send them."""

    def __init__(self, stack: Stack, cast: dict[str, Any]) -> None:
        self.host = f"eastbay.localhost:{stack.port}"
        self.secret_key = stack.environment["SECRET_KEY"]
        self.cast = cast
        self.numbers = count(1)

    def get(self, path: str, **headers: str) -> bytes:
        return wire.get(self.host, path, **headers)

    def races(self) -> list[Race]:
        row = ("one row", self._always("/bare/row/"))
        rows = ("25 rows", self._always(f"/bare/drives/{DRIVE}/"))
        # 20 times what Tendenci 16 serves of such a list, 7 a second where bare Django served 265,
        # is 0.53 of bare Django.
        listings = self._always("/bare/listings/")
        insert = ("check and insert", lambda: self.bare_pledges())
        key = {"Authorization": f"Bearer {self.cast['key']}"}
        return [
            Race("home", self._always("/"), *row),
            Race("drives", self._always("/pledge/"), *row),
            Race("drive", self._always(f"/pledge/{DRIVE}/"), *row),
            Race("drive", self._always(f"/pledge/{DRIVE}/"), *rows, aim=0.5),
            Race("directory", self._always("/directory/"), "list of 25", listings, aim=0.53),
            Race("directory, made anew", self._always("/directory/", Cookie="messages=old"),
                 "list of 25", listings),
            Race("listing", self._always("/directory/gustoso-pizza/"), *row),
            Race("API, 25 pledges", self._always("/api/v1/pledges/", **key), "DRF, 25 rows",
                 self._always("/bare/api/")),
            Race("pledge POST", lambda: self.pledges(), *insert, aim=0.5, wanted=302, batch=80),
            Race("pledge POST", lambda: self.pledges(), "the same rows",
                 lambda: self.bare_pledges("pledge-with-duties"), wanted=302, batch=80),
            Race("confirm POST", lambda: self.confirmations(), *insert, wanted=302, batch=40),
            Race("till POST", lambda: self.purchases(), *insert, wanted=302, batch=40),
        ]  # fmt: skip

    def pledges(self, prefix: str = "race") -> Iterator[bytes]:
        for number in self.numbers:
            yield wire.post(
                self.host, f"/pledge/{DRIVE}/",
                FORM | {"form_key": self.form_key(), "email": f"{prefix}-{number}@example.com"},
                Cookie=f"csrf={CSRF}", X_Forwarded_For=_network(number),
            )  # fmt: skip

    def bare_pledges(self, way: str = "pledge") -> Iterator[bytes]:
        for number in self.numbers:
            fields = FORM | {"email": f"bare-{number}@example.com"}
            yield wire.post(self.host, f"/bare/drives/{DRIVE}/{way}/", fields)

    def confirmations(self) -> Iterator[bytes]:
        while self.cast["tokens"]:
            yield wire.post(
                self.host, f"/pledge/confirm/{self.cast['tokens'].pop()}/",
                {"csrfmiddlewaretoken": CSRF},
                Cookie=f"csrf={CSRF}", X_Forwarded_For=_network(next(self.numbers)),
            )  # fmt: skip

    def purchases(self) -> Iterator[bytes]:
        while self.cast["till"]:
            yield wire.post(
                self.host, f"/me/till/{self.cast['till'].pop()}/",
                {"csrfmiddlewaretoken": CSRF, "amount": "18.50", "form_key": uuid4().hex},
                Cookie=f"csrf={CSRF}; session={self.cast['session']}",
                X_Forwarded_For="10.1.1.1",
            )  # fmt: skip

    def form_key(self) -> str:
        """As the form prints it, opened a minute ago."""
        signer = signing.TimestampSigner(key=self.secret_key, salt=SALT, fallback_keys=[])
        return signer.sign_object({"key": uuid4().hex, "at": time.time() - 60})

    def _always(self, path: str, **headers: str) -> Callable[[], bytes]:
        request = self.get(path, **headers)
        return lambda: request


def _network(number: int) -> str:
    return f"10.{number >> 8 & 255}.{number & 255}.1"
