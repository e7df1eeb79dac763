"""Messages about a pledge: the links that confirm and change it, its card, its news."""

from typing import Any

from django.db import transaction

from alliance import clock, links
from alliance.addresses import normalise_email
from alliance.money import format_money
from alliance.services import consent, outbox
from alliance.tenancy.scope import current_alliance
from pledges.models import Pledge
from pledges.models.pledges import STANDING_STATES

CONFIRM, CHANGE = "pledge-confirm", "pledge-change"
PURPOSE = "pledges"


def mail_confirmation(pledge: Pledge) -> None:
    """Sends the link that confirms an intended pledge; no words that somebody typed."""
    token = links.sign(CONFIRM, {"pledge": str(pledge.pk), "version": pledge.version})
    outbox.enqueue(
        key=f"{CONFIRM}:{pledge.pk}:{pledge.version}",
        template="pledges/email/confirm",
        to=pledge.email,
        # No name: an unconfirmed address gets no words that somebody typed.
        context=about(pledge) | {"url": current_alliance().url(f"/pledge/confirm/{token}/")},
        confirmed=False,
    )


def mail_change(pledge: Pledge, amount_minor: int) -> None:
    """Sends the link that gives a standing pledge another amount, good once."""
    payload = {"pledge": str(pledge.pk), "version": pledge.version, "amount": amount_minor}
    token = links.sign(CHANGE, payload)
    outbox.enqueue(
        key=f"{CHANGE}:{pledge.pk}:{pledge.version}:{pledge.form_key or amount_minor}",
        template="pledges/email/change",
        to=pledge.email,
        context=about(pledge)
        | {
            "new_amount": format_money(amount_minor, pledge.currency),
            "url": current_alliance().url(f"/pledge/change/{token}/"),
        },
        # Anyone may type this address into the form: the limit counts.
        confirmed=False,
    )


def mail_card(pledge: Pledge, *, key: str, confirmed: bool = True) -> None:
    """Sends the card's link; `key` names the cause."""
    outbox.enqueue(
        key=key,
        template="pledges/email/card",
        to=pledge.email,
        context=about(pledge) | {"url": card_url(pledge), "code": pledge.code_grouped},
        confirmed=confirmed,
    )


def tell(pledge: Pledge, template: str, *, key: str, **context: Any) -> None:
    """Writes to a pledger about their pledge, as long as they agree to be written to."""
    if not consent.has(email=pledge.email, purpose=PURPOSE, subject_id=pledge.pk):
        return
    outbox.enqueue(
        key=key,
        template=template,
        to=pledge.email,
        context=about(pledge) | {"url": card_url(pledge)} | context,
        confirmed=True,
    )


def card_url(pledge: Pledge) -> str:
    """The card's absolute address, for messages and the QR code."""
    return current_alliance().url(pledge.get_absolute_url())


def about(pledge: Pledge) -> dict[str, Any]:
    """What every message about a pledge says: business, title, amount, months."""
    return {
        "business": pledge.drive.business.trade_name,
        "title": pledge.drive.shown_title,
        "amount": format_money(pledge.amount_minor, pledge.currency),
        "months": pledge.term_months,
    }


@transaction.atomic
def send_cards(*, email: str) -> int:
    """Mails the cards of an address's standing pledges again, each once an hour; how many.

    Raises:
        TooManyMessages: the inbox has had enough.
    """
    standing = Pledge.objects.filter(
        email_normalised=normalise_email(email),
        state__in=STANDING_STATES,
    ).select_related("drive__business")
    hour = clock.now().strftime("%Y-%m-%dT%H")
    for sent, pledge in enumerate(standing):
        # One request counts once against the inbox's limit, however many cards it asks for.
        mail_card(pledge, key=f"pledge-card:{pledge.pk}:{hour}", confirmed=sent > 0)
    return len(standing)
