"""The list of invoices as a test reads it, and invoices of other days."""

from members.models import Invoice
from tests.factories import members as make
from tests.members.reading import on
from tests.pledges.views.browsing import text


def rows(page) -> list[str]:
    """The numbers of the invoices in the list."""
    listed = text(page).partition('id="invoice-rows"')[2]
    return [
        part.partition("/")[0]
        for part in listed.split("/staff/invoices/")[1:]
        if part[:1].isdigit()
    ]


def issued_on(day: str, *, amount: int = 100_00, **fields) -> Invoice:
    """An invoice of that day, due thirty days later."""
    with on(day):
        return make.an_invoice(
            membership=make.a_membership(tier=make.a_tier(price_minor=amount)), **fields
        )
