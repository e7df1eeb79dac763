"""Members as the directory shows them, in the state that a test starts from."""

from datetime import timedelta
from itertools import count
from typing import Any

from directory.content import Content
from directory.models import DirectoryEntry
from directory.services import entries, listings
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


def many_listed(count: int, **fields: Any) -> list[Business]:
    """So many public listings at once, written directly: for lists, not for rules.

    A field may be a function of the listing's number, from 0.
    """
    made = []
    for n in range(count):
        each = {name: value(n) if callable(value) else value for name, value in fields.items()}
        running = next(number)
        told = {"trade_name": f"Shop {running}", "slug": f"shop-{running}", "segment": "food"}
        made.append(Business(**{**told, **each, "legal_name": "A Shop LLC"}))
    Business.objects.bulk_create(made)
    entries.refresh([business.pk for business in made])
    until = today() + timedelta(days=300)
    DirectoryEntry.objects.filter(business__in=made).update(shown_until=until)
    return made


def entry_of(business: Business) -> DirectoryEntry:
    """What the public sees of it."""
    return DirectoryEntry.objects.get(business=business)
