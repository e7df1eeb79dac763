"""`{% load imports %}`: words and badges of spreadsheets on their way in."""

from typing import Any

from django import template

from members.models import ImportState, RowAction
from members.services.imports.fields import FIELDS
from members.services.imports.matching import WHYS

register = template.Library()

STATES = {
    ImportState.MAPPING: "warn",
    ImportState.CHECKED: "warn",
    ImportState.COMMITTED: "good",
    ImportState.FAILED: "bad",
}
ACTIONS = {
    RowAction.CREATE: "good",
    RowAction.UPDATE: "accent",
    RowAction.ASK: "warn",
    RowAction.REFUSE: "bad",
}


@register.filter
def import_badge(state: str) -> str:
    """Which badge a run's state wears."""
    return next((kind for known, kind in STATES.items() if known == state), "")


@register.filter
def action_badge(action: str) -> str:
    """Which badge a row's fate wears."""
    return next((kind for known, kind in ACTIONS.items() if known == action), "")


@register.filter
def field_name(key: str) -> Any:
    """What we call a field."""
    return FIELDS[key].label if key in FIELDS else key


@register.filter
def why_words(why: list[str]) -> str:
    """What two have in common: the same name, the same phone number."""
    return ", ".join(str(WHYS.get(kind, kind)) for kind in why)


@register.filter
def count_of(counts: dict[str, int], name: str) -> int:
    """One of a run's figures; none is zero."""
    return counts.get(name, 0)
