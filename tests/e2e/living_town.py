"""A town whose clock a test may move: months of a loan cannot be waited for.

The pages are served by this process over real HTTP, on the test database; the
clock that all rules ask (`alliance.clock`) shows the moment that the test says.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as ours
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from alliance import clock
from alliance.models import Alliance, Seat
from tests.e2e.conftest import SIGHTS
from tests.e2e.visitor import Visitor


@dataclass
class Town:
    """Oak Street, its address, and what time it is there."""

    home: str
    browser: Browser
    doors: ExitStack
    now: datetime
    people: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, name: str, seat: Seat | None = None, **options: Any) -> Visitor:
        """Somebody's browser, the same for the same name; signed in where a seat is given."""
        if name not in self.people:
            visitor = Visitor(self.browser, SIGHTS, home=self.home, **options)
            self.doors.callback(visitor.leave)
            if seat is not None:
                visitor.context.add_cookies([self._signed_in(seat)])
            self.people[name] = visitor
        return self.people[name]

    def move_to(self, moment: datetime) -> None:
        """The town's clock shows that moment from now on; it never goes back."""
        assert moment >= self.now, "Time does not go back."
        self.now = moment

    def _signed_in(self, seat: Seat) -> dict[str, Any]:
        client = Client()
        client.force_login(seat.person)
        cookie = client.cookies[ours.SESSION_COOKIE_NAME]
        return {"name": cookie.key, "value": cookie.value, "url": self.home}


@pytest.fixture
def town(
    chromium: Browser,
    transactional_db: None,
    live_server: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Town]:
    """Oak Street on a port of this machine; `town.move_to(…)` moves its clock."""
    port = live_server.url.rsplit(":", 1)[1]
    settings.PLATFORM_HOST, settings.PLATFORM_PORT = "localhost", port
    street: Alliance = request.getfixturevalue("oak_street")
    with ExitStack() as doors:
        found = Town(
            home=f"http://{street.slug}.localhost:{port}/",
            browser=chromium,
            doors=doors,
            now=timezone.now(),
        )
        shown = SimpleNamespace(now=lambda: found.now, is_naive=timezone.is_naive)
        monkeypatch.setattr(clock, "timezone", shown)
        yield found
