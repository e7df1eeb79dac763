"""Every address of the house, and what can be put into it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.settings import api_settings

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>(?!\[)|\(\?P<(\w+)>")
SITES = ("alliance.urls", "alliance.urls_network")

# Views that others wrote and that carry no mark of ours, and who may come there.
# None of them shows an alliance's rows: they know persons, who are global.
UNMARKED = {
    "account_login": "anyone may try to sign in; allauth limits how often",
    "account_logout": "ends the visitor's own session",
    "account_inactive": "says that a person is inactive, and nothing else",
    "account_signup": "closed by AccountAdapter; says so",
    "account_reauthenticate": "signed in: asks for one's own password again",
    "account_email": "signed in: one's own addresses",
    "account_email_verification_sent": "asks for the code that was just sent to oneself",
    "account_change_password": "signed in: one's own password",
    "account_set_password": "signed in: one's own password",
    "account_reset_password": "anyone; the answer is the same for addresses that nobody has",
    "account_confirm_login_code": "asks for the code that was just sent to oneself",
    "account_confirm_password_reset_code": "asks for the code that was just sent to oneself",
    "account_complete_password_reset": "only with the code's session",
    "account_password_reset_completed": "says that it is done",
    "account_request_login_code": "anyone; the answer is the same for addresses that nobody has",
    "mfa_index": "signed in: one's own second factors",
    "mfa_authenticate": "the second step of one's own sign-in",
    "mfa_reauthenticate": "signed in: one's own second factor again",
    "mfa_activate_totp": "signed in: one's own second factors",
    "mfa_deactivate_totp": "signed in: one's own second factors",
    "mfa_view_recovery_codes": "signed in: one's own codes",
    "mfa_generate_recovery_codes": "signed in: one's own codes",
    "mfa_download_recovery_codes": "signed in: one's own codes",
    "mfa_list_webauthn": "signed in: one's own keys",
    "mfa_add_webauthn": "signed in: one's own keys",
    "mfa_reauthenticate_webauthn": "signed in: one's own keys",
    "mfa_remove_webauthn": "signed in: one's own keys, another's is 404",
    "mfa_edit_webauthn": "signed in: one's own keys, another's is 404",
    "mfa_login_webauthn": "anyone may try to sign in with a passkey",
    "usersessions_list": "signed in: one's own browsers",
}


@dataclass(frozen=True)
class Address:
    """One URL pattern: its site, its path with placeholders, its view."""

    site: str
    path: str
    name: str
    view: Any
    parameters: tuple[str, ...]

    @property
    def access(self) -> str | None:
        """Who may come: "public", "person", an action's name, or the API's permission."""
        cls = getattr(self.view, "cls", None)
        marked: str | None = getattr(self.view, "access", None)
        if marked is None and cls is not None:
            said = tuple(cls.permission_classes)
            if said != tuple(api_settings.DEFAULT_PERMISSION_CLASSES):
                return f"api:{'+'.join(permission.__name__ for permission in said)}"
        return marked


def walk(patterns: list[Any], site: str, prefix: str = "", spaces: str = "") -> Iterator[Address]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            inner = f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, site, here, inner)
        elif isinstance(pattern, URLPattern):
            # From the whole path: a parameter may stand in the part that is included.
            names = tuple(a or b for a, b in PARAMETER.findall(here))
            yield Address(site, here, f"{spaces}{pattern.name}", pattern.callback, names)


def addresses(site: str | None = None) -> list[Address]:
    """All addresses of one site, or of both."""
    return [
        address
        for each in SITES
        if site in (None, each)
        for address in walk(get_resolver(each).url_patterns, each)
    ]
