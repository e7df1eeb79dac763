"""The mail that was sent, read as a script reads it: from the demo's page of sent mail."""

import json
import re
import time
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from justhtml import JustHTML

PATIENCE = 60.0


@dataclass(frozen=True)
class Letter:
    id: str
    subject: str
    links: tuple[str, ...]
    text: str

    def link(self, part: str) -> str:
        """The first link whose address holds `part`."""
        return next(link for link in self.links if part in link)

    @property
    def code(self) -> str:
        """The sign-in or confirmation code that stands on a line of its own."""
        found = re.search(r"^\s*([A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})?)\s*$", self.text, re.MULTILINE)
        assert found, self.text
        return found[1]


class Letters:
    """Waits for mail to one address, with a deadline."""

    def __init__(self, network: str) -> None:
        self.network = network.rstrip("/")

    def wait(self, to: str, *, subject: str = "", count: int = 1) -> Letter:
        """The newest message to this address with this in its subject, once there are `count`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = self.subjects(to)
            fitting = [message for message in found if subject in message["subject"]]
            if len(fitting) >= count:
                return self._letter(fitting[0])
            assert time.monotonic() < deadline, f"no “{subject}” to {to}; there is {found}"
            time.sleep(0.1)

    def count(self, to: str, *, subject: str) -> int:
        """How many messages to this address have this in their subject."""
        return sum(subject in message["subject"] for message in self.subjects(to))

    def subjects(self, to: str) -> list[dict[str, str]]:
        """What was sent to this address, newest first."""
        answer = ask(f"{self.network}/demo/mail.json?{urlencode({'to': to})}")
        return list(json.loads(answer)["messages"])

    def _letter(self, message: dict[str, object]) -> Letter:
        page = ask(f"{self.network}/demo/mail/{message['id']}/").replace("<br>", "\n")
        sheet = JustHTML(page, sanitize=False).query_one("section .sheet")
        assert sheet is not None
        return Letter(
            id=str(message["id"]),
            subject=str(message["subject"]),
            links=tuple(str(link) for link in message["links"]),  # type: ignore[attr-defined]
            text=re.sub(r"[ \t]*\n[ \t]*", "\n", sheet.to_text()),
        )


def ask(url: str, body: bytes | None = None, **headers: str) -> str:
    """GET, or POST of a body, without a browser; any name below localhost is this machine."""
    place = urlsplit(url)
    here = place._replace(netloc=f"127.0.0.1:{place.port}").geturl()
    request = urllib.request.Request(here, body, headers={"Host": place.netloc, **headers})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as response:
        return str(response.read().decode())
