"""Reads of invoices: which are due, whose they are, what they look like in a list."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from alliance.models import Seat
from members.models import (
    CreditNote,
    Instalment,
    Invoice,
    Payment,
    Representative,
)
from members.queries.memberships import today
from members.queries.representatives import MONEY_KINDS

NUMBER = re.compile(r"(?P<kind>[CR]-)?(?P<year>\d{4})-(?P<sequence>\d{4,9})", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """A way to look at the list; `rises` puts the day that is longest past first."""

    key: str
    label: Any
    rises: bool


SHOWN = (
    Shown("open", _("open"), True),
    Shown("overdue", _("overdue"), True),
    Shown("paid", _("paid"), False),
    Shown("credited", _("credited"), False),
    Shown("excess", _("money to give back"), False),
    Shown("all", _("all"), False),
)


def with_next_due(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Adds `next_due_on`: the day of the first part that is not paid, else the invoice's own."""
    reached = (
        Instalment.objects.filter(invoice=OuterRef("invoice"), position__lte=OuterRef("position"))
        .order_by()
        .values("invoice")
        .annotate(sum=Sum("amount_minor"))
        .values("sum")
    )
    unpaid = (
        Instalment.objects.filter(invoice=OuterRef("pk"))
        .annotate(reached_minor=Subquery(reached))
        .filter(reached_minor__gt=OuterRef("paid_minor") + OuterRef("credited_minor"))
        .order_by("position")
        .values("due_on")[:1]
    )
    due = Coalesce(Subquery(unpaid), F("due_on"), output_field=DateField())
    found: QuerySet[Any] = rows.annotate(next_due_on=due)
    return found


def overdue(on: date | None = None) -> QuerySet[Any]:
    """Invoices of which something should have come before that day (today)."""
    rows: QuerySet[Any] = with_next_due(Invoice.objects.open())
    # An instant, as the desk's queue wants one.
    since = Cast("next_due_on", DateTimeField())
    return rows.filter(next_due_on__lt=on or today()).annotate(overdue_since=since)


def to_give_back() -> QuerySet[Invoice]:
    """Invoices on which more came in than is owed, with the moment of the last payment."""
    last = Payment.objects.filter(invoice=OuterRef("pk")).order_by("-recorded_at")
    return Invoice.objects.with_credit().annotate(
        excess_since=Subquery(last.values("recorded_at")[:1])
    )


def shown(key: str) -> Shown:
    """The way to look that an address asks for; the open ones where it asks for none we know."""
    return next((way for way in SHOWN if way.key == key), SHOWN[0])


def listed(way: Shown) -> QuerySet[Any]:
    """The rows of one way to look, each with `next_due_on`."""
    rows: QuerySet[Any] = with_next_due(Invoice.objects.select_related("business"))
    if way.key == "open":
        return rows.filter(total_minor__gt=F("paid_minor") + F("credited_minor"))
    if way.key == "overdue":
        still = rows.filter(total_minor__gt=F("paid_minor") + F("credited_minor"))
        return still.filter(next_due_on__lt=today())
    if way.key == "paid":
        paid = rows.filter(total_minor__lte=F("paid_minor") + F("credited_minor"))
        return paid.exclude(total_minor=F("credited_minor"), total_minor__gt=0)
    if way.key == "credited":
        return rows.filter(credited_minor__gt=0)
    if way.key == "excess":
        return rows.filter(paid_minor__gt=F("total_minor") - F("credited_minor"))
    return rows


def searched(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Those with this number, or with these words in the name on the invoice or the member's."""
    if numbered := NUMBER.fullmatch(words.upper()):
        return rows.filter(year=int(numbered["year"]), sequence=int(numbered["sequence"]))
    return rows.filter(Q(bill_to__icontains=words) | Q(business__trade_name__icontains=words))


def by_number(number: str) -> QuerySet[Invoice]:
    """The invoice that bears this number, as a queryset of one row or none."""
    found = NUMBER.fullmatch(number)
    if not found or found["kind"]:
        return Invoice.objects.none()
    return Invoice.objects.filter(year=int(found["year"]), sequence=int(found["sequence"]))


def receipt_by_number(number: str) -> QuerySet[Payment]:
    """The payment whose receipt bears this number."""
    return _numbered(Payment.objects.all(), number, "R-")


def credit_note_by_number(number: str) -> QuerySet[CreditNote]:
    """The credit note that bears this number."""
    return _numbered(CreditNote.objects.all(), number, "C-")


def business_ids_of(seats: Iterable[Seat]) -> QuerySet[Any]:
    """The businesses whose invoices these seats may read."""
    live = Representative.objects.live().filter(kind__in=MONEY_KINDS)
    return live.filter(seat__in=[seat.pk for seat in seats]).values("business")


def _numbered(rows: QuerySet[Any], number: str, kind: str) -> QuerySet[Any]:
    found = NUMBER.fullmatch(number)
    if not found or found["kind"] != kind:
        return rows.none()
    return rows.filter(year=int(found["year"]), sequence=int(found["sequence"]))
