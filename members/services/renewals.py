"""Terms that end: the invoice, the letters before and after, the card that renews.

Letters are rows that are due (`members.models.notices`); beat's sweep sends
them, each in a transaction of its own together with its outbox row, so that a
worker that dies sends none of them twice.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import F, QuerySet, Sum, Window

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances, in_alliance
from members.models import (
    Instalment,
    Invoice,
    Membership,
    MembershipPeriod,
    RenewalNotice,
    SavedCard,
    Status,
)
from members.queries.memberships import last_end, status_of, today
from members.services import cards, invoices, memberships, renewal_letters, value_statements
from members.services.notices import due_moment

BATCH = 500
# A charge without asking is announced this long before, or it does not happen.
ANNOUNCED = timedelta(days=15)
REMIND_BEFORE, CHASE_AFTER = timedelta(days=3), timedelta(days=7)


def alliances_with_letters_due() -> list[Alliance]:
    """Where a notice or an instalment's reminder is due now."""
    now = clock.now()
    # A day further than any zone is ahead; each alliance then looks by its own.
    soon = now.date() + REMIND_BEFORE + timedelta(days=1)
    with across_alliances(reason="Find which alliances have renewal letters due."):
        notices = _waiting().filter(due_at__lte=now)
        instalments = Instalment.objects.filter(due_on__lte=soon, chased_at__isnull=True)
        owners = {
            owner
            for rows in (notices, instalments)
            for owner in rows.order_by().values_list("alliance_id", flat=True).distinct()
        }
    return list(Alliance.objects.filter(pk__in=owners))


def send_due(alliance: Alliance) -> int:
    """Sends an alliance's notices that are due, at most five hundred; how many went out."""
    with in_alliance(alliance):
        due = list(_waiting().filter(due_at__lte=clock.now()).order_by("due_at")[:BATCH])
    sent = 0
    for notice in due:
        with in_alliance(alliance):
            sent += send(notice_id=notice.pk, membership_id=notice.membership_id)
    return sent


def send(*, notice_id: UUID, membership_id: UUID) -> bool:
    """Sends one notice, or stops it where the term is renewed or the membership ended.

    The invoice is issued with the first letter that goes out.
    """
    membership = memberships.locked(Membership(pk=membership_id))
    notice = _waiting().select_for_update().filter(pk=notice_id).first()
    if notice is None:
        return False
    if not _is_wanted(notice, membership):
        notice.stopped_at = clock.now()
        notice.save(update_fields=["stopped_at"])
        return False
    invoice = invoices.renew(membership=membership, ends_on=notice.ends_on, by=None)
    if not _waiting().filter(pk=notice.pk).exists():
        # A renewal for nothing is paid by itself, and the letters about the old end stop.
        return False
    card = _card_to_charge(notice, membership, invoice)
    renewal_letters.renewal(
        notice=notice,
        invoice=invoice,
        card=card,
        figures=value_statements.figures_for_letter(membership=membership, ends_on=notice.ends_on),
    )
    notice.sent_at = clock.now()
    notice.save(update_fields=["sent_at"])
    return True


def remind_of_instalments(alliance: Alliance) -> int:
    """Reminds of parts due within three days, chases those a week late; how many letters."""
    with in_alliance(alliance):
        day = today()
        due = list(unpaid_instalments().filter(due_on__lte=day + REMIND_BEFORE)[:BATCH])
        for instalment in due:
            is_late = instalment.due_on + CHASE_AFTER <= day
            field = "chased_at" if is_late else "reminded_at"
            if getattr(instalment, field) is None:
                Instalment.objects.filter(pk=instalment.pk).update(**{field: clock.now()})
                renewal_letters.instalment(instalment, is_late=is_late)
        return len(due)


def unpaid_instalments() -> QuerySet[Instalment]:
    """Parts that what was paid and credited so far does not reach, oldest first."""
    reached = Window(Sum("amount_minor"), partition_by="invoice", order_by="position")
    rows = Instalment.objects.annotate(reached_minor=reached)
    return (
        rows.filter(reached_minor__gt=F("invoice__paid_minor") + F("invoice__credited_minor"))
        .select_related("invoice")
        .order_by("due_on", "position")
    )


def credit_open_renewals(*, membership: Membership) -> int:
    """Takes back the renewals of a membership that ended and that nobody has paid into."""
    open_ones: Iterable[Invoice] = Invoice.objects.filter(
        membership=membership, renews_from__isnull=False, paid_minor=0, credited_minor=0
    )
    count = 0
    for invoice in open_ones:
        if invoice.due_minor:
            invoices.credit_invoice(
                invoice=invoice,
                amount_minor=invoice.due_minor,
                reason=renewal_letters.words_for_cancelled(),
                key=f"cancelled:{invoice.pk}",
                by=None,
            )
            count += 1
    return count


def _waiting() -> QuerySet[RenewalNotice]:
    return RenewalNotice.objects.filter(sent_at__isnull=True, stopped_at__isnull=True)


def _is_wanted(notice: RenewalNotice, membership: Membership) -> bool:
    if status_of(membership) in (Status.CANCELLED, Status.SUSPENDED):
        return False
    # Renewed, or the term was taken back: then another end counts, or none.
    standing = MembershipPeriod.objects.filter(
        membership=membership, ends_on=notice.ends_on, voided_on__isnull=True
    )
    return standing.exists() and last_end(membership) == notice.ends_on


def _card_to_charge(
    notice: RenewalNotice, membership: Membership, invoice: Invoice
) -> SavedCard | None:
    card = cards.will_charge(membership)
    if card is None or not invoice.due_minor:
        return None
    moment = due_moment(notice.ends_on, 0)
    if notice.offset_days < 0 and moment - clock.now() >= ANNOUNCED:
        cards.plan_charge(membership=membership, invoice=invoice, due_at=moment)
        return card
    return card if cards.is_planned(invoice) else None
