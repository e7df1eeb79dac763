"""From an approved application to a member: business, seat, membership, invoice, welcome."""

from datetime import datetime, time, timedelta

from django.db import transaction

from alliance.models import Seat
from alliance.services import audit, seats
from alliance.tenancy.scope import current_alliance
from members.models import (
    Application,
    ApplicationState,
    Business,
    Invoice,
    Membership,
    MembershipPeriod,
    Relief,
    RepresentativeKind,
)
from members.queries.applications import has_likeness
from members.services import application_letters as letters
from members.services import businesses, invoices, memberships
from members.services.application_moves import locked, locked_alone, move

WAITING_FOR_TERM = (ApplicationState.APPROVED, ApplicationState.AWAITING_PAYMENT)
# What the business takes over as the applicant wrote it.
TAKEN_OVER = (
    "trade_name", "segment", "size_band", "founded_year", "street", "city", "region",
    "postal_code", "phone", "email", "website", "blurb",
)  # fmt: skip


@transaction.atomic
def approve(
    *, application: Application, by: Seat | None, business: Business | None = None
) -> Application:
    """Takes the applicant in and asks for the first term; where nothing is due, it begins at once.

    Args:
        business: one that is here already, where the applicant turns out to be it.

    Raises:
        DomainError: it was decided on before, or no invoice may go out now.
    """
    application = locked(application)
    move(application, ApplicationState.APPROVED, by=by)
    membership = _membership(application, business, by=by)
    application.membership = membership
    application.save(update_fields=["membership"])
    owner = seats.person_of(email=application.email, name=application.contact_name)
    businesses.add_representative(
        business=membership.business,
        person=owner,
        by=by,
        kind=RepresentativeKind.OWNER,
    )
    audit.record(
        by=by,
        action="application.approved",
        subject=application,
        tier=application.tier.name,
        amount_minor=application.amount_minor,
        relief=application.relief,
    )
    invoice = _invoice(application, membership, by=by)
    # A first term for nothing has begun in there.
    application.refresh_from_db(fields=["state"])
    if application.state == ApplicationState.APPROVED:
        move(application, ApplicationState.AWAITING_PAYMENT, by=by)
        letters.approved(application, invoice)
    _bind(application, invoice)
    return application


def may_approve_itself(application: Application) -> bool:
    """Whether nobody has to look: the full price, and no business that it may be already."""
    return application.relief == Relief.NONE and not has_likeness(application)


@transaction.atomic
def activate(*, period: MembershipPeriod) -> Application | None:
    """The membership's first term has begun: the applicant is a member, and welcomed.

    The caller holds the membership's lock. None where no application waits for it.
    """
    waiting = Application.objects.filter(
        membership=period.membership_id, state__in=WAITING_FOR_TERM
    ).first()
    if waiting is None:
        return None
    application = locked_alone(waiting)
    if application.state not in WAITING_FOR_TERM:
        return None
    move(application, ApplicationState.ACTIVATED)
    audit.record(by=None, action="application.activated", subject=application)
    letters.welcome(application)
    return application


def _membership(
    application: Application, business: Business | None, *, by: Seat | None
) -> Membership:
    tier, amount = application.tier, application.amount_minor
    relief = Relief(application.relief)
    is_usual = relief == Relief.NONE and amount == tier.price_minor
    agreed = None if is_usual else amount
    known = Membership.objects.filter(business=business).first() if business else None
    if known is None:
        return memberships.open_membership(
            business=business or _new_business(application, by=by),
            tier=tier,
            by=by,
            agreed_minor=agreed,
            relief=relief,
        )
    return memberships.change_tier(
        membership=known, tier=tier, by=by, agreed_minor=agreed, relief=relief
    )


def _new_business(application: Application, *, by: Seat | None) -> Business:
    return businesses.add_named_business(
        by=by,
        # Whoever approves has seen who else is called so.
        may_have_twins=True,
        legal_name=application.legal_name,
        **{name: getattr(application, name) for name in TAKEN_OVER},
    )


def _invoice(application: Application, membership: Membership, *, by: Seat | None) -> Invoice:
    total = sum(line.amount_minor for line in invoices.dues_lines(membership=membership))
    return invoices.issue_dues(
        membership=membership,
        key=f"application:{application.pk}",
        by=by,
        # The first part of a year may be less than there are parts.
        parts=max(1, min(application.instalments, total)),
        # The letter of approval says it, with the same link.
        is_quiet=True,
    )


def _bind(application: Application, invoice: Invoice) -> None:
    """Names the invoice; the approval runs out no earlier than the day on which it is due."""
    day = invoice.due_on + timedelta(days=1)
    due = datetime.combine(day, time.min, tzinfo=current_alliance().zone)
    application.invoice = invoice
    application.expires_at = max(application.expires_at, due)
    application.save(update_fields=["invoice", "expires_at"])
