"""The secret addresses of a group's news and meetings: made when first shown, renewed on wish."""

from django.db import transaction

from alliance import clock, links
from alliance.models import Seat
from groups.models import FeedLink, GroupMember
from groups.queries import access


def link_of(*, member: GroupMember) -> FeedLink:
    """The member's address, made now if there is none."""
    known = FeedLink.objects.filter(member=member).first()
    if known is not None:
        return known
    link = FeedLink(member=member)
    link.digest = links.digest(link.secret)
    # Two first looks at one moment: the second gets the first one's row.
    FeedLink.objects.bulk_create([link], ignore_conflicts=True)
    return FeedLink.objects.get(member=member)


@transaction.atomic
def renew(*, member: GroupMember) -> FeedLink:
    """Another address; the one before opens nothing any more."""
    known = link_of(member=member)
    link = FeedLink.objects.select_for_update().get(pk=known.pk)
    link.version += 1
    link.digest = links.digest(link.secret)
    link.renewed_at = clock.now()
    link.save(update_fields=["version", "digest", "renewed_at"])
    return link


def opened(*, slug: str, secret: str) -> GroupMember | None:
    """Whose address this is, as long as they are in the group and may read it; None else."""
    rows = FeedLink.objects.select_related("member__group", "member__seat__person")
    link = rows.filter(digest=links.digest(secret), member__group__slug=slug).first()
    if link is None or not link.member.is_inside:
        return None
    seats = list(Seat.objects.live().filter(person=link.member.seat.person_id))
    if link.member.seat_id not in {seat.pk for seat in seats}:
        return None
    return link.member if access.may_read(link.member.group, seats) else None
