"""The business answers what its customers entered: it was so, it was not, or who knows."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit
from members.queries import businesses as members
from pledges.models import Pledge, Redemption, RedemptionState
from pledges.services import pledges as pledge_services
from pledges.services import redemption_rows as rows


@transaction.atomic
def confirm(*, redemption: Redemption, by: Seat) -> Redemption:
    """A customer's own entry counts at once. Twice changes nothing.

    Raises:
        DomainError: `by` speaks for another business, the business itself
            entered it, or it was settled otherwise.
    """
    pledge, redemption = _to_answer(redemption, by)
    if redemption.state == RedemptionState.CONFIRMED:
        return redemption
    _must_wait(redemption)
    redemption = rows.move(redemption, RedemptionState.CONFIRMED, by=by)
    rows.honour(pledge, redemption.amount_minor)
    return redemption


@transaction.atomic
def reject(*, redemption: Redemption, reason: str, by: Seat) -> Redemption:
    """A customer's own entry does not count; the customer reads why.

    Raises:
        DomainError: no reason, or whatever `confirm` refuses.
    """
    _must_say(reason)
    pledge, redemption = _to_answer(redemption, by)
    _must_wait(redemption)
    redemption = rows.move(redemption, RedemptionState.REJECTED, by=by, reason=reason)
    rows.free(pledge, redemption.amount_minor)
    audit.record(
        by=by,
        action="redemption.rejected",
        subject=redemption,
        amount_minor=redemption.amount_minor,
    )
    pledge_services.tell(
        pledge,
        "pledges/email/rejected",
        key=f"redemption-rejected:{redemption.pk}",
        counted=format_money(redemption.amount_minor, redemption.currency),
        reason=reason,
    )
    return redemption


@transaction.atomic
def question(*, redemption: Redemption, reason: str, by: Seat) -> Redemption:
    """A customer's own entry is put before the alliance's staff, who decide.

    Raises:
        DomainError: no reason, or whatever `confirm` refuses.
    """
    _must_say(reason)
    _pledge, redemption = _to_answer(redemption, by)
    _must_wait(redemption)
    redemption.disputed_at = clock.now()
    redemption.save(update_fields=["disputed_at"])
    return rows.move(redemption, RedemptionState.DISPUTED, by=by, reason=reason)


def _to_answer(redemption: Redemption, by: Seat) -> tuple[Pledge, Redemption]:
    pledge, redemption = rows.both_locked(redemption)
    if not members.speaks_for(by, pledge.drive.business):
        raise DomainError(_("This pledge is for another business."))
    if not redemption.is_customers:
        raise DomainError(
            _("Your own people entered this: the customer confirms it, or 72 hours pass.")
        )
    return pledge, redemption


def _must_wait(redemption: Redemption) -> None:
    if redemption.state != RedemptionState.CLAIMED:
        raise DomainError(_("This has been settled already."))


def _must_say(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why; the customer reads it."), field="reason")
