"""How a purchase is counted, whoever says that it was made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat, StoredFile
from alliance.money import format_money
from members.queries import businesses as members
from pledges.models import Pledge, PledgeState, PointOfSale, Redemption, WayIn
from pledges.models.drives import HONOURING_STATES
from pledges.models.redemptions import HOLDING_STATES
from pledges.services import pledges as pledge_services
from pledges.services import redemption_rows as rows
from pledges.services import velocity

SILENCE = timedelta(hours=72)
APART = timedelta(minutes=10)
# An entry that waited for a connection, or a till's message that came late.
LATEST = timedelta(hours=72)
# How far another clock may be ahead of ours.
AHEAD = timedelta(minutes=5)
LARGEST_PURCHASE_MINOR = 10_000_00


@dataclass(frozen=True)
class Purchase:
    """What was bought, when, and who says so; `made_at` None is now."""

    spent_minor: int
    way_in: WayIn
    made_at: datetime | None = None
    entered_by: Seat | None = None
    point_of_sale: PointOfSale | None = None
    event_id: str = ""
    photo: StoredFile | None = None


def count(pledge: Pledge, bought: Purchase, *, apart: timedelta = APART) -> Redemption:
    """Takes what was bought from a pledge that the caller has locked, as far as it goes.

    The 72 hours begin now, when the other side hears of it; the ten minutes
    between two purchases are told from when they were made.

    Raises:
        DomainError: a pledge that does not stand or is full or is the
            business's own people's, a second purchase within ten minutes, an
            amount or a moment out of range.
    """
    # Whoever waited for the lock bought after the one before, by the clock too.
    now = clock.now()
    moment = _moment(pledge, bought.made_at, now)
    if not 0 < bought.spent_minor <= LARGEST_PURCHASE_MINOR:
        raise DomainError(_("Enter what was spent, up to $10,000."), field="amount")
    _must_stand(pledge, moment)
    if members.belongs_to(pledge.email, pledge.drive.business):
        raise DomainError(_("Owners and staff cannot count purchases at their own business."))
    _must_be_apart(pledge, moment, apart)
    counted = _take(pledge, bought.spent_minor)
    redemption = Redemption.objects.create(
        pledge=pledge,
        drive=pledge.drive,
        purchase_minor=bought.spent_minor,
        amount_minor=counted,
        currency=pledge.currency,
        way_in=bought.way_in,
        entered_by=bought.entered_by,
        point_of_sale=bought.point_of_sale,
        event_id=bought.event_id,
        photo=bought.photo,
        claimed_at=moment,
        confirm_due_at=now + SILENCE,
    )
    rows.record(redemption, by=bought.entered_by)
    velocity.look(redemption)
    return redemption


def tell_customer(redemption: Redemption, pledge: Pledge) -> None:
    """Writes that a purchase was counted; one entered by name asks whether it was theirs."""
    left = pledge.amount_minor - pledge.held_minor - redemption.amount_minor
    by_name = redemption.way_in == WayIn.ENTRY
    about = {"url": f"{pledge_services.card_url(pledge)}purchases/{redemption.pk}/yes/"}
    pledge_services.tell(
        pledge,
        "pledges/email/entered" if by_name else "pledges/email/counted",
        key=f"redemption-claimed:{redemption.pk}",
        counted=format_money(redemption.amount_minor, redemption.currency),
        left=format_money(left, pledge.currency),
        **(about if by_name else {}),
    )


def _moment(pledge: Pledge, made_at: datetime | None, now: datetime) -> datetime:
    if made_at is None:
        return now
    if made_at > now + AHEAD:
        raise DomainError(
            _(
                "The clock of this device is ahead of ours: %(minutes)d minutes. "
                "Set it right and enter the purchase again."
            )
            % {"minutes": (made_at - now).total_seconds() // 60}
        )
    if made_at < now - LATEST:
        raise DomainError(_("This purchase is more than 72 hours old; it cannot be counted now."))
    if pledge.confirmed_at is not None and made_at < pledge.confirmed_at:
        raise DomainError(_("This purchase was made before the pledge."))
    return min(made_at, now)


def _must_stand(pledge: Pledge, moment: datetime) -> None:
    over = pledge.term_ends_at is not None and pledge.term_ends_at <= moment
    if pledge.state == PledgeState.FULFILLED:
        raise DomainError(_("This pledge has been honoured in full. Thank the customer!"))
    if pledge.state != PledgeState.ACTIVE or over or pledge.drive.state not in HONOURING_STATES:
        raise DomainError(_("This pledge does not stand any more."))


def _must_be_apart(pledge: Pledge, moment: datetime, apart: timedelta) -> None:
    near = Redemption.objects.filter(
        pledge=pledge,
        state__in=HOLDING_STATES,
        claimed_at__gt=moment - apart,
        claimed_at__lt=moment + apart,
    )
    if near.exists():
        raise DomainError(_("A purchase was counted for this pledge within the last ten minutes."))


def _take(pledge: Pledge, spent_minor: int) -> int:
    """Holds what counts of a purchase; how much that is, in minor units."""
    counted = min(spent_minor, pledge.remaining_minor)
    # The row is locked; the condition and the CHECK stand behind the lock.
    held = Pledge.objects.filter(pk=pledge.pk, held_minor__lte=F("amount_minor") - counted).update(
        held_minor=F("held_minor") + counted
    )
    if counted <= 0 or held != 1:
        raise DomainError(_("This pledge has been honoured in full. Thank the customer!"))
    return counted
