"""The alliance's own Stripe account: connected, ended, and spoken to through the port."""

import re

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock, secrets
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from members.models import StripeAccount
from members.payments.port import CardProcessor
from members.payments.stripe_port import StripePort
from members.queries import cards as queries

log = structlog.get_logger("commonweal.stripe")

KEY, WEBHOOK = "members.stripe.key", "members.stripe.webhook"
KEY_FORM = re.compile(r"[rs]k_(test|live)_[A-Za-z0-9_]{8,240}")
WEBHOOK_FORM = re.compile(r"whsec_[A-Za-z0-9+/=_-]{8,240}")
# Stripe counts these in hundredths although they have none: what we send
# would be a hundredth of what is due.
COUNTED_OTHERWISE = {"ISK", "UGX"}


@transaction.atomic
def connect(*, secret_key: str, webhook_secret: str, by: Seat) -> StripeAccount:
    """Connects an account in place of the one before; both secrets are stored encrypted.

    Raises:
        DomainError: one of them is not what Stripe gives out.
    """
    secret_key, webhook_secret = secret_key.strip(), webhook_secret.strip()
    found = KEY_FORM.fullmatch(secret_key)
    if found is None:
        raise DomainError(
            _("A key begins with rk_live_ or rk_test_. Copy it whole."), field="secret_key"
        )
    if WEBHOOK_FORM.fullmatch(webhook_secret) is None:
        raise DomainError(
            _("A signing secret begins with whsec_. Copy it whole."), field="webhook_secret"
        )
    if current_alliance().currency in COUNTED_OTHERWISE:
        raise DomainError(_("Card payments do not work with your currency yet."))
    _end_live()
    try:
        with transaction.atomic():
            account = StripeAccount.objects.create(
                secret_key=secrets.encrypt(secret_key, purpose=KEY),
                webhook_secret=secrets.encrypt(webhook_secret, purpose=WEBHOOK),
                key_ends=secret_key[-4:],
                is_live=found[1] == "live",
            )
    except IntegrityError as error:
        raise DomainError(_("Somebody else connected an account just now. Please look.")) from error
    audit.record(
        by=by,
        action="stripe.connected",
        subject=account,
        key_ends=account.key_ends,
        mode=found[1],
    )
    return account


@transaction.atomic
def end(*, by: Seat) -> bool:
    """Ends the connection and wipes the secrets; what was paid stays. False if there was none."""
    ended = _end_live()
    for account in ended:
        audit.record(by=by, action="stripe.ended", subject=account, key_ends=account.key_ends)
    return bool(ended)


def processor() -> CardProcessor | None:
    """The connected account, ready to be asked; None where there is none that can be read."""
    account = queries.account()
    return _processor_of(account) if account else None


def is_readable(account: StripeAccount) -> bool:
    """Whether this installation can use the keys that it has stored."""
    return _processor_of(account) is not None


def _processor_of(account: StripeAccount) -> CardProcessor | None:
    try:
        return StripePort(
            secret_key=secrets.decrypt(account.secret_key, purpose=KEY),
            webhook_secret=secrets.decrypt(account.webhook_secret, purpose=WEBHOOK),
            base=settings.STRIPE_API_BASE,
        )
    except secrets.Unreadable:
        # SECRET_KEY was changed, or a backup came from elsewhere: the page
        # asks for the keys again.
        log.warning("stripe_keys_unreadable", account=str(account.pk))
        return None


def _end_live() -> list[StripeAccount]:
    live = list(StripeAccount.objects.select_for_update().filter(ended_at__isnull=True))
    for account in live:
        account.secret_key = account.webhook_secret = ""
        account.ended_at = clock.now()
        account.save(update_fields=["secret_key", "webhook_secret", "ended_at"])
    return live
