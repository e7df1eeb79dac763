"""What every answer tells the browser, in tests and with the production settings."""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from alliance.models import Alliance, Seat
from tests.conftest import PASSWORD

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
PAGES = ["/", "/pledge/", "/pledge/lost-card/", "/accounts/login/", "/nowhere/", "/robots.txt",
         "/api/v1/drives/", "/staff/"]  # fmt: skip


def policy(text: str) -> set[str]:
    return {part.strip() for part in text.split(";")}


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_is_shut_in(oak_street: Alliance, address: str) -> None:
    response = Client(HTTP_HOST="oak-street.commonweal.test").get(address)

    assert policy(response["Content-Security-Policy"]) == policy(POLICY)
    assert {
        name: response.get(name)
        for name in (
            "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
        )
    } == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }  # fmt: skip


def test_the_refusal_of_an_unknown_host_is_shut_in_too(db: None) -> None:
    response = Client(HTTP_HOST="elsewhere.example").get("/")

    assert policy(response["Content-Security-Policy"]) == policy(POLICY)
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_signed_in_page_is_nobody_elses_to_keep(
    oak_street: Alliance, ada: Seat, visit: Callable[..., Client]
) -> None:
    for address in ("/", "/staff/", "/nowhere/", "/accounts/email/"):
        response = visit(oak_street, ada).get(address)
        kept = set(response["Cache-Control"].replace(" ", "").split(","))
        assert {"private", "no-store"} <= kept, address


def test_an_anonymous_page_sets_no_session(oak_street: Alliance) -> None:
    browser = Client(HTTP_HOST="oak-street.commonweal.test")
    browser.get("/")

    assert "session" not in browser.cookies


def test_a_session_cookie_is_the_hosts_own_and_no_scripts(oak_street: Alliance, ada: Seat) -> None:
    browser = Client(HTTP_HOST="oak-street.commonweal.test")
    browser.get("/accounts/login/")
    cookie = browser.cookies["csrf"]

    assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    assert settings.SESSION_COOKIE_DOMAIN is None
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


PRODUCTION = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
from allauth.account.models import EmailAddress
from alliance.models import Person
plain = Client(HTTP_HOST="oak-street.commonweal.test").get("/pledge/")
behind = {"HTTP_HOST": "oak-street.commonweal.test", "HTTP_X_FORWARDED_PROTO": "https"}
browser = Client(**behind)
page = browser.get("/pledge/lost-card/")
ada = Person.objects.get(email="ada@example.org")
EmailAddress.objects.create(user=ada, email=ada.email, verified=True)
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
browser.post("/accounts/login/", {"login": ada.email, "password": "%s"})
cookies = {
    name: [bool(c["secure"]), bool(c["httponly"]), c["samesite"], c["domain"], c["path"]]
    for name, c in browser.cookies.items()
}
print(json.dumps({
    "debug": settings.DEBUG,
    "demo": "demo" in settings.INSTALLED_APPS,
    "plain": [plain.status_code, plain["Location"]],
    "status": page.status_code,
    "hsts": page["Strict-Transport-Security"],
    "csp": page["Content-Security-Policy"],
    "cookies": cookies,
    "hidden": [Client(**behind).get(p).status_code for p in ("/styleguide/", "/demo/mail/")],
    "forged": Client(HTTP_HOST="oak-street.commonweal.test",
                     HTTP_X_FORWARDED_PROTO="http").get("/pledge/").status_code,
}))
""".replace("%s", PASSWORD)


@pytest.mark.local
@pytest.mark.django_db(transaction=True)
def test_production(oak_street: Alliance, ada: Seat) -> None:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DEMO", "DEBUG", "PLATFORM_SCHEME")
    } | {
        "DJANGO_SETTINGS_MODULE": "tests.alliance.as_in_production",
        "SECRET_KEY": "x" * 60,
        "PLATFORM_HOST": "commonweal.test",
        "TRUSTED_PROXIES": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", PRODUCTION],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])

    assert policy(found.pop("csp")) == policy(POLICY)
    assert found == {
        "debug": False,
        "demo": False,
        "plain": [301, "https://oak-street.commonweal.test/pledge/"],
        "status": 200,
        "hsts": "max-age=63072000",
        "cookies": {
            "__Host-csrf": [True, True, "Lax", "", "/"],
            "__Host-session": [True, True, "Lax", "", "/"],
            # Django gives this one no other name; it is signed, and gone with the next page.
            "messages": [True, True, "Lax", "", "/"],
        },
        "hidden": [404, 404],
        "forged": 301,
    }


def test_production_passes_djangos_own_check_for_deployment() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=settings.BASE_DIR,
        env={k: v for k, v in os.environ.items() if k not in ("DEMO", "PLATFORM_SCHEME")}
        | {
            "DJANGO_SETTINGS_MODULE": "alliance.settings.production",
            "SECRET_KEY": "correct horse battery staple, and then some more: 0123456789",
            "PLATFORM_HOST": "commonweal.test",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    warnings = [line.split(" ")[1] for line in done.stderr.splitlines() if line.startswith("?: (")]

    # W005, W021: HSTS for sub-domains and preloading are the operator's to promise, since
    # they bind every other host under the domain (docs/operations.md).
    assert warnings == ["(security.W005)", "(security.W021)"]
