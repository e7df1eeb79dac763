"""`{% load charts %}`: the geometry of small bar charts, so that a template only draws."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django import template
from django.utils.dateformat import format as format_date

from pledges.queries import MonthHonoured

register = template.Library()

HEIGHT, BAR, GAP, TOP = 120, 34, 14, 6


@dataclass(frozen=True)
class Bar:
    """One month: its place in the drawing, its words, its figures."""

    x: int
    y: int
    height: int
    middle: int
    short: str
    name: str
    month: str
    amount_minor: int
    count: int


@dataclass(frozen=True)
class Chart:
    """A drawing of `width` × `height` with a line of labels below its bars."""

    bars: list[Bar]
    width: int
    height: int
    base: int
    label_y: int
    bar: int
    total_minor: int
    count: int


@register.simple_tag
def month_chart(months: Iterable[MonthHonoured]) -> Chart:
    """`{% month_chart months as chart %}`: bars from the first month to the last, none left out."""
    known = {row.month: row for row in months}
    spans = _months(min(known), max(known)) if known else []
    most = max((row.amount_minor for row in known.values()), default=0) or 1
    base = HEIGHT + TOP
    bars = []
    for place, first in enumerate(spans):
        key = first.strftime("%Y-%m")
        row = known.get(key, MonthHonoured(key, 0, 0))
        # A month with anything at all shows at least a line.
        height = max(round(row.amount_minor / most * HEIGHT), 2) if row.amount_minor else 0
        x = place * (BAR + GAP) + GAP // 2
        bars.append(
            Bar(
                x=x,
                y=base - height,
                height=height,
                middle=x + BAR // 2,
                short=format_date(first, "M"),
                name=format_date(first, "F Y"),
                month=key,
                amount_minor=row.amount_minor,
                count=row.count,
            )
        )
    return Chart(
        bars=bars,
        width=max(len(bars), 6) * (BAR + GAP),
        height=base + 22,
        base=base,
        label_y=base + 17,
        bar=BAR,
        total_minor=sum(bar.amount_minor for bar in bars),
        count=sum(bar.count for bar in bars),
    )


def _months(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01")
    count = (end.year - start.year) * 12 + end.month - start.month
    return [start + relativedelta(months=n) for n in range(count + 1)]
