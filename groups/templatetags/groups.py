"""`{% load groups %}`: words of groups, and what a draft lacks."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from groups.models import Group, GroupKind, GroupState
from groups.queries import opening

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


@register.inclusion_tag("groups/_opening.html")
def opening_panel(group: Group, *, is_staff: bool = False, may_keep: bool = True) -> dict[str, Any]:
    """What a draft has and what it lacks, each with the page where it is put right.

    Stewards are asked by staff alone: others are told so, without a link. Who may
    look and no more finds no link at all.
    """
    needs = opening.needs(group)
    lead: dict[str, str] = {}
    if may_keep:
        settings = reverse("groups:settings", args=[group.slug])
        lead |= {
            "purpose": f"{settings}#id_purpose",
            "agreements": reverse("groups:agreements", args=[group.slug]),
            "questions": f"{settings}#id_questions",
        }
    if is_staff:
        lead["stewards"] = f"{reverse('groups_staff:group', args=[group.slug])}#ask"
    return {
        "group": group,
        "rows": [{"need": need, "url": lead.get(need.key, "")} for need in needs],
        "is_ready": not opening.missing_of(needs),
        "is_staff": is_staff,
        "may_keep": may_keep,
    }
