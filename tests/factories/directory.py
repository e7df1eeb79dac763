"""Members as the directory shows them, in the state that a test starts from."""

from itertools import count
from typing import Any

from directory.content import Content
from directory.models import Entry
from directory.services import listings
from members.models import Business, Tier
from members.queries.memberships import today
from tests.factories import members

number = count(1)


def a_listed_business(*, content: Content | None = None, **fields: Any) -> Business:
    """A member in good standing, with a published listing where `content` is given."""
    business = members.a_business(
        **{"trade_name": f"Shop {(n := next(number))}", "slug": f"shop-{n}"} | fields
    )
    a_member_of_the_street(business)
    if content is not None:
        listings.publish(business=business, content=content, by=None)
    business.refresh_from_db()
    return business


def a_member_of_the_street(business: Business) -> Business:
    """The same business with a membership whose year began today."""
    tier = Tier.objects.first() or members.a_tier()
    membership = members.a_membership(business=business, tier=tier)
    members.a_term(membership, starts_on=today())
    return business


def entry_of(business: Business) -> Entry:
    """What the public sees of it."""
    return Entry.objects.get(business=business)
