"""Reads of the money that came in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum

from members.models import Method, Payment


@dataclass(frozen=True)
class MethodSum:
    """One way of paying: how often, how much, what was kept and what went back of it."""

    method: str
    label: Any
    count: int
    amount_minor: int
    fee_minor: int
    refunded_minor: int

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.fee_minor - self.refunded_minor


def received(
    *, from_on: date, to_on: date, method: str = "", member: str = ""
) -> QuerySet[Payment]:
    """Payments received between two days, both included, with what a list shows of them."""
    rows = Payment.objects.filter(received_on__gte=from_on, received_on__lte=to_on)
    if method:
        rows = rows.filter(method=method)
    if member:
        rows = rows.filter(business__slug=member)
    return rows.select_related("invoice", "business")


def by_method(rows: QuerySet[Payment]) -> list[MethodSum]:
    """Their sums by method; methods that nobody used stay away."""
    sums = (
        rows.order_by()
        .values("method")
        .annotate(
            count=Count("pk"),
            amount=Sum("amount_minor"),
            fees=Sum("fee_minor"),
            back=Sum("refunded_minor"),
        )
    )
    found = {row["method"]: row for row in sums}
    return [
        MethodSum(
            method=method.value,
            label=method.label,
            count=found[method]["count"],
            amount_minor=found[method]["amount"],
            fee_minor=found[method]["fees"],
            refunded_minor=found[method]["back"],
        )
        for method in Method
        if method in found
    ]
