"""What a member may be asked to pay instead of a tier's price."""

from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.money import format_money
from members.models import Relief, Tier


def must_fit(tier: Tier, agreed_minor: int | None, relief: Relief) -> None:
    """Whether the tier allows this price: a place on its scale, or a relief that it grants.

    Raises:
        DomainError: it does not.
    """
    allowed = {
        Relief.NONE: True,
        Relief.HARDSHIP: tier.allows_hardship,
        Relief.IN_KIND: tier.allows_in_kind,
    }
    if not allowed[Relief(relief)]:
        raise DomainError(_("This tier has no such relief."), field="relief")
    least, most = tier.least_minor, tier.most_minor
    is_chosen = relief == Relief.NONE and agreed_minor is not None
    if not is_chosen or least is None or most is None:
        return
    if not least <= (agreed_minor or 0) <= most:
        raise DomainError(
            _("Choose between %(least)s and %(most)s.")
            % {
                "least": format_money(least, tier.currency),
                "most": format_money(most, tier.currency),
            },
            field="agreed",
        )
