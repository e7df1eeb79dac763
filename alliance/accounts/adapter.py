"""Where allauth meets the house: no open sign-up, and mail that cannot be lost."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string

from alliance.services import outbox
from alliance.tenancy.scope import in_alliance


class AccountAdapter(DefaultAccountAdapter):
    """People come by invitation to a seat; there is nothing here for an account alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes the message into the outbox, in the transaction of the request.

        Some of allauth's mail comes after the commit, when the request's
        scope is closed already: hence the scope of its own.
        """
        with in_alliance(self.request.alliance) as alliance:
            # What allauth's own sentences call this place; from the row, never from the request.
            site = SimpleNamespace(name=alliance.name, domain=urlsplit(alliance.url()).netloc)
            words = context | {"alliance": alliance, "current_site": site}
            outbox.enqueue(
                key=f"account:{uuid4()}",
                template="account/email/plain",
                to=email,
                context={
                    "subject": " ".join(
                        render_to_string(f"{template_prefix}_subject.txt", words).split()
                    ),
                    "text": render_to_string(f"{template_prefix}_message.txt", words).strip(),
                },
                # allauth limits how often a code may be asked for.
                confirmed=True,
            )
