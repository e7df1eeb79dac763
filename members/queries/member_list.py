"""The staff's list of members: found, filtered, sorted, counted by status."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Lower

from members.models import STANDING, Business, Invoice, Membership, Representative, Status, Tier
from members.queries.standing import standing

# Whoever has no end comes after everybody who has one.
ENDLESS = date(9999, 12, 31)
# In good standing, together; and businesses here that were never members.
GOOD, WITHOUT = "standing", "without"
SORTS = ("name", "paid_until", "joined_on")


def members(*, words: str = "", tier: Tier | None = None, city: str = "") -> QuerySet[Any]:
    """Memberships with `status` and `paid_until` of today; whoever is not looked for left out."""
    rows: QuerySet[Any] = standing().select_related("business", "tier")
    if words:
        rows = rows.filter(_named(words))
    if tier is not None:
        rows = rows.filter(tier=tier)
    if city:
        rows = rows.filter(business__city=city)
    return rows


def in_status(rows: QuerySet[Any], status: str) -> QuerySet[Any]:
    """Those of one status, or of all in which one counts as a member."""
    if status == GOOD:
        return rows.filter(status__in=STANDING)
    return rows.filter(status=status) if status else rows


def to_sort(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same with `name` and `until`, neither of them ever NULL, to page through by."""
    until = Coalesce(F("paid_until"), Value(ENDLESS), output_field=DateField())
    return rows.annotate(name=Lower("business__trade_name"), until=until)


def counts(rows: QuerySet[Any]) -> Mapping[str, int]:
    """How many there are of each status, and in good standing."""
    grouped = rows.order_by().values("status").annotate(count=Count("pk"))
    found = {row["status"]: row["count"] for row in grouped}
    by_status = {status.value: found.get(status.value, 0) for status in Status}
    return {GOOD: sum(by_status[status] for status in STANDING), **by_status}


def without_membership() -> QuerySet[Business]:
    """Businesses that are here and were never members."""
    return Business.objects.filter(memberships__isnull=True).order_by("trade_name", "id")


def due_minor(memberships: Iterable[Membership]) -> dict[UUID, int]:
    """What each of them still owes, over all open invoices; whoever owes nothing is not named."""
    owed = F("total_minor") - F("paid_minor") - F("credited_minor")
    rows = Invoice.objects.open().filter(membership__in=[m.pk for m in memberships])
    sums = rows.order_by().values("membership").annotate(due=Sum(owed))
    return {row["membership"]: row["due"] for row in sums}


def cities() -> list[str]:
    """Where members are, each town once."""
    rows = Business.objects.filter(memberships__isnull=False).exclude(city="")
    return list(rows.order_by("city").values_list("city", flat=True).distinct()[:200])


def _named(words: str) -> Q:
    """By the business's names and address, or by one of its people's."""
    people = Representative.objects.live().filter(business=OuterRef("business"))
    people = people.filter(
        Q(seat__person__name__icontains=words) | Q(seat__person__email__icontains=words)
    )
    return (
        Q(business__trade_name__icontains=words)
        | Q(business__legal_name__icontains=words)
        | Q(business__email__icontains=words)
        | Q(Exists(people))
    )
