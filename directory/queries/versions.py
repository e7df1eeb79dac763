"""What public pages, lists and pictures of listings depend on, each in one query."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Q, Subquery, Sum
from django.db.models.functions import Extract
from django.http import HttpRequest

from alliance import clock
from alliance.conditional import Version
from alliance.tenancy.scope import current_alliance
from directory.models import DirectoryEntry
from members.queries.memberships import today


def entries_version() -> tuple[object, ...]:
    """Another after each change of any entry.

    Of two that change at once, the one that ends last may be the older, so the
    sum of the last minute's counts besides the newest.
    """
    entries = DirectoryEntry.objects.order_by()
    newest = entries.order_by("-changed_at").values("changed_at")[:1]
    late = entries.filter(changed_at__gt=Subquery(newest) - timedelta(minutes=1))
    told = late.aggregate(newest=Max("changed_at"), sum=Sum(Extract("changed_at", "epoch")))
    return tuple(told.values())


def directory_version(request: HttpRequest) -> tuple[object, ...]:
    """Changes when any entry does, each day, and each minute where "open now" is asked for."""
    now = clock.now().astimezone(current_alliance().zone)
    minute = now.strftime("%H:%M") if request.GET.get("open") else ""
    return *entries_version(), now.date(), minute


def of_directory(request: HttpRequest, *args: Any, **kwargs: Any) -> Version:
    """Of everything that is public: what changed last, how many there are, and the day.

    What was taken out counts by its change, who has lapsed by the day.
    """
    day = today()
    is_public = Q(shown_until__gte=day)
    open_data = Q(is_open_data=True)
    found = DirectoryEntry.objects.aggregate(
        newest=Max("changed_at"),
        sum=Sum(Extract("changed_at", "epoch")),
        count=Count("pk", filter=is_public),
        open=Count("pk", filter=is_public & open_data),
    )
    midnight = datetime.combine(day, time.min, tzinfo=current_alliance().zone)
    changed_at = max(found["newest"] or midnight, midnight)
    return Version((*_alliance(), day, *found.values(), request.GET.urlencode()), changed_at)


def of_listing(request: HttpRequest, slug: str, **kwargs: Any) -> Version | None:
    """Of one public listing; None where it is not public."""
    found = (
        DirectoryEntry.objects.public().filter(slug=slug).values_list("pk", "changed_at").first()
    )
    return Version((*_alliance(), *found), found[1]) if found else None


def _alliance() -> tuple[Any, ...]:
    """Its name and colour stand on what is made."""
    ours = current_alliance()
    return ours.pk, ours.name, ours.host, ours.accent_hue, ours.accent_chroma, ours.language
