"""Who stands in the labelled slot."""

from datetime import date

from directory.models import DirectoryEntry, Sponsorship

MOST_AT_ONCE = 3


def sponsor_of(day: date) -> Sponsorship | None:
    """The one of that day: who sponsors takes turns, day by day; who is not public has none."""
    live = Sponsorship.objects.filter(
        starts_on__lte=day,
        ends_on__gte=day,
        business__in=DirectoryEntry.objects.public(day).values("business"),
    )
    found = list(live.select_related("business").order_by("pk")[:MOST_AT_ONCE])
    return found[day.toordinal() % len(found)] if found else None
