"""The real stack, once; a browser; and visitors who look at every page that they open."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from alliance.local import browser as installed
from alliance.local import ports
from tests.e2e import people
from tests.e2e import stack as real
from tests.e2e.letters import Letters
from tests.e2e.visitor import Sights, Visitor
from tests.stripe_fake.server import StandIn, serving

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
SIGHTS = Sights()
STRIPE_PORT = 12111
PHONE = {"width": 360, "height": 640}


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """The unit tests' cache is of no concern here."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = installed.find()
    if not path:
        message = "NO CHROMIUM FOUND: the browser tests need it (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        # The driver runs an event loop in this thread, and Django would refuse to ask the
        # database beside one, although nothing here is asynchronous.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def stripe() -> Iterator[StandIn]:
    """Stripe's stand-in behind real HTTP, at an address that the stack was told."""
    with serving(port=ports.first_free(STRIPE_PORT)) as stand_in:
        yield stand_in


@pytest.fixture(scope="package")
def stack(chromium: Browser, stripe: StandIn) -> Iterator[dict[str, Any]]:
    """What bin/run wrote into run.json: addresses and logins."""
    with real.running(STRIPE_API_BASE=stripe.base) as report:
        yield report


@pytest.fixture(scope="package")
def letters(stack: dict[str, Any]) -> Letters:
    return Letters(stack["network"])


Browse = Callable[..., Visitor]


@pytest.fixture
def browse(chromium: Browser, stack: dict[str, Any]) -> Iterator[Browse]:
    """`browse(javascript=False, width=360, height=640)`: somebody with a browser of their own."""
    with ExitStack() as doors:

        def start(alliance: str = "eastbay", **options: Any) -> Visitor:
            home = stack["alliances"][alliance] if alliance else stack["network"]
            visitor = Visitor(chromium, options.pop("sights", SIGHTS), home=home, **options)
            doors.callback(visitor.leave)
            return visitor

        yield start


@pytest.fixture(scope="package")
def cookies() -> dict[str, Any]:
    """Who has signed in already, so that each role does it once."""
    return {}


@pytest.fixture
def signed_in(browse: Browse, stack: dict[str, Any], cookies: dict[str, Any]) -> Browse:
    """`signed_in("owner")`: one of the demo's people, in a browser of their own."""

    def start(role: str, **options: Any) -> Visitor:
        login = stack["logins"][role]
        visitor = browse(login["alliance"], **options)
        if role in cookies:
            visitor.context.add_cookies(cookies[role])
            return visitor
        visitor.go("/accounts/login/")
        people.by_password(visitor, login["email"], login["password"])
        cookies[role] = visitor.context.cookies()
        return visitor

    return start


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What was seen goes beside the stack's own files, for whoever wants to read it."""
    if SIGHTS.looks and real.FOLDER.exists():
        (real.FOLDER / "sights.txt").write_text(SIGHTS.report(), encoding="utf-8")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    report = real.FOLDER / "sights.txt"
    if SIGHTS.looks and report.exists():
        terminalreporter.section("browser tests")
        terminalreporter.write(report.read_text(encoding="utf-8"))
