"""Somebody with a browser: every page that opens before them is looked at."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page, Response, TimeoutError

from tests.e2e import looking, markup

PATIENCE = 20_000
# A document's own status is the test's business; the console repeats it.
OWN_STATUS = re.compile(r"^Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Sights:
    """What the whole run has seen, for its summary."""

    looks: int = 0
    thorough: int = 0
    routes: Counter[str] = field(default_factory=Counter)
    kinds: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    opened: set[str] = field(default_factory=set)
    small: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def report(self) -> str:
        """A few lines for whoever ran the tests."""
        lines = [
            f"{self.looks} looks at {len(self.routes)} kinds of pages; "
            f"{self.thorough} states by axe at 320 and 1280 px, light and dark",
            *self.notes,
        ]
        if self.small:
            lines.append(f"{len(self.small)} kinds of targets are below 44 px (aim; 24 is held):")
            lines += [f"  {times:4} × {what}" for what, times in self.small.most_common(20)]
        return "\n".join(lines) + "\n"


class Visitor:
    """A browser of its own, with or without scripts; `look` says what is wrong with a page."""

    def __init__(
        self,
        browser: Browser,
        sights: Sights,
        *,
        home: str,
        javascript: bool = True,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
    ) -> None:
        self.home, self.javascript, self.dark, self._sights = home, javascript, dark, sights
        self.context = browser.new_context(
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            # Half-way through a transition colours are neither here nor there.
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.document: Response | None = None
        self._unseen: list[str] = []
        self._troubles: list[str] = []
        page = self.page
        page.on("response", self._answered)
        page.on("load", lambda _: self._unseen.append(page.url))
        page.on("console", self._spoke)
        page.on("pageerror", lambda error: self._troubles.append(f"script failed: {error}"))
        page.on("requestfailed", self._failed)

    def go(self, address: str, *, status: int = 200) -> None:
        """Opens an address of the site and looks at what comes."""
        self.page.goto(self.home.rstrip("/") + address if address.startswith("/") else address)
        self.look(status=status)

    def press(
        self, name: str | re.Pattern[str], *, role: Any = "button", status: int = 200
    ) -> None:
        """Presses what bears this name, and looks at the page that opens."""
        found = self.page.get_by_role(role, name=name).filter(visible=True).first
        with self.page.expect_navigation():
            found.click()
        self.look(status=status)

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follows a link and looks at the page that opens."""
        self.press(name, role="link")

    def open_menu(self) -> None:
        """Unfolds the header's menu, where the page is narrow enough to have one."""
        menu = self.page.locator(".site-nav-toggle summary")
        if menu.is_visible():
            menu.click()

    def open_own_menu(self) -> None:
        """Unfolds what is about the person who is signed in."""
        self.open_menu()
        self.page.locator(".site-person summary").click()

    def sees(self, *words: str | re.Pattern[str]) -> None:
        """These words stand on the page, where they can be read."""
        for wanted in words:
            try:
                self.page.get_by_text(wanted).filter(visible=True).first.wait_for()
            except TimeoutError as error:
                said = self.page.locator("body").inner_text()
                raise AssertionError(f"“{wanted}” is not on {self.page.url}:\n{said}") from error

    def look(self, *, status: int = 200) -> None:
        """Holds the page against everything that must be so on every page."""
        assert self.document is not None
        assert self.document.status == status, f"{self.page.url} answered {self.document.status}"
        found = self.faults()
        assert not found, f"{self.page.url}\n" + "\n".join(found)

    def faults(self) -> list[str]:
        """What is wrong with the page that stands open, and what went wrong on the way."""
        assert self.document is not None
        self._unseen.clear()
        self._sights.looks += 1
        route, page = self.route(), self.page
        self._sights.routes[route] += 1
        found = markup.faults(self.document.body().decode())
        found += looking.overflow(page)
        if self.javascript and not (kinds := looking.kinds(page)) <= self._sights.kinds[route]:
            self._sights.kinds[route] |= kinds
            self._sights.thorough += 1
            found += looking.thoroughly(page, self._sights.opened)
            page.emulate_media(color_scheme="dark" if self.dark else "light")
            self._sights.small.update(set(looking.small_targets(page)))
        found += self._troubles
        self._troubles = []
        return found

    def forget(self) -> None:
        """What the test itself has just brought about is no fault of the page."""
        self._troubles = []

    def route(self) -> str:
        """The page's address without what differs from one to the next."""
        place = urlsplit(self.page.url)
        is_network = (place.hostname or "").count(".") == 0
        conf = "alliance.urls_network" if is_network else "alliance.urls"
        status = self.document.status if self.document else 0
        try:
            route = resolve(place.path, conf).route
        except Resolver404:
            route = "-"
        return f"{'network ' if is_network else ''}{status} /{route}"

    def leave(self) -> None:
        """Closes the browser; a page that nobody looked at, or trouble on the last, is a fault."""
        left = [f"never looked at: {url}" for url in self._unseen if url != "about:blank"]
        left += self._troubles
        self._unseen, self._troubles = [], []
        self.context.close()
        assert not left, "\n".join(left)

    def _answered(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and response.frame == self.page.main_frame:
            self.document = response
        elif response.status >= 400:
            self._troubles.append(f"{response.status} for {response.url}")

    def _spoke(self, message: Any) -> None:
        if message.type not in ("error", "warning"):
            return
        document = self.document.url if self.document else ""
        place = urldefrag(message.location.get("url", ""))[0]
        if OWN_STATUS.match(message.text) and place == urldefrag(document)[0]:
            return
        self._troubles.append(f"console: {message.text}")

    def _failed(self, request: Any) -> None:
        # A page that is left lets go of what it was still asking for, as does a download.
        if request.failure != "net::ERR_ABORTED":
            self._troubles.append(f"no answer ({request.failure}): {request.url}")
