"""How an application ends without a member: declined, or run out after thirty days."""

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Alliance, Seat
from alliance.services import audit
from alliance.tenancy.scope import across_alliances, in_alliance
from members.models import (
    Application,
    ApplicationState,
    Cancellation,
    Invoice,
    Membership,
    MembershipPeriod,
)
from members.services import application_letters as letters
from members.services import invoices, memberships
from members.services.application_moves import locked, move

log = structlog.get_logger("commonweal.members")

BATCH = 200
RUNS_OUT = (
    ApplicationState.DRAFT,
    ApplicationState.INFO_REQUESTED,
    ApplicationState.AWAITING_PAYMENT,
)


@transaction.atomic
def decline(*, application: Application, reason: str, by: Seat) -> Application:
    """Says no, with a reason that the applicant reads; an invoice that is out is credited.

    Raises:
        DomainError: no reason, money has come in, or it was decided on before.
    """
    if not reason.strip():
        raise DomainError(_("Say why; the applicant reads it."), field="reason")
    application = locked(application)
    if application.invoice and application.invoice.paid_minor:
        raise DomainError(_("A payment has come in for it. Give that back first."))
    move(application, ApplicationState.DECLINED, by=by, words=reason)
    audit.record(by=by, action="application.declined", subject=application, reason=reason)
    letters.declined(application, reason=reason)
    _take_back(application, reason=reason[:400], by=by)
    return application


@transaction.atomic
def expire(*, application: Application) -> Application:
    """Ends one whose thirty days are over; before the time, or once paid into, does nothing."""
    application = locked(application)
    is_paid_into = bool(application.invoice and application.invoice.paid_minor)
    is_over = application.state in RUNS_OUT and application.expires_at <= clock.now()
    if not is_over or is_paid_into:
        return application
    was_draft = application.state == ApplicationState.DRAFT
    move(application, ApplicationState.EXPIRED)
    # Nobody confirmed a draft's address: no more mail.
    if not was_draft:
        letters.expired(application)
    _take_back(application, reason=_("The application ran out unpaid."), by=None)
    return application


def alliances_with_due() -> list[Alliance]:
    """Where an application has run out."""
    with across_alliances(reason="Find which alliances have applications that ran out."):
        due = Application.objects.filter(state__in=RUNS_OUT, expires_at__lte=clock.now())
        owners = list(due.order_by().values_list("alliance_id", flat=True).distinct())
    return list(Alliance.objects.filter(pk__in=owners))


def expire_due(alliance: Alliance) -> int:
    """Ends what has run out in one alliance, each in a transaction of its own; how many."""
    with in_alliance(alliance):
        due = Application.objects.filter(state__in=RUNS_OUT, expires_at__lte=clock.now())
        # Money in part on the invoice is the staff's to look at.
        found = list(due.exclude(invoice__paid_minor__gt=0).order_by("expires_at")[:BATCH])
    ended = 0
    for application in found:
        try:
            with in_alliance(alliance):
                ended += expire(application=application).state == ApplicationState.EXPIRED
        except DomainError as error:
            log.warning("not_expired", application=str(application.pk), reason=str(error))
    return ended


def _take_back(application: Application, *, reason: str, by: Seat | None) -> None:
    """Ends what the approval had begun; a membership that ever had a term stays."""
    membership, invoice = application.membership, application.invoice
    if membership is not None and not _has_begun_or_ended(membership):
        memberships.cancel(membership=membership, by=by, reason=reason)
    if invoice is not None:
        _credit(application, invoice, reason=reason, by=by)


def _has_begun_or_ended(membership: Membership) -> bool:
    ended = Cancellation.objects.filter(membership=membership, revoked_on__isnull=True)
    return MembershipPeriod.objects.filter(membership=membership).exists() or ended.exists()


def _credit(application: Application, invoice: Invoice, *, reason: str, by: Seat | None) -> None:
    # The membership's end may have credited it.
    invoice.refresh_from_db(fields=["credited_minor"])
    left = invoice.total_minor - invoice.credited_minor
    if left:
        invoices.credit_invoice(
            invoice=invoice,
            amount_minor=left,
            reason=reason,
            key=f"application-ended:{application.pk}",
            by=by,
        )
