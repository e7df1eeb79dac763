"""The yearly value statement: counted once, kept as it was sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from members import value
from members.models import Membership, ValueStatement
from members.value import Unit

# The statement goes with the letter of thirty days before the end; its last
# day is the one before, which was over when it was counted.
DAYS_BEFORE_END = 31


@dataclass(frozen=True)
class Line:
    """A figure in words; one that nobody measured has no `amount`, and says so."""

    key: str
    label: str
    words: str
    amount: int | None

    @property
    def is_measured(self) -> bool:
        return self.amount is not None


def statement_for(*, membership: Membership, ends_on: date) -> ValueStatement:
    """The statement that goes with the renewal of this term's end; asked again, the same one."""
    to_on = ends_on - timedelta(days=DAYS_BEFORE_END)
    kept = ValueStatement.objects.filter(membership=membership, to_on=to_on).first()
    if kept:
        return kept
    from_on = _year_before(to_on, membership)
    statement, _is_new = ValueStatement.objects.get_or_create(
        membership=membership,
        to_on=to_on,
        defaults={"from_on": from_on, "figures": _counted(membership, from_on, to_on)},
    )
    return statement


def so_far(*, membership: Membership, day: date) -> list[Line]:
    """What the year up to this day brought, counted now and kept nowhere."""
    return _lines(_counted(membership, _year_before(day, membership), day))


def lines_of(statement: ValueStatement) -> list[Line]:
    """A kept statement in the reader's language, as it was counted then."""
    return _lines(statement.figures)


def figures_for_letter(*, membership: Membership, ends_on: date) -> list[dict[str, str]]:
    """What the renewal letter tells: the figures that say something."""
    lines = lines_of(statement_for(membership=membership, ends_on=ends_on))
    return [{"label": line.label, "value": line.words} for line in lines if line.amount]


def _year_before(day: date, membership: Membership) -> date:
    """The first day of the year that ends on this day, or that of joining if it is later."""
    first = day - relativedelta(years=1) + timedelta(days=1)
    return min(max(first, membership.joined_on), day)


def _counted(membership: Membership, from_on: date, to_on: date) -> list[dict[str, Any]]:
    return [
        {
            "key": figure.key,
            # Kept for the day when the room that counted it is gone.
            "label": str(figure.label),
            "unit": figure.unit.value,
            "amount": figure.count(membership.business_id, from_on, to_on),
        }
        for figure in value.figures()
    ]


def _lines(figures: list[dict[str, Any]]) -> list[Line]:
    known = {figure.key: figure for figure in value.figures()}
    return [
        Line(
            key=figure["key"],
            label=str(known[figure["key"]].label) if figure["key"] in known else figure["label"],
            words=in_words(figure["amount"], Unit(figure["unit"])),
            amount=figure["amount"],
        )
        for figure in figures
    ]


def in_words(amount: int | None, unit: Unit) -> str:
    """12 h 30 min, $240, 3 years; unknown is said, and is never zero."""
    if amount is None:
        return _("not measured")
    if unit == Unit.MONEY:
        return format_money(amount, current_alliance().currency)
    if unit == Unit.YEARS:
        return ngettext("%(count)d year", "%(count)d years", amount) % {"count": amount}
    if unit == Unit.MINUTES:
        return _minutes_in_words(amount)
    return f"{amount:,}"


def _minutes_in_words(amount: int) -> str:
    hours, minutes = divmod(amount, 60)
    if not minutes:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
