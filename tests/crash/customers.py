"""Customers who do not give up: they pledge, wait for the mail, and confirm, over real HTTP."""

import email
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import policy
from pathlib import Path
from queue import Empty, Queue
from uuid import uuid4

from django.core import signing

from alliance.forms import SALT
from tests.load.web import Browser, Reply, Unreachable

LINK = re.compile(r"https?://[^/\s]+(/pledge/confirm/[^\s\"<]+)")
OK, FOUND = 200, 302


@dataclass
class Tally:
    """What the customers saw; each number is of answers, not of pledges."""

    pledged: set[str] = field(default_factory=set)
    confirmed: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def steps(self) -> int:
        return len(self.pledged) + len(self.confirmed)

    def answered(self, what: str, seconds: float) -> None:
        with self.lock:
            self.answers[what] += 1
            self.slowest = max(self.slowest, seconds)


@dataclass
class Visitor(Browser):
    """A browser that keeps the page it pledges from open."""

    token: str = ""

    def become(self, number: int) -> None:
        """A new person: no session, and a network of their own behind the proxy."""
        self.cookies.pop("session", None)
        self.headers["X-Forwarded-For"] = f"10.{number >> 8 & 255}.{number & 255}.1"


class Crowd:
    """`threads` customers at a time, `count` in all, each from a network of their own."""

    def __init__(
        self, *, host: str, path: str, port: int, secret_key: str, mail: Path, count: int,
        threads: int = 8,
    ) -> None:  # fmt: skip
        self.host, self.path, self.port, self.mail = host, path, port, mail
        self.secret_key, self.count = secret_key, count
        self.tally = Tally()
        self.stop = threading.Event()
        self.busy = 0
        self.mail_read = 0
        self._waiting: Queue[int] = Queue()
        self._links: Queue[tuple[str, str]] = Queue()
        for number in range(count):
            self._waiting.put(number)
        self._threads = [threading.Thread(target=self._customer) for _ in range(threads)]
        self._threads.append(threading.Thread(target=self._read_mail))

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def is_idle(self) -> bool:
        """Nobody has anything left to do, as far as mail has come."""
        return not self.busy and self._waiting.empty() and self._links.empty()

    def _customer(self) -> None:
        browser = Visitor(self.host, self.port)
        while not self.stop.is_set():
            job = self._next_job()
            if job is None:
                time.sleep(0.02)
                continue
            try:
                job(browser)
            finally:
                with self.tally.lock:
                    self.busy -= 1
        browser.close()

    def _next_job(self) -> Callable[[Visitor], None] | None:
        with self.tally.lock:
            # Whoever has mail comes first: kills then strike both kinds of request alike.
            try:
                address, link = self._links.get_nowait()
                self.busy += 1
                return lambda browser: self._confirm(browser, address, link)
            except Empty:
                pass
            try:
                number = self._waiting.get_nowait()
                self.busy += 1
                return lambda browser: self._pledge(browser, number)
            except Empty:
                return None

    def _pledge(self, browser: Visitor, number: int) -> None:
        address = f"customer-{number}@example.com"
        browser.become(number)
        if not browser.token:
            page = self._until(browser, "form", lambda: browser.get(self.path), OK)
            if page is None:
                return
            browser.token = page.csrf_token
        fields = {
            "csrfmiddlewaretoken": browser.token,
            "form_key": self._form_key(),
            "website": "",
            "amount": "24000",
            "other_amount": "",
            "name": f"Customer {number}",
            "email": address,
            "display": "full",
            "consent": "on",
        }
        reply = self._until(browser, "pledge", lambda: browser.post(self.path, fields), FOUND)
        if reply is not None:
            self._note(address, reply, "/pledge/sent/", self.tally.pledged.add)

    def _confirm(self, browser: Visitor, address: str, link: str) -> None:
        browser.become(int(address.split("@")[0].rpartition("-")[2]))

        def press() -> Reply:
            page = browser.get(link)
            if page.status != OK:
                return page  # confirmed already, by a press whose answer was cut off
            return browser.post(link, {"csrfmiddlewaretoken": page.csrf_token})

        reply = self._until(browser, "confirm", press, FOUND)
        if reply is not None:
            card = reply.location
            self._note(
                address,
                reply,
                "/pledge/card/",
                lambda who: self.tally.confirmed.update({who: card}),
            )

    def _note(self, address: str, reply: Reply, place: str, note: Callable[[str], None]) -> None:
        with self.tally.lock:
            if reply.location.startswith(place):
                note(address)
            else:
                self.tally.refused.append(f"{address} was sent to {reply.location}")

    def _until(
        self, browser: Visitor, what: str, ask: Callable[[], Reply], wanted: int
    ) -> Reply | None:
        """Asks again, with the very same form, until the wanted answer comes."""
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                reply = ask()
            except Unreachable as error:
                self.tally.answered(f"{what} {error}", time.monotonic() - began)
                time.sleep(random.uniform(0.05, 0.2))
                continue
            self.tally.answered(f"{what} {reply.status}", time.monotonic() - began)
            if reply.status == wanted:
                return reply
            if reply.status < 500:
                with self.tally.lock:
                    self.tally.refused.append(f"{what}: {reply.status} {_words(reply)}")
                return None
            time.sleep(random.uniform(0.05, 0.2))
        return None

    def _form_key(self) -> str:
        """As the form prints it, opened a minute ago: nobody fills it in within a second."""
        signer = signing.TimestampSigner(key=self.secret_key, salt=SALT, fallback_keys=[])
        return signer.sign_object({"key": uuid4().hex, "at": time.time() - 60})

    def _read_mail(self) -> None:
        seen: set[str] = set()
        while not self.stop.wait(0.1):
            for file in self.mail.glob("[!.]*.eml"):
                if file.name not in seen:
                    seen.add(file.name)
                    self._open(file)
            self.mail_read = len(seen)

    def _open(self, file: Path) -> None:
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        part = message.get_body(preferencelist=("plain",))
        link = LINK.search(part.get_content()) if part else None
        if link:
            self._links.put((str(message["To"]), link[1]))


def _words(reply: Reply) -> str:
    return " ".join(re.sub(rb"<[^>]+>", b" ", reply.body).decode(errors="replace").split())[:200]
