"""Flags for staff: raised with a purchase that is odd, cleared with a note."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from members.queries import businesses as members
from pledges.models import Redemption, VelocityFlag
from pledges.models.redemptions import CUSTOMERS_WAYS, HOLDING_STATES
from pledges.velocity import ALIKE_IN_A_ROW, DAY, HOUR, Facts, oddities


def look(redemption: Redemption) -> list[VelocityFlag]:
    """Raises what is odd about a purchase that was just counted; each reason once a drive.

    A reason that waits for staff already is not raised again.
    """
    found = oddities(_facts(redemption))
    if not found:
        return []
    open_flags = VelocityFlag.objects.open().filter(drive=redemption.drive_id)
    known = set(open_flags.values_list("reason", flat=True))
    raised = []
    for reason in (each for each in found if each not in known):
        try:
            with transaction.atomic():
                raised.append(
                    VelocityFlag.objects.create(
                        drive_id=redemption.drive_id,
                        redemption=redemption,
                        reason=reason,
                        raised_at=clock.now(),
                    )
                )
        except IntegrityError:
            # At the same moment another purchase of the drive raised it.
            continue
    return raised


@transaction.atomic
def clear(*, flag: VelocityFlag, note: str, by: Seat) -> VelocityFlag:
    """Somebody of the staff has looked, and says what they found.

    Raises:
        DomainError: no note, `by` speaks for the business, or cleared already.
    """
    if not note.strip():
        raise DomainError(_("Say what you found."), field="note")
    flag = (
        VelocityFlag.objects.select_for_update(of=("self",))
        .select_related("drive__business")
        .get(pk=flag.pk)
    )
    if members.is_person_of(by, flag.drive.business):
        raise DomainError(_("Somebody else has to decide about your own business."))
    if flag.cleared_at is not None:
        raise DomainError(_("Somebody has looked at this already."))
    flag.cleared_at, flag.cleared_by, flag.note = clock.now(), by, note.strip()[:400]
    flag.save(update_fields=["cleared_at", "cleared_by", "note"])
    audit.record(by=by, action="velocity_flag.cleared", subject=flag, reason=flag.reason)
    return flag


def _facts(redemption: Redemption) -> Facts:
    """Counted with this purchase in; only what its way in can make odd is asked for."""
    at, pledge = redemption.claimed_at, redemption.pledge
    counted = Redemption.objects.filter(state__in=HOLDING_STATES, claimed_at__lte=at)
    by_seat = whole = shops = 0
    if redemption.entered_by_id:
        by_seat = counted.filter(
            entered_by=redemption.entered_by_id, claimed_at__gt=at - HOUR
        ).count()
    is_whole = redemption.amount_minor == pledge.amount_minor
    if is_whole and pledge.confirmed_at and at < pledge.confirmed_at + DAY:
        whole = counted.filter(
            drive=redemption.drive_id,
            amount_minor=F("pledge__amount_minor"),
            claimed_at__lt=F("pledge__confirmed_at") + DAY,
            claimed_at__gt=at - DAY,
        ).count()
    if redemption.is_customers:
        shops = (
            counted.filter(
                pledge__email_normalised=pledge.email_normalised,
                way_in__in=CUSTOMERS_WAYS,
                claimed_at__gt=at - DAY,
            )
            .order_by()
            .values("drive__business")
            .distinct()
            .count()
        )
    last = counted.filter(drive=redemption.drive_id).order_by("-claimed_at", "-id")
    amounts = list(last.values_list("purchase_minor", flat=True)[:ALIKE_IN_A_ROW])
    return Facts(
        by_seat_within_hour=by_seat,
        whole_on_first_day=whole,
        alike_in_a_row=len(amounts) if len(set(amounts)) == 1 else 0,
        of_pledge_within_day=counted.filter(pledge=pledge, claimed_at__gt=at - DAY).count(),
        shops_within_day=shops,
    )
