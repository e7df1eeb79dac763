"""What a member is written as a term ends, and about its instalments."""

from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance.money import format_money
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from members.models import Instalment, Invoice, RenewalNotice, SavedCard
from members.services import pay_links
from members.status import GRACE_DAYS


def renewal(
    *,
    notice: RenewalNotice,
    invoice: Invoice,
    card: SavedCard | None,
    figures: list[dict[str, str]],
) -> None:
    """One of the five letters, by the days that are left or over.

    Nobody's address known: nothing is written; the invoice stands on the pages.
    """
    if not invoice.bill_email:
        return
    with translation.override(current_alliance().language):
        context = {
            "business": invoice.business.trade_name,
            "number": invoice.number,
            "due": format_money(invoice.due_minor, invoice.currency),
            "is_due": invoice.due_minor > 0,
            "url": pay_links.url(invoice),
            "ends_on": in_words(notice.ends_on),
            "listed_until": in_words(date.fromordinal(notice.ends_on.toordinal() + GRACE_DAYS)),
            "days": abs(notice.offset_days),
            "is_before": notice.offset_days < 0,
            "is_last_day": notice.offset_days == 0,
            "is_last_letter": notice.offset_days == 21,
            "card": str(card) if card else "",
            # The year in figures goes with the first letter, not with the reminders.
            "figures": figures if notice.offset_days == -30 else [],
        }
    outbox.enqueue(
        key=f"renewal:{notice.pk}",
        template="members/email/renewal",
        to=invoice.bill_email,
        context=context,
        confirmed=True,
    )


def instalment(part: Instalment, *, is_late: bool) -> None:
    """A reminder of a part that is soon due, or a week late."""
    invoice = part.invoice
    if not invoice.bill_email:
        return
    with translation.override(current_alliance().language):
        context = {
            "business": invoice.bill_to,
            "number": invoice.number,
            "position": part.position,
            "amount": format_money(part.amount_minor, invoice.currency),
            "due_on": in_words(part.due_on),
            "is_late": is_late,
            "url": pay_links.url(invoice),
        }
    outbox.enqueue(
        key=f"instalment:{part.pk}:{'late' if is_late else 'soon'}",
        template="members/email/instalment",
        to=invoice.bill_email,
        context=context,
        confirmed=True,
    )


def in_words(day: date) -> str:
    """A day as letters write it: 31 December 2026."""
    return date_format(day, "j F Y")


def words_for_cancelled() -> str:
    """The reason on the credit note of a renewal that will not happen."""
    return _("The membership was cancelled.")
