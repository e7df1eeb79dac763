"""Pages of the lists behind the reports' numbers, by key."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from alliance.pages import SIZE, Page
from members.models import Business, Membership, Tier
from members.queries.reports import states
from members.queries.reports.lists import (
    MONEY,
    STATES,
    Happenings,
    Question,
    What,
    lines_behind,
    members_of,
)
from members.queries.reports.money import SIGNS

FIRST_ID = UUID(int=0)


@dataclass(frozen=True)
class MemberRow:
    """A membership as of the list's last day, and what happened to it on which day."""

    membership: Membership
    tier: Tier
    day: date | None = None
    happened: str = ""


@dataclass(frozen=True)
class MoneyRow:
    """A line of the books, above zero, and whose it is."""

    line: Any
    business: Business | None
    amount_minor: int


@dataclass(frozen=True)
class Total:
    """How long the whole list is; of money, what it comes to."""

    rows: int
    amount_minor: int | None = None


def total_of(question: Question) -> Total:
    """What the number said that led here."""
    if question.what in STATES:
        return Total(members_of(question).count())
    if question.what in MONEY:
        lines = lines_behind(question)
        signed = lines.aggregate(sum=Sum("amount_minor"))["sum"] or 0
        return Total(lines.count(), _natural(question, signed))
    return Total(Happenings(question).count)


def page_of(question: Question, request: HttpRequest) -> Page:
    """The page that `?after=` asks for; a cursor that cannot be read shows the first."""
    after = request.GET.get("after", "")
    found: tuple[list[Any], Callable[[Any], str]]
    if question.what in STATES:
        found = _members(question, after)
    elif question.what in MONEY:
        found = _money(question, after)
    else:
        found = _happenings(question, after)
    rows, cursor = found[0][:SIZE], found[1]
    query = None
    if len(found[0]) > SIZE:
        parameters = request.GET.copy()
        parameters["after"] = cursor(rows[-1])
        query = parameters.urlencode()
    return Page(rows=rows, next_query=query, is_first=not after)


def part_in_words(question: Question) -> str:
    """Which part of the members the list is narrowed to; "" where it is not."""
    tier = Tier.objects.filter(pk=question.tier).first() if question.tier else None
    places = [place for place in (question.neighbourhood, question.city) if place]
    if question.city is not None and not places:
        places = [_("No address")]
    status = [str(question.status.label).capitalize()] if question.status else []
    return ", ".join([*status, *([tier.name] if tier else []), *places])


def _members(question: Question, after: str) -> tuple[list[MemberRow], Callable[[Any], str]]:
    name, _mark, pk = after.rpartition("~")
    rows = members_of(question).select_related("business")
    if (key := _uuid(pk)) is not None:
        rows = rows.filter(
            Q(business__trade_name__gt=name) | Q(business__trade_name=name, pk__gt=key)
        )
    found = list(rows.order_by("business__trade_name", "pk")[: SIZE + 1])
    tiers = states.tiers()
    shown = [MemberRow(m, tiers[m.tier_on]) for m in found]  # type: ignore[attr-defined]
    return shown, lambda row: f"{row.membership.business.trade_name}~{row.membership.pk}"


def _happenings(question: Question, after: str) -> tuple[list[MemberRow], Callable[[Any], str]]:
    day, _mark, pk = after.partition("~")
    begins = (_day(day) or date.min, _uuid(pk) or FIRST_ID)
    found = Happenings(question).after(*begins, size=SIZE + 1)
    members = states.on_day(question.last).select_related("business")
    by_id: dict[UUID, Any] = members.in_bulk([one.membership_id for one in found])
    tiers = states.tiers()
    rows = [
        MemberRow(
            by_id[one.membership_id],
            tiers[by_id[one.membership_id].tier_on],
            day=one.day,
            happened=str(What(one.kind).label),
        )
        for one in found
    ]
    return rows, lambda row: f"{row.day.isoformat()}~{row.membership.pk}"


def _money(question: Question, after: str) -> tuple[list[MoneyRow], Callable[[Any], str]]:
    every: Any = lines_behind(question)
    lines = every.order_by("number", "pk")
    number, _mark, pk = after.partition("~")
    if number.isdecimal() and len(number) < 16 and (key := _uuid(pk)) is not None:
        lines = lines.filter(Q(number__gt=int(number)) | Q(number=int(number), pk__gt=key))
    found = list(lines[: SIZE + 1])
    businesses = Business.objects.in_bulk({line.party for line in found if line.party})
    rows = [
        MoneyRow(line, businesses.get(line.party), _natural(question, line.amount_minor))
        for line in found
    ]
    return rows, lambda row: f"{row.line.number}~{row.line.pk}"


def _natural(question: Question, signed_minor: int) -> int:
    """The amount as the figure counts it: above zero, a reversal below."""
    return signed_minor * SIGNS[MONEY[question.what]]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
