"""The form of an applicant, and the links in their letters."""

from typing import Any

from django.test import Client

from alliance.models import Alliance, OutboxMessage
from alliance.tenancy.scope import in_alliance
from tests.pledges.views.browsing import form_key, path_in


def join_form(**changes: Any) -> dict[str, Any]:
    """An application as it is sent from the page that checks it; None leaves a field out."""
    data = {
        "trade_name": "Moss & Fern",
        "legal_name": "",
        "segment": "retail",
        "blurb": "House plants that survive you.",
        "size_band": "2-5",
        "founded_year": "2019",
        "street": "4100 Piedmont Avenue",
        "city": "Oakland",
        "region": "CA",
        "postal_code": "94611",
        "web_address": "moss.example",
        "contact_name": "Fern Castellano",
        "email": "fern@example.com",
        "phone": "(510) 555-0100",
        "instalments": "1",
        "consent": "on",
        "website": "",
        "form_key": form_key(),
        "step": "send",
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def link(alliance: Alliance, template: str, name: str = "url") -> str:
    """The path of a link in the newest letter of this kind."""
    with in_alliance(alliance):
        rows = OutboxMessage.objects.filter(template=f"members/email/{template}")
        return path_in(rows.latest("id").context[name])


def confirmed(client: Client, alliance: Alliance) -> str:
    """Presses the button of the newest draft; the path of the page where it stands."""
    answer = client.post(link(alliance, "confirm_application"))
    assert answer.status_code == 302
    return path_in(answer["Location"])
