"""Entries that a treasurer makes by hand: money that changes its place, and its reversal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit, keys
from alliance.tenancy.scope import current_alliance
from ledger.chart import MOVABLE, Standard
from ledger.models import Entry, EntryKind
from ledger.services.journal import Draft, credit, debit, post, reverse

# How each kind that no treasurer reverses by hand is corrected instead.
INSTEAD: dict[str, Any] = {
    EntryKind.INVOICE: gettext_lazy(
        "An invoice is corrected by a credit note. Open the invoice and credit it there, "
        "so that the member hears of it too."
    ),
    EntryKind.PAYMENT: gettext_lazy(
        "A payment is corrected by giving it back. Open the payment and refund it there, "
        "so that the invoice is open again."
    ),
    EntryKind.CREDIT_NOTE: gettext_lazy(
        "A credit note stands. If it was a mistake, issue a new invoice."
    ),
    EntryKind.REFUND: gettext_lazy(
        "A refund stands. If the money came back, record it as a new payment."
    ),
    EntryKind.REVERSAL: gettext_lazy("A reversal stands. Make the entry anew instead."),
    EntryKind.DISBURSEMENT: gettext_lazy(
        "A loan that was paid out stands. Its payments are recorded on the loan's page."
    ),
    EntryKind.LOAN_CHARGE: gettext_lazy(
        "Interest and fees follow the loan's schedule. Look at the loan's page."
    ),
    EntryKind.REPAYMENT: gettext_lazy("A repayment is taken back on the loan's page."),
    EntryKind.WRITE_OFF: gettext_lazy("A loan that was written off stays closed."),
}


@dataclass(frozen=True)
class Move:
    """Money that goes from one of our own places to another."""

    source: Standard
    target: Standard
    amount_minor: int
    on: date
    memo: str


def check_move(order: Move) -> None:
    """Refuses a move that cannot be meant.

    Raises:
        DomainError: nothing is moved, it stays where it is, or its day is still to come.
    """
    if not {order.source, order.target} <= set(MOVABLE):
        raise DomainError(_("Money moves between the bank, the cash box and card payments."))
    if order.source == order.target:
        raise DomainError(_("Choose two different places."), field="target")
    if order.amount_minor <= 0:
        raise DomainError(_("Enter more than nothing."), field="amount")
    if order.on > clock.now().astimezone(current_alliance().zone).date():
        raise DomainError(_("This day is still to come."), field="on")


@transaction.atomic
def move(*, order: Move, key: str, by: Seat) -> Entry:
    """Writes down that money changed its place; the same key again adds nothing.

    Raises:
        DomainError: it cannot be meant, or the key came before with other figures.
    """
    check_move(order)

    def effect() -> Entry:
        entry = post(
            Draft(
                key=f"move:{by.pk}:{key}",
                kind=EntryKind.ADJUSTMENT,
                memo=order.memo,
                lines=[
                    debit(order.target, order.amount_minor),
                    credit(order.source, order.amount_minor),
                ],
                on=order.on,
            ),
            by=by,
        )
        audit.record(
            by=by,
            action="money.moved",
            subject=entry,
            number=entry.number,
            amount_minor=order.amount_minor,
        )
        return entry

    request = [order.source.key, order.target.key, order.amount_minor, str(order.on), order.memo]
    return _once("ledger.move", key=key, request=request, by=by, effect=effect)


@transaction.atomic
def reverse_adjustment(*, entry: Entry, reason: str, by: Seat) -> Entry:
    """Takes back what a treasurer wrote by hand; again it gives the same reversal.

    Raises:
        DomainError: it is an invoice, a payment or another kind with a correction of its own.
    """
    if entry.kind != EntryKind.ADJUSTMENT:
        raise DomainError(str(INSTEAD[entry.kind]))

    def effect() -> Entry:
        reversal = reverse(entry=entry, reason=reason, by=by)
        audit.record(
            by=by, action="entry.reversed", subject=entry, number=entry.number, reason=reason
        )
        return reversal

    return _once("ledger.reverse", key=str(entry.pk), request=None, by=None, effect=effect)


def _once(
    operation: str, *, key: str, request: Any, by: Seat | None, effect: Callable[[], Entry]
) -> Entry:
    answer = keys.once(
        actor=str(by.pk) if by else "anyone",
        operation=operation,
        key=key,
        request=request,
        effect=lambda: {"entry": str(effect().pk)},
    )
    return Entry.objects.get(pk=answer["entry"])
