"""How often the till's code may be tried: a card's tries, and a shop's wrong ones."""

from django.http import HttpRequest

from alliance import limits
from pledges.models import Pledge

OF_A_CARD, OF_A_SHOP = "10/h", "100/h"


def wait(request: HttpRequest, pledge: Pledge) -> int:
    """Counts a try of this card; the seconds to wait if it or its shop has had enough, else 0."""
    shop = str(pledge.drive.business_id)
    return limits.tries(
        request, group="till-code-card", rate=OF_A_CARD, whose=str(pledge.pk)
    ) or limits.tries(request, group="till-code-shop", rate=OF_A_SHOP, whose=shop, adds=False)


def count_wrong(request: HttpRequest, pledge: Pledge) -> None:
    """A wrong code of any card of a shop brings all of them nearer to its limit."""
    shop = str(pledge.drive.business_id)
    limits.tries(request, group="till-code-shop", rate=OF_A_SHOP, whose=shop)
