"""The signed link to an invoice, which needs no login."""

from uuid import UUID

from django.urls import reverse

from alliance import links
from alliance.tenancy.scope import current_alliance
from members.models import Invoice

PURPOSE = "members.pay"
# Long enough for a paper found in a drawer at the year's end.
DAYS = 400


def url(invoice: Invoice) -> str:
    """The absolute address at which whoever holds the paper can look and pay."""
    return current_alliance().url(path(invoice))


def path(invoice: Invoice) -> str:
    """The same within the site, for a page's own link."""
    return reverse("members:pay", args=[token(invoice)])


def token(invoice: Invoice) -> str:
    """The part of the address that is signed."""
    return links.sign(PURPOSE, {"invoice": str(invoice.pk)})


def read(token: str) -> Invoice:
    """The invoice that a link names.

    Raises:
        alliance.links.BadLink: forged, another alliance's, or of no invoice.
        alliance.links.ExpiredLink: too old.
    """
    payload = links.read(PURPOSE, token, max_age_seconds=DAYS * 24 * 3600)
    try:
        return Invoice.objects.select_related("membership", "business").get(
            pk=UUID(str(payload.get("invoice")))
        )
    except (Invoice.DoesNotExist, ValueError) as error:
        raise links.BadLink from error
