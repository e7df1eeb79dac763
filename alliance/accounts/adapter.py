"""Where allauth meets the house: no open sign-up, and mail that cannot be lost."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string

from alliance.services import outbox


class AccountAdapter(DefaultAccountAdapter):
    """People come by invitation to a seat; there is nothing here for an account alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Writes the message into the outbox, in the transaction of the request."""
        words = context | {"alliance": self.request.alliance}
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
