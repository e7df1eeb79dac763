"""Purchases that the customer enters from the card: by the till's code, or with a photo."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import StoredFile
from alliance.money import format_money
from alliance.services import files, outbox
from alliance.tenancy.scope import current_alliance
from directory.photographs import Refused, write_anew
from directory.services.photos import REFUSALS
from members.queries import businesses as members
from pledges import till_codes
from pledges.models import Pledge, Redemption, RedemptionState, WayIn
from pledges.services import purchases
from pledges.services import redemption_rows as rows
from pledges.services.purchases import Purchase
from pledges.till_codes import Fit


@transaction.atomic
def claim_at_till(*, pledge: Pledge, code: str, purchase_minor: int) -> Redemption:
    """Counts what the customer at the till says was spent; the business confirms it.

    Whoever lets people type codes counts their tries (`views.at_till`).

    Raises:
        DomainError: not the code of this pledge's business now, or whatever
            `purchases.count` refuses.
    """
    pledge = rows.locked_pledge(pledge)
    match till_codes.fit(pledge.drive.business_id, code, clock.now()):
        case Fit.STALE:
            raise DomainError(
                _("That code is no longer good. Type the one that the till shows now."),
                field="code",
            )
        case Fit.WRONG:
            raise DomainError(_("That is not the code of this till."), field="code")
    return purchases.count(pledge, Purchase(purchase_minor, WayIn.TILL_CODE))


@transaction.atomic
def claim_by_receipt(*, pledge: Pledge, purchase_minor: int, photo: bytes) -> Redemption:
    """Counts a purchase of which the customer shows the receipt; the business is told.

    The photo is written anew from its pixels: where it was taken is not kept.

    Raises:
        DomainError: no photograph that can be read, or whatever
            `purchases.count` refuses.
    """
    pledge = rows.locked_pledge(pledge)
    bought = Purchase(purchase_minor, WayIn.RECEIPT, photo=_stored(photo))
    redemption = purchases.count(pledge, bought)
    _tell_business(redemption, pledge)
    return redemption


@transaction.atomic
def confirm_by_customer(*, redemption: Redemption) -> Redemption:
    """ "Yes, that was me": a purchase that the business entered counts at once.

    Twice changes nothing.

    Raises:
        DomainError: the customer entered it, or it was settled otherwise.
    """
    pledge, redemption = rows.both_locked(redemption)
    if redemption.is_customers:
        raise DomainError(_("You entered this purchase yourself; the business confirms it."))
    if redemption.state == RedemptionState.CONFIRMED:
        return redemption
    if redemption.state == RedemptionState.DISPUTED:
        raise DomainError(_("This is in question; the alliance decides."))
    redemption = rows.move(redemption, RedemptionState.CONFIRMED, by=None)
    rows.honour(pledge, redemption.amount_minor)
    return redemption


@transaction.atomic
def withdraw_claim(*, redemption: Redemption) -> Redemption:
    """The customer takes back an entry of their own that nobody has answered.

    Raises:
        DomainError: the business entered it, or it was answered.
    """
    pledge, redemption = rows.both_locked(redemption)
    if not redemption.is_customers:
        raise DomainError(_("The business entered this purchase. Say what is wrong instead."))
    if redemption.state != RedemptionState.CLAIMED:
        raise DomainError(_("This has been settled already."))
    redemption = rows.move(
        redemption, RedemptionState.REJECTED, by=None, reason=_("The customer took it back.")
    )
    rows.free(pledge, redemption.amount_minor)
    return redemption


def _stored(photo: bytes) -> StoredFile:
    try:
        made = write_anew(photo)
    except Refused as error:
        raise DomainError(str(REFUSALS[error.reason]), field="photo") from error
    return files.store(name="receipt.webp", content=made.large, content_type="image/webp", by=None)


def _tell_business(redemption: Redemption, pledge: Pledge) -> None:
    business = pledge.drive.business
    for person in members.people_of(business):
        outbox.enqueue(
            key=f"redemption-to-confirm:{redemption.pk}:{person.pk}",
            template="pledges/email/to_confirm",
            to=person.email,
            context={
                "name": person.name,
                "customer": pledge.public_name,
                "business": business.trade_name,
                "spent": format_money(redemption.purchase_minor, redemption.currency),
                "url": current_alliance().url("/me/till/to-confirm/"),
            },
            confirmed=True,
        )
