"""`bin/screenshots`: the README's pictures, taken of the running demo."""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from alliance.local import browser, state
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.letters import Letters
from tests.e2e.people import fresh_email
from tests.e2e.stack import running

FOLDER = state.ROOT / "docs" / "screenshots"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def main() -> None:
    """Starts the stack, takes the pictures, stops it."""
    path = browser.find()
    if path is None:
        sys.exit("No Chromium was found; install Debian's chromium.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as run, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        take_all(chromium, run)
        chromium.close()


def take_all(chromium: Browser, run: dict[str, Any]) -> None:
    """Every picture, by file name."""
    home = run["alliances"]["eastbay"].rstrip("/")
    drive = f"{home}/pledge/gustoso-oven/"
    _take(chromium, "home", home + "/", DESK)
    _take(chromium, "directory", f"{home}/directory/?q=coffee#results", DESK)
    _take(chromium, "listing-phone", f"{home}/directory/gustoso-pizza/", PHONE)
    _take(chromium, "events", f"{home}/events/", DESK)
    _take(chromium, "drive-phone", drive, PHONE)
    _take(chromium, "drive-phone-dark", drive, PHONE, dark=True)
    page = _page(chromium, PHONE)
    _pledge(page, drive, run)
    _save(page, "card-phone")
    for who, path, name, size in (
        ("member", "/me/till/", "till-phone", PHONE),
        ("member", "/me/", "me-phone", PHONE),
        ("member", "/groups/kitchens-and-counters/", "group", DESK),
        ("member", "/groups/kitchens-and-counters/topics/1/", "topic-phone", PHONE),
        ("owner", "/staff/", "desk", DESK),
        ("owner", "/staff/members/", "members", DESK),
    ):
        page = _page(chromium, size)
        _sign_in(page, home, run["logins"][who])
        page.goto(home + path)
        _save(page, name)


def _pledge(page: Page, drive: str, run: dict[str, Any]) -> None:
    email = fresh_email()
    page.goto(drive)
    page.fill("[name=name]", "Eve Castellano")
    page.fill("[name=email]", email)
    page.check("[name=consent]")
    # The form refuses whoever is quicker than a person.
    page.wait_for_timeout(1200)
    page.click("form button[type=submit]")
    page.goto(Letters(run["network"]).wait(email).link("/pledge/confirm/"))
    page.click("main form button[type=submit]")
    page.goto(page.url)


def _sign_in(page: Page, home: str, login: dict[str, str]) -> None:
    page.goto(f"{home}/accounts/login/")
    page.click("summary:has-text('Sign in with a password')")
    page.fill("#id_login", login["email"])
    page.fill("#id_password", login["password"])
    page.click("text=Sign in with the password")


def _take(
    chromium: Browser, name: str, url: str, size: dict[str, int], *, dark: bool = False
) -> None:
    page = _page(chromium, size, dark=dark)
    page.goto(url)
    _save(page, name)


def _page(chromium: Browser, size: dict[str, int], *, dark: bool = False) -> Page:
    scheme = "dark" if dark else "light"
    return chromium.new_context(viewport=size, color_scheme=scheme).new_page()  # type: ignore[arg-type]


def _save(page: Page, name: str) -> None:
    page.screenshot(path=Path(FOLDER) / f"{name}.png")
    page.context.close()


if __name__ == "__main__":
    main()
