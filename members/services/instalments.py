"""An invoice in parts: agreed when it is issued, or later while nothing has come in."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from members.models import Instalment, Invoice
from members.terms import instalments, same_day_later


def amounts(total_minor: int, parts: int) -> list[int]:
    """What each of so many parts comes to.

    Raises:
        DomainError: fewer than one or more than four, or more parts than units.
    """
    if parts == 1:
        return [total_minor]
    try:
        return instalments(total_minor, parts)
    except ValueError as error:
        raise DomainError(
            _("An invoice is paid in one to four parts."), field="instalments"
        ) from error


def add(invoice: Invoice, parts: Sequence[int]) -> list[Instalment]:
    """Writes the parts of an invoice, the first on its own day, each a month after the last."""
    return Instalment.objects.bulk_create(
        Instalment(
            invoice=invoice,
            position=position,
            due_on=same_day_later(invoice.due_on, position - 1),
            amount_minor=amount,
        )
        for position, amount in enumerate(parts, start=1)
    )


@transaction.atomic
def split(*, invoice: Invoice, parts: int, by: Seat | None) -> list[Instalment]:
    """Agrees with a member that an issued invoice is paid in two to four parts.

    Raises:
        DomainError: it is in parts already, or something was paid or credited.
    """
    invoice = Invoice.objects.select_for_update(no_key=True).get(pk=invoice.pk)
    if Instalment.objects.filter(invoice=invoice).exists():
        raise DomainError(_("This invoice is in parts already."))
    if invoice.paid_minor or invoice.credited_minor:
        raise DomainError(
            _("Something was paid or credited on this invoice already, so it stays in one piece.")
        )
    if parts < 2:
        raise DomainError(_("Choose two to four parts."), field="instalments")
    made = add(invoice, amounts(invoice.total_minor, parts))
    audit.record(by=by, action="invoice.split", subject=invoice, parts=parts)
    return made
