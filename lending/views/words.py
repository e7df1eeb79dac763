"""Sentences that several pages of loans say."""

from django.utils.translation import gettext as _

from alliance.money import format_money
from lending.models import LoanPayment


def went_to(payment: LoanPayment) -> str:
    """What a payment went to: "$392.74 principal, $15.96 interest; $1 is to be returned"."""
    currency = payment.loan.currency
    parts = (
        (payment.principal_minor, _("%(amount)s principal")),
        (payment.interest_minor, _("%(amount)s interest")),
        (payment.fees_minor, _("%(amount)s fees")),
    )
    went = ", ".join(
        words % {"amount": format_money(minor, currency)} for minor, words in parts if minor
    )
    if not payment.returned_minor:
        return went
    back = _("%(amount)s is to be returned") % {
        "amount": format_money(payment.returned_minor, currency)
    }
    return f"{went}; {back}" if went else back
