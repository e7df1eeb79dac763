"""Until which day a membership lets its listing be public."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Min, Q

from directory.models import Listing, ListingPause
from members.models import STANDING, Cancellation, Hold, Membership
from members.queries.memberships import today
from members.queries.standing import with_status
from members.terms import GRACE_DAYS


def shown_until(business_ids: Collection[UUID] | None = None) -> dict[UUID, date]:
    """The last day, as things stand today, on which each of these businesses is public.

    None asks for all. Who is not public today is left out: no membership, none
    that counts, or the listing is paused or hidden. A term that begins after a gap is
    found on its own first day, since entries are looked at anew each day.
    """
    memberships = Membership.objects.all()
    if business_ids is not None:
        memberships = memberships.filter(business__in=list(business_ids))
    paused = ListingPause.objects.filter(ended_at__isnull=True).values("listing__business")
    hidden = Listing.objects.filter(hidden_at__isnull=False).values("business")
    seen = memberships.exclude(business__in=paused).exclude(business__in=hidden)
    standing = with_status(seen).filter(status__in=STANDING)
    ends = _next_ends()
    found = {}
    for pk, business_id, paid_until in standing.values_list("pk", "business_id", "paid_until"):
        last = paid_until + timedelta(days=GRACE_DAYS)
        found[business_id] = min(last, ends[pk] - timedelta(days=1)) if pk in ends else last
    return found


def _next_ends() -> dict[UUID, date]:
    """The next day from which each membership is held or cancelled, where one is written down."""
    ends: dict[UUID, date] = {}
    for model, begins, ended in (
        (Hold, "starts_on", "released_on"),
        (Cancellation, "cancelled_on", "revoked_on"),
    ):
        coming = model.objects.filter(
            Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": today()}),
            **{f"{begins}__gt": today()},
        )
        first = coming.values("membership").annotate(first=Min(begins)).order_by()
        for pk, day in first.values_list("membership", "first"):
            ends[pk] = min(day, ends.get(pk, day))
    return ends
