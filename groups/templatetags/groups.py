"""`{% load groups %}`: words of groups."""

from typing import Any

from django import template
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from groups.models import Group, GroupKind, GroupState

register = template.Library()
_KINDS = {GroupState.OPEN: "good", GroupState.QUIET: "warn", GroupState.DRAFT: "accent"}


@register.filter
def state_kind(group: Group) -> str:
    """The colour of a group's state."""
    return _KINDS.get(GroupState(group.state), "")


@register.filter
def kind_words(group: Group) -> str:
    """Who may come in, in two words."""
    words = {
        GroupKind.OPEN: _("open to members"),
        GroupKind.REQUEST: _("on request"),
        GroupKind.CIRCLE: _("circle"),
    }
    return words[GroupKind(group.kind)]


@register.filter
def weekday_name(day: int) -> Any:
    """Monday for 0."""
    return WEEKDAYS[day]


@register.filter
def few(count: int | None) -> str:
    """A figure, or that there are fewer than five."""
    return _("under 5") if count is None else f"{count:,}"
