"""Shops' own tills: given a secret, revoked, and heard."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance import clock, links, secrets
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from members.models import Business
from members.queries import businesses as members
from pledges.models import Pledge, PointOfSale, Redemption, WayIn
from pledges.services import purchases
from pledges.services import redemption_rows as rows
from pledges.services.purchases import Purchase

log = structlog.get_logger("commonweal.till")

PURPOSE = "pledges.point-of-sale"
MOST = 20


class NoSuchPledge(DomainError):
    """No pledge for this shop has the code; another shop's is no different."""


@dataclass(frozen=True)
class Message:
    """What a till tells: its own id of the sale, the card's code, what was spent, when."""

    event_id: str
    code: str
    amount_minor: int
    currency: str
    at: datetime


@transaction.atomic
def make(*, business: Business, name: str, by: Seat) -> tuple[PointOfSale, str]:
    """A new point of sale and its secret, which is shown this once.

    Raises:
        DomainError: `by` speaks for another business, or it has twenty already.
    """
    if not members.speaks_for(by, business):
        raise DomainError(_("Only %(business)s can do that.") % {"business": business})
    if PointOfSale.objects.filter(business=business, revoked_at=None).count() >= MOST:
        raise DomainError(
            _("A business has at most %(most)d tills. Revoke one first.") % {"most": MOST}
        )
    secret = f"cwpos_{links.new_secret(bits=256)}"
    made = PointOfSale.objects.create(
        business=business,
        name=name,
        secret=secrets.encrypt(secret, purpose=PURPOSE),
        secret_ends=secret[-4:],
        made_by=by,
        made_at=clock.now(),
    )
    audit.record(by=by, action="point_of_sale.made", subject=made, name=name)
    return made, secret


@transaction.atomic
def revoke(*, point_of_sale: PointOfSale, by: Seat) -> PointOfSale:
    """Ends a point of sale at once and wipes its secret; what it counted stays.

    Twice changes nothing.

    Raises:
        DomainError: `by` speaks for another business.
    """
    found = PointOfSale.objects.select_for_update(of=("self",)).get(pk=point_of_sale.pk)
    if not members.speaks_for(by, found.business):
        raise DomainError(_("Only %(business)s can do that.") % {"business": found.business})
    if found.revoked_at is None:
        found.revoked_at, found.secret = clock.now(), ""
        found.save(update_fields=["revoked_at", "secret"])
        audit.record(by=by, action="point_of_sale.revoked", subject=found, name=found.name)
    return found


def secret_of(point_of_sale: PointOfSale) -> str | None:
    """The secret that its messages are signed with; None where it cannot be read any more."""
    try:
        return secrets.decrypt(point_of_sale.secret, purpose=PURPOSE)
    except secrets.Unreadable:
        # SECRET_KEY was changed, or a backup came from elsewhere: a new one has to be made.
        log.warning("point_of_sale_unreadable", point_of_sale=str(point_of_sale.pk))
        return None


@transaction.atomic
def receive(*, point_of_sale: PointOfSale, message: Message) -> Redemption:
    """Counts what a till tells, once, however often it tells it.

    The customer is told, and has 72 hours to question it.

    Raises:
        NoSuchPledge: no confirmed pledge for this shop has the code.
        DomainError: another currency, the same id with other figures, or
            whatever `purchases.count` refuses.
    """
    known = _known(point_of_sale, message)
    if known is not None:
        return known
    pledge = Pledge.objects.filter(
        code=message.code,
        drive__business=point_of_sale.business_id,
        confirmed_at__isnull=False,
    ).first()
    if pledge is None:
        raise NoSuchPledge(_("No pledge for your business has this code."))
    pledge = rows.locked_pledge(pledge)
    # While this one waited for the lock, the same message may have been counted.
    known = _known(point_of_sale, message)
    if known is not None:
        return known
    if message.currency != pledge.currency:
        raise DomainError(
            _("This pledge is in %(currency)s.") % {"currency": pledge.currency}, field="currency"
        )
    return _counted(pledge, point_of_sale, message)


def _counted(pledge: Pledge, point_of_sale: PointOfSale, message: Message) -> Redemption:
    bought = Purchase(
        message.amount_minor,
        WayIn.POINT_OF_SALE,
        made_at=message.at,
        point_of_sale=point_of_sale,
        event_id=message.event_id,
    )
    try:
        with transaction.atomic():
            redemption = purchases.count(pledge, bought)
    except IntegrityError:
        # The same id for another pledge, at the same moment.
        raise _other_figures() from None
    purchases.tell_customer(redemption, pledge)
    return redemption


def _known(point_of_sale: PointOfSale, message: Message) -> Redemption | None:
    known = (
        Redemption.objects.filter(point_of_sale=point_of_sale, event_id=message.event_id)
        .select_related("pledge")
        .first()
    )
    if known is None:
        return None
    said = (message.code, message.amount_minor, message.currency)
    if said != (known.pledge.code, known.purchase_minor, known.currency):
        raise _other_figures()
    return known


def _other_figures() -> DomainError:
    return DomainError(_("This id came before with other figures."), field="id")
