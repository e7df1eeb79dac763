"""`{% load charts %}`: what was honoured, month by month, as bars."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django import template
from django.utils.dateformat import format as format_date

from alliance import charts
from pledges.queries import MonthHonoured

register = template.Library()


@dataclass(frozen=True)
class Chart:
    """The drawing, and what its months come to; each bar's `value.row` is its month."""

    drawing: charts.Bars
    total_minor: int
    count: int


@register.simple_tag
def month_chart(months: Iterable[MonthHonoured]) -> Chart:
    """`{% month_chart months as chart %}`: bars from the first month to the last, none left out."""
    known = {row.month: row for row in months}
    spans = _months(min(known), max(known)) if known else []
    values = []
    for first in spans:
        key = first.strftime("%Y-%m")
        row = known.get(key, MonthHonoured(key, 0, 0))
        short, name = format_date(first, "M"), format_date(first, "F Y")
        values.append(charts.Value(short, name, row.amount_minor, row))
    return Chart(
        drawing=charts.bars(values),
        total_minor=sum(row.amount_minor for row in known.values()),
        count=sum(row.count for row in known.values()),
    )


def _months(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    count = (end.year - start.year) * 12 + end.month - start.month
    return [start + relativedelta(months=n) for n in range(count + 1)]
