"""One membership through time: its status in spans, and the rows that they come from."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, prefetch_related_objects

from members.models import Cancellation, Hold, Membership, MembershipPeriod
from members.queries.memberships import history_of, today
from members.timeline import Span, spans

# A drawing of more than that says nothing; the table says all.
YEARS = 8


@dataclass(frozen=True)
class Story:
    """From the first day that counts to today, and to the end of what is paid for."""

    first: date
    today: date
    last: date
    spans: list[Span]
    terms: list[MembershipPeriod]
    holds: list[Hold]
    ends: list[Cancellation]

    @property
    def live_hold(self) -> Hold | None:
        return next((hold for hold in self.holds if hold.released_on is None), None)

    @property
    def live_end(self) -> Cancellation | None:
        return next((end for end in self.ends if end.revoked_on is None), None)


def story_of(membership: Membership) -> Story:
    """In three queries, however long it is."""
    prefetch_related_objects(
        [membership],
        Prefetch("periods", MembershipPeriod.objects.select_related("tier")),
        Prefetch("holds", Hold.objects.select_related("seat__person")),
        Prefetch("cancellations", Cancellation.objects.select_related("seat__person")),
    )
    day = today()
    terms = list(membership.periods.all())
    holds = list(membership.holds.all())
    ends = list(membership.cancellations.all())
    first = min([membership.joined_on, *(term.starts_on for term in terms), day])
    last = max([day, *(term.ends_on for term in terms if term.voided_on is None)])
    begins = max(first, date(day.year - YEARS, 1, 1))
    return Story(
        first=begins,
        today=day,
        last=last,
        spans=spans(history_of(membership), begins, day),
        terms=terms,
        holds=holds,
        ends=ends,
    )
